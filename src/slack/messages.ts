/** Cards in a Slack channel: post, close, and private answers to clickers. */

import type { WebClient } from "@slack/web-api";
import { backoffMs } from "../backoff.ts";
import type { Log } from "../log.ts";
import { pause } from "../pause.ts";
import type { CardRef } from "../permission.ts";
import type { Cards, ShowOutcome } from "../gateway.ts";
import { renderAnswer } from "./answers.ts";
import { offeredReplies, renderCard, renderOrphan, type RenderedCard } from "./blocks.ts";
import { adviceFor, isFatal, isMessageRefused, parseSlackFailure, type SlackFailure } from "./errors.ts";

interface CardsOptions {
  readonly client: WebClient;
  /** Where cards are posted: a channel's ID, or a person's for a direct message. */
  readonly channel: string;
  /** Tells the user of OpenCode what to mend. */
  readonly advise: (advice: string) => void;
  /** Ends the retries. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** The text of a private answer, and nothing made of it: no previews of links. */
const PLAIN = { unfurl_links: false, unfurl_media: false };

export function createCards({ client, channel, advise, signal, log }: CardsOptions): Cards {
  function report(failure: SlackFailure, err: unknown, what: string): void {
    const advice = adviceFor(failure);
    log.error({ failure, err, ...(advice !== undefined && { advice }) }, what);
    if (advice !== undefined) advise(advice);
  }

  /** Changes a card, trying until Slack shows it or never will. */
  async function show({ channel: cardChannel, ts }: CardRef, card: RenderedCard): Promise<ShowOutcome> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await client.chat.update({ channel: cardChannel, ts, ...card });
        return "done";
      } catch (err) {
        const failure = parseSlackFailure(err);
        report(failure, err, "card could not be changed");
        if (isMessageRefused(failure)) return "done";
        if (isFatal(failure)) return "interrupted";
        await pause(failure.kind === "limited" ? failure.retryAfterMs : backoffMs(failures), signal);
      }
    }
    return "interrupted";
  }

  return {
    offers: offeredReplies,

    async post(content, values) {
      try {
        const card = renderCard(content, { kind: "asked" }, values);
        const answer = await client.chat.postMessage({ channel, ...card, ...PLAIN });
        if (answer.channel === undefined || answer.ts === undefined) return { kind: "failed" };
        return { kind: "posted", card: { channel: answer.channel, ts: answer.ts } };
      } catch (err) {
        const failure = parseSlackFailure(err);
        report(failure, err, "card could not be posted");
        if (isFatal(failure) || isMessageRefused(failure)) return { kind: "refused" };
        return failure.kind === "limited"
          ? { kind: "failed", retryAfterMs: failure.retryAfterMs }
          : { kind: "failed" };
      }
    },

    redraw: async (card, content, values) => show(card, renderCard(content, { kind: "asked" }, values)),
    close: async (card, content, state) => show(card, renderCard(content, state)),
    closeOrphan: async (card, orphan, state) => show(card, renderOrphan(orphan, state)),

    async tell({ userID, card }, outcome) {
      try {
        await client.chat.postEphemeral({ channel: card.channel, user: userID, text: renderAnswer(outcome) });
      } catch (err) {
        report(parseSlackFailure(err), err, "clicker could not be told");
      }
    },
  };
}
