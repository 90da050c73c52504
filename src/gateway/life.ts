/** The life of a request, from asked to forgotten: one function. */

import type { Asked, AskedRow } from "./asked.ts";
import type { Card } from "./card.ts";
import type { DescriberInTurn } from "./description.ts";
import type { Log } from "../system/log.ts";
import { aborted, pause, unlessAborted } from "../system/pause.ts";
import type { Ask } from "./domain/ask.ts";
import { isAwaited, isClosed, nameReplier, type CardState } from "./domain/state.ts";
import type { Audit, Connection, Ledger, ShowOutcome } from "./ports.ts";
import type { Muting } from "./muting.ts";
import type { Posting } from "./posting.ts";
import type { Placing } from "./waiting.ts";
import { isLive } from "./redrawing.ts";
import type { Grants } from "./grants/grants.ts";
import type { UseGrant } from "./grants/using.ts";
import { startStopwatch } from "../system/stopwatch.ts";
import { inOnePiece } from "../system/sliced.ts";
import type { Slices } from "../system/slices.ts";

/** How long a request must stay open to be posted. `opencode run` and `--auto` answer within 35 ms. */
const SETTLE_MS = 300;
/** How long a closed request is remembered, and Slack's connection kept, to tell whoever presses late what came of it. */
const LATE_PRESS_MS = 10 * 60_000;
/** How long a request waits for Slack without a word in OpenCode. A call to Slack takes 10 s at most. */
const SILENCE_MS = 15_000;

export const NO_CARD = "Slack has no card for what OpenCode asks: answer here. The gateway's log says why.";
const NO_CARD_YET =
  "Slack does not take the card for what OpenCode asks: answer here, or wait until Slack is back.";

/** How often a card is posted again that somebody has deleted. */
const REPOSTS_LIMIT = 3;

interface Deleted {
  readonly kind: "deleted";
}

const CLOSED_EARLY = "closed before it needed a card";
const CLOSED_WITHOUT_CARD = "closed without a card";
export const NOT_SHOWN = "request could not be shown in Slack";

/** For the log. A card that Slack will not change keeps its buttons, which answer nothing. */
const ENDED_AS: Readonly<Record<Exclude<ShowOutcome, "interrupted">, string>> = {
  done: "card closed",
  deleted: "card closed: it was deleted",
  lost: "card cannot be closed: Slack does not take the change",
};

/** How the log says that a request is nothing to wait for any more, or not to us. */
export const LOGGED_ENDS: ReadonlySet<string> = new Set([
  CLOSED_EARLY,
  CLOSED_WITHOUT_CARD,
  NOT_SHOWN,
  ...Object.values(ENDED_AS),
]);

interface LifeOptions {
  /** Whoever sits at the terminal answers there meanwhile. At least {@link SETTLE_MS} pass. */
  readonly postAfterMs: number;
  readonly muting: Pick<Muting, "attend" | "over">;
  /** Rejects when Slack refuses until a person has repaired something, or when the signal aborts first. */
  readonly join: (closed: AbortSignal) => Promise<Connection>;
  readonly describe: DescriberInTurn;
  readonly posting: Pick<Posting, "expect" | "isStuck" | "place">;
  readonly grants: Pick<Grants, "mayCover" | "over">;
  readonly useGrant: UseGrant;
  /** Draws the cards whose "Allow always" answers more now than their dialogs say. */
  readonly countAnew: () => void;
  readonly redraw: (card: Card<AskedRow>) => void;
  /** Lets the time begin after which what nobody answers expires; some of it has passed. */
  readonly expire: (asked: Asked, openMs: number) => void;
  /** Reminds of a card that stays open, once. */
  readonly remind: (card: Card<AskedRow>) => void;
  readonly ledger: Pick<Ledger, "closed">;
  readonly audit: Audit;
  /** Says something to the user of OpenCode. */
  readonly toast: (message: string) => void;
  /** Aborts when what Slack refused is to be tried again. Another one each time. */
  readonly retry: () => AbortSignal;
  /** Aborts when OpenCode ends. */
  readonly end: AbortSignal;
  readonly slices: Slices;
  readonly log: Log;
}

/**
 * A request's whole life. It ends with a closed card, or with a word in OpenCode that there is none, or because somebody
 * ended it before it needed a card; the log says which.
 */
export type Life = (asked: Asked) => Promise<void>;

export function createLife(options: LifeOptions): Life {
  const { posting, grants, ledger, audit, toast, retry, end, log } = options;

  /** @returns the head of the record, once the request is closed: it is to stand on the card. */
  async function recordEnd(asked: Asked, openMs: () => number): Promise<string | undefined> {
    await aborted(asked.closed.signal);
    const { request, state, attempts } = asked;
    if (state.kind === "replied") audit.replied(request, state);
    return audit.closed({
      request,
      card: attempts.at(-1)?.address(),
      reason: state.kind === "gone" ? state.reason : undefined,
      openMs: Math.round(openMs()),
    });
  }

  /** Slack is waited for without end, but not without a word. */
  async function sayIfSilent(asked: Asked): Promise<void> {
    await pause(SILENCE_MS, asked.closed.signal);
    const { request, closed, content, attempts } = asked;
    if (closed.signal.aborted || attempts.some((attempt) => attempt.address() !== undefined)) return;
    // Behind other cards of its session, these say that it waits.
    if (content !== undefined && !posting.isStuck({ asked, content })) return;
    log.warn(idsOf(request), "Slack does not take the card of a request");
    toast(NO_CARD_YET);
  }

  /** @returns undefined when Slack refuses us, or the request was closed while Slack was away. */
  async function join({ request, closed }: Asked): Promise<Connection | undefined> {
    try {
      return await options.join(closed.signal);
    } catch (err) {
      if (!closed.signal.aborted)
        log.warn({ ...idsOf(request), err }, "request waits until the gateway can connect to Slack");
      return undefined;
    }
  }

  /**
   * In Slack with one request.
   *
   * @param ended its head, when it is closed.
   * @returns false when it was closed before it was described, or Slack refuses cards until a person has repaired
   * something.
   */
  async function serve(
    asked: Asked,
    connection: Connection,
    ended: Promise<string | undefined>,
  ): Promise<boolean> {
    try {
      const placing = await hold(asked, connection);
      if (placing === undefined || (placing.kind === "refused" && placing.fault === "app")) return false;
      if (placing.kind === "refused" || placing.kind === "deleted") toast(NO_CARD);
      const head = await ended;
      if (placing.kind === "posted") await showEnd(placing.card, asked, head);
      else await logEnd(asked, CLOSED_WITHOUT_CARD);
      if (asked.attempts.length > 0) await pause(LATE_PRESS_MS, asked.forgotten.signal);
      return true;
    } finally {
      connection.leave();
    }
  }

  /**
   * Has a card in Slack as long as the request is open: another one when somebody deletes it, but not for ever.
   *
   * @returns how the way to the last card ended; undefined when the request was closed before it was described.
   */
  async function hold(asked: Asked, connection: Connection): Promise<Placing | Deleted | undefined> {
    const open = asked.closed.signal;
    for (;;) {
      posting.expect(asked);
      const content = await unlessAborted(options.describe(asked, connection), open);
      if (content === undefined) return undefined;
      asked.content = content;
      if (asked.attempts.length === 0) await options.useGrant(asked, content, connection);
      if (open.aborted) return undefined;
      const placing = await posting.place(asked, content, connection);
      if (placing.kind !== "posted") return placing;
      options.remind(placing.card);
      await fillThread(placing.card, asked);
      await aborted(open, placing.card.deleted);
      if (open.aborted) return placing;
      const deletions = asked.attempts.filter(({ deleted }) => deleted.aborted).length;
      log.warn({ ...idsOf(asked.request), deletions }, "the card of an open request was deleted");
      if (deletions > REPOSTS_LIMIT) return { kind: "deleted" };
    }
  }

  /** Puts what a card has no room for into its thread; only then the card offers to allow it. */
  async function fillThread(card: Card<AskedRow>, { closed, request }: Asked): Promise<void> {
    const [row] = card.rows;
    const address = card.address();
    if (row?.thread === undefined || address === undefined) return;
    const { form } = row.thread;
    while (!closed.signal.aborted && !card.deleted.aborted) {
      const outcome = await card.connection.cards.fillThread(address, row.content, form, closed.signal);
      if (outcome !== "interrupted") {
        row.thread = { form, state: outcome === "done" ? "complete" : "refused" };
        log.info({ ...idsOf(request), ...address, ...row.thread }, "thread of a card");
        return options.redraw(card);
      }
      await aborted(closed.signal, card.deleted, retry());
    }
  }

  /** Shows how a request ended and, for as long as it goes on, what its answer allows. */
  async function showEnd(card: Card<AskedRow>, asked: Asked, head?: string): Promise<void> {
    const over = grants.over(asked);
    const { state } = asked;
    await show(card, asked, head);
    if (isAwaited(state)) await showLater(card, asked, state);
    const end = await over;
    if (end !== undefined) await show(card, asked, end.head);
  }

  /** What was left to OpenCode has its end there. */
  async function showLater(card: Card<AskedRow>, asked: Asked, before: CardState): Promise<void> {
    await aborted(asked.over.signal, asked.forgotten.signal);
    if (asked.state !== before) await show(card, asked);
  }

  async function show(card: Card<AskedRow>, asked: Asked, head?: string): Promise<void> {
    let shown = await card.show(head);
    while (shown === "interrupted") {
      if (end.aborted) return;
      // Slack refuses: as with a card that waits to be posted.
      await aborted(end, retry());
      shown = await card.show(head);
    }
    if (!isClosed(asked.state)) return;
    if (!isLive(card)) ledger.closed(card.attemptID);
    await logEnd(asked, ENDED_AS[shown]);
  }

  /** Many requests may end at the same moment, and each line takes its part of a millisecond. */
  async function logEnd({ request, state }: Asked, how: string): Promise<void> {
    const facts = { ...idsOf(request), ...nameEnd(state) };
    return options.slices.run(inOnePiece(() => log.info(facts, how)));
  }

  /**
   * Lets whoever sits at the terminal answer there, unless somebody has allowed it for a time.
   *
   * @returns how much of that counts as time in which anybody could have answered: nobody is asked while cards are muted.
   */
  async function settle(asked: Asked, openMs: () => number): Promise<number> {
    const open = asked.closed.signal;
    const isCovered = grants.mayCover(asked);
    await pause(isCovered ? SETTLE_MS : Math.max(SETTLE_MS, options.postAfterMs), open);
    const settledMs = openMs();
    if (!isCovered) await options.muting.over(open);
    return settledMs;
  }

  return async (asked) => {
    const open = asked.closed.signal;
    const openMs = startStopwatch();
    const settledMs = await settle(asked, openMs);
    if (open.aborted) return logEnd(asked, CLOSED_EARLY);
    await audit.asked(asked.request);
    const ended = recordEnd(asked, openMs);
    options.muting.attend(open);
    options.expire(asked, settledMs);
    options.countAnew();
    void sayIfSilent(asked);
    while (!open.aborted) {
      const connection = await join(asked);
      if (connection !== undefined && (await serve(asked, connection, ended))) return;
      if (open.aborted) break;
      toast(NO_CARD);
      // Slack refuses, so a person must repair something first; then somebody asks again.
      await aborted(open, retry());
    }
    await ended;
    await logEnd(asked, CLOSED_WITHOUT_CARD);
  };
}

/** For the log. */
export function idsOf({ requestID, sessionID }: Ask) {
  return { requestID, sessionID };
}

/** How a request ended, in IDs and fixed words. */
function nameEnd(state: CardState) {
  switch (state.kind) {
    case "replied":
      return { reply: state.answer.reply, ...nameReplier(state.by) };
    case "gone":
      return { reason: state.reason };
    case "asked":
      return {};
  }
}
