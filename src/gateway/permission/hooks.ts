/** What is special to permission requests: how OpenCode answers several at once, and what people are told of others. */

import { isDeepStrictEqual } from "node:util";
import type { Asked } from "../asked.ts";
import type { PermissionAnswer, PermissionRequest } from "../domain/ask.ts";
import type { CardContent } from "../domain/content.ts";
import { inMinutes } from "../domain/minutes.ts";
import { isAwaited, type CardState, type RepliedState } from "../domain/state.ts";
import type { AskHooks } from "../hooks.ts";
import type { SavedPatterns } from "../ports.ts";
import { rootOf } from "../room.ts";
import { createAlsoAnswered } from "./also-answered.ts";

/** OpenCode answers a request's siblings in the same tick; their events come right behind each other. */
const SIBLING_LIMIT_MS = 1_000;

/** How long a rejected request is worth mentioning on one like it. */
const REJECTED_LIMIT_MS = 10 * 60_000;

/** So many requests that were rejected in Slack in one turn say that the session is on a wrong way. */
const MANY_REJECTS = 3;

const UNDESCRIBED =
  "OpenCode asks for a permission that could not be described. Look at it in OpenCode: it can be allowed there only.";
const PARTLY_READ =
  "It is too long, has too many parts, or is nested too deeply to be read here. Look at it in OpenCode: it can be allowed there only.";
const WITHHELD = "Slack does not take a card that shows it, so it can be allowed in OpenCode only.";

export function createPermissionHooks(saved: SavedPatterns): AskHooks<PermissionRequest, PermissionAnswer> {
  const also = createAlsoAnswered(saved);
  /** Of each root session, in the turn that goes on. */
  const rejects = new Map<string, number>();

  return {
    asked: (request) => also.opened(request),
    answered(request, { reply }) {
      if (reply !== "always") return false;
      saved.add(request);
      also.saved(request.permission);
      return true;
    },
    closed({ request, state, content }) {
      // As long as OpenCode waits for an answer, an "always" to another one is one.
      if (!isAwaited(state)) also.closed(request);
      const isRejectedHere =
        state.kind === "replied" && state.by.kind === "approver" && state.answer.reply === "reject";
      if (!isRejectedHere || content === undefined) return;
      const rootID = rootOf({ asked: { request }, content });
      rejects.set(rootID, (rejects.get(rootID) ?? 0) + 1);
    },
    forgotten: (request) => also.closed(request),
    sessionEnded: (sessionID) => void rejects.delete(sessionID),

    isSame: (told, submitted) => told.reply === submitted.reply,
    unanswered: (afterMs, mayGoOn) => ({
      kind: "permission",
      reply: "reject",
      ...(mayGoOn && { message: renderUnanswered(afterMs) }),
    }),
    enter(_asked, answer, result) {
      if (result.kind !== "reason") return "not-understood";
      return result.reason === "" ? "no-reason" : { ...answer, message: result.reason };
    },
    findSibling: (asked, { reply }, others) =>
      reply === "once" ? undefined : findAnsweredSibling(asked.request, reply, others),
    isRejectedAlong: ({ sessionID }, other) => other.kind === "permission" && other.sessionID === sessionID,
    countAlong: (request) => also.count(request),
    offersStop: (rootID) => (rejects.get(rootID) ?? 0) >= MANY_REJECTS,

    undescribed: ({ permission }) => ({
      details: [{ label: "Not shown", text: permission }],
      doubt: UNDESCRIBED,
      session: { titles: [] },
      offers: { replies: ["reject"] },
    }),
    withoutWords: (request) => request,
    doubtOf: ({ isCut, call }) => (isCut === true || call?.isCut === true ? PARTLY_READ : undefined),
    complete(content, { request }, closed) {
      const at = findRejection(request.sessionID, content.details, closed);
      return at === undefined ? content : { ...content, rejectedAt: at };
    },
    withhold(content) {
      const details = [{ label: "Not shown", text: content.request.permission, isWhole: true }] as const;
      return { ...content, details, doubt: WITHHELD };
    },
  };
}

/**
 * For the model, behind OpenCode's own words, which say that the user rejected: nobody has refused anything, so that it
 * neither argues nor takes another way to the same.
 */
function renderUnanswered(afterMs: number): string {
  return `Nobody answered this request within ${inMinutes(afterMs)}: the person who could is away. They have not refused it. Do not ask for it again now. Go on with what needs no permission, or stop and say what is left to do.`;
}

/**
 * Rejecting one request rejects all of its session; allowing one always allows those of its session that match, or those
 * of all sessions.
 */
function findAnsweredSibling(
  { sessionID, alwaysReach }: PermissionRequest,
  reply: PermissionAnswer["reply"],
  others: Iterable<Asked>,
): Asked | undefined {
  const since = Date.now() - SIBLING_LIMIT_MS;
  for (const other of others) {
    const { request, submitted, state } = other;
    const isNear = request.sessionID === sessionID || (reply === "always" && alwaysReach === "project");
    if (submitted?.answer.reply !== reply || !isNear) continue;
    if (request.kind !== "permission") continue;
    const isAnswered = state.kind === "replied" && state.by === submitted.by && state.at.getTime() >= since;
    if (submitted.isPending || isAnswered) return other;
  }
  return undefined;
}

/** Whether somebody has rejected it: what nobody answered, nobody has. */
function isRefused(state: CardState): state is RepliedState {
  return state.kind === "replied" && state.answer.reply === "reject" && state.by.kind !== "nobody";
}

/** When a request with the same details was last rejected in the same session, if that was not long ago. */
function findRejection(
  sessionID: string,
  details: CardContent["details"],
  closed: Iterable<Asked>,
): Date | undefined {
  const since = Date.now() - REJECTED_LIMIT_MS;
  const times = [...closed].flatMap(({ request, state, content }) => {
    const isLike = request.sessionID === sessionID && isDeepStrictEqual(content?.details, details);
    return isLike && isRefused(state) ? [state.at] : [];
  });
  return times.findLast((at) => at.getTime() >= since);
}
