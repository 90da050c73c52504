/** Gives the answer of a press to OpenCode. A press only submits: the card is changed by OpenCode's own event. */

import { submitClick, type Asked } from "./asked.ts";
import { isGrant, type Answer } from "./domain/ask.ts";
import type { ClickOutcome } from "./domain/interaction.ts";
import { isClosed, type CardState } from "./domain/state.ts";
import type { Hooks } from "./hooks.ts";
import type { Audit, Replies, StopSession } from "./ports.ts";
import { idsOf, isFree, isOpen, recordOf, requestsOf, type Press } from "./press.ts";
import { rootOf } from "./room.ts";
import type { SessionTurns } from "./session-turns.ts";
import type { Log } from "../system/log.ts";

export interface SubmittingOptions {
  readonly hooks: Hooks;
  /** What is open of a root session. */
  readonly openOf: (rootID: string) => readonly Asked[];
  readonly turns: Pick<SessionTurns, "ended">;
  readonly replies: Replies;
  readonly stop: StopSession;
  readonly audit: Pick<Audit, "clicked">;
  readonly log: Log;
}

export interface Submitting {
  /** Answers what the press is about, as far as it is open. */
  submit(press: Press, answer: Answer): Promise<void>;
  /** Answers all that is open of the card's session, also what no card shows yet, and stops the session. */
  stop(press: Press, answer: Answer): Promise<void>;
}

export function createSubmitting(options: SubmittingOptions): Submitting {
  const { hooks, openOf, turns, replies, audit, log } = options;

  async function submit(press: Press, answer: Answer): Promise<void> {
    const outcome = await send(press, answer);
    if (outcome !== undefined) return press.button.card.presence.cards.tell(press, outcome);
  }

  /** Whatever the answers do not end, is stopped. */
  async function stop(press: Press, answer: Answer): Promise<void> {
    const { card } = press.button;
    const [first] = card.rows;
    if (first === undefined) throw new Error("A card shows at least one request.");
    const rootID = rootOf(first);
    // The answers may end the turn, and what ends after this is another one.
    const ended = turns.ended(rootID);
    const rows = openOf(rootID).map((asked) => ({ asked }));
    const outcome = await send({ ...press, button: { ...press.button, rows } }, answer);
    const stopped = await options.stop(rootID, ended);
    log.info({ sessionID: rootID, userID: press.userID, outcome: stopped }, "stop");
    const untold = stopped === "unconfirmed" ? ({ kind: "not-stopped" } as const) : undefined;
    const said = outcome ?? untold;
    if (said !== undefined) return card.presence.cards.tell(press, said);
  }

  /** @returns what the card will not say. */
  async function send(press: Press, answer: Answer): Promise<ClickOutcome | undefined> {
    const { userID } = press;
    const rows = press.button.rows.filter(isFree);
    for (const { asked } of rows) asked.submitted = submitClick(userID, answer, true);
    const recorded = await audit.clicked({ ...recordOf(press), requests: requestsOf(rows) });
    if (recorded === "failed" && isGrant(answer)) {
      for (const { asked } of rows) delete asked.submitted;
      return { kind: "not-recorded" };
    }
    let isMessageLost = false;
    for (const { asked } of rows) {
      // Rejecting one request has closed the others of its session.
      if (!isClosed(asked.state)) {
        const outcome = await replies.send(asked.request, answer, asked.closed.signal);
        log.info({ ...idsOf([{ asked }]), reply: answer.reply, userID, outcome }, "reply");
        isMessageLost ||= outcome === "message-lost";
      }
      asked.submitted = submitClick(userID, answer, false);
    }
    if (rows.some(isOpen)) return { kind: "unconfirmed", answer };
    const other = rows.map(({ asked }) => asked.state).find((state) => !isTheirs(state, userID, answer));
    if (other && isClosed(other)) return { kind: "closed", state: other };
    return isMessageLost ? { kind: "reason-lost" } : undefined;
  }

  function isTheirs(state: CardState, userID: string, answer: Answer): boolean {
    if (state.kind !== "replied" || !hooks[answer.kind].isSame(state.answer, answer)) return false;
    return state.by.kind === "approver" && state.by.userID === userID;
  }

  return { submit, stop };
}
