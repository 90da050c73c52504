import { setTimeout as delay } from "node:timers/promises";
import type { SocketModeClient } from "@slack/socket-mode";
import { describe, expect, test as base } from "vitest";
import { startApp, type ConnectedApp } from "../../support/connected-app.ts";
import { until } from "../../support/opencode/until.ts";
import type { Runtime } from "../../support/runtime.ts";
import type { DisconnectReason } from "../../support/slack/connection.ts";
import { createSocketClient } from "../../support/slack/official-clients.ts";
import type { SlackStandIn, SlackStandInOptions } from "../../support/slack/stand-in.ts";
import type { Outcome } from "../../support/slack/socket-mode.ts";

const OPEN = "apps.connections.open";

/** Longer than any OpenCode is merely busy. */
const SLEEP_MS = 7_000;

interface Apps {
  /** Starts an app that is not told to connect yet. */
  open: (options?: SlackStandInOptions) => Promise<ConnectedApp>;
  /** Starts an app and waits for its first connection. */
  connect: (options?: SlackStandInOptions) => Promise<ConnectedApp>;
}

describe.concurrent.each<Runtime>(["Node", "Bun"])("in %s", (runtime) => {
  const test = base.extend<{ apps: Apps }>({
    // oxlint-disable-next-line no-empty-pattern -- Vitest reads from the pattern what a fixture needs.
    apps: async ({}, use) => {
      const opened: ConnectedApp[] = [];
      const open: Apps["open"] = async (options) => {
        const app = await startApp(runtime, options);
        opened.push(app);
        return app;
      };
      const connect: Apps["connect"] = async (options) => {
        const app = await open(options);
        tellToConnect(app);
        await app.connected(1);
        return app;
      };
      await use({ open, connect });
      await Promise.all(opened.map(async (app) => app[Symbol.asyncDispose]()));
    },
  });

  test.for<DisconnectReason>(["warning", "refresh_requested"])(
    "no press is lost when Slack ends a connection with %s",
    async (reason, { apps }) => {
      const app = await apps.connect({ times: { cutAfterMs: 4_000 } });
      const [first] = app.connections;
      const stop = app.press();
      app.slack.requestRefresh(reason);
      await app.connected(2);
      await app.slack.waitFor(() => first?.closeCode() === 1000);
      await expectServed(app, await stop());
      expect(app.slack.mostConnections()).toBe(2);
    },
  );

  test("no press is lost when a connection reaches the end of its announced life", async ({ apps }) => {
    const app = await apps.connect({ times: { connectionLifeMs: 14_000, cutAfterMs: 200 } });
    const [first] = app.connections;
    const stop = app.press();
    await app.connected(2);
    expect(app.logged("the connection to Slack will be replaced")).toMatchObject([{ reason: "aged" }]);
    expect(first?.closeCode()).toBeUndefined();
    await app.slack.waitFor(() => first?.closeCode() === 1000);
    await expectServed(app, await stop());
  });

  test("a press right behind the frame that ends a connection is acked", async ({ apps }) => {
    const app = await apps.connect();
    const via = app.connections[0];
    app.slack.requestRefresh("refresh_requested");
    const outcomes = await Promise.all(
      [1, 2, 3].map(async () => app.slack.deliver({}, { ...(via && { via }) })),
    );
    expect(outcomes).toMatchObject([{ connection: via }, { connection: via }, { connection: via }]);
    await expectServed(app, outcomes);
  });

  test("Slack's asking twice is answered by one new connection", async ({ apps }) => {
    const app = await apps.connect({ times: { cutAfterMs: 1_000 } });
    const [first] = app.connections;
    const opening = app.slack.hold(OPEN);
    app.slack.requestRefresh("warning");
    await app.slack.waitFor(() => app.slack.calls(OPEN).length === 2);
    app.slack.requestRefresh("refresh_requested");
    opening.release();
    await app.connected(2);
    await app.slack.waitFor(() => first?.closeCode() === 1000);
    expect(app.connections).toHaveLength(2);
    expect(app.slack.calls(OPEN)).toHaveLength(2);
  });

  test("our own second connection is not counted as somebody else's", async ({ apps }) => {
    const app = await apps.connect();
    await intrude(app.slack, 1);
    app.slack.requestRefresh("warning", app.connections.slice(0, 1));
    await until("two hellos", () => counts(app).length === 2);
    expect(counts(app)).toEqual([
      { connections: 1, others: 0 },
      { connections: 3, others: 1 },
    ]);
  });

  test("a connection that is cut is replaced", async ({ apps }) => {
    const app = await apps.connect();
    app.connections[0]?.cut();
    await app.connected(2);
    await expectServed(app, [await app.slack.deliver({})]);
    expect(app.slack.registrations()).toEqual(app.connections.slice(1));
  });

  test.for([
    ["Slack is down", { refuse: true }],
    ["Slack has an error", { error: "internal_error" }],
    ["Slack's edge has an error", { status: 503 }],
    ["Slack wants us to wait", { status: 429, retryAfterS: 1 }],
  ] as const)("is back when %s no more", async ([, outage], { apps }) => {
    const app = await apps.open();
    const restore = app.slack.outage(outage);
    tellToConnect(app);
    await until("it was tried again", () => app.logged("could not connect to Slack").length >= 3);
    restore();
    await app.connected(1);
    app.tell({ type: "leave" });
    expect(await app.finished()).toEqual({ type: "finished" });
  });

  test("a sleep during a long wait for Slack is followed by an attempt at once", async ({ apps }) => {
    const app = await apps.open();
    const restore = app.slack.outage({ status: 429, retryAfterS: 3_600 });
    tellToConnect(app);
    await until("it waits", () => app.logged("could not connect to Slack").length === 1);
    restore();
    await sleep(app);
    await app.connected(1);
    expect(app.slack.calls(OPEN)).toHaveLength(2);
  });

  test("a sleep during an attempt that Slack never answers is followed by another at once", async ({
    apps,
  }) => {
    const app = await apps.open();
    const answer = app.slack.holdAnswer(OPEN);
    tellToConnect(app);
    await app.slack.waitFor(() => app.slack.calls(OPEN).length === 1);
    await sleep(app);
    await app.slack.waitFor(() => app.slack.calls(OPEN).length === 2);
    answer.release();
    await app.connected(1);
    expect(app.logged("could not connect to Slack")).toEqual([]);
  });

  test.for(["haunt", "freeze"] as const)(
    "a sleep in which Slack lost the connection (%s) is followed by a new one at once",
    async (fate, { apps }) => {
      const app = await apps.connect({ times: { ackLimitMs: 1_000 } });
      const [first] = app.connections;
      await sleep(app, () => first?.[fate]());
      const second = await app.connected(2);
      await expectServed(app, [await app.slack.deliver({}, { via: second })]);
      expect(app.slack.connections()).toEqual([second]);
      expect(app.logged("this process slept: connecting again")).toHaveLength(1);
    },
  );

  test("slash commands and events are acked, whatever they are called, and are no presses", async ({
    apps,
  }) => {
    const app = await apps.connect();
    const events = ["message", "hello", "disconnect", "interactive", "error"].map((type) => ({
      type: "event_callback",
      event: { type },
    }));
    const outcomes = [
      await app.slack.deliver({ command: "/deploy" }, { type: "slash_commands" }),
      ...(await Promise.all(events.map(async (event) => app.slack.deliver(event, { type: "events_api" })))),
      await app.slack.deliver({}, { type: "events_api" }),
    ];
    expect(outcomes.map(({ acked }) => acked)).toEqual(outcomes.map(() => true));
    await expectServed(app, [await app.slack.deliver({ type: "block_actions" })]);
    expect(app.handled(outcomes)).toEqual(outcomes.map(() => 0));
    expect(app.reports.filter(({ type }) => type === "foreign")).toEqual([
      { type: "foreign", envelope: "slash_commands" },
      ...[...events, {}].map(() => ({ type: "foreign", envelope: "events_api" })),
    ]);
    expect(counts(app)).toHaveLength(1);
    expect(app.slack.complaints()).toEqual([]);
  });

  test("Socket Mode switched off ends it, and says what to do", async ({ apps }) => {
    const app = await apps.connect();
    app.slack.setSocketMode(false);
    expect(await app.finished()).toMatchObject({ failure: { kind: "refused", code: "link_disabled" } });
    await app.slack.waitFor(() => app.slack.registrations().length === 0);
  });

  test("a Slack whose Socket Mode is off ends it at once", async ({ apps }) => {
    const app = await apps.open();
    app.slack.setSocketMode(false);
    tellToConnect(app);
    expect(await app.finished()).toMatchObject({ failure: { kind: "refused", code: "link_disabled" } });
    expect(app.slack.calls(OPEN)).toHaveLength(1);
  });

  test("a token that Slack does not accept ends it at once", async ({ apps }) => {
    const app = await apps.open();
    app.tell({ type: "connect", apiURL: app.slack.apiUrl, appToken: "xapp-1-A1-1-wrong" });
    expect(await app.finished()).toMatchObject({ failure: { kind: "refused", code: "invalid_auth" } });
  });

  test("the eleventh of the app's connections waits until there is room, and says what is wrong", async ({
    apps,
  }) => {
    const app = await apps.open();
    const strangers = await intrude(app.slack, 10);
    tellToConnect(app);
    await until("it was tried twice", () => app.logged("could not connect to Slack").length === 2);
    expect(app.logged("could not connect to Slack")[0]).toMatchObject({
      failure: { code: "too_many_websockets" },
      advice: expect.stringContaining("one Slack app per developer"),
    });
    await strangers.pop()?.disconnect();
    await app.connected(1);
  });

  test("leaving closes every connection with a close frame, and keeps nothing", async ({ apps }) => {
    const app = await apps.connect();
    app.slack.requestRefresh("warning");
    await app.connected(2);
    app.tell({ type: "leave" });
    expect(await app.finished()).toEqual({ type: "finished" });
    await app.slack.waitFor(() => app.slack.registrations().length === 0);
    expect(app.connections.map(({ closeCode }) => closeCode())).toEqual([1000, 1000]);
    app.tell({ type: "let go" });
    expect(await app.exited).toEqual([0, null]);
  });

  test("leaving does not wait for a Slack that answers nothing", async ({ apps }) => {
    const app = await apps.connect();
    app.connections[0]?.freeze();
    app.tell({ type: "leave" });
    expect(await app.finished()).toEqual({ type: "finished" });
    app.tell({ type: "let go" });
    expect(await app.exited).toEqual([0, null]);
  });

  test("leaving while Slack is asked for a connection leaves none behind", async ({ apps }) => {
    const app = await apps.open();
    const answer = app.slack.holdAnswer(OPEN);
    tellToConnect(app);
    await app.slack.waitFor(() => app.slack.calls(OPEN).length === 1);
    app.tell({ type: "leave" });
    expect(await app.finished()).toEqual({ type: "finished" });
    answer.release();
    app.tell({ type: "let go" });
    expect(await app.exited).toEqual([0, null]);
    expect(app.connections).toEqual([]);
  });
});

function tellToConnect({ slack, tell }: ConnectedApp): void {
  tell({ type: "connect", apiURL: slack.apiUrl, appToken: slack.appToken });
}

/** Connects others to the same Slack app. */
async function intrude(slack: SlackStandIn, count: number): Promise<SocketModeClient[]> {
  const strangers = Array.from({ length: count }, () => createSocketClient(slack));
  await Promise.all(strangers.map(async (stranger) => stranger.start()));
  return strangers;
}

/** What a closed lid does to a process. Meanwhile the world goes on. */
async function sleep({ signal }: ConnectedApp, meanwhile?: () => void): Promise<void> {
  signal("SIGSTOP");
  meanwhile?.();
  await delay(SLEEP_MS);
  signal("SIGCONT");
}

function counts({ reports }: ConnectedApp) {
  return reports.filter((report) => report.type === "connected").map(({ count }) => count);
}

/** Every press was acked in time and given to the app once. */
async function expectServed(app: ConnectedApp, outcomes: readonly Outcome[]): Promise<void> {
  expect(outcomes.filter(({ acked }) => !acked)).toEqual([]);
  expect(outcomes.length).toBeGreaterThan(0);
  await until("the app has told of every press", () => app.handled(outcomes).every((times) => times > 0));
  expect(new Set(app.handled(outcomes))).toEqual(new Set([1]));
}
