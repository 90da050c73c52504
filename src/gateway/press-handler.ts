/** What a press of one of our buttons does: a reply is submitted to OpenCode, or the clicker learns why none is. */

import { submitClick, type Asked, type AskedRow } from "./asked.ts";
import { replyOf, type Button } from "./buttons.ts";
import type { Card } from "./card.ts";
import type { Hooks } from "./hooks.ts";
import type { Log } from "../system/log.ts";
import type { Answer, AskName } from "./domain/ask.ts";
import type { CardRef } from "./domain/card.ts";
import type { Click, ClickOutcome, Interaction, Submission, WholeClick } from "./domain/interaction.ts";
import { isClosed, type CardState, type RepliedState } from "./domain/state.ts";
import type { Audit, Replies, StopSession } from "./ports.ts";
import type { Reasons } from "./reasons.ts";
import type { Renewal } from "./renewal.ts";
import { rootOf } from "./room.ts";
import type { SessionTurns } from "./session-turns.ts";
import type { Sight } from "./versions.ts";

/** How old an Allow may be when it is handled: people remember for about as long what they pressed. */
const ALLOW_LIMIT_MS = 60_000;

interface ClickHandlerOptions {
  readonly hooks: Hooks;
  /** The card of ours that Slack has at this address. */
  readonly cardAt: (address: CardRef) => Card<AskedRow> | undefined;
  readonly reasons: Pick<Reasons, "open">;
  /** The open requests of a root session. */
  readonly openOf: (rootID: string) => readonly Asked[];
  readonly turns: Pick<SessionTurns, "ended">;
  readonly replies: Replies;
  readonly stop: StopSession;
  readonly renewal: Renewal;
  readonly audit: Pick<Audit, "clicked">;
  readonly log: Log;
}

export interface ClickHandler {
  /** @param button the one that was found by the click's value. */
  clicked(click: Click, button: Button): Promise<void>;
  /** @param button the one whose modal was submitted, by whom it was opened for. */
  submitted(submission: Submission, button: Button): Promise<void>;
}

type OfRequest = Pick<AskedRow, "asked">;

/** What somebody did with a button of ours. */
interface Press {
  readonly userID: string;
  readonly teamID: string | undefined;
  readonly card: CardRef;
  readonly button: Button;
}

export function createClickHandler({
  hooks,
  cardAt,
  reasons,
  openOf,
  turns,
  replies,
  stop,
  renewal,
  audit,
  log,
}: ClickHandlerOptions): ClickHandler {
  async function clicked(click: Click, button: Button): Promise<void> {
    const { card, rows, action } = button;
    const press = pressOf(click, click.card, button);
    log.info(describe(press), "click");

    // A click can come before Slack has told us that the card is posted.
    await card.outcome;
    const seen = cardAt(click.card);
    if (seen === undefined) {
      const again = { kind: "gone", reason: "posted-again", at: new Date() } as const;
      // Side by side: the clicker does not wait for a card that Slack may take long to change.
      await Promise.all([
        refuse(press, tooLate(rows) ?? { kind: "closed", state: again }),
        card.closeVoid(click.card, again),
      ]);
      return;
    }
    // No click that Slack brings is like that; a process that forges clicks could close others' cards with it.
    if (seen !== card) return refuse(press, { kind: "unknown-button" }, "other-card");

    if (await refuseStranger(press)) return;
    const isReject = replyOf(button) === "reject";
    if (!isWhole(click) && !isReject) return refuse(press, { kind: "incomplete" });
    const sight = isWhole(click) && rows.some(isOpen) ? await card.sight(click, rows, action) : "latest";
    if (await refuseLate(press)) return;
    if (sight === "other-app") return refuse(press, { kind: sight });
    if (sight === "altered") {
      await Promise.all([refuse(press, { kind: sight }), card.show()]);
      return;
    }
    const because = isReject ? undefined : whyStale(click, sight, card.presence.now());
    if (because !== undefined) return refuse(press, { kind: "stale", because }, because);
    if (replyOf(button) !== "reject" && !(await renewal.isCurrent(button)))
      return refuse(press, { kind: "stale", because: "files" }, "files");
    // Looking at files takes time.
    if (await refuseLate(press)) return;
    const first = beingReplied(rows);
    if (first !== undefined) return refuse(press, { kind: "being-replied", userID: first });
    if (action === "reject-with-reason") return askReason(click, press);
    if (action === "reject-all-and-stop") return rejectAllAndStop(press);
    return submit(press, { kind: "permission", reply: replyOf(button) });
  }

  /** Time has passed since the press that opened the modal: what can have changed is looked at again. */
  async function submitted(submission: Submission, button: Button): Promise<void> {
    const { card, rows } = button;
    const press = pressOf(submission, card.address() ?? submission.card, button);
    log.info(describe(press), "modal submitted");

    if (await refuseStranger(press)) return;
    if (await refuseLate(press)) return;
    if (submission.reason === "") return refuse(press, { kind: "no-reason" });
    const first = beingReplied(rows);
    if (first !== undefined) return refuse(press, { kind: "being-replied", userID: first });
    // Whatever else a button is for: a modal rejects.
    return submit(press, { kind: "permission", reply: "reject", message: submission.reason });
  }

  async function refuse(press: Press, outcome: ClickOutcome, refusal: string = outcome.kind): Promise<void> {
    log.warn({ ...describe(press), reason: refusal }, "click refused");
    // Only what goes to OpenCode has to be on the disk before.
    void audit.clicked({ ...recordOf(press), refusal });
    return press.button.card.presence.cards.tell(press, outcome);
  }

  /** @returns whether the person may not reply, and has been told. */
  async function refuseStranger(press: Press): Promise<boolean> {
    const { userID, button } = press;
    const reason = await button.card.presence.approvers.refusal(press);
    if (reason !== undefined) await refuse(press, { kind: "not-approver", userID, reason }, reason);
    return reason !== undefined;
  }

  /** @returns whether nothing is left to answer, and the person has been told. */
  async function refuseLate(press: Press): Promise<boolean> {
    const { rows, card } = press.button;
    const late = tooLate(rows);
    if (late === undefined) return false;
    await refuse(press, late);
    // A card that can be clicked does not show that its requests are closed: not yet, or not any more.
    await card.show();
    return true;
  }

  async function askReason(click: Click, press: Press): Promise<void> {
    if (!(await reasons.open(click, press.button))) return refuse(press, { kind: "no-modal" });
    log.info(describe(press), "modal opened");
    void audit.clicked({ ...recordOf(press), refusal: "reason-asked" });
  }

  /** The click only submits; the card is changed by OpenCode's own event, whoever caused it. */
  async function submit(press: Press, answer: Answer): Promise<void> {
    const outcome = await send(press, answer);
    if (outcome !== undefined) return press.button.card.presence.cards.tell(press, outcome);
  }

  /** Also what no card shows yet; whatever the rejects do not end, is stopped. */
  async function rejectAllAndStop(press: Press): Promise<void> {
    const { card } = press.button;
    const [first] = card.rows;
    if (first === undefined) throw new Error("A card shows at least one request.");
    const rootID = rootOf(first);
    // The rejects may end the turn, and what ends after this is another one.
    const ended = turns.ended(rootID);
    const rows = openOf(rootID).map((asked) => ({ asked }));
    const outcome = await send(
      { ...press, button: { ...press.button, rows } },
      { kind: "permission", reply: "reject" },
    );
    const stopped = await stop(rootID, ended);
    log.info({ sessionID: rootID, userID: press.userID, outcome: stopped }, "stop");
    const untold = stopped === "unconfirmed" ? ({ kind: "not-stopped" } as const) : undefined;
    const said = outcome ?? untold;
    if (said !== undefined) return card.presence.cards.tell(press, said);
  }

  /** @returns what the card will not say. */
  async function send(press: Press, answer: Answer): Promise<ClickOutcome | undefined> {
    const { userID } = press;
    const kind = hooks[answer.kind];
    const rows = press.button.rows.filter(isFree);
    for (const { asked } of rows) asked.submitted = submitClick(userID, answer, true);
    const recorded = await audit.clicked({ ...recordOf(press), requests: requestsOf(rows) });
    if (recorded === "failed" && kind.isGrant(answer)) {
      for (const { asked } of rows) delete asked.submitted;
      return { kind: "not-recorded" };
    }
    let isReasonLost = false;
    for (const { asked } of rows) {
      // Rejecting one request has closed the others of its session.
      if (!isClosed(asked.state)) {
        const outcome = await replies.send(asked.request, answer, asked.closed.signal);
        log.info({ ...idsOf([{ asked }]), reply: answer.reply, userID, outcome }, "reply");
        isReasonLost ||= outcome === "message-lost";
      }
      asked.submitted = submitClick(userID, answer, false);
    }
    if (rows.some(isOpen)) return { kind: "unconfirmed", answer };
    const isTheirs = (state: CardState): boolean =>
      state.kind === "replied" && isReplyBy(state, userID) && kind.isSame(state.answer, answer);
    const other = rows.map(({ asked }) => asked.state).find((state) => !isTheirs(state));
    if (other && isClosed(other)) return { kind: "closed", state: other };
    return isReasonLost ? { kind: "reason-lost" } : undefined;
  }

  return { clicked, submitted };
}

function pressOf({ userID, teamID }: Interaction, card: CardRef, button: Button): Press {
  return { userID, teamID, card, button };
}

/** For the log. */
function describe({ userID, teamID, card, button }: Press) {
  return { ...idsOf(button.rows), action: button.action, reply: replyOf(button), userID, teamID, ...card };
}

function recordOf({ userID, teamID, card, button }: Press) {
  const answer: Answer = { kind: "permission", reply: replyOf(button) };
  return { userID, teamID, card, answer, requests: requestsOf(button.rows) };
}

/**
 * Why an Allow is no longer what the clicker wants, as far as can be known; before Slack has told its time, only that
 * the card has changed.
 */
function whyStale({ at = 0 }: Pick<Click, "at">, sight: Sight, now = at): "changed" | "late" | undefined {
  if (sight === "earlier") return "changed";
  return now - at > ALLOW_LIMIT_MS ? "late" : undefined;
}

function isWhole(click: Click): click is WholeClick {
  return click.at !== undefined && click.digest !== undefined && click.appID !== "";
}

function requestsOf(rows: readonly OfRequest[]): AskName[] {
  return rows.map(({ asked }) => asked.request);
}

function isOpen({ asked }: OfRequest): boolean {
  return !isClosed(asked.state);
}

/** Nobody's click is being handed to OpenCode. */
function isFree(row: OfRequest): boolean {
  return isOpen(row) && row.asked.submitted?.isPending !== true;
}

/** What to say when nothing is left to answer. */
function tooLate(rows: readonly OfRequest[]): ClickOutcome | undefined {
  if (rows.some(isOpen)) return undefined;
  const [state, ...others] = rows.map(({ asked }) => asked.state);
  if (others.length > 0 || state === undefined || !isClosed(state)) return { kind: "all-closed" };
  return { kind: "closed", state };
}

/** Whose click is being handed to OpenCode, when nothing else is open. */
function beingReplied(rows: readonly OfRequest[]): string | undefined {
  return rows.some(isFree) ? undefined : rows.find(isOpen)?.asked.submitted?.userID;
}

function isReplyBy({ by }: RepliedState, userID: string): boolean {
  return by.kind === "approver" && by.userID === userID;
}

function idsOf(rows: readonly OfRequest[]) {
  const [first, ...others] = rows.map(({ asked: { request } }) => request);
  return {
    requestID: first?.requestID,
    sessionID: first?.sessionID,
    ...(others.length > 0 && { otherRequestIDs: others.map(({ requestID }) => requestID) }),
  };
}
