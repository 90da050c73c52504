/**
 * The pod of the documents at work: its image's steps, its configuration and its probe, as they stand there, in
 * containers that have no network but Slack and the model. Real OpenCode, the packed plugin, the stand-in for Slack.
 */

import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCluster, pod, type Cluster, type Pod } from "../support/cluster.ts";
import { CAN_MAKE_CONTAINERS, startContainer } from "../support/container.ts";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { LATEST } from "../support/opencode/versions.ts";
import { until } from "../support/opencode/until.ts";
import { readDocument } from "../support/pod.ts";
import { createWebClient } from "../support/slack/official-clients.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";

describe.skipIf(!CAN_MAKE_CONTAINERS)("the pod of the documents", () => {
  let cluster: Cluster;
  let running: Pod;
  beforeAll(async () => {
    cluster = await createCluster();
    running = await cluster.startPod();
  });
  afterAll(async () => {
    await running[Symbol.asyncDispose]();
    await cluster[Symbol.asyncDispose]();
  });

  const card = async (what: string): Promise<Message> =>
    cluster.slack.channel("C1").waitForMessage((message) => renderPlain(message).includes(what));
  const cardSays = async ({ ts }: Message, what: string): Promise<string> =>
    renderPlain(
      await cluster.slack
        .channel("C1")
        .waitForMessage((message) => message.ts === ts && renderPlain(message).includes(what)),
    );

  test("is ready before anything was asked", async () => {
    expect(await running.probe()).toMatchObject({ code: 0 });
  });

  test("asks in Slack, names the machine as the pod says, and does what was allowed, as the user of the pod", async () => {
    const turn = await running.prompt([bash("id -u; echo bot=$SLACK_BOT_TOKEN"), say("done")]);
    const asked = await card("id -u");
    expect(renderPlain(asked)).toContain(pod.hostname);
    expect(await running.probe()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("permission bash waits") as string,
    });
    await cluster.slack.user("U1").press(asked, "Allow once");
    await cardSays(asked, "Allowed once by @U1");
    await until("the tool has run", () => turn.toolResults().length > 0);
    expect(turn.toolResults()).toEqual([`${pod.securityContext.runAsUser}\nbot=\n`]);
  });

  test("has a doctor that finds the plugin, OpenCode and Slack there", async () => {
    const [, command = ""] = /ada-dev -- (\S+) doctor`/.exec(readDocument()) ?? [];
    const { stdout } = await running.exec([command, "doctor", "--no-press"]);
    expect(stdout).toContain("✓ /etc/dev/opencode.json loads the plugin");
    expect(stdout).toContain(`✓ OpenCode ${LATEST}`);
    expect(stdout.split("\n").filter((line) => line.includes("✗"))).toEqual([]);
  });

  test("is not ready while something waits and Slack is away, and is ready again when Slack is back", async () => {
    const restore = cluster.slack.outage({ refuse: true });
    for (const connection of cluster.slack.connections()) connection.cut();
    const turn = await running.prompt([bash("echo patience"), say("done")]);
    await until("the probe fails", async () => (await running.probe()).code === 1);
    restore();
    const asked = await card("echo patience");
    await until("the probe passes", async () => (await running.probe()).code === 0);
    await cluster.slack.user("U1").press(asked, "Allow once");
    await cardSays(asked, "Allowed once by @U1");
    await until("the tool has run", () => turn.toolResults().length > 0);
    expect(turn.toolResults()).toEqual(["patience\n"]);
  });

  test("was taken for dead by another pod on its volume: it draws its card again, and a press counts", async () => {
    const turn = await running.prompt([bash("echo alive"), say("done")]);
    const asked = await card("echo alive");
    await until("it is on a card", async () => (await running.probe()).stdout.includes("on a card ("));
    const state = path.join(cluster.home, ".local/state/opencode-slack-gateway");
    const files = await readdir(state, { recursive: true });
    const notes = files.find((file) => file.includes("ledger/") && file.endsWith(".json"));
    await createWebClient(cluster.slack).chat.update({
      channel: asked.channel,
      ts: asked.ts,
      text: "OpenCode quit",
    });
    await rm(path.join(state, notes ?? "none"));
    expect(await cardSays(asked, "echo alive")).toContain("[Allow once]");
    await cluster.slack.user("U1").press(asked, "Allow once");
    await cardSays(asked, "Allowed once by @U1");
    await until("the tool has run", () => turn.toolResults().length > 0);
    expect(turn.toolResults()).toEqual(["alive\n"]);
  });

  test("is killed and started again: the card of the OpenCode before allows nothing, and closes", async () => {
    const before = await running.prompt([bash("echo before"), say("done")]);
    const left = await card("echo before");
    // Until then OpenCode does not know which card it has.
    await until("it is on a card", async () => (await running.probe()).stdout.includes("on a card ("));
    await running[Symbol.asyncDispose]();
    // Takes the number of the namespace, which the kernel would give to the next one.
    await using _other = await startContainer({ hostname: "other", mounts: {}, command: ["sleep", "300"] });
    running = await cluster.startPod();
    const turn = await running.prompt([bash("echo after"), say("done")]);
    const asked = await card("echo after");

    const { user: person } = cluster.slack;
    await person("U1").press(left, "Allow once");
    await cluster.slack.waitFor(() => person("U1").ephemerals().length > 0);
    expect(renderPlain(person("U1").ephemerals().at(-1) ?? {})).toContain(
      "the gateway cannot reach the OpenCode of this card",
    );
    await person("U1").press(asked, "Allow once");
    await cardSays(asked, "Allowed once by @U1");
    await until("the tool has run", () => turn.toolResults().length > 0);

    const isClosed = (): boolean =>
      messages().some((text) => text.includes("OpenCode quit. Nothing will run."));
    const messages = (): string[] =>
      cluster.slack
        .channel("C1")
        .messages()
        .filter(({ ts }) => ts === left.ts)
        .map(renderPlain);
    await cluster.slack.waitFor(isClosed, { what: "the card is closed", limitMs: 120_000 });
    expect(messages().join()).not.toContain("[");
    expect(before.toolResults()).toEqual([]);
  });
});
