/**
 * Requests on their way to a card. Those that would have to wait for each other share one, and a session that has many
 * open cards gets no further one.
 */

import { isOpen, type Asked, type AskedRow } from "./asked.ts";
import { backoffMs } from "../system/backoff.ts";
import type { Card } from "./card.ts";
import type { Hooks } from "./hooks.ts";
import type { Log } from "../system/log.ts";
import { onAbort, pause } from "../system/pause.ts";
import type { Muting } from "./muting.ts";
import type { CardContent } from "./domain/content.ts";
import type { PostOutcome, Connection } from "./ports.ts";
import { createRoom, rootOf } from "./room.ts";
import { startStopwatch } from "../system/stopwatch.ts";
import { groupByRoot, setApart, settleAll, type Placing, type Waiting } from "./waiting.ts";

/** What OpenCode asks at once comes within some milliseconds. */
const GATHER_MS = 50;
/** How long a card waits for more of its session that are still described. */
const GATHER_LIMIT_MS = 2_000;

/** Longer than Slack may take for a call, and than its pauses between cards. */
const STUCK_MS = 12_000;

export interface PostingOptions {
  /** One attempt. */
  readonly post: (
    connection: Connection,
    rows: readonly Pick<AskedRow, "asked" | "content">[],
  ) => Card<AskedRow>;
  readonly hooks: Hooks;
  readonly muting: Pick<Muting, "current">;
  /** Another number of requests waits behind a card. */
  readonly redraw: (card: Card<AskedRow>) => void;
  readonly signal: AbortSignal;
  readonly log: Log;
}

export interface Posting {
  /** A request will be placed as soon as it is described, unless it is closed. */
  expect(asked: Asked): void;
  /**
   * Posts until Slack has a card that shows the request, the request is closed, or Slack refuses. Rejects when something
   * is wrong with this request.
   */
  place(asked: Asked, content: CardContent, connection: Connection): Promise<Placing>;
  /** Something that kept cards back does not any more. */
  resume(): void;
  /** Whether a request waits for Slack, and Slack has taken no card for a while. */
  isStuck(waiting: Pick<AskedRow, "asked" | "content">): boolean;
  /** How many requests wait until their session has room again; said on its newest card. */
  countWaiting(card: Card<AskedRow>): number;
}

type Posted = Extract<Placing, { kind: "posted" }> | Exclude<PostOutcome, { kind: "posted" }>;

export function createPosting({ post, hooks, muting, redraw, signal, log }: PostingOptions): Posting {
  const room = createRoom();
  /** What was said on cards of how many wait. */
  const said = new WeakMap<Card<AskedRow>, number>();
  const watched = new WeakSet<Asked>();
  const expected = new Set<Asked>();
  let waiting: Waiting[] = [];
  let placed = 0;
  let isRunning = false;
  let failures = 0;
  let sincePosted: (() => number) | undefined;
  let resting = Promise.resolve();

  async function run(): Promise<void> {
    await pause(GATHER_MS, signal);
    for (let [first] = ready(); first !== undefined; [first] = ready()) {
      await gather(first);
      await postNext(first).catch((error: unknown) => fail(first, error));
    }
    isRunning = false;
    sayHowManyWait();
  }

  /** Until all that a session asks at once finds room on its cards. */
  async function gather(first: Waiting): Promise<void> {
    const root = rootOf(first);
    while (!signal.aborted && first.waitedMs() < GATHER_LIMIT_MS) {
      const family = ready().filter((one) => rootOf(one) === root);
      if (family.length >= shareOf(family)) return;
      await pause(GATHER_MS, signal);
    }
  }

  /** How many of a family its next card must take, so that its last card takes the last ones. */
  function shareOf(family: readonly Waiting[]): number {
    const [first] = family;
    if (first === undefined) return 0;
    const sessions = new Set(family.map(({ asked }) => asked.request.sessionID));
    const coming = [...expected].filter(({ request }) => sessions.has(request.sessionID));
    return Math.ceil((family.length + coming.length) / room.left(rootOf(first)));
  }

  async function postNext({ connection }: Waiting): Promise<void> {
    await resting;
    const attempting = attempt(take(await connection.cards.turn(signal)));
    // While Slack takes none, one at a time: nobody knows of some of them whether it has.
    if (failures > 0) await attempting;
  }

  function start(): void {
    if (isRunning) return;
    isRunning = true;
    void run();
  }

  /** Its end lets it wait no longer, or makes room for others. Once for each, however often Slack refuses it. */
  function watch(asked: Asked): void {
    if (watched.has(asked)) return;
    watched.add(asked);
    onAbort([asked.closed.signal], start);
  }

  /** Takes those that share the next card: as few as it takes for all that wait to have one now, if that is possible. */
  function take(turns: number): readonly Waiting[] {
    const families = groupByRoot(ready());
    const [family = []] = families;
    const [first] = family;
    if (first === undefined) return [];
    const all = families.flat();
    const share = Math.max(Math.ceil(all.length / Math.max(1, turns)), shareOf(family));
    const count = Math.min(share, countSharing(all));
    // A card counts for each session on it: another one's requests come as a whole, or on its own cards.
    const fitting = new Set(all.slice(0, count));
    const others = families.slice(1).filter((other) => fitting.has(other.at(-1) ?? first));
    const batch = new Set([...family.slice(0, count), ...others.flat()]);
    waiting = waiting.filter((one) => !batch.has(one));
    return [...batch];
  }

  /** Those that may have a card now. */
  function ready(): readonly Waiting[] {
    settleAll(
      waiting.filter((one) => !isOpen(one)),
      { kind: "closed" },
    );
    waiting = waiting.filter(isOpen);
    if (waiting.length === 0 || muting.current() !== undefined) return [];
    const full = new Set(countByRoot().keys());
    return waiting.filter((one) => !full.has(rootOf(one)));
  }

  /** How many wait of each root session that has no room. */
  function countByRoot(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const one of waiting) counts.set(rootOf(one), (counts.get(rootOf(one)) ?? 0) + 1);
    return new Map([...counts].filter(([root]) => room.left(root) === 0));
  }

  function countWaiting(card: Card<AskedRow>, waitingByRoot = countByRoot()): number {
    const roots = [...new Set(card.rows.map(rootOf))].filter((root) => room.newest(root) === card);
    return roots.reduce((sum, root) => sum + (waitingByRoot.get(root) ?? 0), 0);
  }

  function sayHowManyWait(): void {
    const waitingByRoot = countByRoot();
    for (const card of room.cards()) {
      const count = countWaiting(card, waitingByRoot);
      if (count === (said.get(card) ?? 0)) continue;
      said.set(card, count);
      redraw(card);
    }
  }

  function countSharing(all: readonly Waiting[]): number {
    const [first] = all;
    if (first === undefined || first.isAlone === true) return 1;
    const end = all.findIndex(({ isAlone }) => isAlone);
    const contents = all.slice(0, end === -1 ? undefined : end).map(({ content }) => content);
    try {
      return first.connection.cards.fit(contents);
    } catch (err) {
      log.error({ err }, "cards could not be measured");
      return 1;
    }
  }

  /** Does not reject. */
  async function attempt(batch: readonly Waiting[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    const outcome = await postCard(first.connection, batch);
    switch (outcome.kind) {
      case "posted":
        failures = 0;
        sincePosted = startStopwatch();
        return settleAll(batch, outcome);
      case "limited":
        return putBack(batch);
      case "failed":
      case "unknown":
        resting = pause(backoffMs(failures), signal);
        failures += 1;
        return putBack(batch);
      case "refused":
        return outcome.fault === "app" || first.isWithheld === true
          ? settleAll(batch, outcome)
          : putBack(batch.length > 1 ? batch.map(setApart) : batch.map(withhold));
    }
  }

  async function postCard(connection: Connection, batch: readonly Waiting[]): Promise<Posted> {
    let card: Card<AskedRow>;
    try {
      card = post(connection, batch);
    } catch (err) {
      // Which request makes that impossible is found out as when Slack refuses a card.
      log.error({ err }, "card could not be made");
      return { kind: "refused", fault: "message" };
    }
    room.take(card);
    const outcome = await card.outcome;
    if (outcome.kind === "posted") {
      onAbort([card.deleted], () => leaveRoom(card));
      return { kind: "posted", card };
    }
    leaveRoom(card);
    return outcome;
  }

  /** Whoever waited for this room may have it. */
  function leaveRoom(card: Card<AskedRow>): void {
    room.giveBack(card);
    start();
  }

  function fail(one: Waiting, error: unknown): void {
    waiting = waiting.filter((other) => other !== one);
    one.settle(Promise.reject(error));
  }

  function withhold({ content, ...one }: Waiting): Waiting {
    const withheld = hooks[one.asked.request.kind].withhold(content);
    return { ...one, content: withheld, isAlone: true, isWithheld: true };
  }

  function putBack(batch: readonly Waiting[]): void {
    waiting = [...waiting, ...batch].sort((one, other) => one.number - other.number);
    start();
  }

  return {
    expect(asked) {
      expected.add(asked);
      onAbort([asked.closed.signal], () => expected.delete(asked));
    },
    async place(asked, content, connection) {
      expected.delete(asked);
      watch(asked);
      return new Promise((settle) => {
        const waitedMs = startStopwatch();
        waiting.push({ number: (placed += 1), asked, content, connection, settle, waitedMs });
        start();
      });
    },
    resume: start,
    isStuck: (one) =>
      muting.current() === undefined &&
      room.left(rootOf(one)) > 0 &&
      (sincePosted === undefined || sincePosted() > STUCK_MS),
    countWaiting: (card) => countWaiting(card),
  };
}
