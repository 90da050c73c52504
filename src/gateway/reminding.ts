/** Reminds of a card that stays open: once, so that whoever has seen it and waits is not disturbed again. */

import { randomUUID } from "node:crypto";
import type { AskedRow } from "./asked.ts";
import type { Card } from "./card.ts";
import type { CardFace, CardRef } from "./domain/card.ts";
import type { ReminderRule } from "./domain/reminder.ts";
import type { Ledger } from "./ports.ts";
import { idsOf, isFree } from "./pressed.ts";
import type { Log } from "../system/log.ts";
import { aborted, onAbort, pause } from "../system/pause.ts";

interface RemindingOptions {
  /** Undefined where no card reminds. */
  readonly reminder: ReminderRule | undefined;
  readonly ledger: Ledger;
  /** What is to be waited for when OpenCode ends. */
  readonly track: (work: Promise<void>) => void;
  readonly log: Log;
}

/** @returns what is told of each card that Slack has; it does not throw. */
export function createReminding(options: RemindingOptions): (card: Card<AskedRow>) => void {
  const { reminder, track, log } = options;
  const known = new WeakSet<Card<AskedRow>>();
  return (card) => {
    if (reminder === undefined || known.has(card)) return;
    known.add(card);
    const reminding = remind(card, reminder, options).catch((err: unknown) =>
      log.error({ ...idsOf(card.rows), err }, "a card could not remind"),
    );
    track(reminding);
  };
}

async function remind(
  card: Card<AskedRow>,
  { afterMs, isPassing }: ReminderRule,
  { ledger, log }: RemindingOptions,
): Promise<void> {
  const closed = closingOf(card);
  await pause(afterMs, closed);
  const address = card.address();
  // Whoever has just pressed needs no reminder.
  if (closed.aborted || address === undefined || !card.rows.some(isFree)) return;
  const { cards } = card.connection;
  const noteID = isPassing ? note(card, ledger) : undefined;
  const outcome = await cards.remind(address, () => faceOf(card), { afterMs, isPassing }, closed);
  log.info({ ...idsOf(card.rows), outcome: outcome.kind }, "reminder");
  if (outcome.kind !== "posted") return forget(noteID);
  if (noteID !== undefined) ledger.posted(noteID, outcome.message);
  if (isPassing) await aborted(closed);
  // A reply that came too late is not to stay either.
  if (closed.aborted && (await withdraw(outcome.message))) forget(noteID);

  async function withdraw(message: CardRef): Promise<boolean> {
    return (await cards.withdraw(message)) !== "interrupted";
  }

  function forget(attemptID: string | undefined): void {
    if (attemptID !== undefined) ledger.closed(attemptID);
  }
}

/** So that somebody takes it away when this process is killed. An older release says there that OpenCode has quit. */
function note({ rows }: Card<AskedRow>, ledger: Ledger): string | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const attemptID = randomUUID();
  const { requestID, sessionID } = first.asked.request;
  const { directory } = first.content;
  ledger.attempted({ attemptID, kind: "reminder", requestID, sessionID, directory, requests: rows.length });
  return attemptID;
}

/** Aborts when nothing on a card is open, or nobody sees it any more. */
function closingOf({ rows, deleted }: Card<AskedRow>): AbortSignal {
  const closing = new AbortController();
  void Promise.all(rows.map(async ({ asked }) => aborted(asked.closed.signal))).then(() => closing.abort());
  onAbort([deleted], () => closing.abort());
  return closing.signal;
}

function faceOf({ rows }: Card<AskedRow>): CardFace {
  const looks = rows.map(({ content, asked: { state } }) => ({ content, state, controls: [] }));
  return { rows: looks, controls: [] };
}
