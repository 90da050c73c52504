/**
 * Versions of the plugin that meet on one machine, each packed and in a real OpenCode of its own: today's; an older one,
 * which has the real hub of release 1; and a newer one, which says more than today's knows wherever versions meet. What
 * they are made of: `test/support/other-versions.ts`.
 */

import { execFile } from "node:child_process";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openOffice, type Desk, type Office, type Task } from "../support/desk.ts";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { until } from "../support/opencode/until.ts";
import { packNewer, packOlder } from "../support/other-versions.ts";
import type { PackedPlugin } from "../support/packed-plugin.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import { resume, suspend } from "../support/suspended.ts";

const packedToday = fileURLToPath(inject("pluginURL"));
const { version: TODAY } = createRequire(import.meta.url)("../../package.json") as { version: string };

/** Each test begins with what the ones before have left. */
let office: Office;
let olderPlugin: PackedPlugin;
let newerPlugin: PackedPlugin;
let older: Desk;
let today: Desk;
let updated: Desk;
let newer: Desk;

beforeAll(async () => {
  [olderPlugin, newerPlugin, office] = await Promise.all([
    packOlder(packedToday),
    packNewer(packedToday),
    openOffice(),
  ]);
  [older, today] = await Promise.all([
    office.openDesk({ isAlone: true, opencode: { plugin: [olderPlugin.url] } }),
    office.openDesk({ isAlone: true }),
  ]);
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await Promise.all([olderPlugin, newerPlugin].map(async (plugin) => plugin[Symbol.asyncDispose]()));
});

interface Waiting {
  /** What the command prints. */
  readonly what: string;
  readonly task: Task;
  readonly card: Message;
}

/** A card that is open, once the process that posted it knows that it did. */
async function ask(desk: Desk, what: string): Promise<Waiting> {
  const task = await desk.start([bash(`echo ${what}`), say("done")]);
  const card = await desk.card(`echo ${what}`);
  await until(`${what} is posted`, async () =>
    (await desk.log()).some(({ msg, ts }) => msg === "card posted" && ts === card.ts),
  );
  return { what, task, card };
}

/** A press reaches the one that asked, and OpenCode runs the command. */
async function allow({ what, task, card }: Waiting): Promise<void> {
  await office.slack.user("U1").press(card, "Allow once");
  await today.cardSays(card, "Allowed once by @U1");
  await task.end();
  expect(task.toolResults()).toEqual([`${what}\n`]);
}

/** What the log says of whoever has connected to Slack last. */
async function holder(): Promise<unknown> {
  return (await today.log()).findLast(({ msg }) => msg === "connected to Slack")?.["pid"];
}

async function becomesHolder({ opencode: { pid } }: Desk): Promise<void> {
  await until(`${pid} holds the connection`, async () => (await holder()) === pid);
}

/** It stands still until the other has taken the connection over, and goes on then. */
async function handOver(from: Desk, to: Desk): Promise<void> {
  await suspend(from.opencode.pid);
  try {
    await becomesHolder(to);
  } finally {
    resume(from.opencode.pid);
  }
  await office.slack.waitFor(() => office.slack.connections().length === 1);
}

/**
 * The holder is killed: the other one takes over and answers its own card.
 *
 * @returns what the dead one's card says in the end.
 */
async function killHolder(dead: Desk, its: Waiting, heir: Desk, own: Waiting): Promise<string> {
  expect(await holder()).toBe(dead.opencode.pid);
  await dead.opencode.kill();
  await becomesHolder(heir);
  await allow(own);
  return heir.cardSays(its.card, "OpenCode quit. Nothing will run.");
}

/** Today's package, as its user calls it. */
async function command(...args: string[]): Promise<{ code: number; said: string }> {
  const file = path.join(packedToday, "..", ".bin", "opencode-slack-gateway");
  const env = {
    PATH: process.env["PATH"],
    HOME: office.state,
    XDG_STATE_HOME: office.state,
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: office.sockets,
  };
  return promisify(execFile)(file, args, { env }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (failed: { code: number; stdout: string; stderr: string }) => ({
      code: failed.code,
      said: failed.stdout + failed.stderr,
    }),
  );
}

/** How the status names an OpenCode. */
function named({ opencode: { directories, pid } }: Desk, version: string): string {
  return `${directories[0]} (pid ${pid}, version ${version}`;
}

const told = (userID: string) => office.slack.user(userID).ephemerals().map(renderPlain);

test("an older one holds the connection: presses on today's cards and on its own arrive", async () => {
  const first = await ask(older, "older first");
  const second = await ask(today, "today second");
  expect(await holder()).toBe(older.opencode.pid);
  await allow(second);
  await allow(first);
});

test("status tells that a hub held by an older one cannot be asked, what the log tells, and that nothing is wrong", async () => {
  const waiting = await ask(today, "while status looks");
  const { code, said } = await command("status");
  expect(said).toContain("the OpenCode that holds the connection does not say");
  expect(said).toContain(`${named(older, "0.0.1")}): runs; nothing waits, by the log`);
  expect(said).toMatch(
    new RegExp(
      `^${named(today, TODAY).replace("(", "\\(")}\\): runs; something waits for \\d+ s, by the log$`,
      "m",
    ),
  );
  expect(said).not.toMatch(/not connected|not posted/);
  expect(said).toContain("Nothing is wrong.");
  expect(code).toBe(0);
  await allow(waiting);
});

test("today's holds the connection: presses on an older one's cards arrive", async () => {
  await handOver(older, today);
  const waiting = await ask(older, "older is a member");
  const { code, said } = await command("status");
  expect(said).toContain(
    `  ${named(older, "0.0.1")}): runs, and does not answer (an older version, or stopped)`,
  );
  expect(said).toContain(`version ${TODAY}, holds the connection)`);
  expect(code).toBe(0);
  await allow(waiting);
});

test("today's is killed while it holds the connection: an older one takes over, and closes its card", async () => {
  const left = await ask(today, "today dies");
  const waiting = await ask(older, "older takes over");
  expect(await killHolder(today, left, older, waiting)).not.toContain("[");
});

test("an update: with the new line in the configuration the next OpenCode has today's, and the older one runs on", async () => {
  const { sandbox } = older.opencode;
  const file = path.join(sandbox.root, "home/.config/opencode/opencode.json");
  const config = await readFile(file, "utf8");
  await writeFile(file, config.replace(olderPlugin.url, inject("pluginURL")));
  updated = await office.openDesk({ isAlone: true, opencode: { sandbox } });

  const [one, other] = [await ask(older, "not yet updated"), await ask(updated, "updated")];
  expect((await command("status")).said).toContain(named(updated, TODAY));
  await allow(other);
  await allow(one);
});

test("an older one is killed while it holds the connection: today's takes over, and closes its card by its notes", async () => {
  const left = await ask(older, "older dies");
  const waiting = await ask(updated, "today takes over");
  expect(await killHolder(older, left, updated, waiting)).not.toContain("[");
});

test("a newer one is a member: presses on its cards arrive, also of kinds that today's does not know", async () => {
  newer = await office.openDesk({ isAlone: true, opencode: { plugin: [newerPlugin.url] } });
  const waiting = await ask(newer, "newer");
  expect(await holder()).toBe(updated.opencode.pid);
  await allow(waiting);

  const { task, card } = await ask(newer, "by a menu");
  const before = told("U2").length;
  await office.slack.user("U2").press(card, "Allow once");
  await office.slack.waitFor(() => told("U2").length > before);
  const payload = structuredClone(office.slack.envelopes().at(-1)?.payload) as {
    user: { id: string };
    actions: { type: string; value?: string; selected_option?: { value: string } }[];
  };
  payload.user.id = "U1";
  payload.actions = payload.actions.map(({ value = "", ...action }) => ({
    ...action,
    type: "static_select",
    selected_option: { value },
  }));
  await office.slack.deliver(payload);
  await today.cardSays(card, "Allowed once by @U1");
  await task.end();
  expect(task.toolResults()).toEqual(["by a menu\n"]);
});

test("status tells of a newer one what it knows of it", async () => {
  const waiting = await ask(newer, "newer at a glance");
  const { code, said } = await command("status");
  expect(said).toContain(`  ${named(newer, "99.0.0")})\n    permission bash waits for `);
  expect(said).toContain("Nothing is wrong.");
  expect(code).toBe(0);
  await allow(waiting);
});

test("a newer one holds the connection: presses on today's cards arrive, and status finds all", async () => {
  await handOver(updated, newer);
  const waiting = await ask(updated, "today is a member");
  expect((await command("status")).said).toContain(named(updated, TODAY));
  await allow(waiting);
});

test("a newer one is killed while it holds the connection: today's takes over, and closes its card by its notes", async () => {
  const left = await ask(newer, "newer dies");
  const waiting = await ask(updated, "today takes over again");
  expect(await killHolder(newer, left, updated, waiting)).not.toContain("[");
});

test("nobody was told that a press did not count, and nothing is left in the ledger", async () => {
  expect(told("U1")).toEqual([]);
  expect(office.slack.unacked()).toEqual([]);
  // A note goes after its card has been closed.
  await until("nothing is left in the ledger", async () => {
    const files = await readdir(path.join(office.state, "opencode-slack-gateway"), { recursive: true });
    return !files.some((file) => /\.json$|\.closing$|\.unreadable$/.test(file));
  });
});

test("today's command reads the audit records of all versions", async () => {
  const verified = await command("audit", "--verify");
  expect(verified).toMatchObject({ code: 0, said: expect.stringContaining("consistent up to") });
  const { said } = await command("audit", "list");
  expect(said.match(/allowed once/gi)).not.toBeNull();
});
