/** `uninstall` as a person types it: what `init` has written is gone, and so are the cards that nobody can answer. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { WebClient } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ledgerDirectory } from "../../src/composition/paths.ts";
import { createMemberID, identifyMachine } from "../../src/machine/identity.ts";
import { startCommand, type CommandOptions, type CommandProcess } from "../support/command-process.ts";
import { renderPlain } from "../support/slack/plain.ts";
import { createSlackStandIn, type SlackStandIn } from "../support/slack/stand-in.ts";

const CONFIG = ".config/opencode/opencode.json";
const ENV = ".config/opencode-slack-gateway/gateway.env";

let home: string;
let slack: SlackStandIn;
const started: CommandProcess[] = [];

beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), "uninstall-"));
  mkdirSync(at("work"));
  slack = await createSlackStandIn({ rateLimits: "none" });
});

afterEach(async () => {
  // First of all: they write there.
  await Promise.all(started.splice(0).map(async (command) => command[Symbol.asyncDispose]()));
  await slack.close();
  rmSync(home, { recursive: true });
});

const at = (...names: string[]): string => path.join(home, ...names);

function write(name: string, text: string): void {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text, { mode: 0o600 });
}

function variables(): string {
  return `SLACK_BOT_TOKEN=${slack.botToken}\nSLACK_APP_TOKEN=${slack.appToken}\nSLACK_CHANNEL_ID=C1\n`;
}

function start(
  args: readonly string[],
  env: Record<string, string> = {},
  options: Partial<CommandOptions> = {},
): CommandProcess {
  const all = {
    HOME: home,
    SLACK_API_URL: slack.apiUrl,
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: at("hub"),
    ...env,
  };
  const command = startCommand(["uninstall", ...args], { cwd: at("work"), env: all, ...options });
  started.push(command);
  return command;
}

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const command = start(args, env);
  const code = await command.ended;
  return `${command.said()}\nexit code ${code}`;
}

/** A card in Slack, and the note of an OpenCode that has posted it. */
async function leaveCard(pid: number): Promise<string> {
  const web = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
  const { ts = "" } = await web.chat.postMessage({ channel: "C1", text: "Run a command" });
  const machine = identifyMachine();
  const memberID = createMemberID(machine);
  const stateDirectory = at(".local/state/opencode-slack-gateway");
  const directory = ledgerDirectory({ appToken: slack.appToken, apiURL: slack.apiUrl, stateDirectory });
  const card = {
    attemptID: "1",
    kind: "permission",
    requestID: "per_1",
    sessionID: "ses_1",
    channel: "C1",
    ts,
  };
  const entry = {
    version: 1,
    memberID,
    pid,
    saidGoodbye: false,
    cards: [{ ...card, directory: at("work") }],
  };
  const folder = path.join(directory, "ledger", machine.key);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${memberID}.json`), JSON.stringify(entry));
  return ts;
}

/** Of a process that is gone. */
function deadPID(): number {
  return spawnSync("true").pid;
}

test.each(["Node", "Bun"] as const)(
  "closes cards, and removes the line and the file, in %s",
  async (runtime) => {
    write(
      CONFIG,
      '{\n  // mine\n  "plugin": ["a", ["opencode-slack-gateway@0.1.0", {}]],\n  "permission": "ask"\n}\n',
    );
    write(ENV, variables());
    const ts = await leaveCard(deadPID());
    const command = start([], {}, { runtime });
    await command.sees("✓ Closed: 1 card");
    const [card] = slack.channel("C1").messages();
    expect(card?.ts).toBe(ts);
    expect(renderPlain(card ?? {})).toContain("OpenCode quit. Nothing will run.");
    await command.answers("Remove it? [Y/n] ", "");
    await command.sees("✓ Removed; as it was before:");
    await command.answers("with the tokens in it? [Y/n] ", "");
    await command.sees("Restart every OpenCode that runs: it has the plugin loaded.");
    await command.sees("Delete the Slack app");
    expect(await command.ended).toBe(0);
    expect(readFileSync(at(CONFIG), "utf8")).toBe(
      '{\n  // mine\n  "plugin": ["a" ],\n  "permission": "ask"\n}\n',
    );
    expect(existsSync(at(ENV))).toBe(false);
    expect(command.said()).not.toContain(slack.botToken);
  },
);

test("a running OpenCode keeps its cards, and is named", async () => {
  write(ENV, variables());
  await leaveCard(process.pid);
  const said = await run(["--yes"]);
  expect(said).toContain(
    `– OpenCode (process ${process.pid}) still runs in ${at("work")}, with 1 card: answer there, or end it.`,
  );
  expect(said).toContain("✓ No OpenCode of this machine has left any behind");
  expect(slack.channel("C1").messages().map(renderPlain)).toEqual(["Run a command"]);
});

test("cards that Slack does not let close are said, and the rest is removed", async () => {
  write(CONFIG, '{"plugin":["opencode-slack-gateway"]}');
  write(ENV, variables());
  await leaveCard(deadPID());
  slack.installation.revoke("bot");
  const said = await run(["--yes"]);
  expect(said).toContain("✗ Not all could be closed: 1 of 1 card. The log says why.");
  expect(said).toMatch(/exit code 1$/);
  expect(existsSync(at(ENV))).toBe(false);
  expect(readFileSync(at(CONFIG), "utf8")).toBe('{"plugin":[]}');
});

test("where nothing is set up there is nothing to remove, and nobody is asked", async () => {
  const said = await run([]);
  for (const line of ["– Without the variables", "✓ It does not name the plugin", "✓ There is none"])
    expect(said).toContain(line);
  expect(said).toMatch(/exit code 0$/);
});

describe("what others have written", () => {
  test("is left, and named", async () => {
    write("work/opencode.json", '{"plugin":["opencode-slack-gateway@0.1.0"]}');
    const said = await run(["--yes"], { SLACK_APPROVER_IDS: "U1" });
    expect(said).toContain(
      `– ${at("work/opencode.json")} names "opencode-slack-gateway@0.1.0": remove it there.`,
    );
    expect(said).toContain(
      "Remove these variables from where you set them: SLACK_API_URL, OPENCODE_SLACK_GATEWAY_SOCKET_DIR, SLACK_APPROVER_IDS.",
    );
    expect(readFileSync(at("work/opencode.json"), "utf8")).toContain("opencode-slack-gateway");
  });

  test("stays where somebody says no", async () => {
    write(CONFIG, '{"plugin":["opencode-slack-gateway@0.1.0"]}');
    write(ENV, variables());
    const command = start([]);
    await command.answers("Remove it? [Y/n] ", "n");
    await command.answers("with the tokens in it? [Y/n] ", "no");
    expect(await command.ended).toBe(1);
    expect(existsSync(at(ENV))).toBe(true);
    expect(readFileSync(at(CONFIG), "utf8")).toBe('{"plugin":["opencode-slack-gateway@0.1.0"]}');
  });
});
