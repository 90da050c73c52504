import { describe, expect, test } from "vitest";
import { differencesOf, parseSeen, parseVersion } from "../../../src/slack/cards/card-check.ts";
import type { CardCheck } from "../../../src/slack/cards/check-setting.ts";
import {
  asKept,
  COMMAND,
  elementSaying,
  objectsIn,
  objectsOf,
  postedCard,
  replaceIn,
  say,
  type Json,
  type SlackMessage,
} from "../../support/rewritten-cards.ts";

/** Where a press is refused: the paths. */
function refused(
  check: CardCheck,
  seen: unknown,
  answer: unknown = asKept(postedCard()),
  posted = postedCard(),
): readonly string[] {
  const told = parseVersion(check, answer, posted).wording;
  const brought = parseSeen(check, seen);
  if (told === undefined || brought === undefined) throw new Error("Both say what the card is.");
  return told.digest === brought.digest ? [] : differencesOf(check, told, brought);
}

function changed(change: (message: SlackMessage) => unknown, message = asKept(postedCard())): SlackMessage {
  change(message);
  return message;
}

type Change = readonly [what: string, change: (message: SlackMessage) => unknown];

const buttons = (message: SlackMessage): Json[] => objectsOf(message, "button");
const escape = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const bare = { type: "link", url: "http://example.com", text: "example.com", unsafe: true };
const rocket = { type: "emoji", name: "rocket", unicode: "1f680" };

/** What Slack is known to write in several ways, and what it may; only the first few are no difference to `strict`. */
const SAME_TO_ALL: readonly Change[] = [
  ["names that Slack makes up", ({ blocks }) => blocks.forEach((block) => (block.block_id = "x/Y="))],
  ["no names", ({ blocks }) => blocks.forEach((block) => delete block.block_id)],
  [
    "fields around the card",
    (message) =>
      Object.assign(message, {
        edited: { user: "B1", ts: "1700000000.000000" },
        bot_profile: { id: "B1", name: "opencode", icons: {} },
        thread_ts: "100.000001",
        reply_count: 2,
        reply_users: ["U1"],
        latest_reply: "101.000001",
        subscribed: false,
        is_locked: false,
      }),
  ],
  ["empty lists", (message) => Object.assign(message, { attachments: [], files: [] })],
  [
    "empty fields",
    (message) =>
      buttons(message).forEach((one) => Object.assign(one, { url: "", accessibility_label: null })),
  ],
  [
    "lines that are not drawn",
    (message) => objectsOf(message, "rich_text_preformatted").forEach((one) => (one["border"] = 0)),
  ],
  [
    "texts that are not parsed",
    (message) => objectsOf(message, "plain_text").forEach((one) => delete one["emoji"]),
  ],
];

const SAME_WORDS: readonly Change[] = [
  [
    "lines around a text",
    (message) => objectsOf(message, "rich_text_quote").forEach((one) => (one["border"] = 1)),
  ],
  [
    "texts that may have emoji",
    (message) => objectsOf(message, "plain_text").forEach((one) => (one["emoji"] = true)),
  ],
  [
    "texts that are verbatim",
    (message) => objectsOf(message, "plain_text").forEach((one) => (one["verbatim"] = true)),
  ],
  ["its text for notifications", (message) => (message.text = "something else")],
  ["no text for notifications", (message) => (message.text = "")],
  [
    "escaped plain texts",
    (message) => objectsOf(message, "plain_text").forEach((one) => (one["text"] = escape(one["text"]))),
  ],
  ["an address in a command that is a link", (message) => replaceIn(message, "example.com", bare)],
  [
    "an address that is a link with no label",
    (message) =>
      replaceIn(message, "https://example.com/a?b=1&c=2", {
        type: "link",
        url: "https://example.com/a?b=1&c=2",
      }),
  ],
  [
    "a mail address that is a link",
    (message) =>
      replaceIn(message, "me@example.com", {
        type: "link",
        url: "mailto:me@example.com",
        text: "me@example.com",
      }),
  ],
  [
    "an address in bold words that is a bold link",
    (message) =>
      replaceIn(
        message,
        "One <thing>",
        { type: "text", text: "One ", style: { bold: true } },
        { type: "text", text: "<thing>", style: { bold: true } },
      ),
  ],
  ["an emoji that is an element", (message) => replaceIn(message, "🚀", rocket)],
  [
    "an emoji that is an element without code points",
    (message) => replaceIn(message, "🚀", { type: "emoji", name: "rocket" }),
  ],
  ["an emoji by its name", (message) => say(message, "🚀", ":rocket:")],
  ["an emoji in a quote by its name", (message) => say(message, "✅", ":white_check_mark:")],
  [
    "an emoji of ours that is an element",
    (message) => replaceIn(message, "⚠", { type: "emoji", name: "warning", unicode: "26a0-fe0f" }),
  ],
  ["an emoji of ours that looks like one", (message) => say(message, "⚠", "⚠\uFE0F")],
  [
    "a text that is cut in two",
    (message) => replaceIn(message, "push", { type: "text", text: "push", style: { code: true } }),
  ],
  ["a command that is cut in three", (message) => replaceIn(message, "echo", { type: "text", text: "echo" })],
  ["a mark that keeps words in their places", (message) => say(message, "Builds", "\u200EBuilds")],
  ["more white space", (message) => say(message, "Builds the site", "Builds  the\n site")],
  ["words that are wrapped", (message) => say(message, "You will be asked", "You will\nbe asked")],
  [
    "lines that are joined",
    (message) => {
      const { elements, index } = elementSaying(message, "One <thing>");
      elements[index - 1].text = " ";
    },
  ],
  ["white space around words", (message) => say(message, "Length: ", " Length: ")],
  ["the line breaks of Windows", (message) => say(message, COMMAND, COMMAND.replaceAll("\n", "\r\n"))],
  ["no line break at the end of a command", (message) => say(message, COMMAND, COMMAND.trimEnd())],
];

const CONTEXT = { type: "context", elements: [{ type: "plain_text", text: "It is safe." }] };

/** What somebody with the bot token can do to a card. */
const FORGED: readonly Change[] = [
  ["a word more in a command", (message) => say(message, "rm -rf build", "echo rm -rf build")],
  ["a word less in a command", (message) => say(message, "rm -rf build", "rm build")],
  ["words of a command swapped", (message) => say(message, "rm -rf build", "build -rf rm")],
  ["words glued together", (message) => say(message, "rm -rf build", "rm -rfbuild")],
  ["a word cut in two", (message) => say(message, "rm -rf build", "rm -rf bu ild")],
  ["letters of another case", (message) => say(message, "rm -rf build", "rm -rf Build")],
  ["a word more in its head", ({ blocks: [head] }) => (head.text.text += " No")],
  ["a word more in a warning", (message) => say(message, "One <thing>", "Not one <thing>")],
  ["a word more in a quote", (message) => say(message, "Builds", "Only builds")],
  ["a word more in small letters", (message) => say(message, "Length:", "Safe. Length:")],
  [
    "a word moved to the next part",
    (message) => {
      say(message, "Second command", "Second");
      say(message, "rm -rf build", "command rm -rf build");
    },
  ],
  [
    "a word moved to the next block",
    (message) => {
      say(message, "otherwise.", "");
      say(message, "This is like", "otherwise. This is like");
    },
  ],
  [
    "two commands in one",
    (message) => {
      const [first, second] = objectsOf(message, "rich_text_preformatted");
      first?.["elements"].push(...(second?.["elements"].splice(0) ?? []));
    },
  ],
  ["the order of its parts", ({ blocks }) => blocks[1].elements.push(...blocks[1].elements.splice(0, 2))],
  ["the order of its blocks", ({ blocks }) => blocks.push(...blocks.splice(1, 1))],
  [
    "the order of its buttons",
    (message) => objectsOf(message, "actions").forEach(({ elements }) => elements.push(elements.shift())),
  ],
  ["another label", (message) => (buttons(message)[2].text.text = "Dismiss")],
  ["another colour of a button", (message) => (buttons(message)[2].style = "primary")],
  ["no colour of a button", (message) => delete buttons(message)[0].style],
  ["another value", (message) => (buttons(message)[2].value = "B".repeat(22))],
  ["another name of a button", (message) => (buttons(message)[2].action_id = "laptop.1_member once")],
  ["an address behind a button", (message) => (buttons(message)[2].url = "https://example.com")],
  ["words for screen readers", (message) => (buttons(message)[2].accessibility_label = "Safe")],
  ["another title of a dialog", (message) => (buttons(message)[0].confirm.title.text = "Go on?")],
  ["another question of a dialog", (message) => (buttons(message)[0].confirm.text.text = "Go on?")],
  ["another number in a dialog", (message) => say(buttons(message)[1].confirm, "answers 1 ", "answers 0 ")],
  ["another yes of a dialog", (message) => (buttons(message)[0].confirm.confirm.text = "Cancel")],
  ["another no of a dialog", (message) => (buttons(message)[0].confirm.deny.text = "Later")],
  ["another colour of a dialog", (message) => (buttons(message)[0].confirm.style = "primary")],
  ["no dialog", (message) => delete buttons(message)[0].confirm],
  [
    "a dialog more",
    (message) => (buttons(message)[2].confirm = structuredClone(buttons(message)[0].confirm)),
  ],
  ["a block more", ({ blocks }) => blocks.splice(2, 0, CONTEXT)],
  ["a block more at its end", ({ blocks }) => blocks.push(CONTEXT)],
  ["a divider more", ({ blocks }) => blocks.splice(2, 0, { type: "divider" })],
  ["a block less", ({ blocks }) => blocks.splice(2, 1)],
  ["no blocks", (message) => (message.blocks = [])],
  [
    "a part more",
    ({ blocks }) =>
      blocks[1].elements.push({ type: "rich_text_section", elements: [{ type: "text", text: "Safe." }] }),
  ],
  [
    "an empty part more",
    ({ blocks }) => blocks[1].elements.push({ type: "rich_text_section", elements: [] }),
  ],
  ["a part less", ({ blocks }) => blocks[1].elements.pop()],
  [
    "a button more",
    (message) => objectsOf(message, "actions")[0]?.["elements"].push(structuredClone(buttons(message)[0])),
  ],
  ["a button less", (message) => objectsOf(message, "actions")[0]?.["elements"].pop()],
  [
    "a picture in small letters",
    (message) =>
      objectsOf(message, "context")[0]?.["elements"].push({
        type: "image",
        image_url: "https://example.com/a.png",
        alt_text: "safe",
      }),
  ],
  [
    "a picture beside a block",
    ({ blocks }) =>
      (blocks[0].accessory = { type: "image", image_url: "https://example.com/a.png", alt_text: "safe" }),
  ],
  ["an attachment", (message) => (message["attachments"] = [{ text: "It is safe." }])],
  ["an attachment that says nothing", (message) => (message["attachments"] = [{ id: 1 }])],
  ["a file", (message) => (message["files"] = [{ id: "F1", title: "safe.txt" }])],
  ["a field that nobody knows", ({ blocks: [head] }) => (head.level = 3)],
  ["a block of another type", ({ blocks }) => (blocks[0].type = "section")],
  [
    "a command that is a quote",
    (message) =>
      objectsOf(message, "rich_text_preformatted").forEach((one) => (one["type"] = "rich_text_quote")),
  ],
  [
    "words struck out",
    (message) => (elementSaying(message, "One <thing>").element.style = { bold: true, strike: true }),
  ],
  ["words that are no more bold", (message) => delete elementSaying(message, "One <thing>").element.style],
  [
    "a part of a command struck out",
    (message) => replaceIn(message, "-rf", { type: "text", text: "-rf", style: { strike: true } }),
  ],
  [
    "a link to elsewhere",
    (message) => replaceIn(message, "example.com", { ...bare, url: "http://example.org" }),
  ],
  [
    "a link that goes further",
    (message) => replaceIn(message, "example.com", { ...bare, url: "http://example.com.evil.org" }),
  ],
  [
    "a link of another kind",
    (message) => replaceIn(message, "example.com", { ...bare, url: "slack://example.com" }),
  ],
  [
    "words that are a link",
    (message) => replaceIn(message, "build", { type: "link", url: "https://example.com", text: "build" }),
  ],
  [
    "an address that is less safe",
    (message) =>
      replaceIn(message, "https://example.com/a?b=1&c=2", {
        type: "link",
        url: "http://example.com/a?b=1&c=2",
        text: "https://example.com/a?b=1&c=2",
      }),
  ],
  ["an emoji in place of a word", (message) => replaceIn(message, "build", { type: "emoji", name: "build" })],
  [
    "an emoji in place of its name",
    (message) => replaceIn(message, ":tada:", { type: "emoji", name: "tada", unicode: "1f389" }),
  ],
  ["a sign in place of an emoji's name", (message) => say(message, ":tada:", "🎉")],
  ["another emoji", (message) => replaceIn(message, "🚀", { type: "emoji", name: "bomb" })],
  ["another emoji by its name", (message) => say(message, "🚀", ":bomb:")],
  [
    "another emoji with the code points of ours",
    (message) => replaceIn(message, "🚀", { type: "emoji", name: "bomb", unicode: "1f680" }),
  ],
  [
    "our emoji with the code points of another",
    (message) => replaceIn(message, "🚀", { type: "emoji", name: "rocket", unicode: "1f4a3" }),
  ],
  [
    "our emoji as a picture of somebody's",
    (message) => replaceIn(message, "🚀", { ...rocket, url: "https://example.com/a.png" }),
  ],
  ["an emoji more", (message) => say(message, "🚀", "🚀🚀")],
  ["an emoji less", (message) => say(message, "🚀", "")],
  [
    "a name in plain text that becomes an emoji",
    (message) =>
      Object.assign(objectsOf(message, "plain_text")[0] ?? {}, { text: "Use :tada:?", emoji: true }),
  ],
  ["a sign that nobody sees", (message) => say(message, "rm -rf build", "rm -rf bu\u200Bild")],
  ["a sign that nobody sees at the end", (message) => say(message, "rm -rf build", "rm -rf build\u200B")],
  ["a sign that nobody sees in a label", (message) => (buttons(message)[2].text.text += "\u200D")],
  ["the style of an emoji behind a letter", (message) => say(message, "build", "build\uFE0F")],
  ["text that is turned around", (message) => say(message, "rm -rf build", "rm -rf \u202Ebuild")],
  ["a blank that is none", (message) => say(message, "Builds the", "Builds\u00A0the")],
  ["a mark of the beginning", (message) => say(message, "Builds", "\uFEFFBuilds")],
  ["letters that look alike", (message) => say(message, "Builds", "Вuilds")],
  [
    "a blank in place of a line break in a command",
    (message) => say(message, COMMAND, COMMAND.replace("\n", " ")),
  ],
  [
    "a line break in place of a blank in a command",
    (message) => say(message, "rm -rf build", "rm -rf\nbuild"),
  ],
  ["no line break in a command", (message) => say(message, COMMAND, COMMAND.replace("\n", ""))],
  ["a blank less in a command", (message) => say(message, "'a  b'", "'a b'")],
  ["a blank more in a command", (message) => say(message, "rm -rf build", "rm -rf  build")],
  ["another indentation of a command", (message) => say(message, "\techo", "  echo")],
  ["a blank before a command", (message) => say(message, "rm -rf build", " rm -rf build")],
  ["a blank behind a command", (message) => say(message, "rm -rf build", "rm -rf build ")],
  ["a blank less in a pattern", (message) => say(message, "echo a  b", "echo a b")],
  ["a page of empty lines", (message) => say(message, "One <thing>", `${"\n".repeat(40)}One <thing>`)],
  [
    "a page of empty lines in a command",
    (message) => say(message, "rm -rf build", `rm -rf build${"\n".repeat(40)}`),
  ],
  ["a command with one escape less", (message) => say(message, "&amp;", "&")],
  ["a command with one escape more", (message) => say(message, "&amp;", "&amp;amp;")],
  ["an escaped command", (message) => say(message, "a  b", "&lt;a  b")],
  [
    "a plain text that is escaped twice",
    (message) => say(message, "mcp <a> & b", escape(escape("mcp <a> & b"))),
  ],
  ["a plain text that is escaped in part", (message) => say(message, "mcp <a> & b", "mcp &lt;a> & b")],
  ["another time", (message) => (objectsOf(message, "date")[0] ?? {})["timestamp"]--],
  [
    "a time that says something else",
    (message) => Object.assign(objectsOf(message, "date")[0] ?? {}, { format: "never {date_num}" }),
  ],
  ["a mention", (message) => replaceIn(message, "build", { type: "user", user_id: "U1" })],
];

describe("a card that Slack writes out in another way", () => {
  test.each([...SAME_TO_ALL, ...SAME_WORDS])("with %s is the same card", (_, change) => {
    expect(refused("words", changed(change))).toEqual([]);
  });
  test.each([...SAME_TO_ALL, ...SAME_WORDS])("with %s in Slack's answer is the same card", (_, change) => {
    expect(refused("words", asKept(postedCard()), changed(change))).toEqual([]);
  });
  test.each(SAME_TO_ALL)("with %s is the same card where the check is strict", (_, change) => {
    expect(refused("strict", changed(change))).toEqual([]);
  });
  test.each(SAME_WORDS)("with %s is another card where the check is strict", (_, change) => {
    expect(refused("strict", changed(change))).not.toEqual([]);
  });
  test("in all of these ways at once is the same card", () => {
    const all = changed((message) => {
      for (const [, change] of [
        ...SAME_TO_ALL,
        ...SAME_WORDS.filter(([what]) => !/address|emoji|cut|Windows|no line/.test(what)),
      ])
        change(message);
    });
    expect(refused("words", all)).toEqual([]);
  });
});

describe("a card that somebody has rewritten", () => {
  test.each(FORGED)("with %s is another card", (_, change) => {
    expect(refused("words", changed(change))).not.toEqual([]);
    expect(refused("strict", changed(change))).not.toEqual([]);
  });
  test.each(FORGED)("with %s and all that Slack may add is another card", (_, change) => {
    const forged = changed((message) => {
      change(message);
      for (const one of objectsIn(message))
        if (String(one["type"]).startsWith("rich_text_")) one["border"] = 0;
      for (const one of objectsOf(message, "plain_text")) one["verbatim"] = false;
    });
    expect(refused("words", forged)).not.toEqual([]);
  });
  test("says where, and not a word of it", () => {
    const seen = changed((message) => {
      say(message, "rm -rf build", "rm -rf secrets");
      message.blocks[0]["rm -rf secrets"] = true;
      buttons(message)[0].style = "primary";
    });
    const paths = refused("words", seen);
    expect(paths).toContain("blocks[1].elements[3].text");
    expect(paths).toContain("blocks[7].elements[0].style");
    expect(paths).toHaveLength(3);
    expect(paths.join(" ")).not.toMatch(/secret|danger|rm/);
  });
  test("and that nests without end is no reason to fail", () => {
    let deep: Json = { type: "text", text: "safe" };
    for (let n = 0; n < 10_000; n += 1) deep = { elements: [deep] };
    const seen = changed((message) => message.blocks.push(deep));
    expect(refused("words", seen)).not.toEqual([]);
    expect(refused("strict", seen)).not.toEqual([]);
  });
});

/** One text as posted, as Slack may keep it, and as a press may bring it. */
const plain = (text: string) => ({
  text: "",
  blocks: [{ type: "header", text: { type: "plain_text", text } }],
});
const mrkdwn = (text: string) => ({
  text: "",
  blocks: [{ type: "section", text: { type: "mrkdwn", text } }],
});
const rich = (...elements: object[]) => ({
  text: "",
  blocks: [{ type: "rich_text", elements: [{ type: "rich_text_section", elements }] }],
});

function isSame(posted: object, answer: object, seen: object): boolean {
  return refused("words", seen, answer, posted as never).length === 0;
}

describe("a plain text", () => {
  test("may be escaped in the press, in the answer, or in both", () => {
    const [raw, escaped] = [plain("a < b"), plain("a &lt; b")];
    expect(isSame(raw, raw, escaped)).toBe(true);
    expect(isSame(raw, escaped, raw)).toBe(true);
    expect(isSame(raw, escaped, escaped)).toBe(true);
  });
  test("that says an entity is not the sign that the entity stands for", () => {
    const [sign, entity, escaped] = [plain("a < b"), plain("a &lt; b"), plain("a &amp;lt; b")];
    expect(isSame(entity, escaped, escaped)).toBe(true);
    expect(isSame(entity, entity, escaped)).toBe(true);
    // The press of a card that says a < b.
    expect(isSame(entity, escaped, entity)).toBe(false);
    expect(isSame(entity, escaped, sign)).toBe(false);
    expect(isSame(entity, entity, sign)).toBe(false);
  });
});

describe("a text that Slack parses", () => {
  test.each([
    ["an address that is a link", "see example.com", "see <http://example.com|example.com>"],
    ["a link without a label", "see https://example.com/?a&amp;b", "see <https://example.com/?a&amp;b>"],
    ["a mail address", "to me@example.com", "to <mailto:me@example.com|me@example.com>"],
    ["an emoji by its name", "go 🚀", "go :rocket:"],
    ["a bare sign that Slack escapes", "a < b & c", "a &lt; b &amp; c"],
    ["white space", "a b", "a\n b"],
  ])("is the same with %s", (_, posted, seen) => {
    expect(isSame(mrkdwn(posted), mrkdwn(posted), mrkdwn(seen))).toBe(true);
  });
  test.each([
    ["a link to elsewhere", "see example.com", "see <http://example.org|example.com>"],
    ["a link under other words", "see here", "see <http://example.com|here>"],
    ["an escape that is undone twice", "a &amp;lt; b", "a &lt; b"],
    ["a live mention", "&lt;!channel&gt;", "<!channel>"],
    ["nothing in a link", "a", "a<>"],
    ["white space in code", "`rm a  b`", "`rm a b`"],
    ["an emoji for its name", "go :rocket:", "go 🚀"],
  ])("is another with %s", (_, posted, seen) => {
    expect(isSame(mrkdwn(posted), mrkdwn(posted), mrkdwn(seen))).toBe(false);
  });
});

describe("an emoji", () => {
  const thumb = rich({ type: "text", text: "👍🏽 good" });
  const good = { type: "text", text: " good" };
  test("may have a skin tone", () => {
    const named = { type: "emoji", name: "+1", unicode: "1f44d-1f3fd", skin_tone: 4 };
    expect(isSame(thumb, thumb, rich(named, good))).toBe(true);
    expect(isSame(thumb, thumb, rich({ type: "emoji", name: "+1::skin-tone-4" }, good))).toBe(true);
    expect(isSame(thumb, thumb, rich({ type: "text", text: ":+1::skin-tone-4: good" }))).toBe(true);
    expect(isSame(thumb, thumb, rich({ ...named, skin_tone: 2 }, good))).toBe(false);
  });
  test("that Slack's answer names may be a sign again in the press", () => {
    const answer = rich({ type: "emoji", name: "+1", unicode: "1f44d-1f3fd", skin_tone: 4 }, good);
    expect(isSame(thumb, answer, thumb)).toBe(true);
  });
});

test("what Slack has changed in its answer and in the press alike is the same", () => {
  const answer = changed((message) => say(message, "Builds", "builds"));
  expect(refused("words", answer, answer)).toEqual([]);
});

test("where the check is off, any card is the one that was posted", () => {
  for (const [, change] of FORGED) expect(refused("off", changed(change))).toEqual([]);
  expect(parseSeen("off", undefined)).toBeDefined();
});

test("a card is as old as its last change, not as its post", () => {
  const message = asKept(postedCard());
  expect(parseVersion("words", message, postedCard(), "100.000001").at).toBeCloseTo(100_000, 0);
  const edited = { ...message, edited: { ts: "200.000000" } };
  expect(parseVersion("words", edited, postedCard(), "100.000001").at).toBe(200_000);
});

test("an answer without blocks says nothing of the card", () => {
  expect(parseVersion("words", { text: "A card" }, postedCard(), "100.000001")).toEqual({});
  expect(parseVersion("words", { text: "A card", blocks: [] }, postedCard(), "100.000001")).toEqual({});
});

test("a press without a message cannot be compared", () => {
  expect(parseSeen("words", undefined)).toBeUndefined();
  expect(parseSeen("strict", null)).toBeUndefined();
});
