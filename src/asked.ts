/** The requests that OpenCode has asked, from then until late clicks on their cards are no longer to be expected. */

import { isDeepStrictEqual } from "node:util";
import { createSavedPatterns } from "./always.ts";
import type { Card, CardRow } from "./card.ts";
import {
  isClosed,
  type CardContent,
  type CardRef,
  type CardState,
  type ClosedState,
  type Details,
  type PermissionRequest,
  type Replier,
  type Reply,
} from "./permission.ts";

/** OpenCode answers a request's siblings in the same tick; their events come right behind each other. */
const SIBLING_LIMIT_MS = 1_000;

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
  /** The latest click that was given to OpenCode, and whether OpenCode is still to confirm it. */
  submitted?: { readonly userID: string; readonly reply: Reply; isPending: boolean };
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
   * OpenCode says that a request was replied to.
   *
   * @returns the request, if it was open until now.
   */
  replied(requestID: string, reply: Reply): Asked | undefined;
  /** A session does nothing any more, so that its requests are no longer asked. */
  sessionIdle(sessionID: string): void;
  /** OpenCode ends: closes all, and none needs to be remembered. */
  end(): void;
  /** How many open requests OpenCode would answer along with an "always" to this one. */
  alsoAnswered(request: PermissionRequest): number;
  /** Whether this other request would be among them. */
  answersAlso(request: PermissionRequest, other: PermissionRequest): boolean;
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
export function createAskedRequests(limit: number): AskedRequests {
  const requests = new Map<string, Asked>();
  const remembered = new Set<Asked>();
  const saved = createSavedPatterns();

  function close(asked: Asked, state: ClosedState): void {
    if (isClosed(asked.state)) return;
    asked.state = state;
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
    if (asked.submitted?.reply === reply) return { kind: "approver", userID: asked.submitted.userID };
    const sibling = reply === "once" ? undefined : findAnsweredSibling(asked, reply);
    if (sibling?.submitted === undefined || sibling.content === undefined) return { kind: "opencode" };
    return { kind: "sibling", userID: sibling.submitted.userID, to: sibling.content };
  }

  /** Rejecting one request rejects all of its session; allowing one always allows those of its session that match. */
  function findAnsweredSibling(asked: Asked, reply: Reply): Asked | undefined {
    const since = Date.now() - SIBLING_LIMIT_MS;
    return [...requests.values()].find(
      ({ request, submitted, state }) =>
        request.sessionID === asked.request.sessionID &&
        submitted?.reply === reply &&
        (submitted.isPending || (state.kind === "replied" && state.at.getTime() >= since)),
    );
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
      return asked;
    },
    replied(requestID, reply) {
      const asked = requests.get(requestID);
      if (asked !== undefined && reply === "always") saved.add(asked.request);
      if (asked === undefined || isClosed(asked.state)) return undefined;
      close(asked, { kind: "replied", reply, by: whoReplied(asked, reply), at: new Date() });
      return asked;
    },
    sessionIdle(sessionID) {
      for (const asked of requests.values()) {
        if (asked.request.sessionID !== sessionID) continue;
        close(asked, { kind: "gone", reason: "session-idle", at: new Date() });
      }
    },
    end() {
      for (const asked of requests.values()) {
        close(asked, { kind: "gone", reason: "opencode-ended", at: new Date() });
        asked.forgotten.abort();
      }
    },
    alsoAnswered: (request) =>
      [...requests.values()].filter(
        ({ request: other, state }) => !isClosed(state) && saved.answersAlso(request, other),
      ).length,
    answersAlso: (request, other) => saved.answersAlso(request, other),
    openOf: (rootID) =>
      [...requests.values()].filter(
        ({ request, content, state }) =>
          !isClosed(state) && (content?.session.rootID ?? request.sessionID) === rootID,
      ),
    forget(asked) {
      requests.delete(asked.request.requestID);
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
