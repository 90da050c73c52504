import { expect, test } from "vitest";
import { buttonOf, rowsOf } from "../../support/rows.ts";
import { checkBlocks, type Block } from "../../support/slack/block-kit.ts";

const heading = { type: "header", text: { type: "plain_text", text: "Run 3 commands?" } };
const origin = { type: "context", elements: [{ type: "plain_text", text: "Project: /home/dev" }] };

const words = (...elements: object[]) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements }],
});
const command = (text: string) => words({ type: "text", text });
const buttons = (id: string, ...labels: string[]) => ({
  type: "actions",
  block_id: id,
  elements: labels.map((text) => ({
    type: "button",
    action_id: text,
    text: { type: "plain_text", text },
    value: "v",
  })),
});
const outcome = (text: string) =>
  words({ type: "text", text }, { type: "date", timestamp: 1, format: "{time}", fallback: "now" });

/** As Slack keeps it. */
function kept(...blocks: object[]): { blocks: Block[] } {
  const checked = checkBlocks(blocks);
  if (!checked.ok) throw new Error(checked.messages.join("; "));
  return { blocks: checked.value };
}

const card = kept(
  heading,
  origin,
  command("echo one"),
  buttons("first", "Allow once", "Reject"),
  command("echo two"),
  outcome("❌ Rejected in OpenCode, with the answer to echo three, "),
  command("echo three"),
  command("Allow always: all of echo"),
  buttons("third", "Allow once", "Allow always", "Reject"),
  buttons("all", "Reject all"),
);

test("a command behind what its row is for has a line of its own", () => {
  const head = { type: "text", text: "⚠ 2. Run a command", style: { bold: true } };
  const line = words(
    head,
    { type: "text", text: " " },
    { type: "text", text: "ls -l", style: { code: true } },
  );
  const [row] = rowsOf(kept(line, buttons("first", "Reject")));
  expect(row?.text).toBe("⚠ 2. Run a command\nls -l");
});

test("a row's button is the one below its own words", () => {
  expect(buttonOf(card, "echo one", "Reject")).toEqual({ blockID: "first", actionID: "Reject" });
  expect(buttonOf(card, "echo three", "Reject")).toEqual({ blockID: "third", actionID: "Reject" });
});

test("a card with one request is one row, its heading with it", () => {
  const single = kept(heading, command("git push"), origin, buttons("only", "Allow once"));
  expect(buttonOf(single, "Run 3 commands?", "Allow once")).toEqual({
    blockID: "only",
    actionID: "Allow once",
  });
  expect(rowsOf(single)).toHaveLength(1);
});

test("a closed row's button is not its neighbour's", () => {
  expect(() => buttonOf(card, "echo two", "Reject")).toThrow(
    'The row "echo two" is closed ("❌ Rejected in OpenCode, with the answer to echo three, now") and has no buttons',
  );
});

test("a card whose only request is closed begins with its end", () => {
  const closed = kept(outcome("✅ Allowed once by Ada "), command("git push"), origin);
  expect(rowsOf(closed)).toEqual([
    { text: "git push\nProject: /home/dev", buttons: new Map(), outcome: "✅ Allowed once by Ada now" },
  ]);
});

test("of a closed and an open row with the same words it is the open one's", () => {
  const twice = kept(command("ls"), outcome("❌ Rejected, "), command("ls"), buttons("second", "Reject"));
  expect(buttonOf(twice, "ls", "Reject")).toEqual({ blockID: "second", actionID: "Reject" });
});

test("what is not there is named", () => {
  expect(() => buttonOf(card, "echo four", "Reject")).toThrow('No row of this card says "echo four"');
  expect(() => buttonOf(card, "echo one", "Allow always")).toThrow(
    'The row "echo one" has no button "Allow always", only Allow once, Reject',
  );
});

test("the buttons of a whole card are no row's", () => {
  expect(rowsOf(card).map(({ text }) => text.split("\n").at(-1))).toEqual([
    "echo one",
    "echo two",
    "Allow always: all of echo",
  ]);
});
