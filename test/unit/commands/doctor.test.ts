/** The doctor as a person runs it: a process of its own, in Node and in OpenCode's Bun, with the strict stand-in of Slack. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UsageError } from "../../../src/commands/arguments.ts";
import { doctor as runDoctor } from "../../../src/commands/doctor.ts";
import { DEFAULT_RULES } from "../../../src/policy/default-rules.ts";
import { slackEnvironment } from "../../support/desk.ts";
import { listenOnce } from "../../support/free-port.ts";
import { scriptCommand, type Runtime } from "../../support/runtime.ts";
import { another } from "../../support/slack/field-changes.ts";
import { renderPlain } from "../../support/slack/plain.ts";
import { createSlackStandIn, type SlackStandIn } from "../../support/slack/stand-in.ts";

const CLI = fileURLToPath(new URL("../../../src/cli.ts", import.meta.url));
const VERSION = "0.1.0";

let slack: SlackStandIn;
let home: string;

beforeEach(async () => {
  slack = await createSlackStandIn({ rateLimits: "none", botScopes: ["chat:write"] });
  home = mkdtempSync(path.join(tmpdir(), "doctor-"));
  configure({ plugin: [`opencode-slack-gateway@${VERSION}`], permission: { bash: "ask" } });
  install("1.18.33");
});
afterEach(async () => {
  await slack.close();
  rmSync(home, { recursive: true });
});

function write(file: string, content: string, mode = 0o600): void {
  const whole = path.join(home, file);
  mkdirSync(path.dirname(whole), { recursive: true });
  writeFileSync(whole, content, { mode });
}

function configure(config: object): void {
  write(".config/opencode/opencode.json", JSON.stringify(config));
}

/** A command `opencode` that tells this version. */
function install(version: string): void {
  write("bin/opencode", `#!/bin/sh\necho ${version}\n`, 0o700);
}

/** What the gateway has logged in an OpenCode. */
function logged(...lines: readonly object[]): void {
  const text = lines.map((line) => JSON.stringify({ time: "2026-11-27T08:00:00.000Z", pid: 7, ...line }));
  write(".local/state/opencode-slack-gateway/gateway.log", `${text.join("\n")}\n`);
}

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

function start(runtime: Runtime, args: readonly string[], variables: Variables = {}) {
  const [file, ...first] = scriptCommand(runtime, CLI);
  const env = {
    PATH: `${path.join(home, "bin")}:${process.env["PATH"]}`,
    HOME: home,
    ...slackEnvironment(slack),
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: path.join(home, "hub"),
    OPENCODE_SERVER_PASSWORD: "open sesame",
    ...(runtime === "Bun" && { BUN_BE_BUN: "1" }),
    ...variables,
  };
  const child = spawn(file, [...first, "doctor", ...args], { env, cwd: home });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return {
    child,
    ended: ended.then(([stdout, stderr, [status]]): Run => {
      // Nothing of a token is ever printed.
      for (const token of [slack.botToken, slack.appToken, "open sesame"])
        expect(stdout + stderr).not.toContain(token);
      return { status: status as number | null, stdout, stderr };
    }),
  };
}

async function doctor(variables?: Variables, ...args: readonly string[]): Promise<Run> {
  return start("Node", ["--no-press", ...args], variables).ended;
}

/** The line with a sign that says `what`, and the step below it. */
function lineIn({ stdout }: Run, what: string): string {
  const lines = stdout.split("\n");
  const at = lines.findIndex((line) => line.includes(what));
  return `${lines[at]?.trim()} ${lines[at + 1]?.startsWith("      ") === true ? lines[at + 1]?.trim() : ""}`.trim();
}

async function testCard() {
  return slack.channel("C1").waitForMessage((message) => renderPlain(message).includes("This is a test"));
}

describe.each<Runtime>(["Node", "Bun"])("in %s", (runtime) => {
  test("a set-up that is right is all ✓, and the press proves it", async () => {
    logged({ level: "info", msg: "plugin loaded", directory: "/work/shop", version: VERSION });
    const run = start(runtime, []);
    const card = await testCard();
    await slack.user("U1").press(card, "Or this…");
    const said = await run.ended;
    const lines = said.stdout.split("\n").filter((line) => /^ {2}[✓✗–]/.test(line));
    expect(lines.filter((line) => !line.startsWith("  ✓"))).toEqual([
      expect.stringContaining("– The channel C1: the app has no scope to see it"),
      expect.stringContaining("– U1 may answer; the app has no scope to look them up (users:read)"),
    ]);
    const expected = [
      "SLACK_BOT_TOKEN is set, and looks like a bot token",
      `Rules in force: ${DEFAULT_RULES.size} default to be asked twice, none for OpenCode only.`,
      "OpenCode 1.18.33 is installed",
      `opencode.json loads "opencode-slack-gateway@${VERSION}"`,
      "OpenCode asks before: bash",
      `OpenCode loaded the plugin as version ${VERSION} (2026-11-27 08:00 UTC, /work/shop)`,
      "Files can be kept in",
      "The OpenCodes of this machine meet in",
      "is reached directly",
      "Slack takes the token in SLACK_BOT_TOKEN, in the workspace Stand-in",
      "Slack takes the token in SLACK_APP_TOKEN",
      "The app has the scopes that it needs: chat:write",
      "This machine's clock agrees with Slack's",
      "Connected to Slack, which counts no other connection of this app (num_connections)",
      "The press arrived: Interactivity and Socket Mode are on",
      "The press is of the app that posted the card (A1)",
      "U1, who pressed, may answer",
      "The press brings the card with other fields than Slack's answer, and none that counts: ",
    ];
    const right = lines.filter((line) => line.startsWith("  ✓"));
    expect(expected.filter((what) => !right.some((line) => line.includes(what)))).toEqual([]);
    expect(said.stdout).toContain("Nothing is wrong. 2 could not be told from here (–).");
    expect(said.status).toBe(0);
    expect(said.stderr).toContain("Waiting for a press, 120 seconds at most");
    expect(slack.channel("C1").messages()).toEqual([]);
    expect(slack.unacked()).toEqual([]);
    expect(slack.complaints()).toEqual([]);
  });

  test("Ctrl-C removes the card and leaves Slack", async () => {
    const run = start(runtime, []);
    await testCard();
    run.child.kill("SIGINT");
    const said = await run.ended;
    expect(said.stdout).toContain("– Stopped before somebody pressed: nothing is proven");
    expect(said.status).toBe(1);
    expect(slack.channel("C1").messages()).toEqual([]);
    await slack.waitFor(() => slack.connections().length === 0);
  });

  test("without any variable, each missing one is said with where to find it", async () => {
    const none = Object.fromEntries(Object.keys(slackEnvironment(slack)).map((name) => [name, undefined]));
    const said = await start(runtime, [], none).ended;
    expect(lineIn(said, "SLACK_BOT_TOKEN")).toMatch(/^✗ SLACK_BOT_TOKEN is not set Copy the Bot User OAuth/);
    expect(lineIn(said, "SLACK_APP_TOKEN")).toMatch(
      /^✗ SLACK_APP_TOKEN is not set Generate an app-level token/,
    );
    expect(lineIn(said, "SLACK_CHANNEL_ID")).toMatch(/^✗ SLACK_CHANNEL_ID is not set Open the channel/);
    expect(said.stdout).toContain("3 things are wrong (✗). Fix the first one");
    expect(said.status).toBe(1);
  });
});

describe("each thing that is wrong has its line, with the step that fixes it, and status 1", () => {
  test("variables: swapped tokens, a name, and a rule that nobody reads", async () => {
    const said = await doctor({
      SLACK_BOT_TOKEN: slack.appToken,
      SLACK_APP_TOKEN: slack.botToken,
      SLACK_CHANNEL_ID: "#general",
      SLACK_APPROVER_IDS: undefined,
      SLACK_APPROVERS_IDS: "U1",
      OPENCODE_SLACK_GATEWAY_TERMINALONLY: "deploy *",
      OPENCODE_SLACK_GATEWAY_CONFIRM: "defualt",
      HTTPS_PROXY: "ftp://proxy",
    });
    expect(lineIn(said, "✗ SLACK_BOT_TOKEN")).toMatch(/holds an app token .* look swapped Copy the Bot User/);
    expect(lineIn(said, "✗ SLACK_APP_TOKEN")).toMatch(
      /holds a bot token .* look swapped Generate an app-level/,
    );
    expect(lineIn(said, "✗ SLACK_CHANNEL_ID")).toMatch(
      /holds a channel's name \(#…\), not its ID Open the channel/,
    );
    expect(lineIn(said, "✗ HTTPS_PROXY")).toContain("must be an http:// or https:// address");
    expect(lineIn(said, "SLACK_APPROVERS_IDS")).toBe(
      "✗ Nobody reads the variable SLACK_APPROVERS_IDS If you mean SLACK_APPROVER_IDS, rename it.",
    );
    expect(lineIn(said, "TERMINALONLY")).toBe(
      "✗ OPENCODE_SLACK_GATEWAY_TERMINALONLY is not known here, so nothing can be allowed from Slack Rename it to OPENCODE_SLACK_GATEWAY_TERMINAL_ONLY. If it is of a newer version, update the gateway.",
    );
    expect(said.stdout).toContain("– Nothing else is asked of Slack before all variables are right");
    expect(said.status).toBe(1);
    expect(slack.calls()).toEqual([]);
  });

  test("OpenCode: no line, a block that asks nothing, too old, and a plugin that was off", async () => {
    configure({ permission: { bash: "allow" } });
    install("1.0.9");
    logged({
      level: "error",
      msg: "the gateway is off: its configuration is missing or wrong",
      problems: ["SLACK_BOT_TOKEN is not set."],
    });
    const said = await doctor();
    expect(lineIn(said, "OpenCode 1.0.9")).toMatch(/^✗ .* needs 1\.1\.0 or later Run opencode upgrade\.$/);
    expect(lineIn(said, "No configuration")).toContain(`"plugin": ["opencode-slack-gateway@${VERSION}"]`);
    expect(lineIn(said, "asks for hardly anything")).toMatch(
      /Write this in place of "permission" in .*opencode\.json, and restart OpenCode: "permission": \{ "bash": "ask"/,
    );
    expect(lineIn(said, "The plugin was off")).toMatch(/^✗ .* SLACK_BOT_TOKEN is not set\.$/);
    expect(said.status).toBe(1);
  });

  test("OpenCode: options that nobody takes, no OpenCode at all, nothing in the log but a warning", async () => {
    configure({
      plugin: [[`opencode-slack-gateway@${VERSION}`, { allowAlways: "no", token: "x" }]],
      permissions: [{ action: "shell", resource: "*", effect: "ask" }],
    });
    rmSync(path.join(home, "bin"), { recursive: true });
    logged(
      { level: "info", msg: "plugin loaded" },
      { level: "error", msg: "Slack refuses the connection", advice: "Socket Mode is off: switch it on." },
      { level: "error", msg: "of another process", pid: 8 },
    );
    const said = await doctor({ PATH: "/nowhere" });
    expect(said.stdout).toMatch(
      /✗ The gateway is off for the plugin's options\n +The plugin option "allowAlways" must be/,
    );
    expect(said.stdout).toContain('Unknown plugin option "token"');
    expect(lineIn(said, "The command opencode is not found")).toMatch(/^– .* look there\.$/);
    expect(said.stdout).toContain("✓ OpenCode asks before: shell");
    expect(lineIn(said, "It said then")).toMatch(
      /^– It said then: Slack refuses the connection: Socket Mode is off/,
    );
    expect(said.stdout).not.toContain("of another process");
  });

  test("this machine: no place for files or sockets, and rules that have dropped the default ones", async () => {
    mkdirSync(path.join(home, "hub"), { mode: 0o755 });
    write("file", "");
    const said = await doctor({
      XDG_STATE_HOME: path.join(home, "file"),
      OPENCODE_SLACK_GATEWAY_CONFIRM: "deploy *",
      SLACK_APPROVER_IDS: "",
    });
    expect(lineIn(said, "No file can be written")).toMatch(/^✗ .* nothing allowed Make room on the disk/);
    expect(lineIn(said, "The socket directory")).toMatch(/^✗ .*hub is open to other users.* cannot be made/);
    expect(lineIn(said, "Rules in force")).toMatch(
      /^– Rules in force: 1 of yours to be asked twice, .* No default rule is in force/,
    );
    expect(lineIn(said, "Nobody may answer")).toMatch(/^✗ .* Set it to your member ID/);
    expect(said.status).toBe(1);
  });

  test("this machine: that new cards are muted, until when, and how to end that; and a mute that does not count", async () => {
    const since = new Date();
    const until = new Date(since.getTime() + 60 * 60_000);
    const file = ".local/state/opencode-slack-gateway/mute.json";
    write(file, JSON.stringify({ since, until }));
    const muted = await doctor();
    expect(lineIn(muted, "muted")).toMatch(
      /^✗ New cards are muted until \d\d:\d\d( tomorrow)?, so what is asked waits in OpenCode Wait, or run: opencode-slack-gateway mute off$/,
    );
    expect(muted.status).toBe(1);
    write(file, "{");
    expect(lineIn(await doctor(), "The mute")).toContain(
      "✗ The mute cannot be read, so nothing is muted: the file is not as the gateway writes it Mute again, or take it away",
    );
    rmSync(path.join(home, file));
    expect((await doctor()).stdout).not.toContain("mute");
  });

  test("Slack: the token that it refuses, and only that one, whatever else is wrong", async () => {
    slack.installation.revoke("bot");
    const said = await doctor({
      SLACK_CHANNEL_ID: undefined,
      OPENCODE_SERVER_PASSWORD: undefined,
      OPENCODE_SLACK_GATEWAY_CARD_CHECK: "off",
    });
    expect(lineIn(said, "SLACK_CHANNEL_ID is not set")).toMatch(/^✗/);
    expect(lineIn(said, "OpenCode's server has no password")).toMatch(/^– .* Set OPENCODE_SERVER_PASSWORD/);
    expect(lineIn(said, "OPENCODE_SLACK_GATEWAY_CARD_CHECK is off")).toMatch(/^–/);
    expect(lineIn(said, "Slack refuses the token")).toMatch(
      /^✗ Slack refuses the token in SLACK_BOT_TOKEN \(token_revoked\) Slack does not accept the token in SLACK_BOT_TOKEN/,
    );
    expect(said.stdout).toContain("✓ Slack takes the token in SLACK_APP_TOKEN");
    expect(said.status).toBe(1);
  });

  test("Slack: scopes that are missing, or that read; somebody and a group that are not there", async () => {
    const { bot } = slack.installation.scopes;
    bot.clear();
    for (const scope of ["users:read", "groups:history", "channels:read"]) bot.add(scope);
    const said = await doctor({ SLACK_APPROVER_IDS: "U1,U404,S404", SLACK_CHANNEL_ID: "C404" });
    expect(lineIn(said, "lacks the scope chat:write")).toMatch(
      /^✗ .* Add it under OAuth & Permissions, install/,
    );
    expect(lineIn(said, "lacks the scope usergroups:read")).toMatch(/^✗/);
    expect(lineIn(said, "may read messages (groups:history)")).toMatch(/^✗/);
    expect(lineIn(said, "Slack does not know the channel in SLACK_CHANNEL_ID (C404)")).toMatch(
      /^✗ .* invite the app with \/invite/,
    );
    expect(lineIn(said, "U404")).toBe(
      "✗ Nobody can answer as U404 of SLACK_APPROVER_IDS: it is nobody in this workspace Correct the ID, or remove it.",
    );
    expect(lineIn(said, "user group S404")).toMatch(/^– Slack does not tell who is in/);
    bot.add("usergroups:read");
    const next = await doctor({ SLACK_APPROVER_IDS: "S404" });
    expect(lineIn(next, "S404")).toMatch(/^✗ Slack does not know a user group in SLACK_APPROVER_IDS: S404/);
  });

  test("Slack: nobody there", async () => {
    const said = await doctor({ SLACK_API_URL: `http://127.0.0.1:${await listenOnce(0)}/api/` });
    expect(lineIn(said, "Slack cannot be asked about SLACK_BOT_TOKEN")).toMatch(
      /^✗ .* No connection to 127\.0\.0\.1 \(ECONNREFUSED\): is a proxy needed \(HTTPS_PROXY\)\?$/,
    );
    expect(said.status).toBe(1);
  });
});

describe("the round trip", () => {
  test("is left out with --no-press, and said to be unproven; --json says the same as one object", async () => {
    const said = await doctor({}, "--json");
    const { ok, checks } = JSON.parse(said.stdout) as { ok: boolean; checks: Record<string, string>[] };
    expect(ok).toBe(true);
    expect(checks.at(-1)).toEqual({
      section: "A press",
      state: "unknown",
      what: "Interactivity and Socket Mode cannot be read from Slack: only a press proves them",
      fix: "Run it again without --no-press.",
    });
    expect(said.status).toBe(0);
    expect(slack.calls("chat.postMessage")).toEqual([]);
  });

  test("without a press in time fails, removes the card, and sees tokens of two apps", async () => {
    await slack.close();
    slack = await createSlackStandIn({ rateLimits: "none", appToken: "xapp-1-A2-1-other" });
    const said = await start("Node", ["--wait", "1"]).ended;
    expect(lineIn(said, "SLACK_APP_TOKEN seems to be of the app A2")).toMatch(
      /^✗ .* SLACK_BOT_TOKEN of the app A1 Copy both tokens from the same app\.$/,
    );
    expect(lineIn(said, "No press arrived")).toMatch(
      /^✗ .* switch on Interactivity & Shortcuts and Socket Mode/,
    );
    expect(said.status).toBe(1);
    expect(slack.channel("C1").messages()).toEqual([]);
  });

  test("says when Socket Mode is off, or the channel takes no card", async () => {
    slack.setSocketMode(false);
    const off = await start("Node", []).ended;
    expect(off.stdout).toMatch(/✗ Slack refuses .*\n +Socket Mode is off: switch it on/);
    slack.setSocketMode(true);
    const unknown = await start("Node", [], { SLACK_CHANNEL_ID: "C404" }).ended;
    expect(lineIn(unknown, "Slack does not take a card for C404 (channel_not_found)")).toMatch(
      /^✗ .* invite the app/,
    );
    expect([off.status, unknown.status]).toEqual([1, 1]);
  });

  test("names who pressed and may not answer, the fields for which an Allow would be refused, and what is for others", async () => {
    const run = start("Node", []);
    const card = await testCard();
    await slack.deliver({ command: "/deploy" }, { type: "slash_commands", acceptsResponsePayload: true });
    slack.changePresses({ path: ["blocks", 0, "text", "text"], to: another });
    await slack.user("U2").press(card, "Press this", { confirm: true });
    const said = await run.ended;
    expect(lineIn(said, "U2, who pressed, may not answer")).toMatch(
      /^✗ .* your ID U2 is not in SLACK_APPROVER_IDS/,
    );
    expect(lineIn(said, "This Slack app has slash commands")).toMatch(
      /^✗ .* Make a Slack app for the gateway alone/,
    );
    expect(lineIn(said, "An Allow would be refused")).toMatch(
      /^✗ .* between Slack's answer and the press: blocks\[0\]\.text\.text Please report these fields/,
    );
    expect(said.status).toBe(1);
  });

  test("joins the one that holds the connection, and opens none beside it", async () => {
    const holder = start("Node", []);
    await testCard();
    const member = start("Node", []);
    await slack.waitFor(() => slack.channel("C1").messages().length === 2);
    const card = slack.channel("C1").messages()[1] ?? { channel: "C1", ts: "" };
    await slack.user("U1").press(card, "Or this…");
    const said = await member.ended;
    expect(said.stdout).toContain("✓ Another process of this machine holds the connection to Slack");
    expect(said.stdout).toContain("✓ The press arrived");
    expect(slack.mostConnections()).toBe(1);
    holder.child.kill("SIGINT");
    await holder.ended;
  });

  test("says when Slack counts another connection of the app", async () => {
    const other = start("Node", [], { OPENCODE_SLACK_GATEWAY_SOCKET_DIR: path.join(home, "other") });
    await testCard();
    const run = start("Node", ["--wait", "1"]);
    const said = await run.ended;
    expect(lineIn(said, "Connected to Slack")).toMatch(
      /^– .* counts 2 connections .* and 1 of them not ours/,
    );
    other.child.kill("SIGINT");
    await other.ended;
  });
});

test.each([
  [["--wiat", "5"], "Unknown option: --wiat. Did you mean --wait?"],
  [["--wait", "soon"], "--wait must be a number of seconds, from 1 to 3600."],
  [["now"], "doctor takes no arguments: now."],
])("%j is refused, before anything is looked at", async (args, sentence) => {
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  const io = { env: {}, directory: home, print: say, say, signal: new AbortController().signal };
  await expect(runDoctor(args, io)).rejects.toThrow(new UsageError(sentence));
  expect(said).toEqual([]);
});
