import { LogLevel, type Logger, SocketModeClient } from "@slack/socket-mode";
import { ErrorCode, WebClient, type WebClientOptions } from "@slack/web-api";
import type { SlackStandIn } from "./stand-in.ts";

/** What the clients would log is what the tests expect. */
const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/** Slack's own Web API client, without its retries: an error is what one call met. */
export function createWebClient(
  slack: SlackStandIn,
  token?: string,
  options: WebClientOptions = {},
): WebClient {
  return new WebClient(token ?? slack.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: SILENT,
    ...options,
  });
}

/** Slack's own Socket Mode client, not started yet, that does not reconnect by itself unless it is told to. */
export function createSocketClient(
  slack: SlackStandIn,
  { autoReconnectEnabled = false }: { autoReconnectEnabled?: boolean } = {},
): SocketModeClient {
  return new SocketModeClient({
    appToken: slack.appToken,
    autoReconnectEnabled,
    logger: SILENT,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
  });
}

/** Slack's answer to a call that it refused. @throws if the call went well, or failed in another way */
export async function refusalOf(call: Promise<unknown>): Promise<Record<string, unknown>> {
  const error = await call.then(
    () => new Error("Slack did not refuse the call"),
    (reason: unknown) => reason,
  );
  if (
    error instanceof Error &&
    "code" in error &&
    error.code === ErrorCode.PlatformError &&
    "data" in error
  ) {
    return error.data as Record<string, unknown>;
  }
  throw error;
}
