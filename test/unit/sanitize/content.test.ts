import { describe, expect, test } from "vitest";
import type { CardContent, RawContent } from "../../../src/gateway/domain/content.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import { fits, offeredReplies } from "../../../src/slack/cards/readable.ts";
import { describeValues } from "../../../src/opencode/arguments.ts";
import { showAnswer, showContent } from "../../../src/sanitize/content.ts";
import { findThreadForm, renderThread } from "../../../src/slack/cards/thread.ts";
import { CREDENTIAL_FILES, CREDENTIALS, MISUSES, MISUSING_FILES } from "../../support/corpora/masks.ts";
import { permissionRequest } from "../../support/permission-request.ts";

const raw: RawContent = {
  request: permissionRequest(),
  details: [],
  session: { titles: [] },
  offers: { replies: ["once", "always", "reject"] },
  directory: "/home/dev/project",
  host: "laptop",
};

function contentOf(text: string, more: Partial<RawContent> = {}): CardContent {
  const details = [{ label: "Command", text, isCommand: true as const }];
  return runToEnd(showContent({ ...raw, details, ...more }, []));
}

/** Secrets that are masked to a fraction of their length, in front of what is none. */
const secretsBefore = (count: number, after: string): string =>
  [...Array.from({ length: count }, () => `export API_KEY=${"aB3dE5gH7j".repeat(50)}`), after].join("\n");

test("what stands behind so many secrets that nobody reads it cannot be allowed, although the rest fits", () => {
  const short = contentOf(secretsBefore(5, "echo done"));
  expect(offeredReplies(short)).toContain("once");

  const long = contentOf(secretsBefore(80, "rm -rf ~"));
  expect(JSON.stringify(long.details)).not.toContain("rm -rf");
  expect(JSON.stringify(long.details).length).toBeLessThan(5_000);
  expect(fits(long)).toBe(false);
  expect(offeredReplies(long)).toEqual(["reject"]);
  expect(renderThread(long)).toBeUndefined();
});

test("a command's first word is escaped where a text's would not be", () => {
  expect(contentOf("рм -rf build").details[0]?.text).toContain(String.raw`\u{440}\u{43C}`);
  expect(contentOf("", { details: [{ label: "Text", text: "рм -rf build" }] }).details[0]?.text).toBe(
    "рм -rf build",
  );
});

test("only what could be allowed is put into a thread", () => {
  const long = "echo a very long line of a very long script\n".repeat(400);
  expect(findThreadForm(contentOf(long), true)).toBe("messages");
  expect(findThreadForm(contentOf("echo short"), true)).toBeUndefined();
  expect(findThreadForm(contentOf(long, { doubt: "It may not be true." }), true)).toBeUndefined();
  const offers = { replies: ["reject"], terminalOnly: "This matches `echo *`." } as const;
  expect(findThreadForm(contentOf(long, { offers }), true)).toBeUndefined();
});

describe("a command with a masked value", () => {
  test.each(MISUSES)(
    "cannot be allowed where it may be run, or say what is run, read or written: %s",
    (command) => {
      const content = contentOf(command);
      expect(content.details[0]?.text).toContain("‹masked:");
      expect([content.doubt, offeredReplies(content)]).toEqual([
        expect.stringMatching(/^What is masked/),
        ["reject"],
      ]);
    },
  );

  test.each(CREDENTIALS)("can be allowed where it is a credential and no more: %s", (command) => {
    const content = contentOf(command);
    expect(content.details[0]?.text).toContain("‹masked:");
    expect(offeredReplies(content)).toContain("once");
  });
});

/** As an edit is shown. */
const fileOf = (text: string): CardContent => contentOf("", { details: [{ label: "Diff", text }] });

describe("a file with a masked value", () => {
  test.each(MISUSING_FILES)("cannot be written where it may run it: %s", (text) => {
    const content = fileOf(text);
    expect(content.details[0]?.text).toContain("‹masked:");
    expect(offeredReplies(content)).toEqual(["reject"]);
  });

  test.each(CREDENTIAL_FILES)("can be written where it is a credential and no more: %s", (text) => {
    const content = fileOf(text);
    expect(content.details[0]?.text).toContain("‹masked:");
    expect(offeredReplies(content)).toContain("once");
  });

  test.each([
    ["package.json", '    "csrf-token": "evil/repo-1",'],
    ["package.json", '    "posttoken": "evil-prog1",'],
    ["web/composer.json", '    "acme/auth-token": "dev-evil1",'],
    ["Cargo.toml", 'csrf-token = "1.2.3-evil"'],
    ["Makefile", "token: deploy-prod1\n\tcp a b"],
  ])("cannot be written where its name is no secret's: in %s, %s", (name, line) => {
    const written = (path: string) =>
      contentOf("", {
        details: [
          { label: "Change file", text: `/p/${path}`, isLine: true },
          { label: "Diff", text: ` a\n+${line}\n b` },
        ],
      });
    expect(written(name).details[1]?.text).toContain("‹masked:");
    expect(offeredReplies(written(name))).toEqual(["reject"]);
    expect(offeredReplies(written("config/settings.txt"))).toContain("once");
  });

  test("of a package cannot be written where its name is seen from the project", () => {
    const details = [
      { label: "Change file", text: "package.json", isLine: true as const },
      { label: "Diff", text: '+    "csrf-token": "evil/repo-1",' },
    ];
    expect(offeredReplies(contentOf("", { details }))).toEqual(["reject"]);
  });

  test("of a package cannot be written by a server's tool either", () => {
    const args = { path: "/p/package.json", content: '{"scripts": {"token": "evil-prog1"}}' };
    expect(
      offeredReplies(contentOf("", { details: runToEnd(describeValues({ label: "Arguments" }, args)) })),
    ).toEqual(["reject"]);
    const lines = { ...args, content: '{\n  "scripts": {\n    "token": "evil-prog1"\n  }\n}' };
    const details = runToEnd(describeValues({ label: "Arguments" }, lines));
    expect(details).toHaveLength(2);
    expect(offeredReplies(contentOf("", { details }))).toEqual(["reject"]);
  });

  test("cannot be written together with another that runs it", () => {
    const env = { label: "Diff", text: "API_KEY=cm0gLXJmIH4K\n" };
    const both = (line: string) =>
      contentOf("", { details: [env, { label: "Diff", text: `#!/bin/sh\n${line}\n` }] });
    expect(offeredReplies(both("npm test"))).toContain("once");
    expect(offeredReplies(both('echo "$API_KEY" | base64 -d > x'))).toEqual(["reject"]);
  });
});

test("a title with a mask says nothing about what runs", () => {
  const session = { titles: ["TOKEN=cm0gLXJmIH4K and then echo $TOKEN | base64 -d | sh"] };
  const content = contentOf("git status", { session });
  expect(content.session.titles.join()).toContain("‹masked:");
  expect(offeredReplies(content)).toContain("once");
});

test("a mask in a long and odd text is judged within moments", () => {
  const words = [
    "TOKEN=abcd1234;",
    "export TOKEN=abcd1234 $TOKEN\n",
    "token>",
    "-eyJaaaaaaaa",
    "://{{",
    "git -C -C ",
    "env -i -0 ",
    "+ ",
    "x=$x;",
    "a_token_",
    "token (token) [token {token ",
    "echo TOKEN=abcd1234 > .env;",
  ];
  for (const isCommand of [true, undefined]) {
    for (const word of words) {
      const text = `API_KEY=abcd1234; ${word.repeat(90_000 / word.length)} echo $API_KEY | base64 -d`;
      const details = [{ label: "Text", text, ...(isCommand && { isCommand }) }];
      const content = runToEnd(showContent({ ...raw, details }, [], true));
      expect(content.details[0]?.text).not.toContain("API_KEY=abcd1234");
      expect(offeredReplies(content)).toEqual(["reject"]);
    }
  }
}, 60_000);

test("a reason or an answer that is shown tells no secret, and nothing in it is out of sight", () => {
  const message = "Use API_KEY=hunter2-x9Kq4 and our own (secret) 1 too\u202E";
  const secrets = ["our own (secret) 1"];
  const shown = "Use API_KEY=‹masked: 13 characters› and ‹masked: 18 characters› too\\u{202E}";
  const rejected = { kind: "permission", reply: "reject" } as const;
  expect(showAnswer({ ...rejected, message }, secrets)).toEqual({ ...rejected, message: shown });
  const answered = { kind: "question", reply: "answer" } as const;
  expect(showAnswer({ ...answered, answers: [["SQLite", message], []] }, secrets)).toEqual({
    ...answered,
    answers: [["SQLite", shown], []],
  });
});

test("what is done to a name in the head is counted once, with the detail that names it", () => {
  const name = "src/\u200Ba.ts";
  const content = contentOf("", {
    headline: { what: "Edit", name },
    details: [{ label: "Change file", text: name, isLine: true }],
  });
  expect(content.headline?.name).toBe("src/\\u{200B}a.ts");
  expect(content.remarks).toEqual(["1 hidden character is shown as \\u{…}."]);
});
