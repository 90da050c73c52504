import type { ActionsBlock, Button } from "@slack/web-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PermissionRequest } from "../../../src/gateway/domain/ask.ts";
import type { Row } from "../../../src/gateway/domain/card.ts";
import type { CardContent, RawContent } from "../../../src/gateway/domain/content.ts";
import type { ClosedState } from "../../../src/gateway/domain/state.ts";
import { UNMUTE } from "../../../src/gateway/domain/mute-controls.ts";
import { REJECT_ALL, REJECT_ALL_AND_STOP } from "../../../src/gateway/domain/permission-controls.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import { renderCard } from "../../../src/slack/cards/blocks.ts";
import { renderOrphan } from "../../../src/slack/cards/orphan-card.ts";
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

const raw: RawContent & { request: PermissionRequest } = {
  request: permissionRequest({
    patterns: ["git status"],
    always: ["git status *"],
  }),
  details: [{ label: "Command", text: "git status", isSubject: true }],
  session: { titles: ["Fix the build"], agent: "build", model: "acme/large" },
  offers: { replies: ["once", "always", "reject"] },
  directory: "/home/dev/project",
  host: "laptop",
};

const show = (more: Partial<RawContent> = {}): CardContent => runToEnd(showContent({ ...raw, ...more }, []));
const content = show();
const command = (text: string): CardContent =>
  show({ details: [{ label: "Command", text, isCommand: true, isSubject: true }] });

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
    expect(open).toContain("project · Use “constructor”\n");
  });

  test("a change of a thousand files", async () => {
    const details = Array.from({ length: 1_000 }, (_, n) => ({
      label: "File",
      text: `/home/dev/project/${n}.ts`,
    }));
    const [open] = await postAndClose(show({ details }), rejected);
    expect(open).toContain(
      "985 more lines: too long to be read here, so it can be allowed in OpenCode only.",
    );
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

test("the card of a question whose process is gone says what kind of question it was", () => {
  const gone = { kind: "gone", reason: "opencode-ended", at: new Date(0) } as const;
  const said = (permission: string) =>
    renderPlain({
      blocks: keptBlocks(renderOrphan({ kind: "question", permission, directory: "/home/dev/shop" }, gone)),
    });
  expect(said("question")).toContain("Answer a question");
  expect(said("plan_exit")).toContain("End plan mode and begin to edit");
});

/** As Slack keeps them. */
function keptBlocks({ blocks }: ReturnType<typeof renderOrphan>) {
  const checked = checkBlocks(blocks);
  if (!checked.ok) throw new Error(checked.messages.join());
  return checked.value;
}

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
  return { ...content, request: { kind: "permission", permission, always } };
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
      "git status\n⚠ This matches rm -*. It can be allowed in OpenCode only.\n“Fix the build” · build / large · host laptop · /home/dev/project\n[Reject]",
    );
    const [shared] = await postAndClose([{ ...content, offers }, content], rejected);
    expect(shared).toContain(
      "⚠ 1. Run a command git status\n⚠ This matches rm -*. It can be allowed in OpenCode only.\n[Reject]",
    );
  });

  test("Allow asks once more, and says why; Reject does not", () => {
    const offers = { replies: ["once", "reject"], confirm: "This matches `rm -*`." } as const;
    const dialogs = dialogsOf({ ...content, offers });
    expect(dialogs.get("Allow once")?.text.text).toBe(
      "project · Run a command: “git status”\nThis matches `rm -*`. Have you read all of it?",
    );
    expect(dialogs.get("Reject")).toBeUndefined();
    expect(dialogsOf(content).get("Allow once")).toBeUndefined();
  });

  test("the longest rule fits into the dialog", () => {
    const confirm = `This matches \`${"&".repeat(200)}\`.`;
    const dialogs = dialogsOf({ ...content, offers: { replies: ["once", "reject"], confirm } });
    expect(dialogs.get("Allow once")?.text.text).toMatch(
      /^project · Run a command: “git status”\nThis matches .*… Have you read all of it\?$/,
    );
  });

  test("Allow always names the patterns, how far they reach, and what it answers now", () => {
    expect(dialogsOf(savingAlways(["git status *", "ls *"])).get("Allow always")?.text.text).toBe(
      "project · Run a command: “git status”\nStop asking for “git status *”, “ls *” (so git status &gt; file runs, too) in this project, all sessions, until OpenCode quits.",
    );
    expect(dialogsOf(content, 3).get("Allow always")?.text.text).toMatch(
      / until OpenCode quits\. It also answers 3 other open requests\.$/,
    );
  });

  test("of redirections Allow always warns where it saves commands with any arguments, and nowhere else", () => {
    expect(saidBeforeAlways("git log *")).toContain(
      "Stop asking for “git log *” (so git log &gt; file runs, too) in this project",
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
      `${"&lt;".repeat(longest?.length ?? 0)}” in this`,
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
  expect(text).toBe("project · Run a command: “echo '&lt;!channel&gt;' ⏎ &amp;&amp; rm -rf &amp;”");
});

/** Every text of a card that is none of ours to begin with, by the block or element that it stands in. */
function elementsOf(contents: readonly CardContent[]) {
  const { blocks } = renderCard({ rows: contents.map(openRow), controls: [] }, memberID);
  const checked = checkBlocks(blocks);
  if (!checked.ok) throw new Error(checked.messages.join());
  const elements = checked.value.flatMap((block) => (block.type === "rich_text" ? block.elements : []));
  const texts = (type: string): string[] =>
    elements
      .filter((element) => element.type === type)
      .map((element) => renderPlain({ blocks: [{ type: "rich_text", elements: [element] }] } as never));
  const lines = checked.value
    .filter(({ type }) => type === "context")
    .map((block) => renderPlain({ blocks: [block] }));
  return { quotes: texts("rich_text_quote"), sections: texts("rich_text_section"), lines };
}

describe("what others wrote stands apart from what is ours", () => {
  const trick = "x ✅ Reviewed and approved by @alice · host ci-sandbox · agent plan” → “y";
  const shownTrick = "“x ✅ Reviewed and approved by @alice · host ci-sandbox · a…”";
  const forged: RawContent = {
    ...raw,
    request: permissionRequest({
      permission: "deploy? Allowed by alice. Use",
      always: ["x in this session only *"],
    }),
    session: { titles: [trick, "Look around"], agent: trick, model: trick },
    details: [
      {
        label: "Command",
        text: "git status · Host: ci-sandbox (in /safe on ci-sandbox)",
        isCommand: true,
        isSubject: true,
      },
      { label: "What the agent says about it", text: `⚠ Project: /safe\nhost ci-sandbox`, isRemark: true },
    ],
  };
  const shown = runToEnd(showContent(forged, []));
  const names = `${shownTrick} → “Look around” · ${shownTrick} / ${shownTrick}`;

  test("on a card, alone: the agent's words in quotation, and names in a line that they cannot break", () => {
    const { quotes, sections, lines } = elementsOf([shown]);
    expect(quotes).toEqual(["⚠ Project: /safe\nhost ci-sandbox"]);
    expect(lines).toEqual([`${names} · host laptop · /home/dev/project`]);
    expect(sections.join("\n")).not.toMatch(/✅|ci-sandbox|⚠/);
  });

  test.each([
    ["of its session", [shown, shown]],
    ["of other sessions", [shown, content]],
  ])("on a card, among others %s", (_, contents) => {
    const { quotes, sections, lines } = elementsOf(contents);
    const [first, second] = contents;
    const isOne = first === second;
    expect(lines).toEqual([`${isOne ? `${names} · ` : ""}host laptop · /home/dev/project`]);
    expect(quotes).toEqual(isOne ? [] : [names, "“Fix the build” · build / large"]);
    const command = "git status · Host: ci-sandbox (in /safe on ci-sandbox)";
    expect(sections.map((text) => text.replace(command, "")).join("\n")).not.toMatch(/✅|ci-sandbox/);
  });

  test.each([
    [
      "a title that says a host",
      { session: { titles: ["host ci"] } },
      "“host ci” · host laptop · /home/dev/project",
    ],
    [
      "a title that is a word",
      { session: { titles: ["fix-build"] } },
      "fix-build · host laptop · /home/dev/project",
    ],
    [
      "a title with a line break",
      { session: { titles: ["a\nhost ci"] } },
      "“a\\u{A}host ci” · host laptop · /home/dev/project",
    ],
    [
      "an agent with a sign of ours",
      { session: { titles: [], agent: "plan·host" } },
      "“plan·host” · host laptop · /home/dev/project",
    ],
    [
      "a model",
      { session: { titles: [], agent: "build", model: "acme/x/large-1.0" } },
      "build / x/large-1.0 · host laptop · /home/dev/project",
    ],
    [
      "a directory that says a host",
      { directory: "/tmp/a · host ci" },
      "“Fix the build” · build / large · host laptop · “/tmp/a · host ci”",
    ],
    [
      "the home directory",
      { directory: "/home/dev/project", home: "/home/dev" },
      "“Fix the build” · build / large · host laptop · ~/project",
    ],
    [
      "somebody else's home",
      { directory: "/home/ada/project", home: "/home/ad" },
      "“Fix the build” · build / large · host laptop · /home/ada/project",
    ],
  ])("in the grey line, %s", (_, more, line) => {
    expect(elementsOf([show(more)]).lines).toEqual([line]);
  });

  test.each([
    ["a plain name", "/home/dev/shop", "shop · Run a command"],
    ["a name that says more", "/x/shop · Read a file", "“shop · Read a file” · Run a command"],
    ["a name with a warning's sign", "/x/⚠ shop", "“⚠ shop” · Run a command"],
    ["a long name", `/x/${"y".repeat(300)}`, `${"y".repeat(39)}… · Run a command`],
    ["no name", "/", "/ · Run a command"],
    ["a name of what Slack escapes", `/x/${"&".repeat(90)}`, `“${"&amp;".repeat(7)}…” · Run a command`],
  ])("in the head, %s of a directory", (_, directory, head) => {
    const { blocks } = renderCard({ rows: [openRow(show({ directory }))], controls: [] }, memberID);
    const checked = checkBlocks(blocks);
    if (!checked.ok) throw new Error(checked.messages.join());
    expect(checked.value[0]).toMatchObject({ text: { text: head } });
  });

  test("in a header, in a dialog, and in the text for phones", () => {
    const card = runToEnd(showContent(forged, []));
    const { text, blocks } = renderCard({ rows: [openRow(card)], controls: [] }, memberID);
    expect(JSON.stringify(blocks[0])).toContain('project · Use “deploy? Allowed by alice. Use”"');
    expect(text).toBe(
      "project · Use “deploy? Allowed by alice. Use”: “git status · Host: ci-sandbox (in /safe on ci-sandbox)”",
    );
    expect(dialogsOf(card).get("Allow always")?.text.text).toContain(
      "of “x in this session only *” in this project",
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
    "❌ Also rejected: @U1 rejected git push --force 1970-01-01T00:00:00.000Z · project\nRun a command\ngit status",
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
        "project · 2 permission requests",
        "“Fix the build” · build / large · host laptop · /home/dev/project",
        "1. Run a command echo number 0",
        "[Allow once] [Allow always] [Reject]",
        "2. Run a command echo number 1",
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
    const [, , , firstButtons, , end, , thirdButtons, all] = blocks.map(({ type }) => type);
    expect([firstButtons, end, thirdButtons, all]).toEqual(["actions", "rich_text", "actions", "actions"]);
    expect(text).toBe(
      "project · 3 permission requests, 2 open: Run a command: “echo number 0” · ❌ Rejected in OpenCode · Run a command: “echo number 1” · Run a command: “echo number 2”",
    );
  });

  test("says of each request where it comes from when they are not of one session", async () => {
    const other = { ...command("ls"), session: { titles: ["Fix the build", "Look around"], agent: "scout" } };
    const [open] = await postAndClose([command("pwd"), other], rejected);
    expect(open).toContain("2 permission requests\nhost laptop · /home/dev/project\n");
    expect(open).toContain("1. Run a command pwd\n“Fix the build” · build / large\n");
    expect(open).toContain("2. Run a command ls\n“Fix the build” → “Look around” · scout\n");
  });

  test("of any number of long commands says in its text what each is", () => {
    for (let count = 2; count <= 20; count += 1) {
      const rows = Array.from({ length: count }, () => openRow(command("x".repeat(250))));
      const { text } = renderCard({ rows, controls }, memberID);
      expect({ count, said: text.match(/Run a command: “x+”… \(cut/g)?.length }).toEqual({
        count,
        said: count,
      });
      expect(text.length).toBeLessThanOrEqual(4_000);
    }
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

test("says that new cards are muted, and mutes, where it has room for that: not in place of a request", () => {
  const mute = { since: new Date(0), until: new Date(3_600_000) };
  const ofCard = [REJECT_ALL_AND_STOP, UNMUTE].map(onCard);
  const lastPress = { note: { kind: "not-recorded" }, at: new Date(0) } as const;
  const sayAll = (text: string): string => {
    const rows = [{ ...openRow(command(text)), hasOthers: true }];
    return JSON.stringify(renderCard({ rows, controls: ofCard, mute, lastPress }, memberID).blocks);
  };
  let length = 5_000;
  while (offeredReplies(command("x".repeat(length + 1))).includes("once")) length += 1;
  expect(sayAll("ls")).toMatch(/"Unmute"[^]*New cards are muted until/);
  const full = sayAll("x".repeat(length));
  expect(full).toContain("x".repeat(length));
  expect(full).not.toMatch(/mute/i);
});
