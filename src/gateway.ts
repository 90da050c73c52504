/**
 * The behaviour: asked → card; clicked → reply; replied → close. Knows no Slack and no OpenCode, and declares
 * what it needs of them.
 */

import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { backoffMs } from "./backoff.ts";
import type { Log } from "./log.ts";
import { pause } from "./pause.ts";
import type {
  ButtonValues,
  CardContent,
  CardRef,
  CardState,
  Click,
  ClickOutcome,
  ClosedState,
  Details,
  GoneState,
  NoApprover,
  Orphan,
  PermissionRequest,
  Replier,
  Reply,
  SessionInfo,
} from "./permission.ts";

/** How long a request must stay open to be posted. `opencode run` and `--auto` answer within 35 ms. */
export const SETTLE_MS = 300;
/** How long a closed request is remembered, and Slack's connection kept, to tell late clickers what came of it. */
const LATE_CLICK_MS = 10 * 60_000;
/** OpenCode answers a request's siblings in the same tick; their events come right behind each other. */
const SIBLING_LIMIT_MS = 1_000;
/** How long {@link Gateway.close} waits for cards to be closed. The TUI's exit waits 5 s, for all plugins. */
const CLOSE_LIMIT_MS = 2_000;

/** What became of an attempt to post. `failed` leaves open whether Slack has the card. */
export type PostOutcome =
  | { readonly kind: "posted"; readonly card: CardRef }
  | { readonly kind: "failed"; readonly retryAfterMs?: number }
  | { readonly kind: "refused" };

/** `done`: a card shows what it should, or is no more. `interrupted`: it does not, and another process may try. */
export type ShowOutcome = "done" | "interrupted";

/** Cards in Slack. */
export interface Cards {
  /** The replies that a card with this content may have buttons for. */
  offers(content: CardContent): readonly Reply[];
  /** One attempt to post a card in the state `asked`. Does not reject. */
  post(content: CardContent, values: ButtonValues): Promise<PostOutcome>;
  /** Draws an open card again, for one that somebody changed. Does not reject. */
  redraw(card: CardRef, content: CardContent, values: ButtonValues): Promise<ShowOutcome>;
  /** Shows a request's end on its card, trying as long as it takes. Does not reject. */
  close(card: CardRef, content: CardContent, state: ClosedState): Promise<ShowOutcome>;
  /** The same for a card of which only the ledger knows, or nobody. Does not reject. */
  closeOrphan(card: CardRef, orphan: Orphan, state: GoneState): Promise<ShowOutcome>;
  /** Tells the clicker, and nobody else, what came of the click. Does not reject. */
  tell(click: Click, outcome: ClickOutcome): Promise<void>;
}

/** Who may reply, as it is at the moment of the call. */
export interface Approvers {
  /** Why nobody may; undefined when somebody may. */
  missing(): Promise<NoApprover | undefined>;
  /** Why this person may not; undefined when they may. */
  refusal(userID: string): Promise<"not-listed" | NoApprover | undefined>;
}

/** What is written down of an attempt to post a card: enough to close the card, nothing that could answer. */
export interface OpenCard {
  readonly attemptID: string;
  readonly requestID: string;
  readonly sessionID: string;
  readonly permission: string;
  readonly directory: string;
}

/** Which cards are open, on disk, so that somebody closes them when this process is gone. Never throws. */
export interface Ledger {
  /** Before the post. */
  attempted(card: OpenCard): void;
  posted(attemptID: string, card: CardRef): void;
  /** The card shows its request's end, or never was. */
  closed(attemptID: string): void;
  /** Nothing is ours any more: what is still open is somebody else's to close. */
  goodbye(): void;
}

/** Our being in Slack: as long as somebody holds one and has not left, this process gets the clicks on its cards. */
export interface Presence {
  readonly cards: Cards;
  readonly approvers: Approvers;
  leave(): void;
}

/** OpenCode's ear for replies. */
export interface Replies {
  /**
   * Gives a reply to OpenCode, by each way that there is until one is confirmed.
   *
   * @param closed aborts when OpenCode says that the request was replied to, by whomever.
   * @returns `replied` when `closed` aborted in time. Does not reject.
   */
  send(request: PermissionRequest, reply: Reply, closed: AbortSignal): Promise<"replied" | "unconfirmed">;
}

/** What a request will do and where it comes from, as far as OpenCode tells. */
export type Description = Details & { readonly session: SessionInfo };

export interface GatewayOptions {
  /** Begins every button's value, so that a click finds its way to the process that posted the card. */
  readonly memberID: string;
  readonly directory: string;
  readonly host: string;
  /** Whether cards offer "Allow always" at all. */
  readonly allowAlways: boolean;
  /** Joins Slack, or adds to the join that is there. Rejects when Slack can never be joined. */
  readonly join: () => Promise<Presence>;
  readonly describe: (request: PermissionRequest) => Promise<Description>;
  readonly replies: Replies;
  readonly ledger: Ledger;
  readonly log: Log;
}

export interface Gateway {
  /** OpenCode asks. */
  asked(request: PermissionRequest): void;
  /** OpenCode says that a request was replied to. */
  replied(requestID: string, reply: Reply): void;
  /** A session does nothing any more: what it asked is no longer asked, although OpenCode may still list it. */
  sessionIdle(sessionID: string): void;
  /** Our cards may have been closed by somebody who took this process for dead: draws the open ones again. */
  redraw(): void;
  /** Somebody pressed a button of a card of ours. */
  clicked(click: Click): void;
  /** Closes every card, as OpenCode ends. Resolves when they are closed, after 2 s at most. */
  close(): Promise<void>;
}

/** A request from its being asked until late clicks on its card are no longer to be expected. */
interface Asked {
  readonly request: PermissionRequest;
  readonly closed: AbortController;
  /** All attempts to post it, the latest last. */
  readonly attempts: Attempt[];
  /** Once Slack has told where it is. */
  card?: CardRef;
  state: CardState;
  /** The latest click that was given to OpenCode, and whether OpenCode is still to confirm it. */
  submitted?: { readonly userID: string; readonly reply: Reply; pending: boolean };
}

/** One attempt to post a card. Its buttons' values are its own, so a card that was given up can answer nothing. */
interface Attempt {
  readonly attemptID: string;
  readonly asked: Asked;
  readonly content: CardContent;
  readonly values: ButtonValues;
  readonly presence: Presence;
  /** When the attempt failed, the card may exist nevertheless. */
  readonly outcome: Promise<PostOutcome>;
}

interface Button {
  readonly attempt: Attempt;
  readonly reply: Reply;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { log } = options;
  const requests = new Map<string, Asked>();
  const buttons = new Map<string, Button>();
  const running = new Set<Promise<void>>();
  const end = new AbortController();

  /** A request's whole life. */
  async function run(asked: Asked): Promise<void> {
    const open = AbortSignal.any([asked.closed.signal, end.signal]);
    await pause(SETTLE_MS, open);
    if (open.aborted) return;

    const presence = await options.join();
    try {
      const posted = await post(asked, presence, open);
      if (posted !== undefined) {
        await aborted(asked.closed.signal);
        await show(posted.attempt, posted.card);
      }
      await pause(LATE_CLICK_MS, end.signal);
    } finally {
      presence.leave();
    }
  }

  /** Posts until Slack has the card, the request is closed, or Slack refuses the card for good. */
  async function post(
    asked: Asked,
    presence: Presence,
    open: AbortSignal,
  ): Promise<{ attempt: Attempt; card: CardRef } | undefined> {
    const { request } = asked;
    const [description, noApprover] = await Promise.all([
      options.describe(request),
      presence.approvers.missing(),
    ]);
    const { directory, host } = options;
    const content = { ...description, request, directory, host, ...(noApprover && { noApprover }) };

    for (let failures = 0; !open.aborted; failures += 1) {
      const attempt = attemptPost(asked, content, presence);
      const outcome = await attempt.outcome;
      switch (outcome.kind) {
        case "posted":
          asked.card = outcome.card;
          options.ledger.posted(attempt.attemptID, outcome.card);
          log.info({ ...ids(request), ...outcome.card }, "card posted");
          return { attempt, card: outcome.card };
        case "refused":
          return undefined;
        case "failed":
          await pause(outcome.retryAfterMs ?? backoffMs(failures), open);
      }
    }
    return undefined;
  }

  function attemptPost(asked: Asked, content: CardContent, presence: Presence): Attempt {
    const attemptID = randomUUID();
    const { requestID, sessionID, permission } = asked.request;
    const { ledger, directory } = options;
    ledger.attempted({ attemptID, requestID, sessionID, permission, directory });

    const offers = presence.cards
      .offers(content)
      .filter((reply) => reply !== "always" || options.allowAlways);
    const values: ButtonValues = Object.fromEntries(offers.map((reply) => [reply, mintValue()]));
    const outcome = presence.cards.post(content, values);
    const attempt: Attempt = { attemptID, asked, content, values, presence, outcome };
    asked.attempts.push(attempt);
    for (const reply of offers) buttons.set(values[reply] ?? "", { attempt, reply });
    return attempt;
  }

  /** 128 random bits that nobody but this process and the card itself knows. */
  function mintValue(): string {
    return `${options.memberID}:${randomBytes(16).toString("base64url")}`;
  }

  async function show({ attemptID, asked, content, presence }: Attempt, card: CardRef): Promise<void> {
    const { request, state } = asked;
    if (!isClosed(state)) return;
    if ((await presence.cards.close(card, content, state)) === "interrupted") return;
    options.ledger.closed(attemptID);
    const outcome =
      state.kind === "replied" ? { reply: state.reply, ...replier(state.by) } : { reason: state.reason };
    log.info({ ...ids(request), ...outcome }, "card closed");
  }

  async function redraw(attempt: Attempt): Promise<void> {
    const { asked, content, values, presence } = attempt;
    const outcome = await attempt.outcome;
    if (outcome.kind !== "posted" || isClosed(asked.state)) return;
    await presence.cards.redraw(outcome.card, content, values);
    // When it was closed meanwhile, its end must be what is drawn last.
    await show(attempt, outcome.card);
  }

  function forget(asked: Asked): void {
    requests.delete(asked.request.requestID);
    for (const { attemptID, values } of asked.attempts) {
      // At the end, what could not be closed stays noted: it is for others to close.
      if (!end.signal.aborted) options.ledger.closed(attemptID);
      for (const value of Object.values(values)) buttons.delete(value);
    }
  }

  function close(asked: Asked, state: ClosedState): void {
    if (asked.state.kind !== "asked") return;
    asked.state = state;
    asked.closed.abort();
  }

  /** A person is named only when the reply is the very one that they submitted for this request, or for a sibling. */
  function whoReplied(asked: Asked, reply: Reply): Replier {
    if (asked.submitted?.reply === reply) return { kind: "approver", userID: asked.submitted.userID };
    const sibling = reply === "once" ? undefined : findAnsweredSibling(asked, reply);
    const attempt = sibling?.attempts.at(-1);
    if (sibling?.submitted === undefined || attempt === undefined) return { kind: "opencode" };
    return { kind: "sibling", userID: sibling.submitted.userID, to: attempt.content };
  }

  /** Rejecting one request rejects all of its session; allowing one always allows those of its session that match. */
  function findAnsweredSibling(asked: Asked, reply: Reply): Asked | undefined {
    const since = Date.now() - SIBLING_LIMIT_MS;
    return [...requests.values()].find(
      ({ request, submitted, state }) =>
        request.sessionID === asked.request.sessionID &&
        submitted?.reply === reply &&
        (submitted.pending || (state.kind === "replied" && state.at.getTime() >= since)),
    );
  }

  async function handleClick(click: Click, { attempt, reply }: Button): Promise<void> {
    const { asked, presence } = attempt;
    const tell = async (outcome: ClickOutcome): Promise<void> => presence.cards.tell(click, outcome);
    log.info({ ...ids(asked.request), reply, userID: click.userID, ...click.card }, "click");

    // A click can come before Slack has told us that the card is posted.
    const outcome = await attempt.outcome;
    const isOurs = outcome.kind === "posted" && isSameCard(outcome.card, click.card);
    if (!isOurs)
      return isCardOfAnother(click.card, asked)
        ? tell({ kind: "unknown-button" })
        : closeVoid(click, attempt);

    const refusal = await presence.approvers.refusal(click.userID);
    if (refusal !== undefined) {
      log.warn({ ...ids(asked.request), reply, userID: click.userID, refusal }, "click refused");
      return tell({ kind: "not-approver", userID: click.userID, reason: refusal });
    }
    if (isClosed(asked.state)) return mend(click, attempt, asked.state);
    if (asked.submitted?.pending === true)
      return tell({ kind: "being-replied", userID: asked.submitted.userID });
    return submit(asked, click, reply, tell);
  }

  /** No click that Slack brings is like that; a process that forges clicks could close others' cards with it. */
  function isCardOfAnother(card: CardRef, asked: Asked): boolean {
    return [...requests.values()].some(
      (other) => other !== asked && other.card && isSameCard(other.card, card),
    );
  }

  /** The click only submits; the card is closed by OpenCode's own event, whoever caused it. */
  async function submit(
    asked: Asked,
    { userID }: Click,
    reply: Reply,
    tell: (outcome: ClickOutcome) => Promise<void>,
  ): Promise<void> {
    const submitted = { userID, reply, pending: true };
    asked.submitted = submitted;
    const outcome = await options.replies.send(asked.request, reply, asked.closed.signal);
    submitted.pending = false;
    log.info({ ...ids(asked.request), reply, userID, outcome }, "reply");

    if (!isClosed(asked.state)) return tell({ kind: "unconfirmed", reply });
    if (!isReplyBy(asked.state, userID, reply)) return tell({ kind: "closed", state: asked.state });
  }

  return {
    asked(request) {
      if (end.signal.aborted || requests.has(request.requestID)) return;
      log.info({ ...ids(request), permission: request.permission }, "permission asked");
      const asked: Asked = { request, state: { kind: "asked" }, attempts: [], closed: new AbortController() };
      requests.set(request.requestID, asked);
      const life = run(asked)
        .catch((err: unknown) => log.error({ ...ids(request), err }, "request could not be shown in Slack"))
        .finally(() => {
          forget(asked);
          running.delete(life);
        });
      running.add(life);
    },

    replied(requestID, reply) {
      const asked = requests.get(requestID);
      if (asked === undefined) return;
      close(asked, { kind: "replied", reply, by: whoReplied(asked, reply), at: new Date() });
    },

    sessionIdle(sessionID) {
      for (const asked of requests.values()) {
        if (asked.request.sessionID !== sessionID) continue;
        close(asked, { kind: "gone", reason: "session-idle", at: new Date() });
      }
    },

    redraw() {
      for (const { state, attempts } of requests.values()) {
        const attempt = attempts.at(-1);
        if (attempt === undefined || isClosed(state)) continue;
        redraw(attempt).catch((err: unknown) => log.error({ err }, "card could not be drawn again"));
      }
    },

    clicked(click) {
      const button = buttons.get(click.value);
      const handling = button === undefined ? handleUnknownClick(click) : handleClick(click, button);
      handling.catch((err: unknown) =>
        log.error({ userID: click.userID, err }, "click could not be handled"),
      );
    },

    async close() {
      for (const asked of requests.values()) {
        close(asked, { kind: "gone", reason: "opencode-ended", at: new Date() });
      }
      end.abort();
      await Promise.race([Promise.all(running), delay(CLOSE_LIMIT_MS, undefined, { ref: false })]);
      options.ledger.goodbye();
    },
  };

  async function handleUnknownClick(click: Click): Promise<void> {
    log.warn({ userID: click.userID, ...click.card }, "click on an unknown button");
    const presence = await options.join();
    try {
      await presence.cards.tell(click, { kind: "unknown-button" });
    } finally {
      presence.leave();
    }
  }
}

/**
 * A card of an attempt that failed, or a second one of an attempt that did not: the HTTP client of Bun before 1.3.14
 * sends a message twice when its connection is cut.
 */
async function closeVoid(click: Click, { asked, content, presence }: Attempt): Promise<void> {
  const state: ClosedState = isClosed(asked.state)
    ? asked.state
    : { kind: "gone", reason: "posted-again", at: new Date() };
  await presence.cards.close(click.card, content, state);
  await presence.cards.tell(click, { kind: "closed", state });
}

/** A card that can be clicked does not show that its request is closed: not yet, or not any more. */
async function mend(click: Click, { content, presence }: Attempt, state: ClosedState): Promise<void> {
  await presence.cards.tell(click, { kind: "closed", state });
  await presence.cards.close(click.card, content, state);
}

function ids({ requestID, sessionID }: PermissionRequest) {
  return { requestID, sessionID };
}

function replier(by: Replier) {
  return by.kind === "opencode" ? { by: by.kind } : { by: by.kind, userID: by.userID };
}

function isSameCard(one: CardRef, other: CardRef): boolean {
  return one.channel === other.channel && one.ts === other.ts;
}

function isReplyBy(state: ClosedState, userID: string, reply: Reply): boolean {
  if (state.kind !== "replied" || state.reply !== reply) return false;
  return state.by.kind === "approver" && state.by.userID === userID;
}

function isClosed(state: CardState): state is ClosedState {
  return state.kind !== "asked";
}

/** Resolves when `signal` aborts. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
