import { expect, test } from "vitest";
import { sitDown } from "../support/desk.ts";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { renderPlain } from "../support/slack/plain.ts";

test("two project directories in one OpenCode share one connection, and each gets its own presses", async () => {
  await using desk = await sitDown({ opencode: { projects: ["alpha", "beta"] } });
  const [alpha = "", beta = ""] = desk.opencode.directories;
  const rounds = [1, 2, 3, 4, 5];
  for (const round of rounds) {
    const [one, two] = await Promise.all([
      desk.start([bash(`echo alpha ${round}`), say("done")], alpha),
      desk.start([bash(`echo beta ${round}`), say("done")], beta),
    ]);
    const cardOne = await desk.card(`echo alpha ${round}`);
    const cardTwo = await desk.card(`echo beta ${round}`);
    expect(renderPlain(cardOne)).toContain(` · ${alpha}\n`);
    expect(renderPlain(cardTwo)).toContain(` · ${beta}\n`);
    await desk.slack.user("U1").press(cardTwo, "Allow once");
    await desk.slack.user("U1").press(cardOne, "Allow once");
    await desk.cardSays(cardOne, "Allowed once by @U1");
    await desk.cardSays(cardTwo, "Allowed once by @U1");
    await Promise.all([one.end(), two.end()]);
    expect(one.toolResults()).toEqual([`alpha ${round}\n`]);
    expect(two.toolResults()).toEqual([`beta ${round}\n`]);
  }
  expect(desk.slack.mostConnections()).toBe(1);
  expect(desk.slack.unacked()).toEqual([]);
});
