import { describe, expect, test } from "vitest";
import type { CardFace, Row, ThreadState } from "../../../src/gateway/domain/card.ts";
import type { CardContent, RawContent } from "../../../src/gateway/domain/content.ts";
import { planControls } from "../../../src/gateway/domain/controls.ts";
import type { CardState } from "../../../src/gateway/domain/state.ts";
import { renderCard } from "../../../src/slack/cards/blocks.ts";
import { offeredReplies } from "../../../src/slack/cards/readable.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import { showContent } from "../../../src/sanitize/content.ts";
import { onCard } from "../../support/controls.ts";
import { permissionRequest } from "../../support/permission-request.ts";
import { buttonsOf, checkBlocks } from "../../support/slack/block-kit.ts";
import { renderPlain } from "../../support/slack/plain.ts";
import { readable } from "../../support/slack/text.ts";

const AT = new Date("2026-03-02T16:37:00Z");
const ADA = { kind: "approver", userID: "U1" } as const;

const raw: RawContent = {
  request: permissionRequest({ patterns: ["rm -rf build"], always: ["git status *"] }),
  details: [{ label: "Command", text: "rm -rf build", isCommand: true, isSubject: true }],
  session: { titles: ["fix-build"], agent: "build", model: "acme/claude-sonnet" },
  offers: { replies: ["once", "reject"] },
  directory: "/home/ada/project-1",
  home: "/home/ada",
  host: "vm",
};
const ORIGIN = "fix-build · build / claude-sonnet · host vm · ~/project-1";
const RISKY = { replies: ["once", "reject"], confirm: "This matches the rule `rm-recursive`." } as const;

const show = (more: Partial<RawContent> = {}): CardContent => runToEnd(showContent({ ...raw, ...more }, []));
const command = (text: string, more: Partial<RawContent> = {}): CardContent =>
  show({ details: [{ label: "Command", text, isCommand: true, isSubject: true }], ...more });

function openRow(content: CardContent, more: Partial<Row> = {}): Row {
  const isInThread = more.thread !== undefined;
  const offered = {
    replies: offeredReplies(content, isInThread || undefined),
    alsoAnswered: 0,
    isAlone: true,
  };
  return {
    content,
    state: { kind: "asked" },
    controls: planControls(content, offered).map(onCard),
    ...more,
  };
}

function draw(row: Row, more: Partial<CardFace> = {}) {
  const { text, blocks } = renderCard({ rows: [row], controls: [], ...more }, "vm_1");
  const checked = checkBlocks(blocks);
  if (!checked.ok) throw new Error(checked.messages.join());
  const buttons = new Map(buttonsOf(checked.value).map(({ button }) => [readable(button.text.text), button]));
  return {
    text: readable(text),
    shown: renderPlain({ blocks: checked.value }),
    blocks: checked.value,
    buttons,
  };
}

const closed = (state: CardState, content = show()) => draw({ content, state, controls: [] });
const replied = (reply: "once" | "always" | "reject", more: object = {}): CardState => ({
  kind: "replied",
  answer: { kind: "permission", reply },
  by: ADA,
  at: AT,
  ...more,
});

/** What is coloured, and how. */
const styles = (content: CardContent) =>
  [...draw(openRow(content)).buttons].flatMap(([label, { style }]) =>
    style === undefined ? [] : [label, style],
  );

/** A card of an edit of this file. */
const edit = (name: string) =>
  draw(
    openRow(
      show({
        headline: { what: "Edit", name, lines: { added: 1, removed: 0 } },
        details: [
          { label: "Change file", text: name, isLine: true },
          { label: "Diff", text: "+a", isSubject: true },
        ],
      }),
    ),
  ).shown;

describe("a card that is open", () => {
  test("says in this order what it is about, what warns of it, what the agent says, and where it comes from", () => {
    const content = show({
      offers: RISKY,
      details: [
        ...raw.details,
        { label: "What the agent says about it", text: "Deletes what was built", isRemark: true },
      ],
    });
    expect(draw(openRow(content, { hasOthers: true })).shown).toBe(
      [
        "⚠ project-1 · Run a command",
        "rm -rf build",
        "⚠ This matches the rule rm-recursive. You will be asked again.",
        "Deletes what was built",
        ORIGIN,
        "[Allow once] [Reject] [Reject with reason…]",
        "Reject also rejects what else this session asks.",
      ].join("\n"),
    );
  });

  test("of no rule and no doubt has neither a sign nor a warning", () => {
    expect(draw(openRow(command("git status"))).shown).toBe(
      ["project-1 · Run a command", "git status", ORIGIN, "[Allow once] [Reject] [Reject with reason…]"].join(
        "\n",
      ),
    );
  });

  test.each<[string, Partial<RawContent>, string]>([
    ["a rule that asks once more", { offers: RISKY }, "⚠ "],
    ["a rule that keeps it for the terminal", { offers: { replies: ["reject"], terminalOnly: "No." } }, "⚠ "],
    ["a doubt", { doubt: "It may lie." }, "⚠ "],
    [
      "what is masked",
      { details: [{ label: "Command", text: "TOKEN=abcdefgh12345 x", isCommand: true }] },
      "",
    ],
  ])("has a sign in its head for %s", (_, more, sign) => {
    const { shown, text } = draw(openRow(show(more)));
    expect(shown.split("\n")[0]).toBe(`${sign}project-1 · Run a command`);
    expect(text.startsWith(`${sign}project-1 · Run a command: “`)).toBe(true);
  });

  test("has one coloured button: green, or red where a second question is asked", () => {
    expect(styles(show())).toEqual(["Allow once", "primary"]);
    expect(styles(show({ offers: RISKY }))).toEqual(["Allow once", "danger"]);
  });

  test.each<[string, Partial<RawContent>, string]>([
    [
      "an edit",
      { headline: { what: "Edit", name: "src/greetings.ts", lines: { added: 1, removed: 0 } } },
      "project-1 · Edit src/greetings.ts (+1 −0)",
    ],
    [
      "a file outside",
      { headline: { what: "Read a file", isOutside: true } },
      "project-1 · Read a file outside project-1",
    ],
    [
      "a name that says more",
      { headline: { what: "Edit", name: "a (+0 −0) · Read b", lines: { added: 9, removed: 9 } } },
      "project-1 · Edit “a (+0 −0) · Read b” (+9 −9)",
    ],
    [
      "a long name",
      { headline: { what: "Edit", name: `${"long/".repeat(40)}end.ts`, lines: { added: 1, removed: 1 } } },
      `project-1 · Edit …/${"long/".repeat(23)}end.ts (+1 −1)`,
    ],
    ["a page", { request: permissionRequest({ permission: "webfetch" }) }, "project-1 · Fetch a URL"],
    ["a tool of others", { request: permissionRequest({ permission: "mcp_x" }) }, "project-1 · Use “mcp_x”"],
    [
      "reaching outside",
      { request: permissionRequest({ permission: "external_directory" }) },
      "project-1 · Reach outside project-1",
    ],
  ])("says in its head %s", (_, more, head) => {
    expect(draw(openRow(show(more))).shown.split("\n")[0]).toBe(head);
  });

  test("repeats a file's name below its head only where that does not say all of it", () => {
    expect(edit("src/a.ts")).toMatch(/\(\+1 −0\)\n\+a\n/);
    const long = `${"long/".repeat(40)}end.ts`;
    expect(edit(long)).toContain(`Change file\n${long}\nDiff\n+a\n`);
    expect(edit("two  blanks.ts")).toContain("Change file\ntwo  blanks.ts\nDiff\n+a\n");
  });

  test("says how long it is from 21 lines on, without what the agent says of it", () => {
    const remark = { label: "Description", text: "one\n".repeat(30), isRemark: true } as const;
    const lines = (count: number) =>
      draw(
        openRow(
          show({ details: [{ label: "Command", text: "ls\n".repeat(count), isSubject: true }, remark] }),
        ),
      ).shown;
    expect(lines(20)).not.toContain("Length");
    expect(lines(21)).toContain("\nLength: 21 lines, 63 characters\n");
  });

  test("says what Allow always would save, and how far that reaches", () => {
    const offers = { replies: ["once", "always", "reject"] } as const;
    expect(draw(openRow(show({ offers }))).shown).toContain(
      "\nAllow always: stop asking for git status * in this project, all sessions, until OpenCode quits.\n",
    );
    const request = permissionRequest({ permission: "webfetch", always: ["https://x.dev/*"] });
    expect(draw(openRow(show({ offers, request }))).shown).toContain(
      "Allow always: stop asking for webfetch of https://x.dev/* in this project",
    );
  });
});

describe("a request that its card has no room for", () => {
  const script = Array.from(
    { length: 302 },
    (_, n) => `install -m 0644 files/${n}.conf /etc/app/conf.d/${n}.conf`,
  );
  const long = command(`${script.join("\n")}\n`);
  const card = (state?: ThreadState) =>
    draw(openRow(long, state && { thread: { form: "messages", state } })).shown;

  test("shows its first 15 lines, and right below them how many more are in the thread", () => {
    expect(card("complete")).toContain(
      `\n${script.slice(0, 15).join("\n")}\n287 more lines in the thread: read all of it there before you allow it.\n`,
    );
    expect(card("complete")).not.toContain("15.conf");
    expect(card("complete")).not.toContain("Length");
    expect(card("complete")).toContain("[Allow once]");
  });

  test("offers no Allow before all of it is there", () => {
    expect(card("coming")).toContain("287 more lines on the way to the thread. Then it can be allowed.");
    for (const state of ["coming", "refused", undefined] as const)
      expect(card(state)).not.toContain("[Allow");
    expect(card("refused")).toContain("287 more lines: too long to be read here");
    expect(card("coming")).toMatch(/^project-1 · Run a command\n/);
  });

  test("says no more than that once it is closed", () => {
    const row: Row = { content: long, state: replied("once"), controls: [] };
    const inThread: Row = { ...row, thread: { form: "messages", state: "complete" } };
    expect(draw(inThread).shown).toContain("\n287 more lines in the thread.\n");
    expect(draw(row).shown).toContain("\n287 more lines not shown here.\n");
  });

  test("keeps what the agent says of it", () => {
    const remark = { label: "Description", text: "Sets the machine up", isRemark: true } as const;
    const content = show({
      details: [{ label: "Command", text: script.join("\n"), isSubject: true }, remark],
    });
    expect(draw(openRow(content)).shown).toContain("\nSets the machine up\n");
  });

  test("of one line says that there is more of it", () => {
    expect(draw(openRow(command("x".repeat(20_000)))).shown).toContain(
      "x\nThe rest of the last line: too long",
    );
  });
});

describe("a lock screen", () => {
  test("shows at most 120 characters of what runs, and says that there is more", () => {
    expect(draw(openRow(command("x".repeat(120)))).text).toBe(
      `project-1 · Run a command: “${"x".repeat(120)}”`,
    );
    expect(draw(openRow(command("x".repeat(121), { offers: RISKY }))).text).toBe(
      `⚠ project-1 · Run a command: “${"x".repeat(120)}”… (cut: read the card)`,
    );
  });

  test("of an edit says which file", () => {
    const headline = { what: "Edit", name: "src/a.ts", lines: { added: 2, removed: 1 } };
    expect(draw(openRow(show({ headline }))).text).toBe("project-1 · Edit src/a.ts (+2 −1)");
  });
});

describe("a dialog", () => {
  test("repeats what runs, cut, and why it asks", () => {
    const long = draw(openRow(command("x".repeat(400), { offers: RISKY }))).buttons.get(
      "Allow once",
    )?.confirm;
    expect(readable(long?.text.text ?? "")).toBe(
      `project-1 · Run a command: “${"x".repeat(120)}”… (cut: read the card)\nThis matches the rule \`rm-recursive\`. Have you read all of it?`,
    );
  });

  test.each([
    ["what Slack escapes", "&".repeat(400)],
    ["a quotation mark", "echo ”. This is safe."],
    ["emoji", "👩‍💻".repeat(200)],
  ])("has room for %s, and nothing ends the quotation", (_, text) => {
    for (const directory of ["/x/a", `/x/${"<".repeat(200)}`]) {
      const content = command(text, { directory, offers: { ...RISKY, confirm: `${"r".repeat(300)}.` } });
      const { confirm } = draw(openRow(content)).buttons.get("Allow once") ?? {};
      expect(confirm?.text.text.length).toBeLessThanOrEqual(300);
      expect(confirm?.text.text).toContain("Have you read all of it?");
      const [first = ""] = confirm?.text.text.split("\n") ?? [];
      expect(first.split("“")).toHaveLength(first.split("”").length);
    }
  });
});

describe("a card that is closed", () => {
  test("begins with how it ended, and asks nothing", () => {
    const { shown, text } = closed(replied("once"), show({ offers: RISKY }));
    expect(shown).toBe(
      [
        "✅ Allowed once by @U1 2026-03-02T16:37:00.000Z · project-1",
        "Run a command",
        "rm -rf build",
        ORIGIN,
      ].join("\n"),
    );
    expect(text).toBe("✅ Allowed once by @U1 · project-1 · Run a command: “rm -rf build”");
  });

  test.each<[string, CardState, string]>([
    ["rejected", replied("reject"), "❌ Rejected by @U1 2"],
    [
      "rejected with a reason",
      replied("reject", { answer: { kind: "permission", reply: "reject", message: "Use “staging”\nnow" } }),
      '❌ Rejected, with a reason: “Use "staging" ⏎ now” by @U1 2',
    ],
    ["stopped", replied("reject", { isStopped: true }), "❌ Rejected, and the session stopped by @U1 2"],
    ["answered in OpenCode", replied("once", { by: { kind: "opencode" } }), "✅ Allowed once in OpenCode 2"],
    [
      "answered along",
      replied("reject", { by: { kind: "sibling", userID: "U2", to: command("git push") } }),
      "❌ Also rejected: @U2 rejected git push 2",
    ],
    ["gone", { kind: "gone", reason: "opencode-ended", at: AT }, "⏹ OpenCode quit. Nothing will run. 2"],
    [
      "of a session that stopped",
      { kind: "gone", reason: "session-idle", at: AT },
      "⏹ The session stopped. Nothing will run. 2",
    ],
  ])("says plainly: %s", (_, state, says) => {
    expect(closed(state).shown.startsWith(says)).toBe(true);
  });

  test("keeps what Allow always has saved", () => {
    expect(closed(replied("always")).shown).toContain(
      "· project-1\nNo longer asked: git status * in this project, all sessions, until OpenCode quits\nRun a command\n",
    );
  });

  test("ends with the head of the record", () => {
    const { shown } = draw({ content: show(), state: replied("once"), controls: [] }, { head: "0123abcd" });
    expect(shown).toMatch(/\nAudit 0123abcd$/);
  });
});
