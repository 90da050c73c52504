import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { startApp, type ConnectedApp } from "../support/connected-app.ts";
import { createSocketClient } from "../support/slack/official-clients.ts";
import { createSlackStandIn, type SlackStandIn } from "../support/slack/stand-in.ts";

const ROUNDS = 3;
const PRESS_EVERY_MS = 100;
/** From Slack's asking until everything is long over: Slack cuts after 10 s, the SDK is back 5 s later. */
const WATCHED_MS = 20_000;
const SLEEP_MS = 7_000;

async function connect(): Promise<ConnectedApp> {
  const app = await startApp("Node");
  app.tell({ type: "connect", apiURL: app.slack.apiUrl, appToken: app.slack.appToken });
  await app.connected(1);
  return app;
}

/** Slack's own client, as its documentation starts it. */
async function connectSDK(): Promise<{ slack: SlackStandIn }> {
  const slack = await createSlackStandIn({ rateLimits: "none" });
  const client = createSocketClient(slack, { autoReconnectEnabled: true });
  client.on("interactive", ({ ack }: { ack: () => Promise<void> }) => void ack().catch(() => "lost"));
  await client.start();
  onTestFinished(async () => {
    await client.disconnect();
    await slack.close();
  });
  return { slack };
}

/** How long there was no connection, in ms, and how many presses found none or were not acked. */
async function refresh(slack: SlackStandIn, reason: "warning" | "refresh_requested") {
  let darkMs = 0;
  let darkSince: number | undefined;
  const stop = slack.onChange(() => {
    const now = performance.now();
    if (slack.connections().length === 0) darkSince ??= now;
    else if (darkSince !== undefined) {
      darkMs += now - darkSince;
      darkSince = undefined;
    }
  });
  const presses: ReturnType<SlackStandIn["deliver"]>[] = [];
  const pressing = setInterval(() => presses.push(slack.deliver({})), PRESS_EVERY_MS);
  slack.requestRefresh(reason);
  await delay(WATCHED_MS);
  clearInterval(pressing);
  stop();
  const outcomes = await Promise.all(presses);
  const lost = outcomes.filter(({ acked }) => !acked).length;
  return { presses: outcomes.length, lost, darkMs: Math.round(darkMs) };
}

test.each(["warning", "refresh_requested"] as const)("presses through a %s", async (reason) => {
  const app = await connect();
  const { slack } = await connectSDK();
  const [ours, theirs] = await Promise.all([refresh(app.slack, reason), refresh(slack, reason)]);
  console.log(`${reason}: ours ${JSON.stringify(ours)}, the SDK by itself ${JSON.stringify(theirs)}`);
  await app[Symbol.asyncDispose]();
  expect(ours.presses).toBeGreaterThan(0);
});

/** From what `harm` does to the app's connection until Slack has greeted the next one. */
async function measure(harm: (app: ConnectedApp) => Promise<void> | void): Promise<number[]> {
  const figures = await Promise.all(
    Array.from({ length: ROUNDS }, async (_, round) => {
      const app = await connect();
      await delay(round * 1_500); // So that the pings are not in step with the harm.
      await harm(app);
      const start = performance.now();
      await app.connected(2);
      await app[Symbol.asyncDispose]();
      return Math.round(performance.now() - start);
    }),
  );
  return figures.toSorted((one, other) => one - other);
}

test("a peer that is silent", async () => {
  const figures = await measure(({ connections }) => connections[0]?.freeze());
  console.log(`noticed and replaced after ${figures.join(", ")} ms`);
  expect(figures).toHaveLength(ROUNDS);
});

test("a sleep in which the connection died", async () => {
  const figures = await measure(async ({ connections, signal }) => {
    signal("SIGSTOP");
    connections[0]?.freeze();
    await delay(SLEEP_MS);
    signal("SIGCONT");
  });
  console.log(`back after ${figures.join(", ")} ms`);
  expect(figures).toHaveLength(ROUNDS);
});
