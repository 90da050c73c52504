/** Reminders of cards, in Slack: a reply in a channel's thread, or a message that is deleted later. */

import type { WebClient } from "@slack/web-api";
import { backoffMs } from "../../system/backoff.ts";
import { pause } from "../../system/pause.ts";
import type { CardFace } from "../../gateway/domain/card.ts";
import { inMinutes } from "../../gateway/domain/minutes.ts";
import type { Cards, RemindOutcome, ShowOutcome } from "../../gateway/ports.ts";
import { PLAIN, type Call } from "../connection/calls.ts";
import type { Meaning } from "../connection/error-codes.ts";
import { createJudge } from "../connection/errors.ts";
import type { Reach } from "../connection/reach.ts";
import { createTokenBucket, type TokenBucket } from "../connection/token-bucket.ts";
import { renderCard } from "./blocks.ts";
import type { RenderedCard } from "./card-parts.ts";
import { withMention, type Mention } from "./mentions.ts";
import { richText } from "./rich-text.ts";

/** Slack's tier 3, 50 a minute. */
const DELETE_LIMIT = { burst: 50, everyMs: 1_200 };

interface RemindersOptions {
  readonly client: WebClient;
  readonly call: Call;
  /** Nothing about a message that goes is to be mended by anybody. */
  readonly callQuietly: Call;
  /** Of the channel's cards, behind which a reminder waits. */
  readonly postBucket: TokenBucket;
  readonly reach: Pick<Reach, "back">;
  readonly mention: Mention;
  readonly signal: AbortSignal;
}

/** A message that Slack will not delete is nobody's to try again. */
const DELETED_AS: Readonly<Record<Exclude<Meaning, "later">, ShowOutcome>> = {
  app: "interrupted",
  channel: "lost",
  message: "lost",
  presser: "lost",
  deleted: "deleted",
};

export function createReminders(options: RemindersOptions): Pick<Cards, "remind" | "withdraw"> {
  const { client, call, callQuietly, postBucket, reach, mention, signal } = options;
  const deleteBucket = createTokenBucket(DELETE_LIMIT);

  return {
    /**
     * Tried until Slack has it. What is in a thread twice does no harm; of two messages that are to be deleted, nobody
     * would know the one whose answer was lost.
     */
    async remind({ channel, ts }, face, { afterMs, isPassing }, ended): Promise<RemindOutcome> {
      const judge = createJudge();
      const place = isPassing ? { channel } : { channel, thread_ts: ts };
      for (let failures = 0; !ended.aborted; failures += 1) {
        await reach.back(ended);
        if ((await postBucket.takeLast(ended)) === 0) break;
        const message = withMention(renderReminder(face(), afterMs), isPassing ? [] : mention);
        const called = await call("a card could not remind", postBucket, async () =>
          client.chat.postMessage({ ...place, ...message, ...PLAIN }),
        );
        if (called.kind === "unanswered" && isPassing) return { kind: "unknown" };
        if (called.kind === "answered") {
          const { channel: postedChannel, ts: postedAt } = called.answer;
          if (!postedChannel || !postedAt) return { kind: "unknown" };
          return { kind: "posted", message: { channel: postedChannel, ts: postedAt } };
        }
        if (judge(called) !== "later") return { kind: "refused" };
        if (called.kind !== "limited") await pause(backoffMs(failures), ended);
      }
      return { kind: "interrupted" };
    },

    async withdraw({ channel, ts }): Promise<ShowOutcome> {
      const judge = createJudge();
      for (let failures = 0; !signal.aborted; failures += 1) {
        await reach.back(signal);
        if ((await deleteBucket.take(signal)) === 0) break;
        const called = await callQuietly("a reminder could not be deleted", deleteBucket, async () =>
          client.chat.delete({ channel, ts }),
        );
        if (called.kind === "answered") return "done";
        const meaning = judge(called);
        if (meaning !== "later") return DELETED_AS[meaning];
        if (called.kind !== "limited") await pause(backoffMs(failures), signal);
      }
      return "interrupted";
    },
  };
}

/** What the card asks, as a notification says it, and that nobody has answered. */
export function renderReminder(face: CardFace, afterMs: number): RenderedCard {
  // By its notification alone a person reads which card it is.
  const { text, blocks } = renderCard(face, "");
  const sentence = `Nobody has answered for ${inMinutes(afterMs)}.`;
  return {
    text: `${text} · ${sentence}`,
    blocks: [
      richText(
        { type: "text", text: headIn(blocks), style: { bold: true } },
        { type: "text", text: `\n${sentence}` },
      ),
    ],
  };
}

/** What a card says first. */
function headIn(blocks: RenderedCard["blocks"]): string {
  const [head] = blocks;
  return head !== undefined && "text" in head && head.type === "header" ? head.text.text : "";
}
