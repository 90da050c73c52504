import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { startApp, type ConnectedApp } from "../support/connected-app.ts";
import type { Runtime } from "../support/runtime.ts";

/** How long a dead peer may go unnoticed. */
const NOTICE_LIMIT_MS = 20_000;
/** Over this the client's own watch, as it is by default, declares a living connection dead. */
const LATE_PONGS_MS = 8_000;

async function connect(runtime: Runtime): Promise<ConnectedApp> {
  const app = await startApp(runtime);
  onTestFinished(async () => app[Symbol.asyncDispose]());
  app.tell({ type: "connect", apiURL: app.slack.apiUrl, appToken: app.slack.appToken });
  await app.connected(1);
  return app;
}

describe.each<Runtime>(["Node", "Bun"])("in %s", (runtime) => {
  test("a peer that is silent is replaced, though it answers no close", async () => {
    const app = await connect(runtime);
    const [first] = app.connections;
    first?.freeze();
    const second = await app.connected(2);
    // Bun's WebSocket is closed without waiting for the peer.
    const reason = runtime === "Node" ? "silent" : "ended";
    expect(app.logged("the connection to Slack will be replaced")).toMatchObject([{ reason }]);
    expect(await app.slack.deliver({}, { via: second })).toMatchObject({ acked: true });

    // What comes to Slack in the end ends with a close.
    first?.thaw();
    await app.slack.waitFor(() => first?.closeCode() !== undefined, { limitMs: NOTICE_LIMIT_MS });
  });

  test("a peer that is silent from its hello on is replaced", async () => {
    const app = await startApp(runtime);
    onTestFinished(async () => app[Symbol.asyncDispose]());
    app.slack.onChange(() => {
      if (app.connections.length === 1) app.connections[0]?.freeze();
    });
    app.tell({ type: "connect", apiURL: app.slack.apiUrl, appToken: app.slack.appToken });
    const second = await app.connected(2);
    expect(await app.slack.deliver({}, { via: second })).toMatchObject({ acked: true });
  });

  test("a peer that is suddenly slow is left alone", async () => {
    const app = await connect(runtime);
    app.connections[0]?.delayPongs(LATE_PONGS_MS);
    await delay(2 * NOTICE_LIMIT_MS);
    expect(app.connections).toHaveLength(1);
    expect(await app.slack.deliver({})).toMatchObject({ acked: true });
  });
});
