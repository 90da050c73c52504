/** What a press of one of our buttons does: a reply is submitted to OpenCode, or the clicker learns why none is. */

import type { AskedRow } from "./asked.ts";
import type { Button } from "./buttons.ts";
import type { Card } from "./card.ts";
import type { Log } from "./log.ts";
import {
  isClosed,
  type CardRef,
  type CardState,
  type Click,
  type ClickOutcome,
  type Reply,
} from "./permission.ts";
import type { Audit, Replies } from "./ports.ts";
import type { Sight } from "./versions.ts";

/** How old an Allow may be when it is handled: people remember for about as long what they pressed. */
const ALLOW_LIMIT_MS = 60_000;

interface ClickHandlerOptions {
  /** The card of ours that Slack has at this address. */
  readonly cardAt: (address: CardRef) => Card<AskedRow> | undefined;
  readonly replies: Replies;
  readonly audit: Pick<Audit, "clicked">;
  readonly log: Log;
}

/** A click on a button of ours. */
interface Press {
  readonly userID: string;
  readonly teamID: string;
  readonly card: CardRef;
  readonly reply: Reply;
}

/** @returns what handles a click on the button that was found by the click's value. */
export function createClickHandler({ cardAt, replies, audit, log }: ClickHandlerOptions) {
  return async (click: Click, { card, rows, reply }: Button): Promise<void> => {
    const { presence } = card;
    const { cards, approvers } = presence;
    const { userID, teamID } = click;
    const press = { userID, teamID, card: click.card, reply };
    const refuse = async (outcome: ClickOutcome, refusal: string = outcome.kind): Promise<void> => {
      log.warn({ ...idsOf(rows), reply, userID, teamID, reason: refusal, ...click.card }, "click refused");
      // Only what goes to OpenCode has to be on the disk before.
      void audit.clicked({ ...press, requestIDs: requestIDsOf(rows), refusal });
      return cards.tell(click, outcome);
    };
    log.info({ ...idsOf(rows), reply, userID, teamID, ...click.card }, "click");

    // A click can come before Slack has told us that the card is posted.
    await card.outcome;
    const clicked = cardAt(click.card);
    if (clicked === undefined) {
      const again = { kind: "gone", reason: "posted-again", at: new Date() } as const;
      // Side by side: the clicker does not wait for a card that Slack may take long to change.
      await Promise.all([
        refuse(tooLate(rows) ?? { kind: "closed", state: again }),
        card.closeVoid(click.card, again),
      ]);
      return;
    }
    // No click that Slack brings is like that; a process that forges clicks could close others' cards with it.
    if (clicked !== card) return refuse({ kind: "unknown-button" }, "other-card");

    const refusal = await approvers.refusal(click);
    if (refusal !== undefined) return refuse({ kind: "not-approver", userID, reason: refusal }, refusal);
    const sight = rows.some(isOpen) ? await card.sight(click) : "latest";
    const late = tooLate(rows);
    if (late !== undefined) {
      await refuse(late);
      // A card that can be clicked does not show that its requests are closed: not yet, or not any more.
      await card.show();
      return;
    }
    if (sight === "other-app") return refuse({ kind: sight });
    if (sight === "altered") {
      await Promise.all([refuse({ kind: sight }), card.show()]);
      return;
    }
    const because = reply === "reject" ? undefined : whyStale(click, sight, presence.now());
    if (because !== undefined) return refuse({ kind: "stale", because }, because);
    const first = beingReplied(rows);
    if (first !== undefined) return refuse({ kind: "being-replied", userID: first });
    const outcome = await submit(rows.filter(isFree), press);
    if (outcome !== undefined) return cards.tell(click, outcome);
  };

  /**
   * The click only submits; the card is changed by OpenCode's own event, whoever caused it.
   *
   * @returns what the card will not say.
   */
  async function submit(rows: readonly AskedRow[], press: Press): Promise<ClickOutcome | undefined> {
    const { userID, reply } = press;
    for (const { asked } of rows) asked.submitted = { userID, reply, isPending: true };
    const recorded = await audit.clicked({ ...press, requestIDs: requestIDsOf(rows) });
    if (recorded === "failed" && reply !== "reject") {
      for (const { asked } of rows) delete asked.submitted;
      return { kind: "not-recorded" };
    }
    for (const { asked } of rows) {
      // Rejecting one request has closed the others of its session.
      if (!isClosed(asked.state)) {
        const outcome = await replies.send(asked.request, reply, asked.closed.signal);
        log.info({ ...idsOf([{ asked }]), reply, userID, outcome }, "reply");
      }
      asked.submitted = { userID, reply, isPending: false };
    }
    if (rows.some(isOpen)) return { kind: "unconfirmed", reply };
    const other = rows.map(({ asked }) => asked.state).find((state) => !isReplyBy(state, userID, reply));
    return other && isClosed(other) ? { kind: "closed", state: other } : undefined;
  }
}

/**
 * Why an Allow is no longer what the clicker wants, as far as can be known; before Slack has told its time, only that
 * the card has changed.
 */
function whyStale({ at }: Click, sight: Sight, now = at): "changed" | "late" | undefined {
  if (sight === "earlier") return "changed";
  return now - at > ALLOW_LIMIT_MS ? "late" : undefined;
}

function requestIDsOf(rows: readonly AskedRow[]): string[] {
  return rows.map(({ asked }) => asked.request.requestID);
}

function isOpen({ asked }: AskedRow): boolean {
  return !isClosed(asked.state);
}

/** Nobody's click is being handed to OpenCode. */
function isFree(row: AskedRow): boolean {
  return isOpen(row) && row.asked.submitted?.isPending !== true;
}

/** What to say when nothing is left to answer. */
function tooLate(rows: readonly AskedRow[]): ClickOutcome | undefined {
  if (rows.some(isOpen)) return undefined;
  const [state, ...others] = rows.map(({ asked }) => asked.state);
  if (others.length > 0 || state === undefined || !isClosed(state)) return { kind: "all-closed" };
  return { kind: "closed", state };
}

/** Whose click is being handed to OpenCode, when nothing else is open. */
function beingReplied(rows: readonly AskedRow[]): string | undefined {
  return rows.some(isFree) ? undefined : rows.find(isOpen)?.asked.submitted?.userID;
}

function isReplyBy(state: CardState, userID: string, reply: Reply): boolean {
  if (state.kind !== "replied" || state.reply !== reply) return false;
  return state.by.kind === "approver" && state.by.userID === userID;
}

function idsOf(rows: readonly Pick<AskedRow, "asked">[]) {
  const [first, ...others] = rows.map(({ asked: { request } }) => request);
  return {
    requestID: first?.requestID,
    sessionID: first?.sessionID,
    ...(others.length > 0 && { otherRequestIDs: others.map(({ requestID }) => requestID) }),
  };
}
