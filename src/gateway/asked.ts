/** The requests that OpenCode has asked, from then until late clicks on their cards are no longer to be expected. */

import { isDeepStrictEqual } from "node:util";
import { createAlsoAnswered } from "./also-answered.ts";
import type { SavedPatterns } from "./ports.ts";
import type { Card, CardRow } from "./card.ts";
import type { PermissionRequest, Reply } from "./domain/ask.ts";
import type { CardRef } from "./domain/card.ts";
import type { CardContent, Details } from "./domain/content.ts";
import { isClosed, type CardState, type ClosedState, type GoneReason, type Replier } from "./domain/state.ts";
import { startStopwatch } from "../system/stopwatch.ts";

/** OpenCode answers a request's siblings in the same tick; their events come right behind each other. */
const SIBLING_LIMIT_MS = 1_000;

/**
 * How long after the last try to give a click to OpenCode a reply may be of that click. OpenCode replies within
 * milliseconds; later it is more likely that somebody answered there.
 */
const CONFIRM_LIMIT_MS = 5_000;

/** How long a rejected request is worth mentioning on one like it. */
const REJECTED_LIMIT_MS = 10 * 60_000;

/** A request that OpenCode has asked. */
export interface Asked {
  readonly request: PermissionRequest;
  /** Aborts when the request is closed. */
  readonly closed: AbortController;
  /** Aborts when it needs not be remembered any longer. */
  readonly forgotten: AbortController;
  /** Once it is known. */
  content?: CardContent;
  /** Whether the files that the content tells of are as they were then. */
  isCurrent?: Details["isCurrent"];
  state: CardState;
  /** All attempts to post it, the latest last. */
  readonly attempts: Card<AskedRow>[];
  submitted?: SubmittedClick;
}

/** The latest click that was given to OpenCode. */
export interface SubmittedClick {
  readonly userID: string;
  readonly reply: Reply;
  /** Whether OpenCode is still being told. */
  readonly isPending: boolean;
  /** How long ago OpenCode was last told, in milliseconds. */
  readonly age: () => number;
}

/** A request on a card. */
export interface AskedRow extends CardRow {
  readonly asked: Asked;
}

export interface AskedRequests {
  /**
   * @returns `changed` when a request with this ID is known and is another one. Which of the two OpenCode would take
   * an answer for is not known, so that from then on the card answers neither.
   */
  add(request: PermissionRequest): Asked | "known" | "changed";
  /**
   * OpenCode says that a request was replied to: perhaps one that nobody was to answer any more, as a session that has
   * stopped does not take back what it asked.
   *
   * @returns the request, if nobody had answered it until now, and whether that is news to its closed card.
   */
  replied(
    requestID: string,
    reply: Reply,
  ): { readonly asked: Asked; readonly isAfterAll: boolean } | undefined;
  /** What a session has asked is asked no more. */
  sessionEnded(sessionID: string, reason: GoneReason): void;
  /** OpenCode ends: closes all, and none needs to be remembered. */
  end(): void;
  /** How many open requests OpenCode would answer along with an "always" to this one. */
  alsoAnswered(request: PermissionRequest): number;
  /** The open requests of a root session and of its subagents, as far as it is known yet whose they are. */
  openOf(rootID: string): readonly Asked[];
  forget(asked: Asked): void;
  has(asked: Asked): boolean;
  /** When a request with the same details was last rejected in the same session, within ten minutes. */
  rejectedAt(sessionID: string, details: CardContent["details"]): Date | undefined;
  /** Every attempt of the requests that are not forgotten, once. */
  cards(): ReadonlySet<Card<AskedRow>>;
  /** The card of ours that Slack has at this address. */
  cardAt(address: CardRef): Card<AskedRow> | undefined;
}

/** @param limit how many closed requests are remembered: the oldest are forgotten first. */
export function createAskedRequests(limit: number, saved: SavedPatterns): AskedRequests {
  const requests = new Map<string, Asked>();
  const remembered = new Set<Asked>();
  const also = createAlsoAnswered(saved);

  function close(asked: Asked, state: ClosedState): void {
    if (isClosed(asked.state)) return;
    asked.state = state;
    also.closed(asked.request);
    asked.closed.abort();
    remembered.add(asked);
    if (remembered.size > limit) forgetOldest();
  }

  function forgetOldest(): void {
    const [oldest] = remembered;
    if (oldest === undefined) return;
    remembered.delete(oldest);
    oldest.forgotten.abort();
  }

  /** A person is named only when the reply is the very one that they submitted for this request, or for a sibling. */
  function whoReplied(asked: Asked, reply: Reply): Replier {
    const { submitted } = asked;
    if (submitted?.reply === reply && (submitted.isPending || submitted.age() <= CONFIRM_LIMIT_MS))
      return { kind: "approver", userID: submitted.userID };
    const sibling = reply === "once" ? undefined : findAnsweredSibling(asked, reply);
    if (sibling?.submitted === undefined || sibling.content === undefined) return { kind: "opencode" };
    return { kind: "sibling", userID: sibling.submitted.userID, to: sibling.content };
  }

  /** Rejecting one request rejects all of its session; allowing one always allows those of its session that match. */
  function findAnsweredSibling(asked: Asked, reply: Reply): Asked | undefined {
    const since = Date.now() - SIBLING_LIMIT_MS;
    for (const other of requests.values()) {
      const { request, submitted, state } = other;
      if (submitted?.reply !== reply || request.sessionID !== asked.request.sessionID) continue;
      const isAnswered =
        state.kind === "replied" && state.by.kind === "approver" && state.at.getTime() >= since;
      if (submitted.isPending || isAnswered) return other;
    }
    return undefined;
  }

  function cards(): ReadonlySet<Card<AskedRow>> {
    return new Set([...requests.values()].flatMap(({ attempts }) => attempts));
  }

  return {
    add(request) {
      const known = requests.get(request.requestID);
      if (known !== undefined) {
        if (isDeepStrictEqual(known.request, request)) return "known";
        close(known, { kind: "gone", reason: "changed", at: new Date() });
        return "changed";
      }
      const asked: Asked = {
        request,
        closed: new AbortController(),
        forgotten: new AbortController(),
        state: { kind: "asked" },
        attempts: [],
      };
      requests.set(request.requestID, asked);
      also.opened(request);
      return asked;
    },
    replied(requestID, reply) {
      const asked = requests.get(requestID);
      if (asked === undefined) return undefined;
      if (reply === "always") {
        saved.add(asked.request);
        also.saved(asked.request.permission);
      }
      const state: ClosedState = { kind: "replied", reply, by: whoReplied(asked, reply), at: new Date() };
      const isAfterAll = isGoneForNow(asked.state);
      if (isAfterAll) asked.state = state;
      else close(asked, state);
      return asked.state === state ? { asked, isAfterAll } : undefined;
    },
    sessionEnded(sessionID, reason) {
      for (const asked of requests.values()) {
        if (asked.request.sessionID === sessionID) close(asked, { kind: "gone", reason, at: new Date() });
      }
    },
    end() {
      for (const asked of requests.values()) {
        close(asked, { kind: "gone", reason: "opencode-ended", at: new Date() });
        asked.forgotten.abort();
      }
    },
    alsoAnswered: (request) => also.count(request),
    openOf: (rootID) =>
      [...requests.values()].filter(
        ({ request, content, state }) =>
          !isClosed(state) && (content?.session.rootID ?? request.sessionID) === rootID,
      ),
    forget(asked) {
      requests.delete(asked.request.requestID);
      also.closed(asked.request);
      remembered.delete(asked);
    },
    rejectedAt(sessionID, details) {
      const since = Date.now() - REJECTED_LIMIT_MS;
      const times = [...remembered].flatMap(({ request, state, content }) => {
        const isLike = request.sessionID === sessionID && isDeepStrictEqual(content?.details, details);
        return isLike && state.kind === "replied" && state.reply === "reject" ? [state.at] : [];
      });
      return times.findLast((at) => at.getTime() >= since);
    },
    has: ({ request }) => requests.has(request.requestID),
    cards,
    cardAt: ({ channel, ts }) =>
      [...cards()].find((card) => card.address()?.channel === channel && card.address()?.ts === ts),
  };
}

/** Whether nobody was to answer a request any more, and OpenCode may still take an answer. */
function isGoneForNow(state: CardState): boolean {
  return state.kind === "gone" && state.reason !== "changed";
}

/** @param isPending whether OpenCode is still being told. */
export function submitClick(userID: string, reply: Reply, isPending: boolean): SubmittedClick {
  return { userID, reply, isPending, age: startStopwatch() };
}
