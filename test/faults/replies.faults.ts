import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, inject, onTestFinished, test as base } from "vitest";
import type { Desk, Office } from "../support/desk.ts";
import { bash, call, calls, say } from "../support/opencode/scripted-model.ts";
import { renderPlain } from "../support/slack/plain.ts";
import {
  allRows,
  cardOf,
  cardSays,
  cardsOf,
  faultyOffice,
  type FaultyOffice,
  isTold,
  outcomeOf,
  press,
  told,
} from "./fault-test.ts";

const test = base.extend<FaultyOffice>(faultyOffice);

/**
 * A plugin beside ours that keeps replies from OpenCode, by both ways, as OpenCode itself did in some versions
 * (https://github.com/anomalyco/opencode/issues/28037): as long as a file says which status to answer instead, or
 * that there is no answer.
 */
const DEAFENING_PLUGIN = `
import { existsSync, readFileSync } from "node:fs";
const answer = () => {
  const status = readFileSync(process.env.DEAF, "utf8");
  if (status === "no answer") throw new Error("The connection was cut.");
  return new Response(status === "200" ? "true" : "{}", { status: Number(status) });
};
const isDeaf = () => existsSync(process.env.DEAF);
export default async ({ client }) => {
  const reply = client.postSessionIdPermissionsPermissionId.bind(client);
  client.postSessionIdPermissionsPermissionId = async (options) =>
    isDeaf() ? { response: answer() } : reply(options);
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) =>
    isDeaf() && /\\/permission\\/[^/]+\\/reply/.test(String(input.url ?? input)) ? answer() : fetch(input, init);
  return {};
};
`;

const delegate = (description: string, prompt: string) =>
  call("task", { description, prompt, subagent_type: "general" });

/** A desk whose OpenCode takes no replies, and the way to fix it. */
async function openDeafDesk(
  office: Office,
  status: string,
): Promise<{ desk: Desk; fix: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), "deaf-"));
  onTestFinished(async () => rm(folder, { recursive: true }));
  const [plugin, deaf] = [path.join(folder, "deafening.mjs"), path.join(folder, "deaf")];
  await writeFile(plugin, DEAFENING_PLUGIN);
  await writeFile(deaf, status);
  const desk = await office.openDesk({
    env: { DEAF: deaf },
    opencode: { plugin: [pathToFileURL(plugin).href, inject("pluginURL")] },
  });
  return { desk, fix: async () => rm(deaf) };
}

describe("a reply that OpenCode does not take is called unconfirmed, and can be given again, when OpenCode", () => {
  test.for([
    ["says that it took it", "200"],
    ["knows no such request", "404"],
    ["fails", "500"],
    ["cuts the connection", "no answer"],
  ] as const)("%s", async ([, status], { office }) => {
    const { desk, fix } = await openDeafDesk(office, status);
    const { slack } = desk;
    const task = await desk.start([bash("echo heard"), say("done")]);
    const card = await cardOf(slack, "echo heard");
    expect(await isTold(slack, "U1", async () => slack.user("U1").press(card, "Allow once"))).toContain(
      "The gateway told OpenCode “allowed once”, but OpenCode did not confirm it",
    );
    expect(await cardSays(slack, card, "echo heard")).toContain("[Allow once]");
    expect(task.toolResults()).toEqual([]);
    expect(await desk.opencode.pending()).toHaveLength(1);

    await fix();
    await slack.user("U1").press(card, "Allow once");
    await cardSays(slack, card, "Allowed once by @U1");
    await task.end();
    expect(task.toolResults()).toEqual(["heard\n"]);
  });
});

test("a reply that OpenCode did not confirm is not named on the card when somebody else answers", async ({
  office,
}) => {
  const { desk } = await openDeafDesk(office, "200");
  const { slack } = desk;
  const task = await desk.start([bash("echo answered by others"), say("done")]);
  const card = await cardOf(slack, "echo answered by others");
  await isTold(slack, "U1", async () => slack.user("U1").press(card, "Allow once"));
  await desk.replyInOpenCode(task, "reject");
  expect(await cardSays(slack, card, "Rejected in OpenCode")).not.toContain("@U1");
  await task.end();
  expect(task.toolResults()).toEqual([]);
});

test("a press and an answer in OpenCode at the same moment: one counts, the card says which, and whoever lost is told", async ({
  desk,
}) => {
  const { slack } = desk;
  for (const round of [1, 2, 3, 4, 5, 6]) {
    const what = `echo contested ${round}`;
    const task = await desk.start([bash(what), say("done")]);
    const card = await cardOf(slack, what);
    const before = told(slack, "U1").length;
    await Promise.all([
      slack.user("U1").press(card, "Allow once"),
      desk.replyInOpenCode(task, "reject").catch(() => undefined), // there is nothing left to answer
    ]);
    await task.end();
    const outcome = await outcomeOf(slack, what);
    const isAllowed = outcome.includes("by @U1");
    const end = isAllowed ? "Allowed once by @U1" : "Rejected in OpenCode";
    const lost = isAllowed ? [] : ["Your press came too late: this was already rejected in OpenCode."];
    expect(outcome).toContain(end);
    expect(task.toolResults()).toEqual(isAllowed ? [`contested ${round}\n`] : []);
    await slack.waitFor(() => told(slack, "U1").length >= before + lost.length);
    expect(told(slack, "U1").slice(before)).toEqual(lost);
  }
});

test("a press at the moment in which the session is stopped: the card and the presser learn the same end", async ({
  desk,
}) => {
  const { slack } = desk;
  for (const round of [1, 2, 3, 4]) {
    const what = `echo stopped ${round}`;
    const task = await desk.start([bash(what), say("done")]);
    const card = await cardOf(slack, what);
    await Promise.all([slack.user("U1").press(card, "Allow once"), desk.opencode.abort(task)]);
    const outcome = await outcomeOf(slack, what);
    if (outcome.includes("by @U1")) continue;
    expect(outcome).toContain("The session stopped. Nothing will run.");
    await slack.waitFor(() =>
      told(slack, "U1").some((text) => text.includes("the session that asked has stopped")),
    );
    expect(task.toolResults()).toEqual([]);
  }
});

test("two requests for the same are two requests: the answer to one is none to the other", async ({
  desk,
}) => {
  const { slack } = desk;
  const one = await desk.start([bash("echo the same"), say("done")]);
  await cardOf(slack, "echo the same");
  const two = await desk.start([bash("echo the same"), say("done")]);
  await slack.waitFor(() => allRows(slack).length === 2);
  const [first, second] = cardsOf(slack, "echo the same");
  if (first === undefined || second === undefined) throw new Error("There are two cards.");
  await slack.user("U1").press(first, "Allow once");
  await cardSays(slack, first, "Allowed once by @U1");
  await one.end();
  expect(one.toolResults()).toEqual(["the same\n"]);
  expect(two.toolResults()).toEqual([]);

  await slack.user("U1").press(second, "Allow once");
  await cardSays(slack, second, "Allowed once by @U1");
  await two.end();
  expect(two.toolResults()).toEqual(["the same\n"]);
});

test("a request that Allow always covers closes with it, and names what was answered", async ({ desk }) => {
  const { slack } = desk;
  const task = await desk.start([calls(bash("dirname /a/b"), bash("dirname /c/d")), say("done")]);
  await cardOf(slack, "dirname /c/d");
  await press(slack, "dirname /a/b", "Allow always");
  expect(await outcomeOf(slack, "dirname /a/b")).toContain("Allowed always by @U1");
  expect(await outcomeOf(slack, "dirname /c/d")).toMatch(
    /^✅ Also allowed: @U1 allowed always dirname \/a\/b \S+/,
  );
  await task.end();
  expect(task.toolResults().sort()).toEqual(["/a\n", "/c\n"]);
});

test("a subagent of a subagent is shown with the session that started it all, and answered", async ({
  office,
}) => {
  const config = { subagent_depth: 2, agent: { general: { permission: { task: "allow" } } } };
  const desk = await office.openDesk({ opencode: { config } });
  const { slack, model } = desk;
  model.script("first subagent", [delegate("Look deeper", "second subagent"), say("ok")]);
  model.script("second subagent", [bash("echo from the depth"), say("ok")]);
  const task = await desk.start([delegate("Look around", "first subagent"), say("done")]);
  const card = await cardOf(slack, "echo from the depth");
  expect(renderPlain(card)).toContain("“A scripted session” → … → “Look deeper (@general subagent)”");
  await press(slack, "echo from the depth", "Allow once");
  await task.end();
  expect(model.toolResults("second subagent")).toEqual(["from the depth\n"]);
});
