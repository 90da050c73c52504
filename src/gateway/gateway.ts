/**
 * The behaviour: asked → card; pressed → reply; replied → close. Knows no Slack and no OpenCode, only its ports.
 */

import { createAlteredCards } from "./altered-cards.ts";
import type { Asked } from "./asked.ts";
import { createAsks } from "./asks.ts";
import { createAttempts } from "./attempts.ts";
import { createButtons } from "./buttons.ts";
import { createPressHandler } from "./press-handler.ts";
import { createDescriber, describeInTurn, type Description } from "./description.ts";
import { createExpiry, type ExpiryRule } from "./expiry.ts";
import type { Hooks } from "./hooks.ts";
import { createGrants } from "./grants/grants.ts";
import { createUsing } from "./grants/using.ts";
import { createIncoming, type Incoming } from "./incoming.ts";
import { createLife, idsOf, NOT_SHOWN, NO_CARD } from "./life.ts";
import type { Log } from "../system/log.ts";
import { unlessLate } from "../system/pause.ts";
import type { Answer, Ask } from "./domain/ask.ts";
import type { MuteNote } from "./domain/mute.ts";
import type { ReminderRule } from "./domain/reminder.ts";
import type { EndReason } from "./domain/state.ts";
import type { Audit, Connection, Ledger, Replies, StopSession } from "./ports.ts";
import { createMuting } from "./muting.ts";
import { createPosting } from "./posting.ts";
import { createTell } from "./press-notes.ts";
import { createOpenedModals } from "./opened-modals.ts";
import { createRedrawing } from "./redrawing.ts";
import { createReminding } from "./reminding.ts";
import { createRenewal } from "./renewal.ts";
import { createSessionTurns } from "./session-turns.ts";
import type { Slices } from "../system/slices.ts";
import { openAsk, openGrant, type Standing } from "./standing.ts";

/** How many closed requests are remembered at most. */
const LATE_PRESS_ASKS = 500;
/** How long {@link Gateway.close} waits for cards to be closed. The TUI's exit waits 5 s, for all plugins. */
const CLOSE_LIMIT_MS = 2_000;

export interface GatewayOptions {
  readonly directory: string;
  /** Of whoever runs OpenCode, where it is known. */
  readonly home?: string | undefined;
  readonly host: string;
  /** How long a request must stay open before it is posted, in milliseconds. */
  readonly postAfterMs: number;
  /** Whether new cards are to wait. */
  readonly mute: MuteNote;
  /** Whether approvers may mute new cards from a card. */
  readonly isMuteOffered: boolean;
  /** Undefined where what is asked waits for ever. */
  readonly expiry: ExpiryRule | undefined;
  /** Undefined where no card reminds. */
  readonly reminder: ReminderRule | undefined;
  /**
   * Joins Slack, or adds to the join that is there. Rejects when Slack refuses until a person has repaired something, or
   * when the signal aborts first.
   */
  readonly join: (signal?: AbortSignal) => Promise<Connection>;
  readonly hooks: Hooks;
  readonly describe: (request: Ask) => Promise<Description>;
  readonly replies: Replies;
  readonly stop: StopSession;
  readonly ledger: Ledger;
  readonly audit: Audit;
  /** Says something to the user of OpenCode, who may be the only one who can answer. Does not throw. */
  readonly toast: (message: string) => void;
  readonly slices: Slices;
  readonly log: Log;
}

export interface Gateway extends Incoming {
  /** OpenCode asks. */
  asked(request: Ask): void;
  /** OpenCode says that it took an answer. */
  replied(requestID: string, answer: Answer): void;
  /**
   * A session does nothing any more: what it asked is no longer asked, although OpenCode may still list it.
   *
   * @param reason why, where that is known.
   */
  sessionIdle(sessionID: string, reason?: EndReason): void;
  sessionDeleted(sessionID: string): void;
  /** The model's answer broke off, and OpenCode asks the model again: what the answer's calls asked is asked no more. */
  retried(sessionID: string): void;
  /** OpenCode does not know this request any more, and did not say what became of it. */
  lost(requestID: string): void;
  /** Tries again what Slack refused: somebody may have repaired the app. Each new request does the same. */
  retry(): void;
  /** Our cards may have been closed by somebody who took this process for dead: draws the open ones again. */
  redraw(): void;
  /** What is open at this moment. */
  standing(): Standing;
  /**
   * Closes every card, as OpenCode ends. Resolves when they are closed, after 2 s at most.
   *
   * @param reason what the cards say.
   */
  close(reason?: EndReason): Promise<void>;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { hooks, ledger, audit, toast, log } = options;
  const end = new AbortController();
  const asks = createAsks(LATE_PRESS_ASKS, hooks);
  const { redraw, redrawOpen, countAnew, sayMute } = createRedrawing(asks, end.signal, log);
  const muting = createMuting({ ...options, changed: muteChanged, end: end.signal });
  const buttons = createButtons();
  const modals = createOpenedModals(() => buttons.mint());
  const turns = createSessionTurns();
  const running = new Set<Promise<void>>();
  let retrying = new AbortController();
  const grants = createGrants({ buttons, ledger, audit, log });
  const describe = createDescriber({ ...options, remembered: () => asks.remembered() });
  const attempts = createAttempts({
    ...options,
    buttons,
    mute: () => muting.current(),
    countWaiting: (card) => posting.countWaiting(card),
    hasOthers: (asked) => asks.hasOthers(asked),
  });
  const posting = createPosting({ ...options, post: attempts.post, muting, redraw, signal: end.signal });
  const expiry = createExpiry({ ...options, asks, turns });
  const live = createLife({
    ...options,
    describe: describeInTurn(describe),
    muting,
    posting,
    grants,
    useGrant: createUsing({ ...options, grants }),
    countAnew,
    redraw,
    expire: (asked, openMs) => expiry.watch(asked, openMs),
    remind: createReminding({ ...options, track }),
    retry: () => retrying.signal,
    end: end.signal,
  });
  const handler = createPressHandler({
    ...options,
    cardAt: (address) => asks.cardAt(address),
    modals,
    openOf: (rootID) => asks.openOf(rootID),
    turns,
    grants,
    redraw,
    renewal: createRenewal({ describe, redraw, log }),
    altered: createAlteredCards({ toast, log }),
    expiry,
    muting,
    tell: createTell({ end: end.signal, log }),
  });
  const incoming = createIncoming({ ...options, buttons, modals, handler });

  function muteChanged(): void {
    posting.resume();
    sayMute();
  }

  function track(work: Promise<void>): void {
    running.add(work);
    void work.finally(() => running.delete(work));
  }

  /** A request was answered in OpenCode after its card had said that nobody asks it any more. */
  function correct({ request, state, attempts }: Asked): void {
    log.warn(idsOf(request), "answered in OpenCode after the card had closed");
    if (state.kind === "replied") audit.replied(request, state);
    for (const card of attempts) redraw(card);
  }

  function forget(asked: Asked): void {
    asks.forget(asked);
    buttons.forget(asked);
    modals.forget(asked);
    grants.forget(asked);
    for (const card of asked.attempts) {
      if (card.rows.some((row) => asks.has(row.asked))) continue;
      buttons.remove(card);
      // At the end, what could not be closed stays noted: it is for others to close.
      if (!end.signal.aborted) ledger.closed(card.attemptID);
    }
  }

  function endTurn(sessionID: string, reason: EndReason): void {
    asks.sessionEnded(sessionID, reason);
    turns.sessionEnded(sessionID);
    expiry.sessionEnded(sessionID);
    for (const each of Object.values(hooks)) each.sessionEnded(sessionID);
  }

  function retry(): void {
    retrying.abort();
    retrying = new AbortController();
  }

  return {
    ...incoming,

    asked(request) {
      if (end.signal.aborted) return;
      const asked = asks.add(request);
      if (asked === "changed")
        log.warn(idsOf(request), "asked again with other content: not answered from Slack");
      if (asked === "known" || asked === "changed") return;
      log.info({ ...idsOf(request), permission: request.permission }, `${request.kind} asked`);
      retry();
      const life = live(asked)
        .catch((err: unknown) => {
          log.error({ ...idsOf(request), err }, NOT_SHOWN);
          toast(NO_CARD);
        })
        .finally(() => forget(asked));
      track(life);
    },

    replied(requestID, answer) {
      const asked = asks.find(requestID);
      if (asked === undefined) return;
      if (hooks[asked.request.kind].answered(asked.request, answer)) countAnew();
      const outcome = asks.replied(asked, answer);
      if (outcome === "after-all") correct(asked);
      if (outcome === "closed") grants.answered(asked);
    },

    sessionIdle: (sessionID, reason = "session-idle") => endTurn(sessionID, reason),

    sessionDeleted(sessionID) {
      endTurn(sessionID, "session-deleted");
      grants.sessionDeleted(sessionID);
    },

    retried: (sessionID) => asks.sessionEnded(sessionID, "retried"),
    lost: (requestID) => asks.lost(requestID),

    retry,

    redraw: () => redrawOpen(),

    standing: () => ({ asks: asks.open().map(openAsk), grants: grants.live().map(openGrant) }),

    async close(reason = "opencode-ended") {
      asks.end(reason);
      grants.end();
      end.abort();
      await unlessLate(Promise.all(running), CLOSE_LIMIT_MS);
      ledger.goodbye();
    },
  };
}
