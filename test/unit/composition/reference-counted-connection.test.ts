import { chmod, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { readConfig } from "../../../src/composition/config.ts";
import { createLog } from "../../../src/system/log.ts";
import { createMemberID, identifyMachine } from "../../../src/machine/identity.ts";
import { createReferenceCountedConnection } from "../../../src/composition/reference-counted-connection.ts";
import { createSlices } from "../../../src/system/slices.ts";
import { slackEnvironment } from "../../support/desk.ts";
import { createSlackStandIn } from "../../support/slack/stand-in.ts";

const OPEN = "apps.connections.open";

async function openKeeper(meeting: "hub" | "none") {
  const slack = await createSlackStandIn({ rateLimits: "none" });
  const folder = await mkdtemp(path.join(tmpdir(), "presence-"));
  const sockets = path.join(folder, "sockets");
  const state = path.join(folder, "state");
  if (meeting === "none") {
    for (const open of [sockets, path.join(state, "opencode-slack-gateway", "hub")]) {
      await mkdir(open, { recursive: true });
      await chmod(open, 0o777);
    }
  }
  const result = readConfig(undefined, {
    ...slackEnvironment(slack),
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: sockets,
    XDG_STATE_HOME: state,
  });
  if (!result.ok) throw new Error(result.problems.join(" "));
  const machine = identifyMachine();
  const advice: string[] = [];
  const keeper = createReferenceCountedConnection({
    config: result.config,
    machine,
    memberID: createMemberID(machine),
    pressed: () => undefined,
    submitted: () => undefined,
    notUnderstood: () => undefined,
    joined: () => undefined,
    advise: (each) => advice.push(each),
    greet: () => undefined,
    audit: { pressed: async () => "recorded" },
    slices: createSlices(),
    log: createLog({ file: path.join(folder, "gateway.log"), level: "debug", mask: String }),
  });
  onTestFinished(async () => {
    await keeper.close();
    await slack.close();
    await rm(folder, { recursive: true });
  });
  const log = async () => readFile(path.join(folder, "gateway.log"), "utf8");
  return { slack, keeper, advice, log };
}

test("a connection that is lost for a minute is told of", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const { slack, keeper, advice, log } = await openKeeper("hub");
  await keeper.join();
  slack.outage({ refuse: true });
  slack.requestRefresh("warning");
  await expect.poll(log, { timeout: 20_000 }).toContain("could not connect to Slack");
  expect(advice).toEqual([]);
  vi.advanceTimersByTime(60_000);
  await expect
    .poll(() => advice, { timeout: 20_000 })
    .toEqual([expect.stringContaining("The connection to Slack has been lost for more than a minute")]);
});

describe.each(["hub", "none"] as const)("where the processes of a machine meet in: %s", (meeting) => {
  test("everybody who joins is told that Slack refuses, and the next who joins tries again", async () => {
    const { slack, keeper, advice } = await openKeeper(meeting);
    slack.setSocketMode(false);
    const refused = await Promise.allSettled([keeper.join(), keeper.join()]);
    expect(refused).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
    expect(slack.calls(OPEN)).toHaveLength(1);
    expect(advice).toEqual([expect.stringContaining("Socket Mode is off")]);

    slack.setSocketMode(true);
    (await keeper.join()).leave();
    expect(slack.calls(OPEN)).toHaveLength(2);
  });

  test("a connection that Slack ended is not resumed before somebody asks, then with one try", async () => {
    const { slack, keeper, advice } = await openKeeper(meeting);
    const connection = await keeper.join();
    slack.setSocketMode(false);
    await slack.waitFor(() => slack.registrations().length === 0 && advice.length === 1);
    // Often enough for a hub that would try by itself.
    await delay(1_000);
    expect(slack.calls(OPEN)).toHaveLength(1);

    keeper.retry();
    await slack.waitFor(() => slack.calls(OPEN).length === 2);
    await expect.poll(() => advice).toHaveLength(2);

    slack.setSocketMode(true);
    const again = await keeper.join();
    await slack.waitFor(() => slack.connections().length === 1);
    expect(slack.calls(OPEN)).toHaveLength(3);
    connection.leave();
    again.leave();
    await slack.waitFor(() => slack.registrations().length === 0);
  });
});
