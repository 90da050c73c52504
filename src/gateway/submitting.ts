/** Gives the answer of a press to OpenCode. A press only submits: the card is changed by OpenCode's own event. */

import { isOpen, noteTold, submitPress, type Asked, type AskedRow } from "./asked.ts";
import { inKindOf, isAllowing, type Answer } from "./domain/ask.ts";
import type { PressOutcome } from "./domain/interaction.ts";
import type { Card } from "./card.ts";
import { isClosed, type RepliedState } from "./domain/state.ts";
import type { Hooks } from "./hooks.ts";
import type { Audit, Replies, StopSession } from "./ports.ts";
import { idsOf, isFree, recordOf, requestsOf, type Pressed } from "./pressed.ts";
import type { Tell } from "./press-notes.ts";
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
  readonly tell: Tell;
  /** How a request ended is known better by now. */
  readonly redraw: (card: Card<AskedRow>) => void;
  readonly audit: Pick<Audit, "pressed">;
  readonly log: Log;
}

export interface Submitting {
  /** Answers what the press is about, as far as it is open. */
  submit(pressed: Pressed, answer: Answer): Promise<void>;
  /** Answers all that is open of the card's session, also what no card shows yet, and stops the session. */
  stop(pressed: Pressed, answer: Answer): Promise<void>;
}

export function createSubmitting(options: SubmittingOptions): Submitting {
  const { hooks, openOf, turns, replies, tell, redraw, audit, log } = options;

  async function submit(pressed: Pressed, answer: Answer): Promise<void> {
    const outcome = await send(pressed, answer);
    if (outcome !== undefined) return tell(pressed, outcome);
  }

  /** Whatever the answers do not end, is stopped. */
  async function stop(pressed: Pressed, answer: Answer): Promise<void> {
    const { card } = pressed.button;
    const [first] = card.rows;
    if (first === undefined) throw new Error("A card shows at least one request.");
    const rootID = rootOf(first);
    // The answers may end the turn, and what ends after this is another one.
    const ended = turns.ended(rootID);
    const rows = openOf(rootID).map((asked) => ({ asked }));
    const outcome = await send({ ...pressed, button: { ...pressed.button, rows } }, answer);
    const stopped = await options.stop(rootID, ended);
    log.info({ sessionID: rootID, userID: pressed.userID, outcome: stopped }, "stop");
    if (stopped === "stopped")
      for (const { asked } of rows)
        correct(asked, pressed.userID, (state) => ({ ...state, isStopped: true }));
    const untold = stopped === "unconfirmed" ? ({ kind: "not-stopped" } as const) : undefined;
    const said = outcome ?? untold;
    if (said !== undefined) return tell(pressed, said);
  }

  /** @returns what the card will not say. */
  async function send(pressed: Pressed, answer: Answer): Promise<PressOutcome | undefined> {
    const { userID } = pressed;
    const rows = pressed.button.rows.filter(isFree);
    for (const { asked } of rows) asked.submitted = submitPress(pressed, inKindOf(asked.request, answer));
    const recorded = await audit.pressed({ ...recordOf(pressed), requests: requestsOf(rows) });
    if (recorded === "failed" && isAllowing(answer)) {
      for (const { asked } of rows) delete asked.submitted;
      return { kind: "not-recorded" };
    }
    let isMessageLost = false;
    for (const { asked } of rows) {
      // Rejecting one request has closed the others of its session.
      if (!isClosed(asked.state)) {
        const own = inKindOf(asked.request, answer);
        const outcome = await replies.send(asked.request, own, asked.closed.signal);
        log.info({ ...idsOf([{ asked }]), reply: answer.reply, userID, outcome }, "reply");
        isMessageLost ||= outcome === "message-lost";
        if (outcome === "message-lost") correct(asked, userID, withoutMessage);
      }
      noteTold(asked);
    }
    if (rows.some(isOpen)) return { kind: "unconfirmed", answer };
    const other = rows.find(({ asked }) => !isTheirs(asked, userID, answer))?.asked.state;
    if (other && isClosed(other)) return { kind: "closed", state: other };
    return isMessageLost ? { kind: "reason-lost" } : undefined;
  }

  /** What their card says is not all, or not true. */
  function correct(asked: Asked, userID: string, change: (state: RepliedState) => RepliedState): void {
    const { state } = asked;
    if (state.kind !== "replied" || state.by.kind !== "approver" || state.by.userID !== userID) return;
    asked.state = change(state);
    for (const card of asked.attempts) redraw(card);
  }

  function isTheirs({ request, state }: Asked, userID: string, answer: Answer): boolean {
    const { kind } = request;
    if (state.kind !== "replied" || !hooks[kind].isSame(state.answer, inKindOf(request, answer)))
      return false;
    return state.by.kind === "approver" && state.by.userID === userID;
  }

  return { submit, stop };
}

function withoutMessage({ answer, ...state }: RepliedState): RepliedState {
  if (answer.kind !== "permission") return { ...state, answer };
  const { message: _lost, ...others } = answer;
  return { ...state, answer: others };
}
