/** All that OpenCode has asked and that is not forgotten. */

import { isDeepStrictEqual } from "node:util";
import type { Asked, AskedRow, SubmittedPress } from "./asked.ts";
import type { Card } from "./card.ts";
import type { Answer, Ask } from "./domain/ask.ts";
import type { CardRef } from "./domain/card.ts";
import {
  isClosed,
  isGranted,
  type CardState,
  type ClosedState,
  type GoneReason,
  type Replier,
} from "./domain/state.ts";
import type { Hooks } from "./hooks.ts";
import { startStopwatch } from "../system/stopwatch.ts";

/**
 * How long after the last try to give a press to OpenCode a reply may be of that press. OpenCode replies within
 * milliseconds; later it is more likely that somebody answered there.
 */
const CONFIRM_LIMIT_MS = 5_000;

export interface Asks {
  /**
   * @returns `changed` when an ask with this ID is known and is another one. Which of the two OpenCode would take an
   * answer for is not known, so that from then on the card answers neither.
   */
  add(request: Ask): Asked | "known" | "changed";
  find(requestID: string): Asked | undefined;
  /**
   * OpenCode says that it took this answer: perhaps to one that nobody was to answer any more, as a session that has
   * stopped does not take back what it asked.
   *
   * @returns whether nobody had answered it until now, and whether that is news to its closed card.
   */
  replied(asked: Asked, answer: Answer): "closed" | "after-all" | "known";
  /** What a session has asked is asked no more. */
  sessionEnded(sessionID: string, reason: GoneReason): void;
  /** OpenCode ends: closes all, and none needs to be remembered. */
  end(): void;
  /** What nobody has answered yet, the oldest first. */
  open(): readonly Asked[];
  /** What is open of a root session and of its subagents, as far as it is known yet whose it is. */
  openOf(rootID: string): readonly Asked[];
  /** Whether something else is open that a reject of this one answers, too. */
  hasOthers(asked: Asked): boolean;
  /** What is closed and not forgotten, in the order in which it came to its end. */
  remembered(): Iterable<Asked>;
  forget(asked: Asked): void;
  has(asked: Asked): boolean;
  /** Every attempt of those that are not forgotten, once. */
  cards(): ReadonlySet<Card<AskedRow>>;
  /** The card of ours that Slack has at this address. */
  cardAt(address: CardRef): Card<AskedRow> | undefined;
}

/** @param limit how many closed ones are remembered: the oldest are forgotten first. */
export function createAsks(limit: number, hooks: Hooks): Asks {
  const asks = new Map<string, Asked>();
  const remembered = new Set<Asked>();

  function close(asked: Asked, state: ClosedState): void {
    if (isClosed(asked.state)) return;
    asked.state = state;
    hooks[asked.request.kind].closed(asked);
    asked.closed.abort();
    remembered.add(asked);
    if (remembered.size > limit) forgetOldest();
  }

  /** What still allows something is not forgotten before it is over. */
  function forgetOldest(): void {
    const oldest = [...remembered].find(({ state }) => !isGranted(state));
    if (oldest === undefined) return;
    remembered.delete(oldest);
    oldest.forgotten.abort();
  }

  /** A person is named only when the answer is the very one that they submitted for this ask, or for a sibling. */
  function whoReplied(asked: Asked, answer: Answer): Replier {
    const kind = hooks[asked.request.kind];
    const { submitted } = asked;
    if (submitted !== undefined && mayBeTaken(submitted) && kind.isSame(answer, submitted.answer))
      return { kind: submitted.isByGrant === true ? "grant" : "approver", userID: submitted.userID };
    const sibling = kind.findSibling(asked, answer, asks.values());
    if (sibling?.submitted === undefined || sibling.content === undefined) return { kind: "opencode" };
    return { kind: "sibling", userID: sibling.submitted.userID, to: sibling.content };
  }

  function cards(): ReadonlySet<Card<AskedRow>> {
    return new Set([...asks.values()].flatMap(({ attempts }) => attempts));
  }

  return {
    add(request) {
      const known = asks.get(request.requestID);
      if (known !== undefined) {
        if (isDeepStrictEqual(known.request, request)) return "known";
        close(known, { kind: "gone", reason: "changed", at: new Date() });
        return "changed";
      }
      const asked = begin(request);
      asks.set(request.requestID, asked);
      hooks[request.kind].asked(request);
      return asked;
    },
    find: (requestID) => asks.get(requestID),
    replied(asked, answer) {
      const by = whoReplied(asked, answer);
      // OpenCode does not tell with which words.
      const said = by.kind === "approver" ? (asked.submitted?.answer ?? answer) : answer;
      const state: ClosedState = { kind: "replied", answer: said, by, at: new Date() };
      if (isGoneForNow(asked.state)) {
        asked.state = state;
        hooks[asked.request.kind].closed(asked);
        return "after-all";
      }
      close(asked, state);
      return asked.state === state ? "closed" : "known";
    },
    sessionEnded(sessionID, reason) {
      for (const asked of asks.values()) {
        if (asked.request.sessionID === sessionID) close(asked, { kind: "gone", reason, at: new Date() });
      }
    },
    end() {
      for (const asked of asks.values()) {
        close(asked, { kind: "gone", reason: "opencode-ended", at: new Date() });
        asked.forgotten.abort();
      }
    },
    open: () => [...asks.values()].filter(({ state }) => !isClosed(state)),
    openOf: (rootID) =>
      [...asks.values()].filter(
        ({ request, content, state }) =>
          !isClosed(state) && (content?.session.rootID ?? request.sessionID) === rootID,
      ),
    hasOthers: (asked) =>
      [...asks.values()].some(
        (other) =>
          other !== asked &&
          !isClosed(other.state) &&
          hooks[asked.request.kind].isRejectedAlong(asked.request, other.request),
      ),
    remembered: () => remembered,
    forget(asked) {
      asks.delete(asked.request.requestID);
      hooks[asked.request.kind].forgotten(asked.request);
      remembered.delete(asked);
    },
    has: ({ request }) => asks.has(request.requestID),
    cards,
    cardAt: ({ channel, ts }) =>
      [...cards()].find((card) => card.address()?.channel === channel && card.address()?.ts === ts),
  };
}

function mayBeTaken({ isPending, age }: SubmittedPress): boolean {
  return isPending || age() <= CONFIRM_LIMIT_MS;
}

function begin(request: Ask): Asked {
  return {
    request,
    ageMs: startStopwatch(),
    closed: new AbortController(),
    forgotten: new AbortController(),
    state: { kind: "asked" },
    attempts: [],
  };
}

/** Whether nobody was to answer an ask any more, and OpenCode may still take an answer. */
function isGoneForNow(state: CardState): boolean {
  return state.kind === "gone" && state.reason !== "changed";
}
