import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readConfig, type Config } from "../../../src/composition/config.ts";
import { createConnectionNotices } from "../../../src/composition/connection-notices.ts";
import { slackEnvironment } from "../../support/desk.ts";
import { listenOnce } from "../../support/free-port.ts";
import { silentLog } from "../../support/silent-log.ts";
import { createSlackStandIn, type SlackStandIn } from "../../support/slack/stand-in.ts";

let slack: SlackStandIn;
let folder: string;
let said: string[];
let end: AbortController;

beforeEach(async () => {
  slack = await createSlackStandIn();
  folder = await mkdtemp(path.join(tmpdir(), "notices-"));
  said = [];
  end = new AbortController();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(async () => {
  end.abort();
  vi.useRealTimers();
  await slack.close();
  await rm(folder, { recursive: true });
});

function notices(variables: Readonly<Record<string, string>> = {}) {
  const result = readConfig(undefined, { ...slackEnvironment(slack), XDG_STATE_HOME: folder, ...variables });
  return createConnectionNotices({
    config: (result as { config: Config }).config,
    advise: (advice) => said.push(advice),
    greet: (message) => said.push(`greeting: ${message}`),
    log: silentLog,
  });
}

test("when Slack cannot be joined for ten seconds, it is said why", async () => {
  const port = await listenOnce(0);
  notices({ SLACK_API_URL: `http://127.0.0.1:${port}/api/` }).joining(end.signal);
  vi.advanceTimersByTime(9_999);
  expect(said).toEqual([]);
  vi.advanceTimersByTime(1);
  await vi.waitFor(() => expect(said).toHaveLength(1));
  expect(said[0]).toBe(
    "Slack cannot be reached. No connection to 127.0.0.1 (ECONNREFUSED): is a proxy needed (HTTPS_PROXY)?",
  );
});

test("when Slack answers calls and opens no WebSocket, that is said", async () => {
  notices().joining(end.signal);
  vi.advanceTimersByTime(10_000);
  await vi.waitFor(() => expect(said).toEqual([expect.stringContaining("its WebSocket does not open")]));
});

test("nothing is said when it is joined in time, refused, or not wanted any more", () => {
  const [joined, refused, left] = [notices(), notices(), notices()];
  for (const each of [joined, refused, left]) each.joining(end.signal);
  joined.joined();
  refused.refused();
  end.abort();
  expect(vi.getTimerCount()).toBe(0);
  expect(said).toEqual([expect.stringContaining("greeting")]);
});

test("the first connection of an installation is greeted, and no other", () => {
  notices().joined();
  notices().joined();
  expect(said).toEqual([
    "greeting: Connected to Slack for the first time: what OpenCode asks comes there, too.",
  ]);
});

test("a connection that is lost is said after a minute, and once", () => {
  const some = notices();
  some.joined();
  said = [];
  for (const seconds of [0, 30, 29]) {
    vi.advanceTimersByTime(seconds * 1_000);
    some.failing();
  }
  expect(said).toEqual([]);
  vi.advanceTimersByTime(1_000);
  for (const _ of [1, 2]) some.failing();
  expect(said).toEqual([expect.stringContaining("has been lost for more than a minute")]);
  some.joined();
  vi.advanceTimersByTime(120_000);
  some.failing();
  expect(said).toHaveLength(1);
});
