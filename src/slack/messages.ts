/** Cards in a Slack channel: post, show, and private answers to clickers. */

import type { WebClient } from "@slack/web-api";
import { backoffMs } from "../backoff.ts";
import type { Log } from "../log.ts";
import { pause } from "../pause.ts";
import type { CardRef, CardVersion, RawContent } from "../permission.ts";
import type { Cards, ShowOutcome } from "../ports.ts";
import { renderAnswer } from "./answers.ts";
import { countFitting, fits, offeredReplies, renderCard, renderOrphan, type RenderedCard } from "./blocks.ts";
import { showContent, showOrphan } from "./content.ts";
import {
  adviceFor,
  isClickerGone,
  isFatal,
  isFileRefused,
  isMessageRefused,
  parseSlackFailure,
  type SlackFailure,
} from "./errors.ts";
import type { InstallationFinder } from "./installation.ts";
import { renderSnippet } from "./snippet.ts";
import { findThreadForm, renderThread } from "./thread.ts";
import { createTurns, type Limit, type Turns } from "./turns.ts";
import { parseVersion } from "./version.ts";

/**
 * About one a second for each channel, with short bursts: https://docs.slack.dev/apis/web-api/rate-limits. A little
 * slower, since calls do not all take the same time to get there.
 */
const POST_LIMIT = { burst: 3, everyMs: 1_100 };
/** Slack's tier 3, 50 a minute. */
const UPDATE_LIMIT = { burst: 50, everyMs: 1_200 };
/** Slack's tier 4, 100 a minute. */
const TELL_LIMIT = { burst: 100, everyMs: 600 };
/** The same tier, for each of the methods with which a file is uploaded. */
const UPLOAD_LIMIT = { burst: 100, everyMs: 600 };
/** How long a private answer is tried: later nobody understands it any more. */
const TELL_LIMIT_MS = 120_000;

/** Characters of details that have room in the messages of a thread, whatever is escaped in them. */
const SHORT_LIMIT = 3_000;

const UPLOAD_SCOPE = "files:write";

interface CardsOptions {
  readonly client: WebClient;
  readonly installation: InstallationFinder;
  /** Where cards are posted: a channel's ID, or a person's for a direct message. */
  readonly channel: string;
  /** Our own, which no card may show. */
  readonly secrets: readonly string[];
  /** Whether a request that is too long for a card may be allowed when all of it is in the card's thread. */
  readonly allowFromThread: boolean;
  /** Tells the user of OpenCode what to mend. */
  readonly advise: (advice: string) => void;
  /** Ends the retries. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** The text of a private answer, and nothing made of it: no previews of links. */
const PLAIN = { unfurl_links: false, unfurl_media: false };

/** What is not named in an update stays, also what somebody else has put there. */
const NOTHING_ELSE = { attachments: [] };

export function createCards(options: CardsOptions): Cards {
  const { client, installation, channel, secrets, allowFromThread, advise, signal, log } = options;
  const postTurns = createTurns(POST_LIMIT);
  const uploadTurns = createTurns(UPLOAD_LIMIT);
  const updateTurns = createTurnsByChannel(UPDATE_LIMIT);
  const tellTurns = createTurnsByChannel(TELL_LIMIT);

  function report(failure: SlackFailure, err: unknown, what: string): void {
    if (failure.kind === "limited") return log.info({ failure }, what);
    const advice = adviceFor(failure);
    log.error({ failure, err, ...(advice !== undefined && { advice }) }, what);
    if (advice !== undefined) advise(advice);
  }

  /** One call, whose turn has come. Where Slack wants us to wait, the next ones do. */
  async function call<Answer>(
    what: string,
    turns: Turns,
    send: () => Promise<Answer>,
  ): Promise<Called<Answer>> {
    try {
      return { kind: "answered", answer: await send() };
    } catch (err) {
      const failure = parseSlackFailure(err);
      report(failure, err, what);
      if (failure.kind === "limited") turns.wait(failure.retryAfterMs);
      return failure;
    }
  }

  /** Changes a card, trying until Slack shows it or never will. */
  async function show(
    { channel: cardChannel, ts }: CardRef,
    render: () => RenderedCard,
    drawn?: (version: CardVersion | undefined) => void,
  ): Promise<ShowOutcome> {
    const turns = updateTurns(cardChannel);
    for (let failures = 0; (await turns.take(signal)) > 0; failures += 1) {
      const card = render();
      const called = await call("card could not be changed", turns, async () =>
        client.chat.update({ channel: cardChannel, ts, ...card, ...NOTHING_ELSE }),
      );
      if (called.kind === "answered") drawn?.(parseVersion(called.answer.message));
      if (called.kind === "unanswered") drawn?.(undefined);
      if (called.kind === "answered" || isMessageRefused(called)) return "done";
      if (isFatal(called)) return "interrupted";
      if (called.kind !== "limited") await pause(backoffMs(failures), signal);
    }
    return "interrupted";
  }

  /** Something for a thread, tried until Slack has it or never will. What is there twice does no harm. */
  async function addToThread(
    turns: Turns,
    send: () => Promise<unknown>,
    isRefused: (failure: SlackFailure) => boolean,
    ended: AbortSignal,
  ): Promise<ShowOutcome | "refused"> {
    for (let failures = 0; (await turns.takeLast(ended)) > 0; failures += 1) {
      const called = await call("request could not be put into the thread", turns, send);
      if (called.kind === "answered") return "done";
      if (isRefused(called)) return "refused";
      if (isFatal(called)) return "interrupted";
      if (called.kind !== "limited") await pause(backoffMs(failures), ended);
    }
    return "interrupted";
  }

  async function addMessages(
    { channel: cardChannel, ts }: CardRef,
    messages: readonly RenderedCard[],
    ended: AbortSignal,
  ): Promise<ShowOutcome | "refused"> {
    for (const message of messages) {
      const send = async (): Promise<unknown> =>
        client.chat.postMessage({ channel: cardChannel, thread_ts: ts, ...message, ...PLAIN });
      const outcome = await addToThread(postTurns, send, isMessageRefused, ended);
      if (outcome !== "done") return outcome;
    }
    return "done";
  }

  /** Slack takes its three steps in order; where one fails, all are tried again, with another file. */
  async function addFile(
    { channel: cardChannel, ts }: CardRef,
    text: string,
    ended: AbortSignal,
  ): Promise<ShowOutcome | "refused"> {
    const send = async (): Promise<unknown> =>
      client.filesUploadV2({
        channel_id: cardChannel,
        thread_ts: ts,
        initial_comment: "The whole request is in this file: open it to read all of it.",
        title: "The whole request",
        filename: "request.txt",
        snippet_type: "text",
        content: text,
      });
    return addToThread(uploadTurns, send, isFileRefused, ended);
  }

  const mayUpload = (): boolean =>
    allowFromThread && installation.known()?.scopes.includes(UPLOAD_SCOPE) === true;

  const threadForm: Cards["threadForm"] = (content) =>
    allowFromThread ? findThreadForm(content, mayUpload()) : undefined;

  return {
    async read(raw) {
      if (allowFromThread && !isShort(raw)) await installation.find();
      return showContent(raw, secrets, mayUpload());
    },
    offers: (content) => offeredReplies(content, fits(content) || threadForm(content) !== undefined),
    threadForm,
    fit: countFitting,
    turn: async (ended) => postTurns.take(ended),

    async post(face) {
      const card = renderCard(face);
      const called = await call("card could not be posted", postTurns, async () =>
        client.chat.postMessage({ channel, ...card, ...PLAIN }),
      );
      switch (called.kind) {
        case "answered": {
          const { channel: postedChannel, ts, message } = called.answer;
          if (postedChannel === undefined || ts === undefined) return { kind: "unknown" };
          return { kind: "posted", card: { channel: postedChannel, ts }, version: parseVersion(message, ts) };
        }
        case "limited":
          return { kind: "limited" };
        case "unanswered":
          return { kind: "unknown" };
        case "refused":
          if (isFatal(called)) return { kind: "refused", fault: "app" };
          return isMessageRefused(called) ? { kind: "refused", fault: "message" } : { kind: "failed" };
      }
    },

    async fillThread(card, content, form, ended) {
      switch (form) {
        case "messages": {
          const messages = renderThread(content);
          return messages === undefined ? "refused" : addMessages(card, messages, ended);
        }
        case "snippet": {
          const snippet = renderSnippet(content);
          return snippet === undefined ? "refused" : addFile(card, snippet, ended);
        }
      }
    },

    show: async (card, face, drawn) => show(card, () => renderCard(face()), drawn),
    closeOrphan: async (card, orphan, state) =>
      show(card, () => renderOrphan(showOrphan(orphan, secrets), state)),

    async tell({ userID, card }, outcome) {
      const text = renderAnswer(outcome);
      const turns = tellTurns(card.channel);
      const ended = AbortSignal.any([signal, AbortSignal.timeout(TELL_LIMIT_MS)]);
      for (let failures = 0; (await turns.take(ended)) > 0; failures += 1) {
        const called = await call("clicker could not be told", turns, async () =>
          client.chat.postEphemeral({ channel: card.channel, user: userID, text }),
        );
        if (called.kind === "answered" || isFatal(called) || isClickerGone(called)) return;
        if (called.kind !== "limited") await pause(backoffMs(failures), ended);
      }
      log.warn({ userID, ...card, outcome: outcome.kind }, "clicker was never told");
    },
  };
}

type Called<Answer> = { readonly kind: "answered"; readonly answer: Answer } | SlackFailure;

function isShort({ details }: RawContent): boolean {
  return details.reduce((length, { label, text }) => length + label.length + text.length, 0) <= SHORT_LIMIT;
}

/** Slack counts each channel by itself. */
function createTurnsByChannel(limit: Limit): (channel: string) => Turns {
  const turns = new Map<string, Turns>();
  return (channel) => {
    const known = turns.get(channel) ?? createTurns(limit);
    turns.set(channel, known);
    return known;
  };
}
