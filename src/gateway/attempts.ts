/** Attempts to have a card in Slack: the buttons of each, its note in the ledger, and what is left of one that failed. */

import { randomUUID } from "node:crypto";
import type { Asked, AskedRow } from "./asked.ts";
import type { Buttons } from "./buttons.ts";
import { createCard, type Card } from "./card.ts";
import type { Hooks } from "./hooks.ts";
import type { Log } from "../system/log.ts";
import type { Reply } from "./domain/ask.ts";
import type { ButtonValues } from "./domain/card.ts";
import { isClosed } from "./domain/state.ts";
import type { Audit, Ledger, PostOutcome, Presence } from "./ports.ts";
import { rootOf } from "./room.ts";

/**
 * Of how many attempts of one request it may be unknown whether Slack has their cards. Pressing one of these closes it;
 * the buttons of older ones answer that they answer nothing.
 */
const UNKNOWN_LIMIT = 20;

interface AttemptsOptions {
  readonly hooks: Hooks;
  readonly buttons: Buttons;
  /** How many requests wait behind a card. */
  readonly countWaiting: (card: Card<AskedRow>) => number;
  readonly ledger: Ledger;
  readonly audit: Audit;
  readonly log: Log;
}

export interface Attempts {
  /** One attempt, noted before anything is sent. */
  readonly post: (
    presence: Presence,
    waiting: readonly Pick<AskedRow, "asked" | "content">[],
  ) => Card<AskedRow>;
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

  /** @param count of rows on the card: where there are several, there is no room for more than a button for each reply. */
  function mintValues(replies: readonly Reply[], count: number): ButtonValues {
    const actions = [...replies, ...(count > 1 ? [] : ["reject-with-reason"])];
    return Object.fromEntries(actions.map((action) => [action, buttons.mint()]));
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
        for (const { asked, values } of card.rows) {
          const { requestID, sessionID } = asked.request;
          log.info({ requestID, sessionID, ...outcome.card }, "card posted");
          audit.shown(asked.request, outcome.card, Object.keys(values));
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
    post(presence, waiting) {
      const attemptID = randomUUID();
      const rows = waiting.map(({ asked, content }): AskedRow => {
        const form = presence.cards.threadForm(content);
        const values = mintValues(presence.cards.offers(content, form), waiting.length);
        return {
          asked,
          content,
          values,
          ...(form !== undefined && { thread: { form, state: "coming" } }),
          alsoAnswered: () =>
            values.always === undefined || isClosed(asked.state)
              ? 0
              : hooks[asked.request.kind].countAlong(asked.request),
        };
      });
      note(attemptID, rows);
      const rejectAll = rows.length > 1 ? { rejectAll: buttons.mint() } : {};
      const rejectAllAndStop = isToBeStopped(rows) ? { rejectAllAndStop: buttons.mint() } : {};
      const card: Card<AskedRow> = createCard({
        attemptID,
        rows,
        ...rejectAll,
        ...rejectAllAndStop,
        presence,
        countWaiting: () => options.countWaiting(card),
      });
      buttons.add(card);
      for (const { asked } of rows) asked.attempts.push(card);
      card.outcome
        .then((outcome) => settle(card, outcome))
        .catch((err: unknown) => log.error({ err }, "attempt to post could not be settled"));
      return card;
    },
  };
}
