/** Puts a request into the thread of a card that has no room for it. */

import type { WebClient } from "@slack/web-api";
import { backoffMs } from "../../system/backoff.ts";
import type { Log } from "../../system/log.ts";
import { pause } from "../../system/pause.ts";
import type { CardRef, ThreadForm } from "../../gateway/domain/card.ts";
import type { CardContent } from "../../gateway/domain/content.ts";
import type { Cards } from "../../gateway/ports.ts";
import type { RenderedCard } from "./card-parts.ts";
import { PLAIN, type Call } from "../connection/calls.ts";
import { createJudge, type Judge } from "../connection/errors.ts";
import { renderSnippet } from "./snippet.ts";
import { renderThread } from "./thread.ts";
import type { Reach } from "../connection/reach.ts";
import { createTokenBucket, type TokenBucket } from "../connection/token-bucket.ts";

/** Slack's tier 4, 100 a minute, for each of the methods with which a file is uploaded. */
const UPLOAD_LIMIT = { burst: 100, everyMs: 600 };

type FillOutcome = Awaited<ReturnType<Cards["fillThread"]>>;

/** @param postBucket those of the channel's cards, behind which the messages of a thread wait. */
export function createThreadFiller(
  client: WebClient,
  call: Call,
  postBucket: TokenBucket,
  reach: Pick<Reach, "back">,
  log: Log,
): Cards["fillThread"] {
  const uploadBucket = createTokenBucket(UPLOAD_LIMIT);

  async function takeToken(bucket: TokenBucket, ended: AbortSignal): Promise<number> {
    await reach.back(ended);
    return bucket.takeLast(ended);
  }

  /** Tried until Slack has it or never will. What is there twice does no harm. */
  async function add(
    bucket: TokenBucket,
    send: () => Promise<unknown>,
    judge: Judge,
    ended: AbortSignal,
  ): Promise<FillOutcome> {
    for (let failures = 0; (await takeToken(bucket, ended)) > 0; failures += 1) {
      const called = await call("request could not be put into the thread", bucket, send);
      if (called.kind === "answered") return "done";
      const meaning = judge(called);
      if (meaning === "app") return "interrupted";
      // As with a card: somebody may invite the app to the channel at any time.
      if (meaning !== "later" && meaning !== "channel") return "refused";
      if (called.kind !== "limited") await pause(backoffMs(failures), ended);
    }
    return "interrupted";
  }

  async function addMessages(
    { channel, ts }: CardRef,
    messages: readonly RenderedCard[],
    ended: AbortSignal,
  ): Promise<FillOutcome> {
    for (const message of messages) {
      const send = async (): Promise<unknown> =>
        client.chat.postMessage({ channel, thread_ts: ts, ...message, ...PLAIN });
      const outcome = await add(postBucket, send, createJudge(), ended);
      if (outcome !== "done") return outcome;
    }
    return "done";
  }

  /** Slack takes its three steps in order; where one fails, all are tried again, with another file. */
  async function addFile(
    { channel, ts }: CardRef,
    content: string,
    ended: AbortSignal,
  ): Promise<FillOutcome> {
    const send = async (): Promise<unknown> =>
      client.filesUploadV2({
        channel_id: channel,
        thread_ts: ts,
        initial_comment: "The whole request is in this file: open it to read all of it.",
        title: "The whole request",
        filename: "request.txt",
        snippet_type: "text",
        content,
      });
    return add(uploadBucket, send, createJudge("file"), ended);
  }

  async function fill(
    card: CardRef,
    content: CardContent,
    form: ThreadForm,
    ended: AbortSignal,
  ): Promise<FillOutcome> {
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
  }

  return async (card, content, form, ended) =>
    fill(card, content, form, ended).catch((err: unknown) => {
      log.error({ ...card, err }, "request could not be drawn for the thread");
      return "refused";
    });
}
