/**
 * The behaviour: asked → card; clicked → reply; replied → close. Knows no Slack and no OpenCode, only its ports.
 */

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { createAskedRequests, type Asked, type AskedRow } from "./asked.ts";
import { createButtons } from "./buttons.ts";
import { createCard, type Card } from "./card.ts";
import { createClickHandler } from "./click-handler.ts";
import type { Log } from "./log.ts";
import { pause, unlessAborted } from "./pause.ts";
import {
  isClosed,
  nameReplier,
  type ButtonValues,
  type CardContent,
  type Click,
  type Details,
  type Offers,
  type Interaction,
  type PermissionRequest,
  type Reply,
  type SessionInfo,
  type Submission,
} from "./permission.ts";
import type { Audit, Ledger, PostOutcome, Presence, Replies, StopSession } from "./ports.ts";
import { createPosting } from "./posting.ts";
import { createReasons } from "./reasons.ts";
import { createRenewal } from "./renewal.ts";
import { rootOf } from "./room.ts";
import { createSessionTurns } from "./session-turns.ts";

/** How long a request must stay open to be posted. `opencode run` and `--auto` answer within 35 ms. */
export const SETTLE_MS = 300;
/** How long a closed request is remembered, and Slack's connection kept, to tell late clickers what came of it. */
const LATE_CLICK_MS = 10 * 60_000;
/** How many closed requests are remembered at most. */
const LATE_CLICK_REQUESTS = 500;
/** How long {@link Gateway.close} waits for cards to be closed. The TUI's exit waits 5 s, for all plugins. */
const CLOSE_LIMIT_MS = 2_000;

/** What a request will do, where it comes from, as far as OpenCode tells, and what the rules leave to Slack. */
export type Description = Details & { readonly session: SessionInfo; readonly offers: Offers };

export interface GatewayOptions {
  /** Begins every button's value, so that a click finds its way to the process that posted the card. */
  readonly memberID: string;
  readonly directory: string;
  readonly host: string;
  /** Joins Slack, or adds to the join that is there. Rejects when Slack refuses until a person has repaired something. */
  readonly join: () => Promise<Presence>;
  readonly describe: (request: PermissionRequest) => Promise<Description>;
  readonly replies: Replies;
  readonly stop: StopSession;
  readonly ledger: Ledger;
  readonly audit: Audit;
  readonly log: Log;
}

export interface Gateway {
  /** OpenCode asks. */
  asked(request: PermissionRequest): void;
  /** OpenCode says that a request was replied to. */
  replied(requestID: string, reply: Reply): void;
  /** A session does nothing any more: what it asked is no longer asked, although OpenCode may still list it. */
  sessionIdle(sessionID: string): void;
  /** Tries again what Slack refused: somebody may have repaired the app. Each new request does the same. */
  retry(): void;
  /** Our cards may have been closed by somebody who took this process for dead: draws the open ones again. */
  redraw(): void;
  /** Somebody pressed a button of a card of ours. */
  clicked(click: Click): void;
  /** Somebody submitted a modal, of ours as it says. */
  submitted(submission: Submission): void;
  /** Closes every card, as OpenCode ends. Resolves when they are closed, after 2 s at most. */
  close(): Promise<void>;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { ledger, audit, log } = options;
  const requests = createAskedRequests(LATE_CLICK_REQUESTS);
  const buttons = createButtons(options.memberID);
  const reasons = createReasons(() => buttons.mint());
  const turns = createSessionTurns();
  const running = new Set<Promise<void>>();
  const end = new AbortController();
  let retrying = new AbortController();
  const posting = createPosting({ post, redraw, signal: end.signal });
  const handler = createClickHandler({
    cardAt: (address) => requests.cardAt(address),
    reasons,
    openOf: (rootID) => requests.openOf(rootID),
    turns,
    replies: options.replies,
    stop: options.stop,
    renewal: createRenewal({ describe, redraw, log }),
    audit,
    log,
  });

  /** A request's whole life. */
  async function run(asked: Asked): Promise<void> {
    const open = asked.closed.signal;
    const since = performance.now();
    await pause(SETTLE_MS, open);
    if (open.aborted) return;
    const ended = record(asked, since);
    countAnew(asked.request);
    while (!open.aborted) {
      const presence = await join(asked);
      const isDone = presence !== undefined && (await stay(asked, presence, ended));
      if (isDone) return;
      // Slack refuses, so a person must repair something first; then somebody asks again.
      await aborted(AbortSignal.any([open, retrying.signal]));
    }
    await ended;
  }

  /**
   * From here on the request is in the record.
   *
   * @returns the head, once the request is closed: it is to stand on the card.
   */
  async function record(asked: Asked, since: number): Promise<string | undefined> {
    audit.asked(asked.request);
    await aborted(asked.closed.signal);
    const { request, state, attempts } = asked;
    const { requestID } = request;
    if (state.kind === "replied") audit.replied(requestID, state);
    return audit.closed({
      requestID,
      card: attempts.at(-1)?.address(),
      reason: state.kind === "gone" ? state.reason : undefined,
      openMs: Math.round(performance.now() - since),
    });
  }

  /** Draws the cards whose "Allow always" would answer this request too: their dialogs must not name fewer. */
  function countAnew(request: PermissionRequest): void {
    for (const card of requests.cards()) {
      const isAnswered = card.rows.some(
        ({ asked, values }) =>
          !isClosed(asked.state) &&
          values.always !== undefined &&
          requests.answersAlso(asked.request, request),
      );
      if (isAnswered) redraw(card);
    }
  }

  /** @returns undefined when Slack refuses us, or the request was closed while Slack was away. */
  async function join({ request, closed }: Asked): Promise<Presence | undefined> {
    const joining = options.join();
    try {
      const presence = await unlessAborted(joining, closed.signal);
      if (presence === undefined) joining.then((late) => late.leave()).catch(() => undefined);
      return presence;
    } catch (err) {
      log.warn({ ...ids(request), err }, "request waits until Slack can be joined");
      return undefined;
    }
  }

  /**
   * In Slack with one request.
   *
   * @param ended its head, when it is closed.
   * @returns false when Slack refuses cards until a person has repaired something.
   */
  async function stay(
    asked: Asked,
    presence: Presence,
    ended: Promise<string | undefined>,
  ): Promise<boolean> {
    try {
      asked.content = await describe(asked, presence);
      const placing = await posting.place(asked, asked.content, presence);
      if (placing.kind === "refused" && placing.fault === "app") return false;
      if (placing.kind === "posted") await fillThread(placing.card, asked);
      const head = await ended;
      if (placing.kind === "posted") await show(placing.card, asked, head);
      if (asked.attempts.length > 0) await pause(LATE_CLICK_MS, asked.forgotten.signal);
      return true;
    } finally {
      presence.leave();
    }
  }

  /** Puts what a card has no room for into its thread; only then the card offers to allow it. */
  async function fillThread(card: Card<AskedRow>, { closed, request }: Asked): Promise<void> {
    const [row] = card.rows;
    const address = card.address();
    if (row?.thread === undefined || address === undefined) return;
    const { form } = row.thread;
    while (!closed.signal.aborted) {
      const outcome = await card.presence.cards.fillThread(address, row.content, form, closed.signal);
      if (outcome !== "interrupted") {
        row.thread = { form, state: outcome === "done" ? "complete" : "refused" };
        log.info({ ...ids(request), ...address, ...row.thread }, "thread of a card");
        return redraw(card);
      }
      await aborted(AbortSignal.any([closed.signal, retrying.signal]));
    }
  }

  async function describe(asked: Asked, { approvers, cards }: Presence): Promise<CardContent> {
    const { request } = asked;
    const [description, noApprover] = await Promise.all([options.describe(request), approvers.missing()]);
    asked.isCurrent = description.isCurrent;
    const { directory, host } = options;
    const raw = { ...description, request, directory, host, ...(noApprover && { noApprover }) };
    const content = await cards.read(raw);
    const rejectedAt = requests.rejectedAt(request.sessionID, content.details);
    return rejectedAt === undefined ? content : { ...content, rejectedAt };
  }

  /** One attempt. */
  function post(presence: Presence, waiting: readonly Pick<AskedRow, "asked" | "content">[]): Card<AskedRow> {
    const attemptID = randomUUID();
    const rows = waiting.map(({ asked, content }): AskedRow => {
      const form = presence.cards.threadForm(content);
      return {
        asked,
        content,
        values: mintValues(presence.cards.offers(content, form), waiting.length),
        ...(form !== undefined && { thread: { form, state: "coming" } }),
        alsoAnswered: () => requests.alsoAnswered(asked.request),
      };
    });
    note(attemptID, rows);
    const rejectAll = rows.length > 1 ? { rejectAll: buttons.mint() } : {};
    const rejectAllAndStop = isToBeStopped(rows) ? { rejectAllAndStop: buttons.mint() } : {};
    const card: Card<AskedRow> = createCard({
      attemptID,
      rows,
      ...rejectAll,
      ...rejectAllAndStop,
      presence,
      countWaiting: () => posting.countWaiting(card),
    });
    buttons.add(card);
    for (const { asked } of rows) asked.attempts.push(card);
    void card.outcome.then((outcome) => settle(card, outcome));
    return card;
  }

  /** Rows of several sessions would not say which of them is stopped. */
  function isToBeStopped(rows: readonly AskedRow[]): boolean {
    const rootIDs = new Set(rows.map(rootOf));
    return rootIDs.size === 1 && [...rootIDs].every((rootID) => turns.hasManyRejects(rootID));
  }

  /** @param count of rows on the card: where there are several, there is no room for more than a button for each reply. */
  function mintValues(replies: readonly Reply[], count: number): ButtonValues {
    const actions = [...replies, ...(count > 1 ? [] : ["reject-with-reason"])];
    return Object.fromEntries(actions.map((action) => [action, buttons.mint()]));
  }

  function note(attemptID: string, rows: readonly AskedRow[]): void {
    const [first] = rows;
    if (first === undefined) return;
    const { requestID, sessionID } = first.asked.request;
    // As Slack gets it, because a name can hold a secret.
    const { directory, request } = first.content;
    const { permission } = request;
    ledger.attempted({ attemptID, requestID, sessionID, permission, directory, requests: rows.length });
  }

  function settle(card: Card<AskedRow>, outcome: PostOutcome): void {
    switch (outcome.kind) {
      case "posted":
        ledger.posted(card.attemptID, outcome.card);
        for (const { asked, values } of card.rows) {
          log.info({ ...ids(asked.request), ...outcome.card }, "card posted");
          audit.shown(asked.request.requestID, outcome.card, Object.keys(values));
        }
        return;
      // Slack may have a card, whose buttons must go on to answer that they answer nothing.
      case "unknown":
        return;
      case "failed":
      case "limited":
      case "refused":
        buttons.remove(card);
        for (const { asked } of card.rows) asked.attempts.splice(asked.attempts.indexOf(card), 1);
        return ledger.closed(card.attemptID);
    }
  }

  /** Shows how a request ended. */
  async function show(card: Card<AskedRow>, { request, state }: Asked, head?: string): Promise<void> {
    while ((await card.show(head)) === "interrupted") {
      if (end.signal.aborted) return;
      // Slack refuses: as with a card that waits to be posted.
      await aborted(AbortSignal.any([end.signal, retrying.signal]));
    }
    if (!isClosed(state)) return;
    if (!hasOpenRow(card)) ledger.closed(card.attemptID);
    const outcome =
      state.kind === "replied" ? { reply: state.reply, ...nameReplier(state.by) } : { reason: state.reason };
    log.info({ ...ids(request), ...outcome }, "card closed");
  }

  function redraw(card: Card<AskedRow>): void {
    card.show().catch((err: unknown) => log.error({ err }, "card could not be drawn again"));
  }

  function forget(asked: Asked): void {
    requests.forget(asked);
    buttons.forget(asked);
    reasons.forget(asked);
    for (const card of asked.attempts) {
      if (card.rows.some((row) => requests.has(row.asked))) continue;
      buttons.remove(card);
      // At the end, what could not be closed stays noted: it is for others to close.
      if (!end.signal.aborted) ledger.closed(card.attemptID);
    }
  }

  /** A button or modal that no request has any more. */
  async function answerUnknown(
    { userID, teamID, card }: Interaction,
    kind: "unknown-button" | "unknown-modal",
  ): Promise<void> {
    log.warn({ userID, ...card, reason: kind }, "click that is about no request");
    void audit.clicked({ userID, teamID, card, requestIDs: [], refusal: kind });
    const presence = await options.join();
    try {
      await presence.cards.tell({ userID, card }, { kind });
    } finally {
      presence.leave();
    }
  }

  async function handleSubmission(submission: Submission): Promise<void> {
    const button = await reasons.take(submission);
    if (button === undefined) return answerUnknown(submission, "unknown-modal");
    return handler.submitted(submission, button);
  }

  function handle({ userID }: Interaction, handling: Promise<void>): void {
    handling.catch((err: unknown) => log.error({ userID, err }, "click could not be handled"));
  }

  function retry(): void {
    retrying.abort();
    retrying = new AbortController();
  }

  return {
    asked(request) {
      if (end.signal.aborted) return;
      const asked = requests.add(request);
      if (asked === "changed")
        log.warn(ids(request), "asked again with other content: not answered from Slack");
      if (asked === "known" || asked === "changed") return;
      log.info({ ...ids(request), permission: request.permission }, "permission asked");
      retry();
      const life = run(asked)
        .catch((err: unknown) => log.error({ ...ids(request), err }, "request could not be shown in Slack"))
        .finally(() => {
          forget(asked);
          running.delete(life);
        });
      running.add(life);
    },

    replied(requestID, reply) {
      const asked = requests.replied(requestID, reply);
      const isRejectedHere = asked?.state.kind === "replied" && asked.state.by.kind === "approver";
      if (!isRejectedHere || reply !== "reject" || asked.content === undefined) return;
      turns.rejected(rootOf({ asked, content: asked.content }));
    },

    sessionIdle(sessionID) {
      requests.sessionIdle(sessionID);
      turns.sessionIdle(sessionID);
    },

    retry,

    redraw() {
      for (const card of requests.cards()) {
        if (hasOpenRow(card)) redraw(card);
      }
    },

    clicked(click) {
      const button = buttons.find(click.value);
      handle(
        click,
        button === undefined ? answerUnknown(click, "unknown-button") : handler.clicked(click, button),
      );
    },

    submitted: (submission) => handle(submission, handleSubmission(submission)),

    async close() {
      requests.end();
      end.abort();
      await Promise.race([Promise.all(running), delay(CLOSE_LIMIT_MS, undefined, { ref: false })]);
      ledger.goodbye();
    },
  };
}

function ids({ requestID, sessionID }: PermissionRequest) {
  return { requestID, sessionID };
}

function hasOpenRow({ rows }: Card<AskedRow>): boolean {
  return rows.some(({ asked }) => !isClosed(asked.state));
}

/** Resolves when `signal` aborts. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
