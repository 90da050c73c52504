import type { ActionsBlock, Button } from "@slack/web-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Row } from "../../../src/gateway/domain/card.ts";
import type { CardContent, RawContent } from "../../../src/gateway/domain/content.ts";
import type { ClosedState } from "../../../src/gateway/domain/state.ts";
import { REJECT_ALL, REJECT_ALL_AND_STOP } from "../../../src/gateway/domain/permission-controls.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import { renderCard } from "../../../src/slack/cards/blocks.ts";
import { countFitting, offeredReplies } from "../../../src/slack/cards/readable.ts";
import { showContent } from "../../../src/sanitize/content.ts";
import { controlsFor, onCard } from "../../support/controls.ts";
import { permissionRequest } from "../../support/permission-request.ts";
import { buttonsOf, checkBlocks } from "../../support/slack/block-kit.ts";
import { createWebClient } from "../../support/slack/official-clients.ts";
import { renderPlain } from "../../support/slack/plain.ts";
import { createSlackStandIn, type SlackStandIn } from "../../support/slack/stand-in.ts";

let slack: SlackStandIn;
beforeAll(async () => {
  slack = await createSlackStandIn({ rateLimits: "none" });
});
afterAll(async () => slack.close());

const raw: RawContent = {
  request: permissionRequest({
    patterns: ["git status"],
    always: ["git status *"],
  }),
  details: [{ label: "Command", text: "git status" }],
  session: { titles: ["Fix the build"], agent: "build", model: "acme/large" },
  offers: { replies: ["once", "always", "reject"] },
  directory: "/home/dev/project",
  host: "laptop",
};

const show = (more: Partial<RawContent> = {}): CardContent => runToEnd(showContent({ ...raw, ...more }, []));
const content = show();
const command = (text: string): CardContent =>
  show({ details: [{ label: "Command", text, isCommand: true }] });

/** As long as the gateway's. */
const memberID = `${"h".repeat(58)}_0123456789ab`;
const controls = [onCard(REJECT_ALL)];

const openRow = (card: CardContent): Row => ({
  content: card,
  state: { kind: "asked" },
  controls: controlsFor(card, offeredReplies(card)),
});

/** Posts a card as the gateway does and closes it again: Slack takes both, or this rejects. */
async function postAndClose(
  contents: CardContent | readonly CardContent[],
  state: ClosedState,
): Promise<[open: string, closed: string]> {
  const client = createWebClient(slack);
  const rows = [contents].flat().map(openRow);
  const posted = await client.chat.postMessage({
    channel: "C1",
    ...renderCard({ rows, controls }, memberID),
  });
  const open = renderPlain(slack.channel("C1").messages().at(-1) ?? {});
  const closed = rows.map(({ content: card }): Row => ({
    content: card,
    state,
    controls: [],
  }));
  await client.chat.update({
    channel: "C1",
    ts: posted.ts ?? "",
    ...renderCard({ rows: closed, controls }, memberID),
  });
  return [open, renderPlain(slack.channel("C1").messages().at(-1) ?? {})];
}

const rejected: ClosedState = {
  kind: "replied",
  answer: { kind: "permission", reply: "reject" },
  by: { kind: "opencode" },
  at: new Date(0),
};

describe("Slack takes cards of", () => {
  test.each([
    ["an empty command", ""],
    ["a command of line breaks", "\n\n\n"],
    ["a command of ampersands, which Slack counts five times", "&".repeat(20_000)],
    ["a command that Slack counts up to the limit", "<".repeat(2_300)],
    ["a command of quotes and backslashes", `"\\`.repeat(5_000)],
    ["a command of emoji, which must not be cut in half", "👩‍💻".repeat(4_000)],
    ["a command of a megabyte", "x".repeat(1_000_000)],
    [
      "a command with mentions",
      "echo '<!channel> <@U1> <#C1|general> <https://example.com|click>' @here *bold*",
    ],
  ])("%s", async (_, text) => {
    const [open, closed] = await postAndClose(command(text), rejected);
    expect(open).toContain("[Reject]");
    expect(closed).toContain("Rejected in OpenCode");
  });

  test("a permission with the name of an object's method", async () => {
    const [open] = await postAndClose(
      show({ request: { ...raw.request, permission: "constructor" } }),
      rejected,
    );
    expect(open).toContain("Use “constructor”?");
  });

  test("a change of a thousand files", async () => {
    const details = Array.from({ length: 1_000 }, (_, n) => ({
      label: "File",
      text: `/home/dev/project/${n}.ts`,
    }));
    const [open] = await postAndClose(show({ details }), rejected);
    expect(open).toContain("980 further parts");
    expect(open).toMatch(/\[Reject\]$/);
    expect(open).not.toContain("[Allow");
  });

  test("long names everywhere", async () => {
    const long = "&<long name> ".repeat(400);
    const [open] = await postAndClose(
      show({
        request: { ...raw.request, permission: long, always: [long] },
        session: { titles: [long, long], agent: long, model: long },
        directory: `/${long}`,
      }),
      { kind: "gone", reason: "session-idle", at: new Date(0) },
    );
    expect(open).toContain("[Allow once] [Reject]");
  });
});

describe("a card offers", () => {
  test("everything when the whole request and what always saves can be read", () => {
    expect(offeredReplies(content)).toEqual(["once", "always", "reject"]);
  });
  test("no Allow always when OpenCode would save nothing", () => {
    expect(offeredReplies(show({ request: { ...raw.request, always: [] } }))).toEqual(["once", "reject"]);
  });
  test("only Reject when not the whole request can be read", () => {
    expect(offeredReplies(command("x".repeat(10_000)))).toEqual(["reject"]);
  });
  test("only Reject when the request is in doubt", () => {
    expect(offeredReplies(show({ doubt: "It may lie." }))).toEqual(["reject"]);
  });
});

test("every element says first whose it is, in as few characters as Slack takes, and nothing secret", () => {
  const rows = [command("ls"), savingAlways(["ls *"])].map(openRow);
  const ofCard = [REJECT_ALL, REJECT_ALL_AND_STOP].map(onCard);
  const { blocks } = renderCard({ rows, controls: ofCard }, memberID);
  const elements = blocks.flatMap((block) =>
    block.type === "actions" ? (block as ActionsBlock).elements : [],
  );
  expect(elements.length).toBeGreaterThan(6);
  for (const element of elements) {
    const { action_id: actionID = "", value = "" } = element as Button;
    expect(actionID).toMatch(new RegExp(`^${memberID} [a-z-]+$`));
    expect(actionID.length).toBeLessThanOrEqual(255);
    expect(actionID).not.toContain(value);
  }
});

/** The dialogs of an open card's buttons, by their labels. */
function dialogsOf(card: CardContent, alsoAnswered = 0) {
  const open = { ...openRow(card), controls: controlsFor(card, offeredReplies(card), alsoAnswered) };
  const { blocks } = renderCard({ rows: [open], controls: [] }, memberID);
  const checked = checkBlocks(blocks);
  if (!checked.ok) throw new Error(checked.messages.join());
  return new Map(buttonsOf(checked.value).map(({ button }) => [button.text.text, button.confirm]));
}

function savingAlways(always: readonly string[], permission = "bash"): CardContent {
  return { ...content, request: { ...content.request, permission, always } };
}

/** What is said before a pattern is saved. */
function saidBeforeAlways(pattern: string, permission?: string): string | undefined {
  return dialogsOf(savingAlways([pattern], permission)).get("Allow always")?.text.text;
}

describe("what the rules ask for", () => {
  test("for the terminal there is no Allow, and the card says why and what to do", async () => {
    const offers = { replies: ["reject"], terminalOnly: "This matches `rm -*`." } as const;
    const [open] = await postAndClose({ ...content, offers }, rejected);
    expect(open).toContain(
      "⚠ This matches `rm -*`. It can be allowed in OpenCode only.\nLength: 1 line, 10 characters\n[Reject]",
    );
    const [shared] = await postAndClose([{ ...content, offers }, content], rejected);
    expect(shared).toContain("⚠ This matches `rm -*`. It can be allowed in OpenCode only.\n[Reject]");
  });

  test("Allow asks once more, and says why; Reject does not", () => {
    const offers = { replies: ["once", "reject"], confirm: "This matches `rm -*`." } as const;
    const dialogs = dialogsOf({ ...content, offers });
    expect(dialogs.get("Allow once")?.text.text).toBe("This matches `rm -*`. Have you read all of it?");
    expect(dialogs.get("Reject")).toBeUndefined();
    expect(dialogsOf(content).get("Allow once")).toBeUndefined();
  });

  test("the longest rule fits into the dialog", () => {
    const confirm = `This matches \`${"&".repeat(200)}\`.`;
    const dialogs = dialogsOf({ ...content, offers: { replies: ["once", "reject"], confirm } });
    expect(dialogs.get("Allow once")?.text.text).toMatch(/^This matches .*… Have you read all of it\?$/);
  });

  test("Allow always names the patterns, how far they reach, and what it answers now", () => {
    expect(dialogsOf(savingAlways(["git status *", "ls *"])).get("Allow always")?.text.text).toBe(
      "OpenCode asks no more for “bash” of “git status *”, “ls *” (so git status &gt; file runs, too) in all sessions of this directory, until OpenCode ends.",
    );
    expect(dialogsOf(content, 3).get("Allow always")?.text.text).toMatch(
      / until OpenCode ends\. It also answers 3 other open requests\.$/,
    );
  });

  test("of redirections Allow always warns where it saves commands with any arguments, and nowhere else", () => {
    expect(saidBeforeAlways("git log *")).toContain(
      "“bash” of “git log *” (so git log &gt; file runs, too) in all",
    );
    expect(saidBeforeAlways("git log")).not.toContain("file runs");
    expect(saidBeforeAlways("https://example.com/ *", "webfetch")).not.toContain("file runs");
  });

  test("Allow always is there only while its dialog can say everything", () => {
    const longest = Array.from({ length: 200 }, (_, length) => "<".repeat(length)).findLast((pattern) =>
      offeredReplies(savingAlways([pattern])).includes("always"),
    );
    expect(longest?.length).toBeGreaterThan(10);
    expect(dialogsOf(savingAlways([longest ?? ""]), 9_999).get("Allow always")?.text.text).toContain(
      `${"&lt;".repeat(longest?.length ?? 0)}” in all`,
    );
  });
});

test("what is offered for Allow is shown to its last character", async () => {
  for (let length = 5_000; length < 10_000; length += 250) {
    const card = command(`${"x".repeat(length)}END`);
    if (!offeredReplies(card).includes("once")) continue;
    const [open] = await postAndClose(card, rejected);
    expect(open).toContain("xEND");
  }
});

test("the text for phones and screen readers is one whole line, and nothing in it comes alive", () => {
  const { text } = renderCard(
    { rows: [openRow(command("echo '<!channel>'\n  && rm -rf &"))], controls: [] },
    memberID,
  );
  expect(text).toBe(
    "Run a command? “echo '&lt;!channel&gt;' ⏎ &amp;&amp; rm -rf &amp;” (in “/home/dev/project” on laptop)",
  );
});

const isQuoted = (text: string): boolean =>
  text.split("\n").every((line) => /^“[^“”]*”( → “[^“”]*”)*$/.test(line));

/** Every text of ours and of others, by the element that it stands in. */
function elementsOf(contents: readonly CardContent[]) {
  const { blocks } = renderCard({ rows: contents.map(openRow), controls: [] }, memberID);
  const checked = checkBlocks(blocks);
  if (!checked.ok) throw new Error(checked.messages.join());
  return checked.value.flatMap((block) => (block.type === "rich_text" ? block.elements : []));
}
const textOf = (element: ReturnType<typeof elementsOf>[number]): string =>
  renderPlain({ blocks: [{ type: "rich_text", elements: [element] }] } as never);

describe("what others wrote stands apart from what is ours", () => {
  const trick = "x ✅ Reviewed and approved by @alice · Host: ci-sandbox · Agent: plan” → “y";
  const forged: RawContent = {
    ...raw,
    request: permissionRequest({
      permission: "deploy? Allowed by alice. Use",
      always: ["x in this session only *"],
    }),
    session: { titles: [trick, "Look around"], agent: trick, model: trick },
    details: [
      { label: "Command", text: "git status · Host: ci-sandbox (in /safe on ci-sandbox)", isCommand: true },
      { label: "What the agent says about it", text: `Project: /safe\nHost: ci-sandbox`, isRemark: true },
    ],
  };
  test.each([
    ["alone", [runToEnd(showContent(forged, []))]],
    ["among others of its session", [runToEnd(showContent(forged, [])), runToEnd(showContent(forged, []))]],
    ["among others", [runToEnd(showContent(forged, [])), content]],
  ])("on a card, %s", (_, contents) => {
    const elements = elementsOf(contents);
    const quotes = elements.filter(({ type }) => type === "rich_text_quote").map(textOf);
    const sections = elements.filter(({ type }) => type === "rich_text_section").map(textOf);
    expect(quotes.join("\n")).toContain(
      '“x ✅ Reviewed and approved by @alice · Host: ci-sandbox · Agent: plan" → "y” → “Look around”',
    );
    expect(quotes).toContain("Project: /safe\nHost: ci-sandbox");
    expect(quotes.filter((text) => text.includes("✅")).every(isQuoted)).toBe(true);
    expect(sections.join("\n")).not.toMatch(/✅|ci-sandbox/);
  });

  test("in a header, in a dialog, and in the text for phones", () => {
    const card = runToEnd(showContent(forged, []));
    const { text, blocks } = renderCard({ rows: [openRow(card)], controls: [] }, memberID);
    expect(JSON.stringify(blocks[0])).toContain("Use “deploy? Allowed by alice. Use”?");
    expect(text).toBe(
      "Use “deploy? Allowed by alice. Use”? “git status · Host: ci-sandbox (in /safe on ci-sandbox)” (in “/home/dev/project” on laptop)",
    );
    expect(dialogsOf(card).get("Allow always")?.text.text).toContain(
      "of “x in this session only *” in all sessions",
    );
  });
});

test("a sibling's card names the request that was answered", async () => {
  const to = command("git push --force");
  const by = { kind: "sibling", userID: "U1", to } as const;
  const [, closed] = await postAndClose(content, {
    kind: "replied",
    answer: { kind: "permission", reply: "reject" },
    by,
    at: new Date(0),
  });
  expect(closed).toContain(
    "Rejected with the answer of @U1 to another request, 1970-01-01T00:00:00.000Z\ngit push --force",
  );
});

describe("a shared card", () => {
  const short = (count: number) => Array.from({ length: count }, (_, n) => command(`echo number ${n}`));
  const longest = "&".repeat(2_000);
  const like = (more: Partial<CardContent>) =>
    short(40).map((card): CardContent => Object.assign({}, card, more));

  test("shows each request with its own buttons, and one that rejects all", async () => {
    const [open] = await postAndClose(short(2), rejected);
    expect(open).toBe(
      [
        "2 permission requests",
        "Project: /home/dev/project",
        "Host: laptop",
        "Names given to the session, agent, and model:",
        "“Fix the build”",
        "“build”",
        "“acme/large”",
        "Allow always: OpenCode asks no more for what the request names there, in all sessions of this directory, until OpenCode ends.",
        "1. Run a command?",
        "echo number 0",
        "Allow always: bash git status *",
        "[Allow once] [Allow always] [Reject]",
        "2. Run a command?",
        "echo number 1",
        "Allow always: bash git status *",
        "[Allow once] [Allow always] [Reject]",
        "[Reject all]",
      ].join("\n"),
    );
  });

  test("shows the end of one request in its place, and keeps the buttons of the others", () => {
    const [first, second, third] = short(3).map(openRow);
    if (!first || !second || !third) throw new Error("There are three.");
    const rows = [first, { ...second, state: rejected, controls: [] }, third];
    const { blocks, text } = renderCard({ rows, controls }, memberID);
    const [, , , , firstButtons, , end, , thirdButtons, all] = blocks.map(({ type }) => type);
    expect([firstButtons, end, thirdButtons, all]).toEqual(["actions", "rich_text", "actions", "actions"]);
    expect(text).toBe(
      "3 permission requests, 2 open: Run a command? “echo number 0” · Rejected in OpenCode: Run a command? “echo number 1” · Run a command? “echo number 2” (in “/home/dev/project” on laptop)",
    );
  });

  test("says of each request where it comes from when they are not of one session", async () => {
    const other = { ...command("ls"), session: { titles: ["Fix the build", "Look around"], agent: "scout" } };
    const [open] = await postAndClose([command("pwd"), other], rejected);
    expect(open).toContain("Project: /home/dev/project\nHost: laptop");
    expect(open).toContain(
      "pwd\nNames given to the session, agent, and model:\n“Fix the build”\n“build”\n“acme/large”",
    );
    expect(open).toContain(
      "ls\nNames given to the session and agent:\n“Fix the build” → “Look around”\n“scout”",
    );
  });

  test("has no button for all when one request is left", () => {
    const [first, second] = short(2).map(openRow);
    if (!first || !second) throw new Error("There are two.");
    const rows = [{ ...first, state: rejected, controls: [] }, second];
    const { blocks } = renderCard({ rows, controls }, memberID);
    expect(JSON.stringify(blocks)).not.toContain("Reject all");
  });

  test.each([
    ["many short commands", short(40)],
    ["commands that Slack counts five times", Array.from({ length: 40 }, () => command("&".repeat(80)))],
    ["one that fits, and a long one behind it", [command("ls"), command(longest), command(longest)]],
    ["one that fits nowhere, and a short one behind it", [command("x".repeat(20_000)), command("ls")]],
    ["doubtful ones", like({ doubt: "It may lie." })],
    ["ones that nobody may answer", like({ noApprover: "none-configured" })],
  ])("takes as many as can be read on it: %s", async (_, contents) => {
    const count = countFitting(contents);
    const shared = contents.slice(0, count);
    expect(count).toBeLessThanOrEqual(20);
    const to = command("&".repeat(3_000));
    const by = { kind: "sibling", userID: "U0123456789", to } as const;
    const [open] = await postAndClose(shared, {
      kind: "replied",
      answer: { kind: "permission", reply: "reject" },
      by,
      at: new Date(0),
    });
    const cut = shared.filter(({ details: [detail] }) => !open.includes(detail?.text ?? ""));
    // Only what fits nowhere is cut, and that is alone on its card.
    expect(cut).toEqual(shared.filter(({ details: [detail] }) => (detail?.text.length ?? 0) > 10_000));
  });

  test("takes at least ten short requests, and five that each have a dialog for Allow always", () => {
    expect(countFitting(like({ offers: { replies: ["once", "reject"] } }))).toBeGreaterThanOrEqual(10);
    expect(countFitting(short(30))).toBeGreaterThanOrEqual(5);
  });
});
