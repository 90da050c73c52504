/** All that OpenCode has asked and that is not forgotten. */

import { isDeepStrictEqual } from "node:util";
import type { Asked, AskedRow, Submitted } from "./asked.ts";
import type { Card } from "./card.ts";
import type { Answer, Ask } from "./domain/ask.ts";
import type { CardRef } from "./domain/card.ts";
import {
  isAwaited,
  isClosed,
  isGranted,
  type CardState,
  type ClosedState,
  type EndReason,
  type Replier,
} from "./domain/state.ts";
import type { Hooks } from "./hooks.ts";

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
  /** Nobody has answered it in time, so that it is left to OpenCode. */
  expired(asked: Asked, afterMs: number): void;
  /** What a session has asked is asked no more, nor can what was left to OpenCode be answered there. */
  sessionEnded(sessionID: string, reason: EndReason): void;
  /** Nobody knows what became of an ask. */
  lost(requestID: string): void;
  /** OpenCode ends: closes all, and none needs to be remembered. */
  end(reason: EndReason): void;
  /** What is open of a root session and of its subagents, as far as it is known yet whose it is. */
  openOf(rootID: string): readonly Asked[];
  /** What is open of a session alone. */
  openIn(sessionID: string): readonly Asked[];
  /** Whether OpenCode waits for something else that a reject of this one answers, too. */
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
    setState(asked, state);
    asked.closed.abort();
    remembered.add(asked);
    if (remembered.size > limit) forgetOldest();
  }

  function setState(asked: Asked, state: ClosedState): void {
    asked.state = state;
    hooks[asked.request.kind].closed(asked);
    if (!isAwaited(state)) asked.over.abort();
  }

  function end(asked: Asked, reason: EndReason): void {
    const state = { kind: "gone", reason, at: new Date() } as const;
    if (!isClosed(asked.state)) close(asked, state);
    else if (isAwaited(asked.state)) setState(asked, state);
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
      return submitted.by;
    const sibling = kind.findSibling(asked, answer, asks.values());
    if (sibling?.submitted === undefined || sibling.content === undefined) return { kind: "opencode" };
    const { by } = sibling.submitted;
    return by.kind === "nobody" ? by : { kind: "sibling", userID: by.userID, to: sibling.content };
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
      const { submitted } = asked;
      const said = submitted !== undefined && by === submitted.by ? submitted.answer : answer;
      const state: ClosedState = { kind: "replied", answer: said, by, at: new Date() };
      if (isGoneForNow(asked.state)) {
        setState(asked, state);
        return "after-all";
      }
      close(asked, state);
      return asked.state === state ? "closed" : "known";
    },
    expired: (asked, afterMs) => close(asked, { kind: "gone", reason: "expired", afterMs, at: new Date() }),
    sessionEnded(sessionID, reason) {
      for (const asked of asks.values()) if (asked.request.sessionID === sessionID) end(asked, reason);
    },
    lost(requestID) {
      const asked = asks.get(requestID);
      if (asked !== undefined) end(asked, "unknown");
    },
    end(reason) {
      for (const asked of asks.values()) {
        end(asked, reason);
        asked.forgotten.abort();
      }
    },
    openOf: (rootID) =>
      [...asks.values()].filter(
        ({ request, content, state }) =>
          !isClosed(state) && (content?.session.rootID ?? request.sessionID) === rootID,
      ),
    openIn: (sessionID) =>
      [...asks.values()].filter(({ request, state }) => !isClosed(state) && request.sessionID === sessionID),
    hasOthers: (asked) =>
      [...asks.values()].some(
        (other) =>
          other !== asked &&
          isAwaited(other.state) &&
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

function mayBeTaken({ isPending, age }: Submitted): boolean {
  return isPending || age() <= CONFIRM_LIMIT_MS;
}

function begin(request: Ask): Asked {
  return {
    request,
    closed: new AbortController(),
    over: new AbortController(),
    forgotten: new AbortController(),
    state: { kind: "asked" },
    attempts: [],
  };
}

/** Whether nobody was to answer an ask any more, and OpenCode may still take an answer. */
function isGoneForNow(state: CardState): boolean {
  return state.kind === "gone" && state.reason !== "changed";
}
