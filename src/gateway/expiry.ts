/**
 * What nobody answers in time. It waits for ever unless its user has set a time; then it is left to OpenCode, or rejected.
 * Nothing is ever allowed here.
 */

import { noteTold, submit, type Asked } from "./asked.ts";
import type { Asks } from "./asks.ts";
import type { OfRequest } from "./pressed.ts";
import type { Hooks } from "./hooks.ts";
import type { Replies, StopSession } from "./ports.ts";
import type { SessionTurns } from "./session-turns.ts";
import { isClosed } from "./domain/state.ts";
import { pauseAwake } from "../system/awake.ts";
import type { Log } from "../system/log.ts";
import { aborted } from "../system/pause.ts";

/** After a sleep, and after Slack has taken a card late: enough to look, and to answer. */
const GRACE_MS = 5 * 60_000;

/** When and how what nobody answers ends. */
export interface ExpiryRule {
  readonly afterMs: number;
  /** `leave`: it is left to OpenCode, where it can still be answered. `reject`: it is rejected, with its session's others. */
  readonly onExpire: "leave" | "reject";
}

interface ExpiryOptions {
  /** Undefined where what is asked waits for ever. */
  readonly expiry: ExpiryRule | undefined;
  readonly asks: Pick<Asks, "expired" | "openIn" | "openOf">;
  readonly hooks: Hooks;
  readonly turns: Pick<SessionTurns, "ended">;
  readonly replies: Replies;
  readonly stop: StopSession;
  readonly log: Log;
}

export interface Expiry {
  /** Lets an ask's time begin, of which some has passed. Does not throw. */
  watch(asked: Asked, openMs: number): void;
  /** While somebody's press on these is handled, they do not expire: it may be the answer. */
  during(rows: readonly OfRequest[], handling: Promise<void>): Promise<void>;
  /** An approver has pressed something on these, so a person is there: the time of their session begins anew. */
  attended(rows: readonly OfRequest[]): void;
  /** A session does nothing any more: what expires next is the first of another turn. */
  sessionEnded(sessionID: string): void;
}

/** An open ask, and its time. */
interface Watch {
  /** Whether its time is over. */
  isDue: boolean;
  /** By the monotonic clock. */
  readonly askedAt: number;
  /** Presses that are being handled. */
  presses: number;
  /** Aborts when its time begins anew. */
  again: AbortController;
}

export function createExpiry({ expiry, ...options }: ExpiryOptions): Expiry {
  if (expiry === undefined)
    return {
      watch: () => undefined,
      during: async (_, handling) => handling,
      attended: () => undefined,
      sessionEnded: () => undefined,
    };
  return createWatches(expiry, options);
}

function createWatches(rule: ExpiryRule, options: Omit<ExpiryOptions, "expiry">): Expiry {
  const { asks, log } = options;
  const watches = new Map<Asked, Watch>();
  const rejecting = createRejecting(rule, options);

  async function run(asked: Asked, openMs: number): Promise<void> {
    const watch: Watch = {
      isDue: false,
      askedAt: performance.now() - openMs,
      presses: 0,
      again: new AbortController(),
    };
    watches.set(asked, watch);
    const awake = { graceMs: Math.min(GRACE_MS, rule.afterMs), isOnHold: () => !isShown(asked) };
    let leftMs = Math.max(0, rule.afterMs - openMs);
    while (!isClosed(asked.state)) {
      watch.again = new AbortController();
      const { signal } = watch.again;
      await pauseAwake(leftMs, AbortSignal.any([asked.closed.signal, signal]), awake);
      watch.isDue = !signal.aborted && !isClosed(asked.state);
      if (watch.isDue) look(asked);
      if (watch.isDue) await aborted(asked.closed.signal, signal);
      watch.isDue = false;
      leftMs = rule.afterMs;
    }
    watches.delete(asked);
    if (isAnsweredBySomebody(asked)) startAnew(asked);
    else for (const other of asks.openIn(asked.request.sessionID)) look(other);
  }

  /** Whether anybody could have seen that it waits: by its own card, or by what its session's cards say. */
  function isShown(asked: Asked): boolean {
    return isOnCard(asked) || (rule.onExpire === "reject" && asks.openOf(rootOf(asked)).some(isOnCard));
  }

  function mayExpire(asked: Asked): boolean {
    const watch = watches.get(asked);
    return watch?.isDue === true && watch.presses === 0 && asked.submitted?.isPending !== true;
  }

  /** Something may be about to expire. */
  function look(asked: Asked): void {
    if (!mayExpire(asked)) return;
    if (rule.onExpire === "leave") {
      log.info(idsOf(asked), "nobody answered in time: left to OpenCode");
      return asks.expired(asked, rule.afterMs);
    }
    // Rejecting one rejects all of its session.
    const all = asks.openIn(asked.request.sessionID);
    const askedAt = Math.max(...all.map((each) => watches.get(each)?.askedAt ?? Infinity));
    if (all.every(mayExpire))
      rejecting.reject(all, askedAt).then(
        (outcome) => (outcome === "unconfirmed" ? startAnew(asked) : undefined),
        (err: unknown) => log.error({ ...idsOf(asked), err }, "what nobody answered could not be rejected"),
      );
  }

  function startAnew(asked: Asked): void {
    for (const other of asks.openOf(rootOf(asked))) watches.get(other)?.again.abort();
  }

  function count(rows: readonly OfRequest[], change: 1 | -1): void {
    for (const { asked } of rows) {
      const watch = watches.get(asked);
      if (watch !== undefined) watch.presses += change;
    }
  }

  return {
    watch(asked, openMs) {
      run(asked, openMs).catch((err: unknown) =>
        log.error({ ...idsOf(asked), err }, "the time of a request could not be watched"),
      );
    },
    async during(rows, handling) {
      count(rows, 1);
      try {
        await handling;
      } finally {
        count(rows, -1);
        for (const { asked } of rows) look(asked);
      }
    },
    attended(rows) {
      for (const { asked } of rows) startAnew(asked);
    },
    sessionEnded: (sessionID) => rejecting.sessionEnded(sessionID),
  };
}

function createRejecting(
  { afterMs }: ExpiryRule,
  { asks, hooks, turns, replies, stop, log }: Omit<ExpiryOptions, "expiry">,
) {
  const by = { kind: "nobody", afterMs } as const;
  /** When each root session was first told that nobody is there, in the turn that goes on. */
  const toldAt = new Map<string, number>();

  async function send(asked: Asked, mayGoOn: boolean): Promise<void> {
    const answer = hooks[asked.request.kind].unanswered(afterMs, mayGoOn);
    const outcome = await replies.send(asked.request, answer, asked.closed.signal);
    log.info({ ...idsOf(asked), mayGoOn, outcome }, "nobody answered in time: rejected");
    noteTold(asked);
  }

  return {
    sessionEnded: (sessionID: string): void => void toldAt.delete(sessionID),

    /**
     * @param all that is open of one session.
     * @param askedAt of the latest of them, by the monotonic clock.
     */
    async reject(all: readonly Asked[], askedAt: number): Promise<"rejected" | "unconfirmed"> {
      const [first] = all;
      if (first === undefined) return "rejected";
      const rootID = rootOf(first);
      const told = toldAt.get(rootID);
      // What was asked before counts with it: then nobody knew yet.
      const mayGoOn = told === undefined || askedAt < told;
      // What ends the turn lets the next one begin anew, so this is noted before.
      if (told === undefined) toldAt.set(rootID, performance.now());
      const ended = turns.ended(rootID);
      for (const asked of all)
        asked.submitted = submit(by, hooks[asked.request.kind].unanswered(afterMs, mayGoOn));
      for (const asked of all) if (!isClosed(asked.state)) await send(asked, mayGoOn);
      if (all.some(({ state }) => !isClosed(state))) {
        if (told === undefined) toldAt.delete(rootID);
        return "unconfirmed";
      }
      // A reject ends the turn of a subagent alone, and the one above it would start the next.
      const isSubagent = first.request.sessionID !== rootID;
      if (!mayGoOn && isSubagent && asks.openOf(rootID).length === 0)
        log.info({ sessionID: rootID, outcome: await stop(rootID, ended) }, "stop");
      return "rejected";
    },
  };
}

/** Whether Slack has its card. */
function isOnCard({ attempts }: Asked): boolean {
  return attempts.some((attempt) => attempt.address() !== undefined);
}

/** A person is there, in Slack or in OpenCode. */
function isAnsweredBySomebody({ state }: Asked): boolean {
  return state.kind === "replied" && state.by.kind !== "nobody" && state.by.kind !== "grant";
}

/** The session that it comes from in the end, as far as it is known yet. */
function rootOf({ content, request }: Asked): string {
  return content?.session.rootID ?? request.sessionID;
}

function idsOf({ request: { requestID, sessionID } }: Asked) {
  return { requestID, sessionID };
}
