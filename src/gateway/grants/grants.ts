/**
 * What approvers allow for a time: from the press that gave it, which OpenCode has confirmed, until its end. A grant
 * answers a request only where a card of that request would offer just the same, and always by a card that can be seen
 * and revoked: what cannot be looked at at that moment, a card asks.
 */

import type { Asked, AskedRow } from "../asked.ts";
import type { Buttons } from "../buttons.ts";
import type { Card } from "../card.ts";
import type { CardContent } from "../domain/content.ts";
import type { GrantEnd } from "../domain/grant.ts";
import type { PressOutcome } from "../domain/interaction.ts";
import { REVOKE } from "../domain/permission-controls.ts";
import { idsOf } from "../pressed.ts";
import type { Audit, Ledger } from "../ports.ts";
import type { Log } from "../../system/log.ts";
import { onAbort, pause } from "../../system/pause.ts";
import { fingerprintOf, isSameRequest } from "./fingerprint.ts";
import { createGrantRegister, type Grant } from "./register.ts";

/** How soon it is noticed that the wall clock was put forward, or that the machine slept. */
const LOOK_MS = 5_000;

/** A grant, and the card that it was given on. */
export interface HeldGrant {
  readonly grant: Grant;
  readonly asked: Asked;
  readonly card: Card<AskedRow>;
  /** What the approver had before them. */
  readonly content: CardContent;
}

interface GrantsOptions {
  readonly buttons: Pick<Buttons, "add" | "mint">;
  readonly ledger: Pick<Ledger, "granted">;
  readonly audit: Pick<Audit, "granted" | "grantEnded">;
  readonly log: Log;
}

export interface Grants {
  /** OpenCode has taken an answer, and the ask is closed: it may give a grant, or contradict one. */
  answered(asked: Asked): void;
  /** Whether a request is worded as one that is granted, so that it is not to wait for somebody at the terminal. */
  mayCover(asked: Asked): boolean;
  /** The live grant for exactly this request, made where it is made. */
  find(asked: Asked): HeldGrant | undefined;
  /** An approver takes back what the answer to an ask has granted. */
  revoke(asked: Asked, userID: string): Extract<PressOutcome, { kind: "revoked" | "grant-over" }>;
  /** Everything that these root sessions ask is rejected. */
  rejectedAll(rootIDs: readonly string[], userID: string): void;
  sessionDeleted(sessionID: string): void;
  /**
   * Resolves when what the answer to an ask has granted is over, and on the record; at once where it granted nothing.
   *
   * @returns the head of the record, for the card, if there is one; undefined where there was no grant.
   */
  over(asked: Asked): Promise<{ readonly head: string | undefined } | undefined>;
  forget(asked: Asked): void;
  /** OpenCode ends. */
  end(): void;
}

export function createGrants({ buttons, ledger, audit, log }: GrantsOptions): Grants {
  const held = new Map<Asked, HeldGrant>();
  const register = createGrantRegister(show);

  /** Its card shows it so when it is drawn next. */
  function show(grant: Grant): void {
    const { asked } = holderOf(grant) ?? {};
    if (asked?.state.kind === "replied") asked.state = { ...asked.state, grant: grant.state() };
  }

  function holderOf(grant: Grant | undefined): HeldGrant | undefined {
    return [...held.values()].find((one) => one.grant === grant);
  }

  function endAll(which: (grant: Grant) => boolean, end: Omit<GrantEnd, "at">): void {
    for (const grant of register.live()) if (which(grant)) grant.end(end);
  }

  /** What a press gave, once OpenCode has confirmed its answer; nothing where nobody could revoke it. */
  function begin(asked: Asked, minutes: number): void {
    const { request, provenance, submitted, state, content } = asked;
    const card = asked.attempts.findLast((attempt) => attempt.address() !== undefined);
    const row = card?.rows.find((one) => one.asked === asked);
    const isKnown = provenance !== undefined && content !== undefined && submitted?.by.kind === "approver";
    if (request.kind !== "permission" || state.kind !== "replied" || !isKnown || !card || !row)
      return log.warn(idsOf([{ asked }]), "allowed once only: nobody could revoke more");
    const { userID } = submitted.by;
    const { teamID } = submitted;
    const grant = register.add({
      fingerprint: fingerprintOf(request, provenance),
      request,
      sessionIDs: provenance.sessionIDs,
      granter: { userID, teamID },
      minutes,
    });
    held.set(asked, { grant, asked, card, content });
    asked.state = { ...state, grant: grant.state() };
    row.values.set(REVOKE.name, buttons.mint());
    buttons.add(card);
    onAbort([card.deleted], () => grant.end({ reason: "card-lost" }));
    ledger.granted(card.attemptID);
    audit.granted(request, { userID, until: grant.state().until });
    log.info({ ...idsOf([{ asked }]), userID, minutes }, "allowed for a time");
  }

  /** Whoever rejects the very same request later, wants it no more. */
  function contradict({ request }: Asked): void {
    if (request.kind !== "permission") return;
    endAll(({ request: granted }) => isSameRequest(granted, request), { reason: "rejected" });
  }

  return {
    answered(asked) {
      const { state } = asked;
      if (state.kind !== "replied") return undefined;
      const { answer, by } = state;
      if (answer.reply === "reject" && by.kind !== "sibling") return contradict(asked);
      if (by.kind !== "approver" || answer.kind !== "permission") return undefined;
      return answer.forMinutes === undefined ? undefined : begin(asked, answer.forMinutes);
    },
    mayCover: ({ request }) => request.kind === "permission" && register.mayCover(request),
    find(asked) {
      const { request, provenance } = asked;
      if (request.kind !== "permission" || provenance === undefined) return undefined;
      if (!register.mayCover(request)) return undefined;
      return holderOf(register.find(fingerprintOf(request, provenance)));
    },
    revoke(asked, userID) {
      const grant = held.get(asked)?.grant;
      if (grant?.isLive() !== true) return { kind: "grant-over" };
      grant.end({ reason: "revoked", userID });
      // The others are not told any more.
      const told = grant.uses().filter(({ stage }) => stage !== "counted");
      return {
        kind: "revoked",
        uses: told.length,
        isUnderway: told.some(({ stage }) => stage === "being-told"),
      };
    },
    rejectedAll(rootIDs, userID) {
      const isOfThese = ({ sessionIDs: [rootID = ""] }: Grant): boolean => rootIDs.includes(rootID);
      endAll(isOfThese, { reason: "session-rejected", userID });
    },
    sessionDeleted(sessionID) {
      endAll(({ sessionIDs }) => sessionIDs.includes(sessionID), { reason: "session-deleted" });
    },
    async over(asked) {
      const grant = held.get(asked)?.grant;
      if (grant === undefined) return undefined;
      while (grant.isLive()) await pause(Math.min(grant.leftMs(), LOOK_MS), grant.ended);
      grant.end({ reason: "time" });
      const { reason = "time", userID } = grant.state().end ?? {};
      log.info({ ...idsOf([{ asked }]), reason, userID }, "what was allowed for a time is over");
      return { head: await audit.grantEnded(asked.request, { reason, userID }) };
    },
    forget: (asked) => void held.delete(asked),
    end: () => endAll(() => true, { reason: "opencode-ended" }),
  };
}
