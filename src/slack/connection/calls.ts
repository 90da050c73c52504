/** A call to Slack, for which a token was taken: what it answers, or what its failure means. */

import type { Log } from "../../system/log.ts";
import { adviceFor, parseSlackFailure, type SlackFailure } from "./errors.ts";
import type { Reach } from "./reach.ts";
import type { TokenBucket } from "./token-bucket.ts";

/** For a post: nothing is made of its text, no previews of links. */
export const PLAIN = { unfurl_links: false, unfurl_media: false };

export type Called<Answer> = { readonly kind: "answered"; readonly answer: Answer } | SlackFailure;

/**
 * One attempt. Does not reject: a failure is logged as `what`, and said to somebody who can fix it. Where Slack wants us
 * to wait, the next ones who take tokens of this bucket do.
 */
export type Call = <Answer>(
  what: string,
  bucket: TokenBucket,
  send: () => Promise<Answer>,
) => Promise<Called<Answer>>;

/**
 * @param reach learns of each call that failed.
 * @param advise tells the user of OpenCode what to fix.
 */
export function createCall(reach: Pick<Reach, "failed">, advise: (advice: string) => void, log: Log): Call {
  function report(failure: SlackFailure, err: unknown, what: string): void {
    if (failure.kind === "limited") return log.info({ failure }, what);
    const advice = adviceFor(failure);
    log.error({ failure, err, ...(advice !== undefined && { advice }) }, what);
    if (advice !== undefined) advise(advice);
  }

  return async (what, bucket, send) => {
    try {
      return { kind: "answered", answer: await send() };
    } catch (err) {
      const failure = parseSlackFailure(err);
      report(failure, err, what);
      reach.failed(failure);
      if (failure.kind === "limited") bucket.wait(failure.retryAfterMs);
      return failure;
    }
  };
}
