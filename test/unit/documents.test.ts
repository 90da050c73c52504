/** What people read: complete, true of the code, and with links that lead somewhere. */

import { execFile } from "node:child_process";
import { access, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/composition/config.ts";
import type { Reply } from "../../src/gateway/domain/ask.ts";
import type { PressOutcome } from "../../src/gateway/domain/interaction.ts";
import { describeUnknown, doubtOfUnknown } from "../../src/composition/unknown-variables.ts";
import { ALWAYS_TABLE } from "../../src/policy/always-table.ts";
import { DEFAULT_RULE_TABLE } from "../../src/policy/default-rules.ts";
import { manifestYAML } from "../../src/slack/manifest.ts";
import { ERROR_CODES } from "../../src/slack/connection/error-codes.ts";
import { adviceFor } from "../../src/slack/connection/errors.ts";
import { renderEphemeral } from "../../src/slack/people/ephemerals.ts";
import { codeIn, headingsIn, linksIn, sectionOf, slugsIn, withoutLineBreaks } from "../support/markdown.ts";

import { takePicture } from "../support/pictures/cards.ts";
import { renderPlain } from "../support/slack/plain.ts";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const CONFIGURATION = ".github/docs/configuration.md";
const TROUBLESHOOTING = ".github/docs/troubleshooting.md";

async function read(file: string): Promise<string> {
  return readFile(path.join(REPOSITORY, file), "utf8");
}

async function exists(file: string): Promise<boolean> {
  return access(path.join(REPOSITORY, file)).then(
    () => true,
    () => false,
  );
}

async function filesIn(...patterns: string[]): Promise<string[]> {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", ...patterns];
  const { stdout } = await promisify(execFile)("git", list, { cwd: REPOSITORY });
  const files = [...new Set(stdout.split("\0"))].filter((file) => file !== "");
  const isThere = await Promise.all(files.map(exists));
  return files.filter((_, index) => isThere[index] === true);
}

interface Document {
  readonly file: string;
  readonly text: string;
}

const documents: readonly Document[] = await Promise.all(
  (await filesIn("*.md")).map(async (file) => ({ file, text: await read(file) })),
);

/** What is found in each document, with the document's name. */
function findInAll(find: (text: string) => readonly string[]): string[] {
  return documents.flatMap(({ file, text }) => find(text).map((found) => `${file}: ${found}`));
}

async function sourceText(): Promise<string> {
  const files = await filesIn("src/*.ts");
  return (await Promise.all(files.map(read))).join("\n");
}

describe("every document", () => {
  it("has links that lead to a file, and to a heading in it", async () => {
    const broken = documents.flatMap(({ file, text }) =>
      linksIn(text)
        .filter((link) => !/^https?:/.test(link))
        .map(async (link) => {
          const [target = "", anchor] = link.split("#");
          const to = target === "" ? file : path.posix.join(path.posix.dirname(file), target);
          if (!(await exists(to))) return [`${file}: ${link}`];
          const isThere = anchor === undefined || slugsIn(await read(to)).includes(anchor);
          return isThere ? [] : [`${file}: ${link}`];
        }),
    );
    expect((await Promise.all(broken)).flat()).toEqual([]);
  });

  it("has no table that is wider than 110 characters", () => {
    expect(findInAll((text) => text.match(/^\|.{110,}$/gm) ?? [])).toEqual([]);
  });

  it("names files that there are", async () => {
    const named = documents.flatMap(({ file, text }) =>
      codeIn(text)
        .filter((code) => /^(?:src|test|\.github)\/[\w./-]+$/.test(code))
        .map(async (code) => ((await exists(code)) ? [] : [`${file}: ${code}`])),
    );
    expect((await Promise.all(named)).flat()).toEqual([]);
  });

  it("names variables that the configuration has a heading for", async () => {
    const known = new Set(headingsIn(sectionOf(await read(CONFIGURATION), "Variables")).flatMap(codeIn));
    const named = findInAll((text) =>
      codeIn(text).filter(
        (code) => /^(?:SLACK|OPENCODE_SLACK_GATEWAY)_[A-Z_]+$/.test(code) && !known.has(code),
      ),
    );
    expect(named).toEqual([]);
  });

  it("pins the version that is in package.json, as the example does", async () => {
    const { version } = JSON.parse(await read("package.json")) as { version: string };
    const pinned = `"opencode-slack-gateway@${version}"`;
    expect(await read("opencode.example.json")).toContain(pinned);
    expect(await read("README.md")).toContain(pinned);
    const pins = documents.flatMap(({ text }) => text.match(/"opencode-slack-gateway@[\w.]+"/g) ?? []);
    expect(new Set(pins)).toEqual(new Set([pinned]));
  });
});

function isOneLink(line: string): boolean {
  return line.startsWith("![") || line.includes("manifest_yaml=");
}

describe("the README", () => {
  it("can be read in some minutes", async () => {
    const lines = (await read("README.md")).split("\n");
    expect(lines.length).toBeLessThanOrEqual(170);
    // A link or a picture is one line, however long it is.
    expect(lines.filter((line) => line.length > 120 && !isOneLink(line))).toEqual([]);
  });

  it("has a link that hands the Slack app's manifest to Slack", async () => {
    const [link] =
      /https:\/\/api\.slack\.com\/apps\?new_app=1&manifest_yaml=[^\s)]+/.exec(await read("README.md")) ?? [];
    expect(new URL(link ?? "about:blank").searchParams.get("manifest_yaml")).toBe(manifestYAML());
  });

  it("stands where there are no documents but it", async () => {
    const atTop = await readdir(REPOSITORY);
    const [readme, ...others] = atTop.filter((file) => file.endsWith(".md") && file !== "CHANGELOG.md");
    expect([readme, others]).toEqual(["README.md", []]);
  });
});

describe("the configuration", () => {
  it("shows the Slack app's manifest as it is", async () => {
    expect(sectionOf(await read(CONFIGURATION), "The Slack app")).toContain(
      `\`\`\`yaml\n${manifestYAML()}\`\`\``,
    );
  });

  it("has a heading for every variable that is read, and for no other", async () => {
    const files = ["config", "environment", "env-file", "log-settings", "paths"];
    const sources = await Promise.all(files.map(async (file) => read(`src/composition/${file}.ts`)));
    const source = sources.join("\n");
    const variables = [
      ...source.matchAll(/(?:env|settings)\["(\w+)"\]/g),
      ...source.matchAll(/^ {2}([A-Z]+_[A-Z_]+):/gm),
    ].map(([, name = ""]) => name);
    const told = headingsIn(sectionOf(await read(CONFIGURATION), "Variables")).flatMap(codeIn);
    expect(told.sort()).toEqual([...new Set(variables)].sort());
  });

  it("has a heading for every option that is taken, and for no other", async () => {
    const told = headingsIn(sectionOf(await read(CONFIGURATION), "Options")).flatMap(codeIn);
    const refused = readConfig({ other: true }, {});
    const [, known = ""] = /there are (.*?)\./.exec(refused.ok ? "" : refused.problems.join(" ")) ?? [];
    expect(told).toEqual([...known.matchAll(/"(\w+)"/g)].map(([, option]) => option));
  });

  it("has a heading for each default rule, with what it is about, and why it asks", async () => {
    const rules = sectionOf(await read(CONFIGURATION), "The default rules")
      .split(/^#+ /m)
      .filter((part) => part.startsWith("`"))
      .map((part) => part.trim().split("\n\n").map(withoutLineBreaks));
    expect(rules).toEqual(
      DEFAULT_RULE_TABLE.map(({ name, about, reason }) => [`\`${name}\``, about, reason]),
    );
  });

  it("lists the commands for which Allow always is offered", async () => {
    const section = withoutLineBreaks(sectionOf(await read(CONFIGURATION), "Allow always"));
    const [, list = ""] = /is offered for (.*?) and what/.exec(section) ?? [];
    expect(codeIn(list)).toEqual(ALWAYS_TABLE.map(({ command }) => command));
  });
});

/** Each way in which somebody who pressed is told something. */
const OUTCOMES: Readonly<Record<PressOutcome["kind"], readonly PressOutcome[]>> = {
  "not-approver": (
    [
      "none-configured",
      "channel-not-private",
      "channel-unknown",
      "not-listed",
      "other-workspace",
      "organisation-account",
      "organisation-install",
      "team-unknown",
      "workspace-unknown",
      "group-unknown",
    ] as const
  ).map((reason) => ({ kind: "not-approver", userID: "U1", reason })),
  "unknown-button": [{ kind: "unknown-button" }],
  "other-machine": [{ kind: "other-machine", host: "laptop" }],
  "other-app": [{ kind: "other-app" }],
  altered: [{ kind: "altered" }],
  restored: [{ kind: "restored" }],
  incomplete: [{ kind: "incomplete" }],
  stale: (["late", "changed", "files"] as const).map((because) => ({ kind: "stale", because })),
  "owner-stopped": [{ kind: "owner-stopped" }],
  "owner-unknown": [{ kind: "owner-unknown" }],
  "no-modal": [{ kind: "no-modal" }],
  "unknown-modal": [{ kind: "unknown-modal" }],
  "no-reason": [{ kind: "no-reason" }],
  "no-answer": [{ kind: "no-answer" }],
  "not-understood": [{ kind: "not-understood" }],
  "reason-lost": [{ kind: "reason-lost" }],
  "not-stopped": [{ kind: "not-stopped" }],
  "being-replied": [{ kind: "being-replied", userID: "U1" }],
  expiring: [{ kind: "expiring", afterMs: 60_000 }],
  closed: [
    { kind: "closed", state: { kind: "gone", reason: "expired", afterMs: 60_000, at: new Date(0) } },
    {
      kind: "closed",
      state: {
        kind: "replied",
        answer: { kind: "permission", reply: "reject" },
        by: { kind: "nobody", afterMs: 60_000 },
        at: new Date(0),
      },
    },
    ...(
      [
        "session-idle",
        "session-deleted",
        "retried",
        "inactivity",
        "opencode-ended",
        "unloaded",
        "unknown",
        "posted-again",
        "changed",
      ] as const
    ).map((reason): PressOutcome => ({ kind: "closed", state: { kind: "gone", reason, at: new Date(0) } })),
    ...(["once", "always", "reject"] as const).map((reply: Reply): PressOutcome => ({
      kind: "closed",
      state: {
        kind: "replied",
        answer: { kind: "permission", reply },
        by: { kind: "opencode" },
        at: new Date(0),
      },
    })),
  ],
  revoked: [{ kind: "revoked", uses: 0, isUnderway: false }],
  "grant-over": [{ kind: "grant-over" }],
  "mute-failed": [{ kind: "mute-failed" }],
  "not-recorded": [{ kind: "not-recorded" }],
  "all-closed": [{ kind: "all-closed" }],
  unconfirmed: [{ kind: "unconfirmed", answer: { kind: "permission", reply: "once" } }],
};

/** Each heading with a message: the parts of it that are always the same. */
async function messages(): Promise<string[][]> {
  return headingsIn(await read(TROUBLESHOOTING))
    .map((heading) =>
      codeIn(heading)
        .flatMap((message) => message.split("…"))
        .map((part) => part.trim()),
    )
    .filter((parts) => parts.length > 0);
}

describe("the troubleshooting", () => {
  it("quotes the messages that people search for as the code says them", async () => {
    const source = await sourceText();
    const quoted = await messages();
    expect(quoted.length).toBeGreaterThan(50);
    expect(quoted.flat().filter((part) => !source.includes(part))).toEqual([]);
  });

  it("has a heading for everything that somebody who pressed is told, and for what Slack refuses", async () => {
    const known = (await messages()).map((parts) => parts.map((part) => part.toLowerCase()));
    const refused = [...ERROR_CODES.keys(), "undocumented"].map((code) => ({ code, needed: undefined }));
    const advice = [...refused, { code: "missing_scope", needed: "chat:write" }].flatMap(
      (failure) => adviceFor({ kind: "refused", messages: undefined, ...failure }) ?? [],
    );
    const said = [
      ...Object.values(OUTCOMES)
        .flat()
        .map((outcome) => renderEphemeral(outcome, ["U1"])),
      ...advice,
    ];
    const unknown = said.filter(
      (text) => !known.some((parts) => parts.every((part) => text.toLowerCase().includes(part))),
    );
    expect(unknown).toEqual([]);
  });
});

/** Texts of the code behind a cross, with `…` for what is different each time. */
async function crossedTexts(): Promise<string[]> {
  const files = await filesIn("src/commands/init.ts", "src/commands/uninstall.ts", "src/commands/init/*.ts");
  const sources = await Promise.all(files.map(read));
  return sources
    .flatMap((source) => [...source.matchAll(/(["`]) *✗ (.*?)\1[,);]/g)].map(([, , text = ""]) => text))
    .map((text) => text.replace(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, "…"))
    .filter((text) => /\w{3}/.test(text));
}

/** What the doctor may say with ✗ or –, as it stands in its source, with … for what is filled in. */
async function doctorLines(): Promise<string[]> {
  const files = await filesIn(
    "src/commands/checks/*.ts",
    "src/commands/doctor.ts",
    "src/commands/member.ts",
    "src/commands/round-trip.ts",
  );
  const source = (await Promise.all(files.map(read))).join("\n");
  return [...source.matchAll(/\b(?:wrong|unknown)\(\s*(?:"([^"]+)"|`([^`]+)`)/g)].map(
    ([, plain, template = ""]) => plain ?? template.replaceAll(/\$\{[^}]*\}/g, "…"),
  );
}

/** What the user of OpenCode may be told by the log or a toast: the sentences of the source that have a name. */
async function namedSentences(): Promise<string[]> {
  const files = await filesIn("src/composition/*.ts", "src/gateway/*.ts");
  const source = (await Promise.all(files.map(read))).join("\n");
  return [...source.matchAll(/^(?:export )?const (?!FIND_)[A-Z_]+ =\s*"([^"]+[.:] [^"]+\.)"/gm)].map(
    ([, sentence = ""]) => sentence,
  );
}

/** What is wrong with these values, as the log and the doctor say it. */
const MISTAKES: readonly Readonly<Record<string, string>>[] = [
  {},
  { SLACK_BOT_TOKEN: "xapp-1", SLACK_APP_TOKEN: "xoxb-1", SLACK_CHANNEL_ID: "#general" },
  { SLACK_BOT_TOKEN: "xoxp-1", SLACK_APP_TOKEN: "xoxe.xapp-1", SLACK_CHANNEL_ID: "@ada" },
  { SLACK_BOT_TOKEN: "x", SLACK_APP_TOKEN: "xapp-1 2", SLACK_CHANNEL_ID: "https://acme.slack.com/" },
  { SLACK_CHANNEL_ID: "general", SLACK_APPROVER_IDS: "ada", SLACK_API_URL: "x", HTTPS_PROXY: "ftp://x" },
  { OPENCODE_SLACK_GATEWAY_CONFIRM: "!none", OPENCODE_SLACK_GATEWAY_SLACK_MAY_ALLOW: "default" },
  { OPENCODE_SLACK_GATEWAY_CARD_CHECK: "x", OPENCODE_SLACK_GATEWAY_POST_AFTER_SECONDS: "x" },
  {
    OPENCODE_SLACK_GATEWAY_LOG_LEVEL: "x",
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: "x",
    OPENCODE_SLACK_GATEWAY_MUTE: "x",
  },
];

/** Those that no heading of the troubleshooting stands for. */
async function unknownOf(said: readonly string[]): Promise<string[]> {
  const known = (await messages()).map((parts) => parts.map((part) => part.toLowerCase()));
  return said.filter(
    (text) => !known.some((parts) => parts.every((part) => text.toLowerCase().includes(part))),
  );
}

describe("the troubleshooting, before anybody presses,", () => {
  it("has a heading for everything that init and uninstall call wrong", async () => {
    const texts = await crossedTexts();
    expect(texts.length).toBeGreaterThan(12);
    expect(await unknownOf(texts)).toEqual([]);
  });

  it("has a heading for each line with ✗ or – of the doctor", async () => {
    const lines = await doctorLines();
    expect(lines.length).toBeGreaterThan(50);
    expect(await unknownOf(lines)).toEqual([]);
  });

  it("has a heading for what is said in OpenCode and in the log", async () => {
    const unknown = { name: "OPENCODE_SLACK_GATEWAY_X", meant: undefined };
    const sentences = [...(await namedSentences()), describeUnknown(unknown), doubtOfUnknown(unknown)];
    expect(sentences.length).toBeGreaterThan(8);
    expect(await unknownOf(sentences)).toEqual([]);
  });

  it("has a heading for each mistake in a variable or an option", async () => {
    const problems = [...MISTAKES, { HOME: "", XDG_STATE_HOME: "x" }].flatMap((env) => {
      const result = readConfig({ allowAlways: "no" }, env);
      return result.ok ? [] : result.problems;
    });
    expect(problems.length).toBeGreaterThan(20);
    expect(await unknownOf(problems)).toEqual([]);
  });
});

describe("the promises", () => {
  it.each([".github/docs/threat-model.md", ".github/docs/reliability.md"])(
    "in %s name tests that there are, by words of their names",
    async (file) => {
      const text = withoutLineBreaks(await read(file));
      const tests = await filesIn("test/*.test.ts", "test/*.faults.ts");
      const cited = [
        ...text.matchAll(/`((?:e2e|faults)\/[\w-]+|[\w-]+\.test\.ts)`(?:: ((?:"[^"]+"(?:; )?)+))?/g),
      ];
      expect(cited.length).toBeGreaterThan(30);
      const missing = cited.map(async ([, name = "", titles = ""]) => {
        const found = tests.filter((test) => isNamed(test, name));
        if (found.length !== 1) return [`${name}: ${found.length} files`];
        const source = await read(found[0] ?? "");
        const quoted = [...titles.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => title);
        return quoted.filter((title) => !source.includes(title)).map((title) => `${name}: ${title}`);
      });
      expect((await Promise.all(missing)).flat()).toEqual([]);
    },
  );

  it("each name a test", async () => {
    const promised = sectionOf(await read(".github/docs/threat-model.md"), "What is promised");
    const promises = promised.split(/^### /m).slice(1);
    expect(promises.length).toBeGreaterThan(20);
    expect(promises.filter((promise) => !/^- `[\w/.-]+`: "/m.test(promise))).toEqual([]);
    const faults = (await read(".github/docs/reliability.md")).split(/^### /m).slice(1);
    expect(faults.length).toBeGreaterThan(20);
    expect(faults.filter((fault) => !/^- Shown by `/m.test(fault))).toEqual([]);
  });
});

/** `e2e/audit` and `faults/posts` are in these folders; a file by its name alone is in none of them. */
function isNamed(test: string, name: string): boolean {
  if (!name.endsWith(".test.ts")) return new RegExp(`^test/${name}\\.(?:test|faults)\\.ts$`).test(test);
  return path.posix.basename(test) === name && !/^test\/(?:e2e|faults)\//.test(test);
}

describe("the picture", () => {
  it("has below it the words of the card as it is drawn now", async () => {
    const { messages } = await takePicture();
    const [asked] = messages.map(renderPlain);
    expect(await read(".github/docs/cards.md")).toContain(`\`\`\`text\n${asked}\n\`\`\``);
  });
});

describe("the architecture", () => {
  it("says of every room what is in it, and of each that is not within another what may enter", async () => {
    const architecture = await read("src/README.md");
    const folders = (await filesIn("src/*/*.ts")).map((file) => `${path.posix.dirname(file)}/`);
    const told = headingsIn(sectionOf(architecture, "The rooms")).flatMap(codeIn);
    expect(told.sort()).toEqual([...new Set([...folders, "src/slack/"])].sort());
    const isSilent = (room: string) => {
      const section = withoutLineBreaks(sectionOf(architecture, `\`${room}\``));
      return !/ May enter: .* May import: /.test(section);
    };
    expect(told.filter((room) => room.split("/").length === 3 && isSilent(room))).toEqual([]);
  });
});
