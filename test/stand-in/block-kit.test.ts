import { expect, test } from "vitest";
import { checkBlocks, checkModal } from "../support/slack/block-kit.ts";
import { renderPlain } from "../support/slack/plain.ts";

const plain = (text: string) => ({ type: "plain_text", text });
const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
const button = (more: object) => ({ type: "button", text: plain("Allow once"), ...more });
const actions = (...elements: object[]) => ({ type: "actions", elements });
const preformatted = (text: string) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text }] }],
});

const confirm = (title: string, text: string, yes: string) => ({
  title: plain(title),
  text: plain(text),
  confirm: plain(yes),
  deny: plain("No"),
});

test.each<[string, object]>([
  ["3000 characters in a section", section("x".repeat(3000))],
  ["3000 characters in a section, counted after escaping", section("&".repeat(600))],
  ["3000 characters with entities that are there already", section("&amp;".repeat(600))],
  ["75 characters on a button", actions(button({ text: plain("x".repeat(75)) }))],
  ["2000 characters in a button's value", actions(button({ value: "x".repeat(2000) }))],
  [
    "a confirm dialog at its limits",
    actions(button({ confirm: confirm("t".repeat(100), "x".repeat(300), "y".repeat(30)) })),
  ],
  ["25 actions", actions(...Array.from({ length: 25 }, () => button({})))],
  ["150 characters in a header", { type: "header", text: plain("x".repeat(150)) }],
  ["a command with everything that mrkdwn would act on", preformatted("<!channel> && <@U1> *b* `c`")],
])("Slack takes %s", (_, block) => {
  expect(checkBlocks([block])).toMatchObject({ ok: true });
});

test.each<[string, object, string]>([
  [
    "a section of 3001",
    section("x".repeat(3001)),
    "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
  ],
  [
    "a section of 3005 after escaping",
    section("&".repeat(601)),
    "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
  ],
  ["an empty section", section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"],
  [
    "a section without text",
    { type: "section" },
    "missing required field: text or fields [json-pointer:/blocks/0]",
  ],
  [
    "a field of 2001",
    { type: "section", fields: [plain("x".repeat(2001))] },
    "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
  ],
  [
    "11 fields",
    { type: "section", fields: Array.from({ length: 11 }, () => plain("x")) },
    "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
  ],
  [
    "a button of 76",
    actions(button({ text: plain("x".repeat(76)) })),
    "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
  ],
  [
    "mrkdwn on a button",
    actions(button({ text: { type: "mrkdwn", text: "x" } })),
    'Invalid input: expected "plain_text" [json-pointer:/blocks/0/elements/0/text/type]',
  ],
  [
    "a value of 2001",
    actions(button({ value: "x".repeat(2001) })),
    "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
  ],
  [
    "a dialog's title of 101",
    actions(button({ confirm: confirm("t".repeat(101), "x", "y") })),
    "must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]",
  ],
  [
    "a dialog's text of 301",
    actions(button({ confirm: confirm("t", "x".repeat(301), "y") })),
    "must be less than 301 characters [json-pointer:/blocks/0/elements/0/confirm/text/text]",
  ],
  [
    "an unknown field",
    actions(button({ colour: "red" })),
    "invalid additional property: colour [json-pointer:/blocks/0/elements/0]",
  ],
  [
    "26 actions",
    actions(...Array.from({ length: 26 }, () => button({}))),
    "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
  ],
  [
    "the same action_id twice",
    actions(button({ action_id: "a" }), button({ action_id: "a" })),
    "`action_id` must be unique within its block [json-pointer:/blocks/0]",
  ],
  [
    "11 context elements",
    { type: "context", elements: Array.from({ length: 11 }, () => plain("x")) },
    "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
  ],
  [
    "a header of 151",
    { type: "header", text: plain("x".repeat(151)) },
    "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
  ],
  [
    "a block_id of 256",
    { type: "divider", block_id: "x".repeat(256) },
    "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
  ],
  [
    "an empty text in rich text",
    preformatted(""),
    "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
  ],
  [
    "a type that does not exist",
    { type: "carousel" },
    "unsupported type: carousel [json-pointer:/blocks/0/type]",
  ],
])("Slack refuses %s, and says where", (_, block, message) => {
  expect(checkBlocks([block])).toEqual({
    ok: false,
    error: "invalid_blocks",
    messages: [`[ERROR] ${message}`],
  });
});

test("Slack takes 50 blocks with different IDs, and no more", () => {
  const dividers = Array.from({ length: 50 }, () => ({ type: "divider" }));
  expect(checkBlocks(dividers)).toMatchObject({ ok: true });
  expect(checkBlocks([...dividers, { type: "divider" }])).toMatchObject({
    messages: ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"],
  });
  expect(
    checkBlocks([
      { type: "divider", block_id: "a" },
      { type: "divider", block_id: "a" },
    ]),
  ).toMatchObject({
    messages: ["[ERROR] `block_id` must be unique [json-pointer:/blocks]"],
  });
});

test("Slack refuses a message that is too long as a whole, although each block is not", () => {
  const text = "x".repeat(2900);
  expect(checkBlocks(Array.from({ length: 4 }, () => section(text)))).toMatchObject({ ok: true });
  expect(checkBlocks(Array.from({ length: 5 }, () => section(text)))).toMatchObject({
    error: "msg_blocks_too_long",
  });
  expect(checkBlocks([preformatted("<".repeat(3300))])).toMatchObject({ error: "msg_blocks_too_long" });
});

test("a modal has limits of its own", () => {
  const input = {
    type: "input",
    label: plain("Reason"),
    element: { type: "plain_text_input", action_id: "reason" },
  };
  const modal = { type: "modal", title: plain("Reject"), submit: plain("Reject"), blocks: [input] };

  expect(checkModal(modal)).toMatchObject({ ok: true });
  expect(checkModal({ ...modal, title: plain("x".repeat(25)) })).toEqual({
    ok: false,
    error: "invalid_arguments",
    messages: ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"],
  });
  expect(checkModal({ ...modal, private_metadata: "x".repeat(3001) })).toMatchObject({
    messages: ["[ERROR] must be less than 3001 characters [json-pointer:/view/private_metadata]"],
  });
  const { submit: _, ...withoutSubmit } = modal;
  expect(checkModal(withoutSubmit)).toMatchObject({
    messages: ["[ERROR] missing required field: submit [json-pointer:/view]"],
  });
});

test("a person reads the texts and the buttons, not the markup", () => {
  const checked = checkBlocks([
    { type: "header", text: plain("Run & see?") },
    section("in <https://example.com|the project> by <@U1>"),
    preformatted("echo '<b>' && ls"),
    { type: "context", elements: [plain("host"), plain("agent")] },
    actions(button({}), button({ text: plain("Reject") })),
  ]);

  expect(checked.ok && renderPlain({ blocks: checked.value })).toBe(
    ["Run & see?", "in the project by @U1", "echo '<b>' && ls", "host agent", "[Allow once] [Reject]"].join(
      "\n",
    ),
  );
});
