import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Action } from "../support/demo/actions.ts";
import type { DemoState } from "../support/demo/state.ts";
import { until } from "../support/opencode/until.ts";
import { isRunning } from "../support/running.ts";

const run = promisify(execFile);
/** Until it has packed the plugin and started OpenCode. */
const START_LIMIT_MS = 150_000;
const STOP_LIMIT_MS = 30_000;
const repository = path.join(import.meta.dirname, "..", "..");

/** To pack the plugin and to start OpenCodes takes longer than the tests: each begins with what the one before left. */
describe("the demo", () => {
  let demo: Demo;
  let url: string;
  beforeAll(async () => {
    demo = await startDemo({ PORT: "0" });
    [, url = ""] = await demo.says(/Open (http:\S+)/);
  });
  afterAll(async () => demo[Symbol.asyncDispose]());

  test("serves its page, and a press on it lets the tool run", async () => {
    const html = await (await fetch(url)).text();
    const files = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, file = ""]) => file);
    expect(files).toEqual(["/page.css", "/page.js"]);
    const statuses = await Promise.all(files.map(async (file) => (await fetch(new URL(file, url))).status));
    expect(statuses).toEqual([200, 200]);

    expect(await act(url, { kind: "start", opencode: 1, label: "Run a command" })).toBe(204);
    const asked = await waitForState(url, (state) => buttonsOf(state).length > 0);
    const [once, always, reject] = buttonsOf(asked);
    expect([once, always, reject].map((button) => button?.label)).toEqual([
      "Allow once",
      "Allow always",
      "Reject",
    ]);
    if (once === undefined) throw new Error("The card has no buttons");

    expect(await act(url, { ...once.press, userID: "U2" })).toBe(204);
    const refused = await waitForState(url, ({ slack }) => slack?.ephemerals.length === 1);
    expect(refused.slack?.ephemerals[0]).toMatchObject({ user: "U2" });
    expect(callsOf(refused)).toMatchObject([{ status: "running", requestID: expect.any(String) as string }]);

    const said = await waitForState(url, (state) =>
      JSON.stringify(state.slack).includes("Last press: refused, not an approver"),
    );
    // As the page does: Slack names the blocks of a changed card anew.
    const [again = once] = buttonsOf(said);
    expect(await act(url, { ...again.press, userID: "U1" })).toBe(204);
    const done = await waitForState(url, (state) => callsOf(state)[0]?.status === "completed");
    expect(callsOf(done)).toMatchObject([
      { tool: "bash", output: expect.stringContaining("?? src/") as string },
    ]);
    // The card is closed before anybody looks for the next one.
    await waitForState(url, (state) => buttonsOf(state).length === 0);
  });

  test("has two OpenCodes that share one connection: a press reaches the one that asked, and one closes the other's cards", async () => {
    expect(await act(url, { kind: "launch", opencode: 2 })).toBe(204);
    expect(await act(url, { kind: "start", opencode: 1, label: "Run a command" })).toBe(204);
    const [first] = buttonsOf(await waitForState(url, (state) => buttonsOf(state).length > 0));
    expect(await act(url, { kind: "start", opencode: 2, label: "Run a command" })).toBe(204);
    const isOfSecond = ({ press }: { press: { ts: string } }) => press.ts !== first?.press.ts;
    const asked = await waitForState(url, (state) => buttonsOf(state).some(isOfSecond));
    expect(asked.slack?.connections).toBe(1);
    const once = buttonsOf(asked).find(isOfSecond);
    if (once === undefined) throw new Error("The second card has no buttons");

    expect(await act(url, { ...once.press, userID: "U1" })).toBe(204);
    const done = await waitForState(url, (state) => callsOf(state).at(-1)?.status === "completed");
    // The first is that of the test before.
    expect(callsOf(done).slice(1)).toMatchObject([{ status: "running" }, { status: "completed" }]);

    expect(await act(url, { kind: "kill", opencode: 1 })).toBe(204);
    const closed = await waitForState(url, (state) => buttonsOf(state).length === 0);
    expect(JSON.stringify(closed.slack)).toContain("OpenCode quit. Nothing will run.");
    expect(closed.opencodes.map(({ status }) => status)).toEqual(["killed", "running"]);

    expect(await act(url, { kind: "launch", opencode: 1 })).toBe(204);
    expect(await act(url, { kind: "start", opencode: 1, label: "Run a command" })).toBe(204);
    const again = await waitForState(url, (state) => buttonsOf(state).length > 0);
    expect(again.slack?.connections).toBe(1);
  });

  test("leaves nothing behind at Ctrl-C", async () => {
    const descendants = await descendantsOf(demo.pid);
    expect(descendants.length).toBeGreaterThan(0);
    expect(await demo.interrupt()).toBe(0);
    await until("nothing that the demo started runs on", () => !descendants.some(isRunning));
    // OpenCode itself leaves its libraries there.
    expect(await readdir(demo.temporary)).not.toContainEqual(
      expect.stringMatching(/^(opencode|packed-plugin)-/),
    );
  });
});

test("with one of the two Slack tokens, the demo says what else real Slack needs", async () => {
  await using demo = await startDemo({ PORT: "0", SLACK_BOT_TOKEN: "xoxb-1" });
  await demo.says(/SLACK_APP_TOKEN is not set/);
  await demo.says(/SLACK_CHANNEL_ID is not set/);
  expect(await demo.ended).toBe(1);
});

/** Starts the demo as `npm run demo` does once everything is installed. */
async function startDemo(env: Record<string, string>) {
  const temporary = await mkdtemp(path.join(tmpdir(), "demo-"));
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("SLACK_"));
  const demo = spawn(process.execPath, ["--import", "tsx", "test/support/demo/main.ts"], {
    cwd: repository,
    env: { ...Object.fromEntries(inherited), TMPDIR: temporary, TSX_DISABLE_CACHE: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(demo, "exit").then(([code]) => code as number | null);
  let output = "";
  for (const stream of [demo.stdout, demo.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  return {
    pid: demo.pid as number,
    temporary,
    ended,
    says: (text: RegExp) =>
      until(`the demo says ${text.source}`, () => text.exec(output), {
        context: () => output,
        limitMs: START_LIMIT_MS,
      }),
    interrupt: async () => {
      demo.kill("SIGINT");
      return ended;
    },
    async [Symbol.asyncDispose]() {
      demo.kill("SIGTERM");
      const timer = setTimeout(() => demo.kill("SIGKILL"), STOP_LIMIT_MS);
      await ended;
      clearTimeout(timer);
      await rm(temporary, { recursive: true, force: true });
    },
  };
}

type Demo = Awaited<ReturnType<typeof startDemo>>;

async function act(url: string, action: Action): Promise<number> {
  const response = await fetch(new URL("/actions", url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(action),
  });
  return response.status;
}

/** Follows the page's updates up to the first state that fits. */
async function waitForState(url: string, fits: (state: DemoState) => boolean): Promise<DemoState> {
  const leaving = new AbortController();
  const { body } = await fetch(new URL("/updates", url), { signal: leaving.signal });
  let text = "";
  try {
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const [latest] = text.split("\n\n").slice(-2);
      const state = text.includes("\n\n")
        ? (JSON.parse(latest?.slice("data: ".length) ?? "") as DemoState)
        : undefined;
      if (state && fits(state)) return state;
    }
  } finally {
    leaving.abort();
  }
  throw new Error(`The demo has ended; the last thing it told is ${text.slice(-3_000)}`);
}

function buttonsOf({ slack }: DemoState) {
  const messages = slack?.channels.flatMap((channel) => channel.messages) ?? [];
  return messages.flatMap(({ channel, ts, blocks = [] }) =>
    blocks.flatMap((block) =>
      block.type === "actions"
        ? block.elements
            .filter((element) => element.type === "button")
            .map(({ action_id: actionID, text }) => ({
              label: text.text,
              press: { kind: "press", channel, ts, blockID: block.block_id, actionID } as const,
            }))
        : [],
    ),
  );
}

function callsOf({ opencodes }: DemoState) {
  return opencodes
    .flatMap(({ sessions }) => sessions)
    .flatMap(({ steps }) => steps)
    .filter((step) => step.kind === "call");
}

async function descendantsOf(pid: number): Promise<number[]> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid="]);
  const processes = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const descendants = [pid];
  for (const parent of descendants) {
    const children = processes.filter(([, of]) => of === parent).map(([child = 0]) => child);
    descendants.push(...children);
  }
  return descendants.slice(1);
}
