/** Slack's own clients, set up for a guest in another program's process. */

import type { Agent } from "node:http";
import { LogLevel, WebClient, type Logger, type WebClientOptions } from "@slack/web-api";
import type { Log } from "../../system/log.ts";
import type { SlackClock } from "./clock.ts";

/** Where Slack is, and as whom it is called. */
export interface SlackAccess {
  /** Ends in a slash. */
  readonly apiURL: string;
  /** `xoxb-…` */
  readonly botToken: string;
}

/** How long a call may take. Slack answers within a second. */
const CALL_LIMIT_MS = 10_000;

/**
 * Options for both clients. No retries of their own: by default they go on for half an hour, send a message twice
 * whose answer was lost, and hold back every method when one is limited.
 */
export function clientOptions(
  { apiURL }: Pick<SlackAccess, "apiURL">,
  agent: Agent | undefined,
  log: Log,
): WebClientOptions {
  return {
    slackApiUrl: apiURL,
    timeout: CALL_LIMIT_MS,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // What tells how far a call came. It holds the token, which the log never shows: see its errors.
    attachOriginalToWebAPIRequestError: true,
    logger: createSlackLogger(log),
    ...(agent && { agent }),
  };
}

/** @param clock is told what each answer says of Slack's time. */
export function createWebClient(
  access: SlackAccess,
  agent: Agent | undefined,
  clock: SlackClock,
  log: Log,
): WebClient {
  return new WebClient(access.botToken, {
    ...clientOptions(access, agent, log),
    requestInterceptor: (request) => {
      const answered = clock.asking();
      // The client shows its callers no header of an answer, except Slack's scopes and Retry-After.
      const hear: AxiosResponseTransformer = (data: unknown, headers) => {
        answered(String(headers["date"]));
        return data;
      };
      return {
        ...request,
        transformResponse: [request.transformResponse ?? [], hear].flat(),
        // The client's own limit is for silence: an answer that comes byte by byte, or has no end, would go on for ever.
        signal: AbortSignal.timeout(CALL_LIMIT_MS),
      };
    },
  });
}

type AxiosResponseTransformer = Extract<
  Parameters<NonNullable<WebClientOptions["requestInterceptor"]>>[0]["transformResponse"],
  (...args: never[]) => unknown
>;

/**
 * The clients' default logger writes to stdout, OpenCode's screen. At their level debug they log whole envelopes and
 * tickets, so that level never passes; the rest is detail for us, since every failure also comes as an error.
 */
function createSlackLogger(log: Log): Logger {
  const write = (...parts: unknown[]): void =>
    log.debug({ slack: parts.map(String).join(" ") }, "Slack's client");
  return {
    debug: () => undefined,
    info: write,
    warn: write,
    error: write,
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
