/** `init` as a newcomer types it: a process of its own, a script for a terminal, and the strict stand-in of Slack. */

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { readJsonc } from "../../src/commands/checks/jsonc.ts";
import { manifestLink } from "../../src/slack/manifest.ts";
import {
  BARE_PATH,
  startCommand,
  type CommandOptions,
  type CommandProcess,
} from "../support/command-process.ts";
import { directMessagesID } from "../support/slack/slack-objects.ts";
import { renderPlain } from "../support/slack/plain.ts";
import {
  createSlackStandIn,
  type SlackStandIn,
  type SlackStandInOptions,
} from "../support/slack/stand-in.ts";

const ENV = ".config/opencode-slack-gateway/gateway.env";
const SPEC = "opencode-slack-gateway@0.1.0";
const ASKING = { bash: "ask", edit: "ask", webfetch: "ask", external_directory: "ask" };

let home: string;
let slack: SlackStandIn;

beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), "init-"));
  mkdirSync(path.join(home, "work"));
  await openSlack();
});

afterEach(async () => {
  await slack.close();
  rmSync(home, { recursive: true });
});

async function openSlack(options: SlackStandInOptions = {}): Promise<void> {
  await (slack as SlackStandIn | undefined)?.close();
  const channels = [{ id: "C1", name: "approvals", kind: "private" as const, members: ["U1", "U2"] }];
  slack = await createSlackStandIn({ rateLimits: "none", botScopes: ["chat:write"], channels, ...options });
}

const at = (...names: string[]): string => path.join(home, ...names);
const CONFIG = ".config/opencode/opencode.jsonc";

function write(name: string, text: string): void {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
}

/** What OpenCode reads in a file. */
function config(name = CONFIG): unknown {
  const read = readJsonc(readFileSync(at(name), "utf8"));
  return read.ok ? read.value : read.why;
}

function environment(more: Record<string, string> = {}): Record<string, string> {
  return {
    HOME: home,
    SHELL: "/bin/bash",
    SLACK_API_URL: slack.apiUrl,
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: at("hub"),
    ...more,
  };
}

function tokens(): Record<string, string> {
  return { SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken };
}

function init(args: readonly string[], options: Partial<CommandOptions> = {}): CommandProcess {
  const command = startCommand(["init", ...args], { cwd: at("work"), env: environment(), ...options });
  onTestFinished(async () => command[Symbol.asyncDispose]());
  return command;
}

/** The number in the message that somebody was sent. */
async function numberSentTo(userID: string): Promise<string> {
  const message = await slack.channel(directMessagesID(userID)).waitForMessage();
  return /\b\d{4}\b/.exec(renderPlain(message))?.[0] ?? "";
}

/** From nothing to the doctor's test card, by direct messages. */
async function setUpByDM(command: CommandProcess): Promise<void> {
  await command.sees("1. The Slack app");
  await command.sees(manifestLink());
  await command.answers("(xoxb-…): ", slack.botToken);
  await command.answers("(xapp-…): ", slack.appToken);
  await command.answers("channel ID (C…): ", "U1");
  await command.answers("The number that it says: ", await numberSentTo("U1"));
  await command.answers("Write it? [Y/n] ", "");
  await command.sees("A test card is in Slack");
  const ofPerson = slack.channel(directMessagesID("U1"));
  const card = await ofPerson.waitForMessage((message) => renderPlain(message).includes("[Or this…]"));
  await slack.user("U1").press(card, "Or this…");
  expect(await command.ended).toBe(0);
  await slack.waitFor(() => ofPerson.messages().length === 0);
}

describe.each(["Node", "Bun"] as const)("from nothing, in %s", (runtime) => {
  test("in a terminal: four answers, and a press", async () => {
    const command = init(["--write-env"], { runtime, inTerminal: true });
    await setUpByDM(command);
    expect(config()).toEqual({
      $schema: "https://opencode.ai/config.json",
      plugin: [SPEC],
      permission: ASKING,
    });
    expect(readFileSync(at(ENV), "utf8").split("\n").slice(1)).toEqual([
      `SLACK_BOT_TOKEN=${slack.botToken}`,
      `SLACK_APP_TOKEN=${slack.appToken}`,
      "SLACK_CHANNEL_ID=U1",
      "",
    ]);
    expect(statSync(at(ENV)).mode & 0o777).toBe(0o600);
    const said = command.said();
    expect(said).toContain(`export OPENCODE_SLACK_GATEWAY_ENV_FILE=${at(ENV)}`);
    for (const token of Object.values(tokens())) expect(said).not.toContain(token);
  });

  test("from a script: without --write-env no token is kept", async () => {
    const command = init([], { runtime });
    await setUpByDM(command);
    expect(existsSync(at(ENV))).toBe(false);
    const said = command.said();
    expect(said).toContain("export SLACK_BOT_TOKEN='xoxb-…'\n   export SLACK_APP_TOKEN='xapp-…'\n");
    expect(said).toContain("   export SLACK_CHANNEL_ID=U1\n");
    for (const token of Object.values(tokens())) expect(said).not.toContain(token);
  });
});

/** Everything is set; nobody is asked. */
async function repeat(args: readonly string[] = [], env: Record<string, string> = {}): Promise<string> {
  const command = init(["--yes", ...args], { env: environment(env) });
  const code = await command.ended;
  return `${command.said()}\nexit code ${code}`;
}

test("a second run changes nothing that is right", async () => {
  await repeat(["--dm", "U1", "--write-env"], tokens());
  const look = () =>
    [CONFIG, ENV].map((name) => {
      const { ino, mtimeMs, mode } = statSync(at(name));
      return { ino, mtimeMs, mode };
    });
  const before = look();
  const said = await repeat(["--write-env"], { OPENCODE_SLACK_GATEWAY_ENV_FILE: at(ENV) });
  expect(said).toMatch(/exit code 0$/);
  for (const line of [
    "Its tokens are set already",
    "has these variables already",
    `✓ ${at(CONFIG)} loads "${SPEC}"`,
    "✓ OpenCode asks",
    "✓ They are set in this shell",
  ])
    expect(said).toContain(line);
  expect(look()).toEqual(before);
  expect(readdirSync(path.dirname(at(CONFIG)))).toEqual(["opencode.jsonc"]);
});

test("a file that holds the same in other words is left as it is", async () => {
  const lines = [
    `export SLACK_BOT_TOKEN="${slack.botToken}"`,
    `SLACK_APP_TOKEN='${slack.appToken}'`,
    "SLACK_CHANNEL_ID=U1",
  ];
  write(ENV, lines.join("\n"));
  chmodSync(at(ENV), 0o600);
  expect(await repeat(["--write-env"])).toContain("has these variables already");
  expect(readFileSync(at(ENV), "utf8")).toBe(lines.join("\n"));
});

test("what is set in the file counts although the environment does not name it yet", async () => {
  await repeat(["--dm", "U1", "--write-env"], tokens());
  const said = await repeat();
  expect(said).toContain(`Variables are read from ${at(ENV)}, too.`);
  expect(said).toContain(`export OPENCODE_SLACK_GATEWAY_ENV_FILE=${at(ENV)}`);
  expect(said).toMatch(/exit code 0$/);
});

describe("a token", () => {
  test("that is swapped, of a person, expiring, mistyped or refused is said, and asked for again", async () => {
    const command = init([]);
    const wrong: readonly (readonly [string, string])[] = [
      [slack.appToken, "holds an app token (xapp-…), which belongs in SLACK_APP_TOKEN: the two look swapped"],
      ["xoxp-1-2", "holds a user token (xoxp-…)"],
      ["xoxe.xoxb-1", "holds a token that expires: token rotation must be off in the Slack app"],
      ["hello", "does not start with xoxb-"],
      ["xoxb-of-nobody", "Slack refuses the token in SLACK_BOT_TOKEN (invalid_auth)"],
    ];
    for (const [given, says] of wrong) {
      await command.answers("(xoxb-…): ", given);
      await command.sees(`✗ ${says.startsWith("Slack") ? "" : "SLACK_BOT_TOKEN "}${says}`);
    }
    await command.answers("(xoxb-…): ", `"${slack.botToken}"`);
    await command.answers("(xapp-…): ", slack.botToken);
    await command.sees("✗ SLACK_APP_TOKEN holds a bot token (xoxb-…), which belongs in SLACK_BOT_TOKEN");
    await command.answers("(xapp-…): ", slack.appToken);
    await command.sees("✓ Slack takes the token in SLACK_APP_TOKEN");
  });

  test("of another app is noticed before anything is written", async () => {
    await openSlack({ appToken: "xapp-1-A9-1-other" });
    const said = await repeat(["--dm", "U1", "--write-env"], tokens());
    expect(said).toContain("✗ SLACK_APP_TOKEN seems to be of the app A9, and SLACK_BOT_TOKEN of the app A1");
    expect(said).toMatch(/exit code 1$/);
    expect(existsSync(at(".config"))).toBe(false);
    expect(slack.channel(directMessagesID("U1")).messages()).toEqual([]);
  });

  test("cannot be given as an option, which every program of the machine could read", async () => {
    const command = init(["--bot-token", slack.botToken]);
    expect(await command.ended).toBe(2);
    expect(command.said()).toBe(
      "Unknown option: --bot-token. For help: opencode-slack-gateway init --help\n",
    );
  });
});

test("whoever must wait for an admin stops, and goes on later", async () => {
  for (const inTerminal of [true, false]) {
    const command = init([], { inTerminal });
    await command.sees("Must an admin approve apps in your workspace?");
    await command.sees("(xoxb-…): ");
    if (inTerminal) command.interrupts();
    else command.hangsUp();
    expect(await command.ended).toBe(1);
    expect(command.said()).toContain("Stopped. Run this again to go on");
  }
  expect(existsSync(at(".config"))).toBe(false);
});

describe("a member ID", () => {
  test("of nobody, of somebody else, or a name is not taken", async () => {
    const command = init([], { env: environment(tokens()) });
    await command.answers("channel ID (C…): ", "@ann");
    await command.sees("✗ SLACK_CHANNEL_ID holds a person's name (@…), not an ID");
    await command.answers("channel ID (C…): ", "U404");
    await command.sees(
      "✗ Slack takes no message for U404. Slack does not know the channel in SLACK_CHANNEL_ID",
    );
    await command.answers("channel ID (C…): ", "U2");
    await command.answers("The number that it says: ", "");
    await command.sees(
      "✗ That is not the number. If no message came to you, U2 is somebody else's member ID.",
    );
    await command.answers("channel ID (C…): ", "U1");
    await command.answers("The number that it says: ", await numberSentTo("U1"));
    await command.sees("✓ Cards come as direct messages to U1, who alone may answer");
    expect(slack.channel(directMessagesID("U2")).messages()).toEqual([]);
  });
});

const button = async () =>
  slack.channel("C1").waitForMessage((message) => renderPlain(message).includes("[I set it up]"));
const numberShownTo = (userID: string): string =>
  /\b\d{4}\b/.exec(slack.user(userID).ephemerals().map(renderPlain).at(-1) ?? "")?.[0] ?? "";

describe("a channel", () => {
  test("takes who presses and can type what Slack shows to them alone, and nobody else", async () => {
    const command = init(["--channel", "C1", "--write-env"], { env: environment(tokens()) });
    await command.sees("In the channel, press the button");
    const card = await button();
    await slack.user("U2").press(card, "I set it up");
    await command.answers("The number that Slack shows to you: ", "12345");
    await command.sees("✗ That is not the number that U2 sees. Press the button again.");
    await slack.user("U1").press(card, "I set it up");
    await command.sees("The number that Slack shows to you: ");
    command.types(numberShownTo("U1"));
    await command.sees("✓ You are U1, and may answer");
    expect(command.said()).not.toContain("is public");
    await command.answers("Write it? [Y/n] ", "n");
    await command.sees("– Nothing is written");
    await slack.waitFor(() => !slack.channel("C1").messages().includes(card));
    expect(readFileSync(at(ENV), "utf8")).toContain("SLACK_CHANNEL_ID=C1\nSLACK_APPROVER_IDS=U1\n");
    expect(existsSync(at(CONFIG))).toBe(false);
  });

  test("that is public is said to be", async () => {
    await openSlack({ channels: [{ id: "C1", name: "town", kind: "public", members: ["U1"] }] });
    const command = init(["--channel", "C1"], { env: environment(tokens()) });
    await command.sees("In the channel, press the button");
    await slack.user("U1").press(await button(), "I set it up");
    await command.sees("The number that Slack shows to you: ");
    command.types(numberShownTo("U1"));
    await command.sees("– The channel #town is public: everybody in the workspace can read what cards show.");
  });

  test("that the app is not in is said to need an invitation", async () => {
    await openSlack({ channels: [{ id: "C1", kind: "private", members: ["U1"], botIsMember: false }] });
    expect(await repeat(["--channel", "C1", "--approvers", "U1"], tokens())).toContain(
      "✗ Slack takes no message for C1. Slack does not know the channel in SLACK_CHANNEL_ID, or the app cannot see it: check the ID and invite the app with /invite.",
    );
  });

  test.each([
    ["*", "✗ For * the Slack app needs the scope groups:read."],
    ["U1,S1", "✗ For U1,S1 the Slack app needs the scope usergroups:read."],
    ["ann", "✗ SLACK_APPROVER_IDS must be member IDs"],
  ])("with the approvers %s is checked against the app's scopes", async (approvers, says) => {
    const said = await repeat(["--channel", "C1", "--approvers", approvers], tokens());
    expect(said).toContain(says);
    expect(said).toMatch(/exit code 1$/);
  });
});

async function configured(args: readonly string[] = [], env: Record<string, string> = {}): Promise<string> {
  return repeat(["--dm", "U1", ...args], { ...tokens(), ...env });
}

/** A command `opencode`: for those of which there is no binary here. */
function install(version: string, script: string): Record<string, string> {
  write("bin/opencode", `#!/bin/sh\n[ "$1" = --version ] && { echo ${version}; exit; }\n${script}\n`);
  chmodSync(at("bin/opencode"), 0o700);
  return { PATH: `${at("bin")}:${BARE_PATH}` };
}

describe("OpenCode's configuration", () => {
  test("that is broken is not touched", async () => {
    write(CONFIG, '{ "plugin": [ ');
    const said = await configured();
    expect(said).toContain(`✗ ${at(CONFIG)} cannot be read: it is not valid JSON`);
    expect(said).toContain("Nothing was changed.");
    expect(said).toMatch(/exit code 1$/);
    expect(readFileSync(at(CONFIG), "utf8")).toBe('{ "plugin": [ ');
  });

  test("keeps its links, comments, tabs and line ends, and a copy of what it was", async () => {
    const text = '{\r\n\t// mine\r\n\t"plugin": [\r\n\t\t"other@1.0.0",\r\n\t],\r\n}\r\n';
    write("dotfiles/opencode.jsonc", text);
    chmodSync(at("dotfiles/opencode.jsonc"), 0o640);
    mkdirSync(at(".config/opencode"), { recursive: true });
    symlinkSync(at("dotfiles/opencode.jsonc"), at(".config/opencode/opencode.jsonc"));
    expect(await configured()).toMatch(/exit code 0$/);
    const changed = readFileSync(at("dotfiles/opencode.jsonc"), "utf8");
    expect(changed).toContain("\t// mine\r\n");
    expect(config("dotfiles/opencode.jsonc")).toEqual({ plugin: ["other@1.0.0", SPEC], permission: ASKING });
    expect(statSync(at("dotfiles/opencode.jsonc")).mode & 0o777).toBe(0o640);
    expect(readdirSync(at(".config/opencode"))).toEqual(["opencode.jsonc"]);
    const [backup = "", ...others] = readdirSync(at("dotfiles")).filter((name) => name.endsWith(".bak"));
    expect(others).toEqual([]);
    expect(readFileSync(at("dotfiles", backup), "utf8")).toBe(text);
  });

  test("with another version of the plugin gets this one in its place", async () => {
    write(CONFIG, '{"plugin":[["opencode-slack-gateway@0.0.9",{"allowAlways":false}]],"permission":"ask"}');
    expect(await configured()).toMatch(/exit code 0$/);
    expect(config()).toEqual({ plugin: [[SPEC, { allowAlways: false }]], permission: "ask" });
  });

  test("that names the plugin twice, or in a project, is left to whoever wrote it", async () => {
    write(CONFIG, '{"plugin":["opencode-slack-gateway@0.0.9","opencode-slack-gateway"]}');
    expect(await configured()).toContain("✗ The plugin is named 2 times:");
    rmSync(at(CONFIG));
    write("work/opencode.json", '{"plugin":["opencode-slack-gateway@0.0.9"],"permission":{"bash":"ask"}}');
    expect(await configured()).toContain(
      `– ${at("work/opencode.json")} loads "opencode-slack-gateway@0.0.9", and is left as it is`,
    );
    expect(existsSync(at(CONFIG))).toBe(false);
  });

  test("that asks nothing on purpose is changed only for --permission ask", async () => {
    write(CONFIG, `{"plugin":["${SPEC}"],"permission":"allow"}`);
    expect(await configured()).toContain("It is left as it is. To change it: --permission ask");
    expect(config()).toEqual({ plugin: [SPEC], permission: "allow" });
    expect(await configured(["--permission", "ask"])).toMatch(/exit code 0$/);
    expect(config()).toEqual({ plugin: [SPEC], permission: ASKING });
  });

  test("is left as it is with --skip-plugin and without a block for --permission keep", async () => {
    await configured(["--skip-plugin"]);
    expect(existsSync(at(CONFIG))).toBe(false);
    await configured(["--permission", "keep"]);
    expect(config()).toMatchObject({ plugin: [SPEC] });
    expect(config()).not.toHaveProperty("permission");
  });

  test("that cannot be written is said, with what to write", async () => {
    // Nobody can make a directory in a file, not even root.
    write(".config", "");
    const said = await configured();
    expect(said).toContain(`+ "plugin": ["${SPEC}"]`);
    expect(said).toContain(`✗ ${at(CONFIG)} cannot be written (`);
    expect(said).toMatch(/exit code 1$/);
  });

  test("names a tarball and a clone as OpenCode takes them", async () => {
    write("work/x.tgz", "");
    await configured(["--plugin", "./x.tgz"]);
    expect(config()).toMatchObject({ plugin: [`opencode-slack-gateway@file:${at("work/x.tgz")}`] });
    rmSync(at(CONFIG));
    await configured(["--plugin", ".."]);
    expect(config()).toMatchObject({ plugin: [pathToFileURL(home).href] });
  });

  test("is written by hand for an OpenCode that has no command for it", async () => {
    const env = install("1.3.0", `touch ${at("called")}`);
    expect(await configured([], env)).toContain("OpenCode installs the plugin when it starts");
    expect(config()).toMatchObject({ plugin: [SPEC] });
    expect(existsSync(at("called"))).toBe(false);
  });

  test("is written by OpenCode 2's own command, or by hand where that wrote nothing", async () => {
    const env = install("2.0.20", `echo "$@" > ${at("called")}`);
    expect(await configured([], env)).toContain(`opencode plugin add ${SPEC} …`);
    expect(readFileSync(at("called"), "utf8")).toBe(`plugin add ${SPEC}\n`);
    expect(config()).toMatchObject({ plugin: [SPEC] });
  });

  test("is not written where OpenCode cannot install the plugin, and OpenCode's reason is said", async () => {
    const env = install(
      "1.18.33",
      'printf "x\\n\\033[31m■\\033[0m  404 Not Found - GET\\n└  Done\\n"; exit 1',
    );
    const said = await configured([], env);
    expect(said).toContain("✗ OpenCode could not install the plugin.");
    expect(said).toContain("\n     404 Not Found - GET\n");
    expect(said).toMatch(/exit code 1$/);
    expect(existsSync(at(CONFIG))).toBe(false);
  });
});

describe("the file of variables", () => {
  test("is made in no repository", async () => {
    mkdirSync(at("work/.git"));
    const said = await repeat(["--dm", "U1", "--write-env", "--env-path", "secret"], tokens());
    expect(said).toContain(
      `✗ The variables are not kept: ${at("work/secret")} is in the repository ${at("work")}`,
    );
    expect(existsSync(at("work/secret"))).toBe(false);
  });

  test("that others may read is refused", async () => {
    write(ENV, "");
    chmodSync(at(ENV), 0o644);
    expect(await repeat(["--dm", "U1"], tokens())).toContain("other users may read the file or write to it.");
  });

  test("that the environment names, and that is not there, is made or missed", async () => {
    const env = { ...tokens(), OPENCODE_SLACK_GATEWAY_ENV_FILE: at("mine/env") };
    expect(await repeat(["--dm", "U1"], env)).toContain(
      "✗ OPENCODE_SLACK_GATEWAY_ENV_FILE: there is no such file.",
    );
    expect(await repeat(["--dm", "U1", "--write-env"], env)).toMatch(/exit code 0$/);
    expect(readFileSync(at("mine/env"), "utf8")).toContain("SLACK_CHANNEL_ID=U1\n");
  });

  test("keeps what else is in it, and the links that lead to it", async () => {
    write("dotfiles/env", "# mine\nOPENCODE_SLACK_GATEWAY_CONFIRM=none\nexport SLACK_CHANNEL_ID=C9\n");
    chmodSync(at("dotfiles/env"), 0o600);
    mkdirSync(at(".config/opencode-slack-gateway"), { recursive: true });
    symlinkSync(at("dotfiles/env"), at(ENV));
    expect(await repeat(["--dm", "U1", "--write-env"], tokens())).toMatch(/exit code 0$/);
    expect(readFileSync(at("dotfiles/env"), "utf8")).toBe(
      [
        "# mine",
        "OPENCODE_SLACK_GATEWAY_CONFIRM=none",
        `SLACK_BOT_TOKEN=${slack.botToken}`,
        `SLACK_APP_TOKEN=${slack.appToken}`,
        "SLACK_CHANNEL_ID=U1\n",
      ].join("\n"),
    );
  });
});

test.each([
  [[], "✗ Set SLACK_BOT_TOKEN in the environment, and run this again."],
  [["--env-path", "nowhere"], "✗ Set SLACK_BOT_TOKEN in the environment, and run this again."],
])("with --yes nobody is asked for what is missing: %j", async (args, says) => {
  const said = await repeat(args);
  expect(said).toContain(says);
  expect(said).toMatch(/exit code 1$/);
});

test("with --yes a channel and its approvers are to be named", async () => {
  expect(await repeat([], tokens())).toContain("✗ Add --dm <member ID> or --channel <ID>.");
  expect(await repeat(["--channel", "C1"], tokens())).toContain("✗ Add --approvers with the member IDs");
});

test.each([
  [["more"], "init takes no arguments: more."],
  [["--dm", "C1"], "--dm takes a member ID (U… or W…)."],
  [["--dm", "U1", "--channel", "C1"], "Give --dm or --channel, not both."],
  [["--permission", "maybe"], "--permission must be ask or keep."],
])("says in one line what is wrong with %j", async (args, line) => {
  const command = init(args);
  expect(await command.ended).toBe(2);
  expect(command.said()).toBe(`${line} For help: opencode-slack-gateway init --help\n`);
});
