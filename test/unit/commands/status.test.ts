/** The status as a person or a probe asks for it: a process of its own, with real gateways, hubs and logs. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { status as runStatus } from "../../../src/commands/status.ts";
import { lookIntoHubs, putTogether } from "../../../src/commands/status/report.ts";
import { findHubs } from "../../../src/hub/observer.ts";
import { identifyMachine, lookUpProcess } from "../../../src/machine/identity.ts";
import { listenOnce } from "../../support/free-port.ts";
import { startGranting, type Granting } from "../../support/granting.ts";
import { speak } from "../../support/hub-members.ts";
import { until } from "../../support/opencode/until.ts";
import { scriptCommand, type Runtime } from "../../support/runtime.ts";
import { silentLog } from "../../support/silent-log.ts";
import { startGateway, type SmallGateway } from "../../support/small-gateway.ts";
import { wireGateway } from "../../support/wired-gateway.ts";

const CLI = fileURLToPath(new URL("../../../src/cli.ts", import.meta.url));
const VERSION = "0.1.0";

/** A machine without any gateway so far. */
let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "status-"));
});
afterEach(() => rmSync(home, { recursive: true }));

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Without any token: only where the hubs and the files are. */
function environment(places: Readonly<Record<string, string>>): Record<string, string | undefined> {
  return {
    PATH: process.env["PATH"],
    HOME: home,
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: path.join(home, "hub"),
    ...places,
  };
}

async function run(
  runtime: Runtime,
  places: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<Run> {
  const [file, ...first] = scriptCommand(runtime, CLI);
  const env = { ...environment(places), ...(runtime === "Bun" && { BUN_BE_BUN: "1" }) };
  const child = spawn(file, [...first, "status", ...args], { env, cwd: home });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { status: status as number | null, stdout, stderr };
}

/** The same in this process, which saves the start of another one. */
async function status(...args: string[]): Promise<Run> {
  return runHere({}, ...args);
}

async function runHere(places: Readonly<Record<string, string>>, ...args: string[]): Promise<Run> {
  const [said, printed]: [string[], string[]] = [[], []];
  const code = await runStatus(args, {
    env: environment(places),
    directory: home,
    print: (line) => printed.push(`${line}\n`),
    say: (line) => said.push(`${line}\n`),
    signal: new AbortController().signal,
  });
  return { status: code, stdout: printed.join(""), stderr: said.join("") };
}

/** Where a gateway's hubs and files are. */
function placesOf({ config }: SmallGateway): Record<string, string> {
  return {
    XDG_STATE_HOME: path.dirname(config.stateDirectory),
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: config.socketDirectory ?? "",
  };
}

/** Another project directory of the same OpenCode, with the same Slack app. */
function openBeside({ config }: SmallGateway) {
  const beside = wireGateway({
    serverURL: new URL(`http://127.0.0.1:9/`),
    config,
    describe: async () => ({ details: [], session: { titles: [] }, offers: { replies: ["reject"] } }),
    log: silentLog,
  });
  onTestFinished(async () => beside.end());
  return beside;
}

/** With one thing allowed for a time, and two that wait. */
async function startBusy(): Promise<Granting> {
  const busy = await startGranting();
  onTestFinished(async () => busy[Symbol.asyncDispose]());
  await busy.grant("per_1");
  busy.ask("per_2");
  await busy.isUsed("per_2");
  busy.asked(3, "rm -rf secret-stuff");
  await busy.card("per_3");
  busy.askedQuestions(4, [{ question: "Is hunter2 the password?" }]);
  await busy.card("hunter2");
  return busy;
}

describe.each<Runtime>(["Node", "Bun"])("in %s", (runtime) => {
  test("says who holds the connection, what waits and what is allowed, and not a word of it", async () => {
    const busy = await startBusy();
    const { gateway } = openBeside(busy);
    gateway.asked({
      kind: "question",
      requestID: "que_9",
      sessionID: "ses_9",
      permission: "question",
      questions: [],
    });
    await until("the other one waits", async () => busy.slack.channel("C1").messages().length === 4);

    const lines = await run(runtime, placesOf(busy));
    const shown = lines.stdout.replaceAll(/\d+ s\b/g, "1 s").replaceAll(/\d+ min\b/g, "30 min");
    const pid = process.pid;
    expect(shown.split("\n").slice(1)).toEqual([
      `  /home/dev/project (pid ${pid}, version ${VERSION}, holds the connection)`,
      "    permission bash waits for 1 s, on a card (per_3, ses_3)",
      "    question waits for 1 s, on a card (que_4, ses_4)",
      "    bash is allowed for another 30 min, used 1 time (per_1)",
      `  /home/dev/project (pid ${pid}, version ${VERSION})`,
      "    question waits for 1 s, on a card (que_9, ses_9)",
      "",
      "Nothing is wrong.",
      "",
    ]);
    expect(shown.split("\n")[0]).toMatch(/^Slack app [0-9a-f]{12}: connected for 1 s$/);
    expect([lines.status, lines.stderr]).toEqual([0, ""]);

    const json = await run(runtime, placesOf(busy), "--json");
    const { verdict, hubs, others } = JSON.parse(json.stdout) as Record<string, unknown>;
    expect({ verdict, others }).toEqual({ verdict: "ok", others: [] });
    expect(hubs).toMatchObject([
      {
        connection: "connected",
        members: [
          {
            memberID: expect.stringMatching(/_[0-9a-f]{12}$/) as string,
            answers: true,
            pid,
            askCount: 2,
            grantCount: 1,
            connection: { isConnected: true },
          },
          { answers: true, directory: "/home/dev/project", asks: [{ requestID: "que_9" }] },
        ],
      },
    ]);
    const { botToken, appToken } = busy.config;
    const values = busy.slack
      .channel("C1")
      .messages()
      .flatMap((card) => JSON.stringify(card).match(/"value":"[^"]+"/g) ?? []);
    const secrets = values.map((value) => value.slice('"value":"'.length, -1));
    expect(secrets.length).toBeGreaterThan(3);
    for (const secret of [botToken, appToken, "secret-stuff", "hunter2", "npm test", ...secrets])
      expect(lines.stdout + json.stdout).not.toContain(secret);
  });

  test("without any OpenCode nothing is wrong, and nothing is made", async () => {
    const said = await run(runtime, {});
    expect(said).toEqual({
      status: 0,
      stdout: "No OpenCode with the gateway runs here, by the log.\n\nNothing is wrong.\n",
      stderr: "",
    });
    expect(findHubs(path.join(home, "hub"))).toEqual([]);
  });

  test("an old holder does not say, a stopped one does not respond, and neither is waited for long", async () => {
    await listenAsHolder("old", (end) => end.say({ type: "beat" }));
    const old = await run(runtime, {});
    expect(old.stdout).toBe(
      "Slack app old: the OpenCode that holds the connection does not say\n\nNothing is wrong.\n",
    );
    expect(old.status).toBe(0);
    await listenAsHolder("stopped", () => undefined);
    const both = await run(runtime, {});
    expect(both.stdout).toContain(
      "Slack app stopped: the OpenCode that holds the connection DOES NOT RESPOND\n",
    );
    expect(both.status).toBe(1);
  });
});

async function listenAsHolder(
  key: string,
  accept: (end: ReturnType<typeof speak>) => unknown,
): Promise<void> {
  const directory = path.join(home, "hub");
  mkdirSync(path.join(directory, `${key}.1`), { recursive: true });
  chmodSync(directory, 0o700);
  const server = createServer((socket) => void accept(speak(socket)));
  await once(server.listen(path.join(directory, `${key}.1`, "socket")), "listening");
  onTestFinished(() => void server.close());
}

test("a hostile member does no harm to the terminal, and a broken one hides nobody", async () => {
  const small = await startGateway();
  onTestFinished(async () => small[Symbol.asyncDispose]());
  small.asked(1, "echo one");
  await small.card("echo one");
  const hubs = findHubs(small.config.socketDirectory ?? "");
  if (typeof hubs === "string") throw new Error(hubs);
  const evil = "/home/\u001B]0;owned\u0007\u009B31m\u202Eevil\nNothing is wrong.\r";
  const standing = {
    version: "\u001B[2J",
    pid: 1,
    directory: evil,
    asks: [],
    askCount: 0,
    grants: [],
    grantCount: 0,
  };
  const telling = (memberID: string, what: string): void => {
    const { say, heard, socket } = speak(connect({ path: hubs[0]?.path ?? "" }));
    onTestFinished(() => void socket.destroy());
    say({ type: "hello", memberID });
    socket.on("data", () => {
      const asked = heard.splice(0).find((frame) => frame.type === "ask-status");
      if (asked?.type === "ask-status") say({ type: "status", askID: asked.askID, memberID, status: what });
    });
  };
  telling("evil\u001B[1m", JSON.stringify(standing));
  telling("broken", "no JSON\u001B[1m");
  telling("huge", "x".repeat(10_000_000));
  telling("lying", JSON.stringify({ ...standing, pid: "1", asks: "all" }));

  const seen = await until("all are seen", async () => {
    const said = await runHere(placesOf(small));
    return ["broken", "huge", "lying", "evil"].every((name) => said.stdout.includes(name)) ? said : undefined;
  });
  const json = await runHere(placesOf(small), "--json");
  for (const { stdout } of [seen, json])
    // oxlint-disable-next-line no-control-regex -- Controls are what must not be there.
    expect(stdout).toMatch(/^[\n\u0020-\u007E]*$/);
  expect(seen.stdout).toContain(
    "  /home/\\u{1B}]0;owned\\u{7}\\u{9B}31m\\u{202E}evil\\u{A}Nothing is wrong.\\u{D} (pid 1, version \\u{1B}[2J)\n    nothing waits\n",
  );
  for (const name of ["broken", "huge", "lying"])
    expect(seen.stdout).toContain(`  ${name}: runs, and does not answer (an older version, or stopped)\n`);
  expect(seen.stdout).toContain("permission bash waits");
  expect(seen.status).toBe(0);
});

test("what waits while Slack is not reached is status 1", async () => {
  const nowhere = `http://127.0.0.1:${await listenOnce(0)}/api/`;
  const small = await startGateway(undefined, undefined, { SLACK_API_URL: nowhere });
  onTestFinished(async () => small[Symbol.asyncDispose]());
  small.asked(1, "echo one");
  await until("it has waited for long", async () => {
    const { hubs, refusals } = await lookIntoHubs([small.config.socketDirectory ?? ""]);
    return putTogether(hubs, [], refusals).verdict === "not-reached";
  });
  const said = await runHere(placesOf(small));
  expect(said.stdout).toMatch(/: NOT connected for 1\d s\n/);
  expect(said.stdout).toMatch(/permission bash waits for 1\d s, NOT on a card yet \(per_1, ses_1\)\n/);
  expect(said.stdout).toMatch(/\n\nSomething waits, and Slack is not reached\.\n$/);
  expect(said.status).toBe(1);
});

/** What the gateway has logged, in this process unless the line says otherwise. */
function logged(...lines: readonly object[]): void {
  const { key } = identifyMachine();
  const state = lookUpProcess(process.pid);
  const { start } = state.kind === "running" ? state : {};
  const common = {
    level: "info",
    pid: process.pid,
    directory: "/work/shop",
    version: VERSION,
    machine: key,
    memberID: `${key}_1`,
    start,
  };
  const folder = path.join(home, ".local/state/opencode-slack-gateway");
  mkdirSync(folder, { recursive: true });
  const now = Date.now();
  const text = lines
    .map((line, n) => JSON.stringify({ time: new Date(now + n).toISOString(), ...common, ...line }))
    .join("\n");
  writeFileSync(path.join(folder, "gateway.log"), `${text}\n`);
}

describe("by the log", () => {
  const LOADED = { msg: "plugin loaded" };
  const ASKED = { msg: "permission asked", requestID: "per_1", sessionID: "ses_1", permission: "bash" };
  const REFUSED = { level: "error", msg: "Slack refuses the connection", advice: "Socket Mode is off." };
  const name = `/work/shop (pid ${process.pid}, version ${VERSION})`;

  test("an OpenCode with nothing open is idle, and one that has ended is not there", async () => {
    logged(
      { ...LOADED, directory: "/work/ended" },
      { msg: "plugin unloaded", directory: "/work/ended" },
      { ...LOADED, directory: "/work/killed", pid: 2 ** 22 - 1 },
      { ...LOADED, directory: "/work/another-process", start: "another" },
      { ...LOADED, directory: "/work/another-boot", machine: "laptop.12345678" },
      LOADED,
      ASKED,
      { msg: "card closed", requestID: "per_1", sessionID: "ses_1" },
    );
    const said = await status();
    expect(said.stdout).toBe(`${name}: idle, so it is not connected\n\nNothing is wrong.\n`);
    expect(said.status).toBe(0);
  });

  test("one that Slack refuses has left it, and is status 1 as long as something waits", async () => {
    logged(LOADED, ASKED, REFUSED);
    const refused = await status();
    expect(refused.stdout).toMatch(
      /^\/work\/shop \(pid \d+, version 0\.1\.0\): something waits for \d+ s, and is NOT in Slack\n {4}last trouble, \d+ s ago: Slack refuses the connection: Socket Mode is off\.\n\nSomething waits/,
    );
    expect(refused.status).toBe(1);
    logged(LOADED, ASKED, REFUSED, { msg: "connected to Slack" });
    expect((await status()).status).toBe(0);
    logged(LOADED, ASKED, REFUSED, { msg: "closed without a card", requestID: "per_1", sessionID: "ses_1" });
    const answered = await status();
    expect(answered.stdout).toContain(`${name}: idle`);
    expect(answered.status).toBe(0);
  });

  test("one whose request is not to be posted yet waits, and nothing is wrong", async () => {
    // What happened before it asked, or has nothing to do with Slack, is not the reason.
    logged(LOADED, REFUSED, ASKED, { level: "warn", msg: "OpenCode's server has no password" });
    const said = await status();
    expect(said.stdout).toMatch(/: something waits for \d+ s, and is not posted yet\n/);
    expect(said.status).toBe(0);
  });

  test("one that meets no other has a card in Slack, by the log", async () => {
    logged(LOADED, ASKED, { msg: "card posted", requestID: "per_1", sessionID: "ses_1" });
    expect((await status()).stdout).toMatch(/: runs; something waits for \d+ s, by the log\n/);
  });

  test("one that is off says why, as status 2; what waits counts more", async () => {
    const off = {
      level: "error",
      msg: "the gateway is off: its configuration is missing or wrong",
      memberID: undefined,
      problems: ["SLACK_BOT_TOKEN is not set.\u001B[1m"],
    };
    logged(off);
    const said = await status();
    expect(said.stdout).toBe(
      `${name}: OFF. SLACK_BOT_TOKEN is not set.\\u{1B}[1m\n\nThe gateway is off: its configuration is missing or wrong.\n`,
    );
    expect(said.status).toBe(2);
    logged({ ...off, directory: "/work/other" }, LOADED, ASKED, REFUSED);
    expect((await status("--json")).status).toBe(1);
  });

  test("a log with rubbish in it is read as far as it is one", async () => {
    logged(LOADED, { msg: 7 }, { time: "never", msg: "plugin loaded" });
    const file = path.join(home, ".local/state/opencode-slack-gateway/gateway.log");
    writeFileSync(file, `\0\nnull\n[]\n{"time":1}\n`, { flag: "a" });
    expect((await status()).stdout).toContain(`${name}: idle`);
  });
});

test("a directory that others may enter is not looked into, and said", async () => {
  mkdirSync(path.join(home, "hub"), { mode: 0o755 });
  const said = await status();
  expect(said.stdout).toContain(`The OpenCodes cannot meet: ${home}/hub is open to other users`);
});

test("its exit codes say what is wrong, so a wrong command has one of its own", async () => {
  for (const args of [["--all"], ["everything"], ["--json=yes"]]) {
    const wrong = await status(...args);
    expect(wrong.status).toBe(3);
    expect(wrong.stderr).toContain("For help: opencode-slack-gateway status --help");
  }
});

test("what the file of variables names is where it looks", async () => {
  const file = path.join(home, "env");
  writeFileSync(file, `OPENCODE_SLACK_GATEWAY_SOCKET_DIR=${home}/elsewhere\n`, { mode: 0o600 });
  mkdirSync(path.join(home, "elsewhere"), { mode: 0o755 });
  const said = await runHere({
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: "",
    OPENCODE_SLACK_GATEWAY_ENV_FILE: file,
  });
  expect(said.stdout).toContain(`The OpenCodes cannot meet: ${home}/elsewhere is open to other users`);
});
