/** Attempts to have a card in Slack: the buttons of each, its note in the ledger, and what is left of one that failed. */

import { randomUUID } from "node:crypto";
import type { Asked, AskedRow } from "./asked.ts";
import type { Buttons } from "./buttons.ts";
import { createCard, type Card } from "./card.ts";
import type { Hooks } from "./hooks.ts";
import type { Log } from "../system/log.ts";
import { onAbort } from "../system/pause.ts";
import type { Control, PlannedControl } from "./domain/control.ts";
import type { Mute } from "./domain/mute.ts";
import { MUTE, UNMUTE } from "./domain/mute-controls.ts";
import { planControls } from "./domain/controls.ts";
import { REJECT_ALL, REJECT_ALL_AND_STOP, REVOKE } from "./domain/permission-controls.ts";
import { isClosed, isGranted, type ClosedState } from "./domain/state.ts";
import type { Audit, Ledger, PostOutcome, Connection } from "./ports.ts";
import { rootOf } from "./room.ts";

/**
 * Of how many attempts of one request it may be unknown whether Slack has their cards. Pressing one of these closes it;
 * the buttons of older ones answer that they answer nothing.
 */
const UNKNOWN_LIMIT = 20;

/** How the log says that Slack has taken a card for a request. */
export const LOGGED_POST = "card posted";

interface AttemptsOptions {
  readonly hooks: Hooks;
  readonly buttons: Buttons;
  readonly isMuteOffered: boolean;
  /** For how long new cards are muted at this moment. */
  readonly mute: () => Mute | undefined;
  /** How many requests wait behind a card. */
  readonly countWaiting: (card: Card<AskedRow>) => number;
  /** Whether the same session asks something else. */
  readonly hasOthers: (asked: Asked) => boolean;
  readonly ledger: Ledger;
  readonly audit: Audit;
  readonly log: Log;
}

type WaitingRow = Pick<AskedRow, "asked" | "content">;

export interface Attempts {
  /** One attempt, noted before anything is sent. */
  readonly post: (connection: Connection, waiting: readonly WaitingRow[]) => Card<AskedRow>;
}

export function createAttempts(options: AttemptsOptions): Attempts {
  const { hooks, buttons, ledger, audit, log } = options;

  /** Rows of several sessions would not say which of them is stopped. */
  function isToBeStopped(rows: readonly AskedRow[]): boolean {
    const rootIDs = new Set(rows.map(rootOf));
    const [rootID, ...others] = rootIDs;
    if (rootID === undefined || others.length > 0) return false;
    return rows.some(({ asked }) => hooks[asked.request.kind].offersStop(rootID));
  }

  function makeRow({ cards }: Connection, { asked, content }: WaitingRow, isAlone: boolean): AskedRow {
    const kind = hooks[asked.request.kind];
    const form = cards.threadForm(content);
    const values = new Map<string, string>();
    const row: AskedRow = {
      asked,
      content,
      values,
      offered: cards.offers(content, form),
      ...(form !== undefined && { thread: { form, state: "coming" } }),
      alsoAnswered: () =>
        !values.has("always") || isClosed(asked.state) ? 0 : kind.countAlong(asked.request),
      hasOthers: () => !isClosed(asked.state) && options.hasOthers(asked),
      controls: () => withValues(isClosed(asked.state) ? planClosed(asked.state) : plan(), values),
    };
    const plan = (): readonly PlannedControl[] =>
      planControls(row.content, {
        replies: row.offered,
        alsoAnswered: row.alsoAnswered(),
        isAlone,
        isInThread: row.thread !== undefined,
      });
    // What is offered later and was not at first, has no value and is on no card.
    for (const { name } of plan()) values.set(name, buttons.mint());
    return row;
  }

  function withNewValue(planned: PlannedControl): Control {
    return { ...planned, value: buttons.mint() };
  }

  function planForAll(rows: readonly AskedRow[]): readonly PlannedControl[] {
    return [
      ...(rows.length > 1 ? [REJECT_ALL] : []),
      ...(isToBeStopped(rows) ? [REJECT_ALL_AND_STOP] : []),
      ...(options.isMuteOffered ? [MUTE, UNMUTE] : []),
    ];
  }

  function note(attemptID: string, rows: readonly AskedRow[]): void {
    const [first] = rows;
    if (first === undefined) return;
    const { kind, requestID, sessionID } = first.asked.request;
    // As Slack gets it, because a name can hold a secret.
    const { directory, request } = first.content;
    const { permission } = request;
    ledger.attempted({
      attemptID,
      kind,
      requestID,
      sessionID,
      permission,
      directory,
      requests: rows.length,
    });
  }

  function settle(card: Card<AskedRow>, outcome: PostOutcome): void {
    switch (outcome.kind) {
      case "posted":
        ledger.posted(card.attemptID, outcome.card);
        onAbort([card.deleted], () => ledger.closed(card.attemptID));
        for (const { asked, values } of card.rows) {
          const { requestID, sessionID } = asked.request;
          log.info({ requestID, sessionID, ...outcome.card }, LOGGED_POST);
          audit.shown(asked.request, outcome.card, [...values.keys()]);
        }
        return;
      // Slack may have a card, whose buttons must go on to answer that they answer nothing.
      case "unknown":
        for (const { asked } of card.rows) forgetOldUnknown(asked);
        return;
      case "failed":
      case "limited":
      case "refused":
        return forget(card);
    }
  }

  function forgetOldUnknown({ attempts }: Asked): void {
    const unknown = attempts.filter((attempt) => attempt.address() === undefined);
    for (const old of unknown.slice(0, -UNKNOWN_LIMIT)) forget(old);
  }

  function forget(card: Card<AskedRow>): void {
    buttons.remove(card);
    for (const { asked } of card.rows) {
      const at = asked.attempts.indexOf(card);
      if (at !== -1) asked.attempts.splice(at, 1);
    }
    ledger.closed(card.attemptID);
  }

  return {
    post(connection, waiting) {
      const attemptID = randomUUID();
      const rows = waiting.map((one) => makeRow(connection, one, waiting.length === 1));
      note(attemptID, rows);
      const card: Card<AskedRow> = createCard({
        attemptID,
        rows,
        controls: planForAll(rows).map(withNewValue),
        connection,
        countWaiting: () => options.countWaiting(card),
        mute: options.mute,
      });
      buttons.add(card);
      for (const { asked } of rows) asked.attempts.push(card);
      card.outcome
        .then((outcome) => settle(card, outcome))
        .catch((err: unknown) => log.error({ err }, "the end of an attempt to post could not be handled"));
      return card;
    },
  };
}

/** What still allows something can be taken back. */
function planClosed(state: ClosedState): readonly PlannedControl[] {
  return isGranted(state) ? [REVOKE] : [];
}

function withValues(
  planned: readonly PlannedControl[],
  values: ReadonlyMap<string, string>,
): readonly Control[] {
  return planned.flatMap((control) => {
    const value = values.get(control.name);
    return value === undefined ? [] : [{ ...control, value }];
  });
}
