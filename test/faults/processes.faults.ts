import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test as base } from "vitest";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { until } from "../support/opencode/until.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import {
  cardOf,
  cardSays,
  faultyOffice,
  type FaultyOffice,
  isTold,
  notedCard,
  outcomeOf,
  press,
} from "./fault-test.ts";

const test = base.extend<FaultyOffice>(faultyOffice);

test("the holder is suspended: another takes over, presses reach their cards, and it comes back without harm", async ({
  office,
}) => {
  const { slack } = office;
  const holder = await office.openDesk();
  const suspended = await holder.start([bash("echo of the holder"), say("done")]);
  const card = await notedCard(holder, "echo of the holder");
  const other = await office.openDesk();
  const task = await other.start([bash("echo of the other"), say("done")]);
  await notedCard(other, "echo of the other");
  const [connection] = slack.connections();

  process.kill(holder.opencode.pid, "SIGSTOP");
  try {
    await slack.waitFor(() => slack.connections().length === 2);
    // Slack still counts the suspended one's connection; what it sends there is lost, and the presser sees a warning.
    slack.route((connections) => connections.find((candidate) => candidate !== connection));
    await press(slack, "echo of the other", "Allow once");
    await task.end();
    expect(await isTold(slack, "U1", async () => slack.user("U1").press(card, "Allow once"))).toContain(
      "does not respond",
    );
    expect(suspended.toolResults()).toEqual([]);
  } finally {
    process.kill(holder.opencode.pid, "SIGCONT");
  }
  await slack.waitFor(() => slack.connections().length === 1);
  slack.route();
  await slack.user("U1").press(card, "Allow once");
  await cardSays(slack, card, "Allowed once by @U1");
  await suspended.end();
  expect(suspended.toolResults()).toEqual(["of the holder\n"]);
});

describe("a press that is acked and never heard of again:", () => {
  test.override({ invariants: { untold: 1 } });

  test("killed at the moment of a press: the card says what is true, and nothing runs twice", async ({
    office,
  }) => {
    const { slack } = office;
    const desk = await office.openDesk();
    await desk.start([bash("echo killed at the press"), say("done")]);
    const card = await notedCard(desk, "echo killed at the press");
    const restore = slack.outage({ error: "internal_error", methods: ["chat.update"] });
    await slack.user("U1").press(card, "Allow once");
    await desk.opencode.kill();
    restore();

    const next = await office.openDesk();
    const task = await next.start([bash("echo comes next"), say("done")]);
    expect(await cardSays(slack, card, "OpenCode quit. Nothing will run.")).not.toContain("[");
    await press(slack, "echo comes next", "Allow once");
    await task.end();
  });
});

test("all are killed at once: the next one closes every card", async ({ office }) => {
  const { slack } = office;
  const desks = await Promise.all([office.openDesk(), office.openDesk(), office.openDesk()]);
  const cards: Message[] = [];
  for (const [n, desk] of desks.entries()) {
    await desk.start([bash(`echo of desk ${n}`), say("done")]);
    cards.push(await notedCard(desk, `echo of desk ${n}`));
  }
  await Promise.all(desks.map(async ({ opencode }) => opencode.kill()));

  const next = await office.openDesk();
  const task = await next.start([bash("echo survivor"), say("done")]);
  for (const card of cards) {
    expect(await cardSays(slack, card, "OpenCode quit. Nothing will run.")).not.toContain("[");
  }
  await press(slack, "echo survivor", "Allow once");
  await task.end();
});

test("the folder of sockets is removed under running OpenCodes: presses go on to reach their cards", async ({
  office,
}) => {
  const { slack } = office;
  const desks = await Promise.all([office.openDesk(), office.openDesk()]);
  for (const round of ["before", "after"]) {
    for (const [n, desk] of desks.entries()) {
      const what = `echo of desk ${n} ${round}`;
      const task = await desk.start([bash(what), say("done")]);
      const card = await cardOf(slack, what);
      await until(`a press on ${what} is answered`, async () => {
        const now = slack
          .channel("C1")
          .messages()
          .find(({ ts }) => ts === card.ts);
        if (now === undefined || task.toolResults().length > 0) return true;
        await slack
          .user("U1")
          .press(now, "Allow once")
          .catch(() => undefined); // it is closed by now
        return false;
      });
      await task.end();
      expect(task.toolResults()).toEqual([`of desk ${n} ${round}\n`]);
      expect(await outcomeOf(slack, what)).toContain("Allowed once by @U1");
    }
    await rm(office.sockets, { recursive: true });
  }
});

describe("requests are posted, and can be rejected, where the state folder", () => {
  test.for([
    [
      "is a file",
      async (folder: string): Promise<void> => {
        await mkdir(path.dirname(folder), { recursive: true });
        await writeFile(folder, "");
      },
    ],
    [
      "is where nothing can be written, for root neither",
      async (folder: string): Promise<void> => {
        await mkdir(path.dirname(folder), { recursive: true });
        await symlink("/proc/nothing", folder);
      },
    ],
  ] as const)("%s", async ([, spoil], { office }) => {
    const { slack } = office;
    const folder = path.join(office.state, "opencode-slack-gateway");
    await spoil(folder);
    const desk = await office.openDesk();
    const task = await desk.start([bash("echo not noted"), say("done")]);
    // What cannot be recorded is not allowed.
    expect(await isTold(slack, "U1", async () => press(slack, "echo not noted", "Allow once"))).toContain(
      "the gateway cannot write your press to the audit record",
    );
    await press(slack, "echo not noted", "Reject");
    expect(await outcomeOf(slack, "echo not noted")).toContain("Rejected by @U1");
    await task.end();
    expect(task.toolResults()).toEqual([]);
    expect(desk.opencode.stderr()).toBe("");
  });
});

test("a log on a full disk costs nothing but the log", async ({ office }) => {
  const desk = await office.openDesk({ env: { OPENCODE_SLACK_GATEWAY_LOG_FILE: "/dev/full" } });
  const task = await desk.start([bash("echo on a full disk"), say("done")]);
  await press(office.slack, "echo on a full disk", "Allow once");
  await task.end();
  expect(task.toolResults()).toEqual(["on a full disk\n"]);
  expect(desk.opencode.stderr()).toBe("");
});

test("OpenCode ends at once although Slack hangs", async ({ office, desk }) => {
  const { slack } = office;
  const task = await desk.start([bash("echo hanging"), say("done")]);
  const card = await notedCard(desk, "echo hanging");
  const restore = slack.outage({ hang: true });
  await desk.opencode.dispose();
  expect(task.toolResults()).toEqual([]);
  restore();

  const next = await office.openDesk();
  const later = await next.start([bash("echo not hanging"), say("done")]);
  await press(slack, "echo not hanging", "Allow once");
  await later.end();
  expect(await cardSays(slack, card, "OpenCode quit")).not.toContain("[");
});
