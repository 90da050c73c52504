import { setTimeout as delay } from "node:timers/promises";
import type { Desk, Office } from "./desk.ts";
import { createInvariants } from "./invariants.ts";
import { call, calls, say, type Step as ModelStep } from "./opencode/scripted-model.ts";
import type { Reply } from "./opencode/opencode.ts";
import { until } from "./opencode/until.ts";
import { parsePress } from "./presses.ts";
import { isOpen, requestsOf, type AskedRequest } from "./requests.ts";
import { rowsOf, type RowButton } from "./rows.ts";
import type { Outage } from "./slack/faults.ts";
import type { Message } from "./slack/slack-objects.ts";

/** More open requests than these are answered before others are asked. */
const OPEN_LIMIT = 30;
/** Steps come up to this long after each other, so that what they cause overlaps. */
const PACE_LIMIT_MS = 60;
/** A fault lasts up to so many steps. */
const FAULT_LIMIT_STEPS = 15;
/** Three OpenCodes may start at the same time, on a machine that has other things to do. */
const ASK_LIMIT_MS = 60_000;
/** Retries come up to 30 s after each other when Slack was away, and those who died are found within a minute. */
const SETTLE_LIMIT_MS = 90_000;

/** Numbers from 0 to below 1. */
type Random = () => number;

/** A person who asks, answers and stops, a Slack and OpenCodes that fail, all by chance. */
export interface Walk {
  /** Takes one step, which may cause more than it waits for. @returns what was done */
  step(random: Random): Promise<string>;
  /** @throws what is wrong and no time can mend */
  check(): void;
  isFaulty(): boolean;
  /** The rows that still have buttons. */
  openRows(): readonly OpenRow[];
  /** Ends all faults, and resolves when all is as it must be. */
  settle(): Promise<void>;
  /** What has happened so far, in figures. */
  summary(): string;
  /** Answers all that is open, and presses whatever still has buttons: then no card has any. */
  finish(): Promise<void>;
}

/** A row that can be pressed. */
export interface OpenRow {
  readonly message: Message;
  readonly text: string;
  readonly buttons: ReadonlyMap<string, RowButton>;
}

export async function startWalk(office: Office, deskCount: number): Promise<Walk> {
  const { slack } = office;
  const invariants = createInvariants(office);
  const desks = new Set<Desk>();
  const faults = new Map<() => void, number>();
  const running = new Set<Promise<unknown>>();
  const starting = new Set<Promise<void>>();
  let asked = 0;
  /** Presses that a killed OpenCode may have acked and told nobody about. */
  let untold = 0;
  let pressesSettled = 0;

  const channel = slack.channel("C1");
  const openRequests = (): AskedRequest[] => [...desks].flatMap(requestsOf).filter(isOpen);
  const openRows = (): OpenRow[] =>
    channel
      .messages()
      .flatMap((message) =>
        rowsOf(message).flatMap(({ text, buttons }) =>
          buttons.size > 0 ? [{ message, text, buttons }] : [],
        ),
      );

  /** Goes on meanwhile; what it throws is thrown by the next who settles. */
  function inBackground(work: Promise<unknown>): void {
    running.add(work);
    work.then(
      () => running.delete(work),
      () => undefined,
    );
  }

  /** What is asked of an OpenCode fails when that one is killed meanwhile. */
  async function atDesk(desk: Desk, work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => {
      if (desks.has(desk)) throw error;
    });
  }

  /** Resolves when OpenCode asks, so that it is known how much is open. */
  async function startTask(desk: Desk, script: readonly ModelStep[]): Promise<void> {
    const { id } = await desk.start(script);
    const asks = () => !desks.has(desk) || requestsOf(desk).some(({ sessionID }) => sessionID === id);
    await until(`${id} asks`, asks, { limitMs: ASK_LIMIT_MS });
  }

  async function ask(random: Random): Promise<string> {
    while (starting.size >= deskCount) await Promise.race(starting);
    const desk = pick([...desks], random);
    const count = 1 + Math.floor(random() ** 2 * 5);
    const what = Array.from({ length: count }, () => `walk-${(asked += 1)}`);
    const step = calls(...what.map((name) => (random() < 0.25 ? edit(desk, name) : bash(name))));
    const start = atDesk(desk, startTask(desk, [step, say("done")]));
    starting.add(start);
    inBackground(start.finally(() => starting.delete(start)));
    return `ask ${what.join(", ")} at ${desk.opencode.pid}`;
  }

  function press(userID: string, { message, buttons, text }: OpenRow, label: string): string {
    const button = buttons.get(label);
    if (button === undefined) throw new Error(`No button "${label}":\n${text}`);
    inBackground(slack.user(userID).press(message, button, { confirm: true }));
    return `${userID} presses ${label} on ${nameOf(text)}`;
  }

  function click(userID: string, random: Random): string | undefined {
    const row = pickOrNone(openRows(), random);
    return row && press(userID, row, chooseLabel(row, random));
  }

  function doubleClick(random: Random): string | undefined {
    const row = pickOrNone(openRows(), random);
    if (row === undefined) return undefined;
    return [1, 2].map(() => press("U1", row, chooseLabel(row, random))).join(" and ");
  }

  /** Somebody's Slack has not yet shown that the card has changed. */
  function clickStale(random: Random): string | undefined {
    const payloads = slack.envelopes().map(({ payload }) => payload);
    const payload = pickOrNone(payloads, random);
    if (payload === undefined) return undefined;
    inBackground(slack.deliver(structuredClone(payload)));
    const { userID, reply, texts } = parsePress(payload) ?? {};
    return `${userID} presses ${reply} again on ${texts?.map(nameOf).join(", ")}`;
  }

  function rejectAll(random: Random): string | undefined {
    const card = pickOrNone(channel.messages().filter(hasRejectAll), random);
    if (card === undefined) return undefined;
    inBackground(slack.user("U1").press(card, "Reject all", { confirm: true }));
    return `U1 rejects all of ${card.ts}`;
  }

  function replyInOpenCode(random: Random): string | undefined {
    const request = pickOrNone(openRequests(), random);
    if (request === undefined) return undefined;
    const reply = pick<Reply>(["once", "reject"], random);
    const { desk, requestID } = request;
    // Somebody else may answer at the same moment: OpenCode then refuses.
    inBackground(desk.opencode.reply(requestID, reply).catch(() => undefined));
    return `${reply} in OpenCode for ${request.what}`;
  }

  function abort(random: Random): string | undefined {
    const request = pickOrNone(openRequests(), random);
    if (request === undefined) return undefined;
    const { desk, sessionID: id } = request;
    inBackground(atDesk(desk, desk.opencode.abort({ id, directory: desk.opencode.directories[0] ?? "" })));
    return `abort the session of ${request.what}`;
  }

  async function openDesk(): Promise<void> {
    desks.add(await office.openDesk());
  }

  /** Another OpenCode takes its place as soon as it has started. */
  async function kill(random: Random): Promise<string | undefined> {
    if (desks.size < 2) return undefined;
    const desk = pick([...desks], random);
    desks.delete(desk);
    await desk.opencode.kill();
    untold += slack.envelopes().length - pressesSettled;
    inBackground(openDesk());
    return `kill ${desk.opencode.pid}`;
  }

  function fail(outage: Outage, random: Random): string {
    faults.set(slack.outage(outage), 1 + Math.floor(random() * FAULT_LIMIT_STEPS));
    return `Slack fails: ${JSON.stringify(outage)}`;
  }

  function loseAnswer(random: Random): string {
    const method = pick(METHODS, random);
    slack.loseAnswer(method);
    return `the next answer to ${method} gets lost`;
  }

  function refresh(random: Random): string {
    const reason = pick(["warning", "refresh_requested"] as const, random);
    slack.requestRefresh(reason);
    return `Slack says ${reason}`;
  }

  function cut(random: Random): string | undefined {
    const connection = pickOrNone(slack.connections(), random);
    connection?.cut();
    return connection && `cut ${connection.id}`;
  }

  const steps: readonly (readonly [
    weight: number,
    step: (random: Random) => Promise<string | undefined> | string | undefined,
  ])[] = [
    [25, (random) => (openRequests().length < OPEN_LIMIT ? ask(random) : click("U1", random))],
    [30, (random) => click("U1", random)],
    [5, doubleClick],
    [5, (random) => click("U2", random)],
    [5, clickStale],
    [2, rejectAll],
    [7, replyInOpenCode],
    [3, abort],
    [1, kill],
    [2, (random) => fail({ refuse: true }, random)],
    [2, (random) => fail({ hang: true }, random)],
    [2, (random) => fail({ status: 500 }, random)],
    [1, (random) => fail({ error: "internal_error" }, random)],
    [3, (random) => fail({ status: 429, retryAfterS: 1, methods: [pick(METHODS, random)] }, random)],
    [3, loseAnswer],
    [2, refresh],
    [2, cut],
  ];

  await Promise.all(Array.from({ length: deskCount }, openDesk));

  function endFaults(areOver: (stepsLeft: number) => boolean): void {
    for (const [end, stepsLeft] of faults) {
      faults.set(end, stepsLeft - 1);
      if (!areOver(stepsLeft)) continue;
      faults.delete(end);
      end();
    }
  }

  async function settle(): Promise<void> {
    endFaults(() => true);
    while (running.size > 0) await Promise.all(running);
    await invariants.settled({ untold: untold, limitMs: SETTLE_LIMIT_MS });
    untold = invariants.untold();
    pressesSettled = slack.envelopes().length;
  }

  return {
    async step(random) {
      endFaults((stepsLeft) => stepsLeft <= 0);
      const done = await chooseWeighted(steps, random)(random);
      await delay(random() * PACE_LIMIT_MS);
      return done ?? (openRequests().length < OPEN_LIMIT ? ask(random) : "nothing");
    },
    check: () => invariants.check(),
    isFaulty: () => faults.size > 0,
    openRows,
    settle,
    summary() {
      const requests = office.desks().flatMap(requestsOf);
      const presses = slack.envelopes();
      const told = ["U1", "U2"].flatMap((userID) => slack.user(userID).ephemerals());
      return [
        `${requests.length} requests, ${requests.filter(({ replies }) => replies.length > 0).length} of them answered`,
        `${channel.messages().length} cards`,
        `${presses.length} presses, ${presses.filter(({ state }) => state === "acked").length} of them acked`,
        `${told.length} private answers`,
        `${office.desks().length - deskCount} OpenCodes killed`,
      ].join(", ");
    },
    async finish() {
      await settle();
      // Those that are answered by others meanwhile, and the cards that nobody answers to, close at this press.
      while (openRows().length > 0) {
        for (const row of openRows())
          press("U1", row, row.buttons.has("Allow once") ? "Allow once" : "Reject");
        await settle();
      }
    },
  };
}

const METHODS = ["chat.postMessage", "chat.update", "chat.postEphemeral"] as const;

/** Its command does not exist, so each "Allow always" is about that one alone. */
const bash = (name: string): ModelStep =>
  call("bash", { command: `./${name} it`, description: `Runs ${name}` });

function edit({ opencode }: Desk, name: string): ModelStep {
  return call("write", { filePath: `${opencode.directories[0]}/${name}.txt`, content: `${name}\n` });
}

function nameOf(text: string): string {
  return /walk-\d+/.exec(text)?.[0] ?? text;
}

function hasRejectAll({ blocks = [] }: Message): boolean {
  return JSON.stringify(blocks).includes('"Reject all"');
}

/** Not "always" for a file: it would be for all files, and nothing would be asked of them any more. */
function chooseLabel({ buttons, text }: OpenRow, random: Random): string {
  const labels = [...buttons.keys()].filter((label) => label !== "Allow always" || !text.includes(".txt"));
  return random() < 0.5 && labels.includes("Allow once") ? "Allow once" : pick(labels, random);
}

function pickOrNone<T>(values: readonly T[], random: Random): T | undefined {
  return values[Math.floor(random() * values.length)];
}

function pick<T>(values: readonly T[], random: Random): T {
  const picked = pickOrNone(values, random);
  if (picked === undefined) throw new Error("There is nothing to choose from");
  return picked;
}

function chooseWeighted<T>(choices: readonly (readonly [weight: number, T])[], random: Random): T {
  let left = random() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, choice] of choices) {
    left -= weight;
    if (left < 0) return choice;
  }
  throw new Error("There is nothing to choose from");
}
