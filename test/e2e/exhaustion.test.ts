import { afterAll, beforeAll, expect, test } from "vitest";
import { sitDown, type Desk } from "../support/desk.ts";
import { bash, call, calls, say } from "../support/opencode/scripted-model.ts";
import { renderPlain } from "../support/slack/plain.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await sitDown();
});
afterAll(async () => desk[Symbol.asyncDispose]());

/** So long that no two of them find place on one card. */
const long = (name: string) => bash(`echo ${name} "${"and so on ".repeat(500)}"`);
const openCards = () =>
  desk.slack
    .channel("C1")
    .messages()
    .map(renderPlain)
    .filter((card) => card.includes("[Allow once]"));

test("two subagents have five open cards together, and the next comes when one of them is closed", async () => {
  const prompts = ["subagent, be the first", "subagent, be the second"];
  for (const prompt of prompts) {
    const name = prompt.split(" ").at(-1) ?? "";
    desk.model.script(prompt, [calls(...[1, 2, 3, 4].map((number) => long(`${name}-${number}`))), say("ok")]);
  }
  const tasks = prompts.map((prompt) =>
    call("task", { description: prompt, prompt, subagent_type: "general" }),
  );
  const task = await desk.start([calls(...tasks), say("done")]);
  await desk.slack.waitFor(() => openCards().length === 5);
  const last = await desk.card("3 more requests of this session wait until one of its open cards is closed.");

  await desk.slack.user("U1").press(last, "Allow once");
  await desk.card("2 more requests of this session wait");
  // Of the answered one and the next, either may be drawn first.
  await desk.cardSays(last, "Allowed once by @U1");
  expect(openCards()).toHaveLength(5);
  await desk.opencode.abort(task);
  await desk.slack.waitFor(() => openCards().length === 0);
  expect(desk.slack.channel("C1").messages()).toHaveLength(6);
  expect(desk.slack.complaints()).toEqual([]);
});

test("a command like one that was rejected says so on its card", async () => {
  const again = call("bash", { command: "rm important.txt", description: "Cleans up" });
  const task = await desk.start([again]);
  await desk.slack.user("U1").press(await desk.card("rm important.txt"), "Reject");
  await task.end();
  desk.model.script("once more", [again, say("done")]);
  await desk.opencode.prompt(task, "once more");
  const card = await desk.card("This is like one that was rejected");
  expect(renderPlain(card)).toContain("[Reject]");
  await desk.slack.user("U1").press(card, "Reject");
  await desk.cardSays(card, "Rejected by @U1");
});
