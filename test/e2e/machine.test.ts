import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { openOffice, type Desk, type Office } from "../support/desk.ts";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { until } from "../support/opencode/until.ts";
import { scriptCommand } from "../support/runtime.ts";
import { createWebClient } from "../support/slack/official-clients.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import { resume, suspend } from "../support/suspended.ts";

/** To start an OpenCode takes longer than most tests: the later ones begin with what the ones before left. */
let office: Office;
let desks: readonly Desk[];
beforeAll(async () => {
  office = await openOffice();
  desks = await Promise.all([1, 2, 3].map(async () => office.openDesk({ isAlone: true })));
});
afterAll(async () => office[Symbol.asyncDispose]());

/** The desks whose OpenCodes have not ended. */
function running(): [Desk, ...Desk[]] {
  const [desk, ...others] = office.desks().filter(({ opencode }) => opencode.isRunning());
  if (desk === undefined) throw new Error("No OpenCode is running.");
  return [desk, ...others];
}

async function openDesk(options?: Parameters<Office["openDesk"]>[0]): Promise<Desk> {
  const desk = await office.openDesk(options);
  onTestFinished(async () => desk[Symbol.asyncDispose]());
  return desk;
}

/** The desk whose OpenCode holds the Slack connection, and the others. */
async function findHolder(desks: readonly Desk[]): Promise<{ holder: Desk; others: [Desk, ...Desk[]] }> {
  const [desk] = desks;
  const pid = (await desk?.log())?.findLast(({ msg }) => msg === "connected to Slack")?.["pid"];
  const holder = desks.find(({ opencode }) => opencode.pid === pid);
  if (holder === undefined) throw new Error("Nobody holds the connection.");
  const [other, ...others] = desks.filter((one) => one !== holder);
  if (other === undefined) throw new Error("There are no others.");
  return { holder, others: [other, ...others] };
}

/** The card, once the process that posted it knows that it did. */
async function postedCard(desk: Desk, what: string): Promise<Message> {
  const card = await desk.card(what);
  await until(`${what} is posted`, async () =>
    (await desk.log()).some(({ msg, ts }) => msg === "card posted" && ts === card.ts),
  );
  return card;
}

/** Presses the card of a stopped process, for the `nth` time. */
async function pressInVain(card: Message, nth: number): Promise<void> {
  const before = told("U1").length;
  await office.slack.user("U1").press(card, "Allow once");
  await office.slack.waitFor(() => told("U1").length > before, { what: `press ${nth} is answered` });
}

/** Does what a process does that judges another one dead: takes its notes and closes its card. */
async function takeForDead(card: Message): Promise<void> {
  const folder = path.join(office.state, "opencode-slack-gateway");
  for (const file of await readdir(folder, { recursive: true })) {
    const notes = file.endsWith(".json") ? await readFile(path.join(folder, file), "utf8") : "";
    if (notes.includes(card.ts)) await rm(path.join(folder, file));
  }
  await createWebClient(office.slack).chat.update({
    channel: card.channel,
    ts: card.ts,
    text: "OpenCode quit",
  });
}

/** The command as people have it. */
const CLI = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));

const told = (userID: string) => office.slack.user(userID).ephemerals().map(renderPlain);

/**
 * While an OpenCode stands still its card stays; when it goes on, a press counts.
 *
 * @returns what whoever presses is told meanwhile.
 */
async function pressWhileItStandsStill(desk: Desk, what: string): Promise<string | undefined> {
  const task = await desk.start([bash(`echo ${what}`), say("done")]);
  const card = await desk.card(`echo ${what}`);
  const before = told("U1").length;

  await suspend(desk.opencode.pid);
  try {
    await office.slack.user("U1").press(card, "Allow once");
    await office.slack.waitFor(() => told("U1").length > before);
  } finally {
    resume(desk.opencode.pid);
  }
  const words = told("U1").at(-1);
  expect(await desk.cardSays(card, `echo ${what}`)).toContain("[Allow once]");
  await office.slack.user("U1").press(card, "Allow once");
  await desk.cardSays(card, "Allowed once by @U1");
  await task.end();
  expect(task.toolResults()).toEqual([`${what}\n`]);
  return words;
}

interface Status extends Record<"hubs" | "others", Record<string, unknown>[]> {
  readonly mute: unknown;
}

/** What `opencode-slack-gateway status` says, which knows no token. */
async function status(): Promise<Status> {
  const [file, ...args] = scriptCommand("Node", CLI);
  const env = {
    PATH: process.env["PATH"],
    HOME: office.state,
    XDG_STATE_HOME: office.state,
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: office.sockets,
  };
  const { stdout } = await promisify(execFile)(file, [...args, "status", "--json"], { env });
  return JSON.parse(stdout) as Status;
}

/** What the packed command says, where the OpenCodes keep their files. */
async function runPacked(...args: readonly string[]): Promise<string> {
  const cli = path.join(fileURLToPath(inject("pluginURL")), "dist/cli.js");
  const env = { PATH: process.env["PATH"], XDG_STATE_HOME: office.state };
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args], { env });
  return stdout;
}

describe("three OpenCodes of one machine", () => {
  test("status tells who waits, who holds the connection, and who is idle", async () => {
    const [busy, idle] = desks;
    if (busy === undefined || idle === undefined) throw new Error("There are three.");
    const quiet = await idle.start([say("done")]);
    await quiet.end();
    const task = await busy.start([bash("echo at a glance"), say("done")]);
    const card = await postedCard(busy, "echo at a glance");
    const { hubs, others } = await until("the other one has loaded the plugin", async () => {
      const told = await status();
      const isIdle = told.others.some(({ pid }) => pid === idle.opencode.pid);
      return isIdle ? told : undefined;
    });
    expect(others).toContainEqual(
      expect.objectContaining({ state: "idle", pid: idle.opencode.pid, directory: quiet.directory }),
    );
    const waiting = { permission: "bash", sessionID: task.id, isOnCard: true };
    const { pid } = busy.opencode;
    expect(hubs).toMatchObject([
      {
        connection: "connected",
        members: [{ pid, directory: task.directory, asks: [waiting], askCount: 1 }],
      },
    ]);
    expect(JSON.stringify([hubs, others])).not.toContain("at a glance");

    await office.slack.user("U1").press(card, "Allow once");
    await task.end();
    expect((await status()).hubs).toMatchObject([{ members: [{ askCount: 0 }] }]);
  });

  test("share one connection, and every press reaches the one that asked", async () => {
    for (const round of [1, 2, 3]) {
      const tasks = await Promise.all(
        desks.map(async (desk, n) => desk.start([bash(`echo desk ${n} round ${round}`), say("done")])),
      );
      const cards = await Promise.all(
        desks.map(async (desk, n) => desk.card(`echo desk ${n} round ${round}`)),
      );
      await Promise.all(
        cards.toReversed().map(async (card) => office.slack.user("U1").press(card, "Allow once")),
      );
      await Promise.all(tasks.map(async (task) => task.end()));
      expect(tasks.map((task) => task.toolResults())).toEqual(
        desks.map((_, n) => [`desk ${n} round ${round}\n`]),
      );
    }
    expect(office.slack.mostConnections()).toBe(1);
    expect(office.slack.unacked()).toEqual([]);
    expect(told("U1")).toEqual([]);
  });

  test("muted by the command, what one answers in its terminal never reaches Slack, and another's card comes in the end", async () => {
    const [one, two] = running();
    if (two === undefined) throw new Error("There are three.");
    expect(await runPacked("mute", "until", "00:00")).toMatch(
      /^Muted until 00:00 tomorrow, for \d+ minutes?\./,
    );
    const [atTerminal, waiting] = await Promise.all([
      one.start([bash("echo at the terminal"), say("done")]),
      two.start([bash("echo kept back"), say("done")]),
    ]);
    await until("both wait", async () => {
      const muted = (await one.log()).filter(({ msg }) => msg === "new cards are muted");
      return new Set(muted.map(({ pid }) => pid)).size === 2;
    });
    const { mute } = await status();
    expect(mute).toMatchObject({ kind: "muted" });
    await one.replyInOpenCode(atTerminal, "once");
    await atTerminal.end();
    expect(await runPacked("mute", "off")).toBe("Not muted any more: what waits is posted to Slack.\n");
    const card = await two.card("echo kept back");
    await office.slack.user("U1").press(card, "Allow once");
    await waiting.end();
    expect(waiting.toolResults()).toEqual(["kept back\n"]);
    expect(atTerminal.toolResults()).toEqual(["at the terminal\n"]);
    const cards = office.slack.channel("C1").messages().map(renderPlain);
    expect(cards.filter((text) => text.includes("echo at the terminal"))).toEqual([]);
  });

  test("a stopped OpenCode's card is not closed, and whoever presses is told that it does not respond", async () => {
    const [two] = (await findHolder(desks)).others;
    expect(await pressWhileItStandsStill(two, "stopped")).toContain("does not respond");
  });

  test("an OpenCode that was taken for dead draws its card again", async () => {
    const [two] = (await findHolder(desks)).others;
    const task = await two.start([bash("echo back again"), say("done")]);
    const card = await postedCard(two, "echo back again");

    await suspend(two.opencode.pid);
    // Each press waits two seconds for the stopped process: after two of them the hub has let it go.
    for (const told of [1, 2]) await pressInVain(card, told);
    await takeForDead(card);
    resume(two.opencode.pid);

    expect(await two.cardSays(card, "echo back again")).toContain("[Allow once]");
    await office.slack.user("U1").press(card, "Allow once");
    await two.cardSays(card, "Allowed once by @U1");
    await task.end();
    expect(task.toolResults()).toEqual(["back again\n"]);
  });

  test("a card whose process cannot be found is left as it is: it may be one with another state directory", async () => {
    const two = await openDesk({ env: { XDG_STATE_HOME: path.join(office.state, "elsewhere") } });
    expect(await pressWhileItStandsStill(two, "elsewhere")).toContain(
      "the gateway cannot reach the OpenCode of this card",
    );
  });

  test("the holder is killed: another takes over, answers its own press, and closes the dead one's card", async () => {
    const cards = new Map<Desk, Message>();
    for (const [n, desk] of desks.entries()) {
      await desk.start([bash(`echo desk ${n} before the kill`), say("done")]);
      cards.set(desk, await postedCard(desk, `echo desk ${n} before the kill`));
    }
    const { holder, others } = await findHolder(desks);
    const [survivor] = others;
    const [dead, alive] = [cards.get(holder), survivor && cards.get(survivor)];
    if (dead === undefined || alive === undefined) throw new Error("There are two cards.");

    const [lost] = office.slack.connections();
    await holder.opencode.kill();
    // Slack does not see at once that the dead one's has ended, and a press on it would be lost.
    const via = await office.slack.waitFor(() =>
      office.slack.connections().find(({ id }) => id !== lost?.id),
    );
    await office.slack.user("U1").press(alive, "Allow once", { via });
    await holder.cardSays(alive, "Allowed once by @U1");
    expect(await holder.cardSays(dead, "OpenCode quit. Nothing will run.")).not.toContain("[");
    expect(office.slack.mostConnections()).toBeLessThanOrEqual(2);
  });
});

describe("one OpenCode", () => {
  test("another connection of the same app is named in the log", async () => {
    const other = await fetch(`${office.slack.apiUrl}apps.connections.open`, {
      method: "POST",
      headers: { authorization: `Bearer ${office.slack.appToken}` },
    });
    const { url } = (await other.json()) as { url: string };
    const socket = new WebSocket(url);
    onTestFinished(() => socket.close());
    await once(socket, "message");
    // Slack says how many there are to whoever connects.
    office.slack.requestRefresh("warning");
    const [desk] = running();
    const logged = async () => (await desk.log()).map(({ msg }) => msg);
    await expect
      .poll(logged, { timeout: 60_000 })
      .toContainEqual(expect.stringContaining("another machine uses the app too"));
  });

  test("a press on another machine's card answers nothing, and names the machine", async () => {
    const [desk] = running();
    const task = await desk.start([bash("echo here"), say("done")]);
    const card = await desk.card("echo here");
    await office.slack.user("U2").press(card, "Reject");
    await office.slack.waitFor(() => told("U2").length > 0);
    const forged = structuredClone(office.slack.envelopes().at(-1)?.payload) as {
      actions: [{ action_id: string }];
    };
    forged.actions[0].action_id = forged.actions[0].action_id.replace(/^.*_/, "other-laptop.00000000_");
    const before = told("U2").length;
    await office.slack.deliver(forged);
    await office.slack.waitFor(() => told("U2").length > before);
    expect(told("U2").at(-1)).toContain("this card belongs to the machine other-laptop");
    expect(task.toolResults()).toEqual([]);
  });

  test("an OpenCode that ends in order closes its cards at once", async () => {
    const [desk] = running();
    await desk.start([bash("echo disposed"), say("done")]);
    const card = await desk.card("echo disposed");
    await desk.opencode.dispose();
    expect(await desk.cardSays(card, "OpenCode quit")).not.toContain("[");
    // With requests that were open in it, OpenCode does not come back.
    await desk.opencode.kill();
  });
});

describe("an OpenCode that is killed", () => {
  test("the last OpenCode is killed: the next one that joins closes its card", async () => {
    const [last, ...others] = running();
    await Promise.all(others.map(async ({ opencode }) => opencode.kill()));
    await last.start([bash("echo left behind"), say("done")]);
    const card = await postedCard(last, "echo left behind");
    await last.opencode.kill();

    const desk = await office.openDesk();
    await desk.start([bash("echo next"), say("done")]);
    const closed = await desk.cardSays(card, "OpenCode quit. Nothing will run.");
    expect(closed).not.toContain("[");
    expect(closed).not.toContain("left behind");
  });

  test("killed while it posts: the card closes at its first press, which answers nothing", async () => {
    const [last] = running();
    const answer = office.slack.holdAnswer("chat.postMessage");
    await last.start([bash("echo half posted"), say("done")]);
    const card = await last.card("echo half posted");
    await last.opencode.kill();
    answer.release();

    const desk = await office.openDesk();
    await desk.start([bash("echo later"), say("done")]);
    await postedCard(desk, "echo later");
    await office.slack.user("U1").press(card, "Allow once");
    expect(await desk.cardSays(card, "OpenCode quit. Nothing will run.")).not.toContain("[");
    await office.slack.waitFor(() =>
      told("U1").some((text) => text.includes("the OpenCode that asked has quit")),
    );
  });
});
