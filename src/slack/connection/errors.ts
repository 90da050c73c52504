/** What Slack's errors mean for us. Slack's clients throw; here that becomes a value to branch on. */

import { ErrorCode } from "@slack/web-api";
import * as z from "zod";

/**
 * What went wrong with a call. `refused`: Slack answered with an error code. `limited`: it wants us to wait.
 * `unsent`: nothing of it has left this machine for Slack. `unanswered`: nothing is known of what became of it.
 */
export type SlackFailure =
  | {
      readonly kind: "refused";
      readonly code: string;
      /** The scope that is missing. */
      readonly needed: string | undefined;
      /** What exactly Slack does not like, in its words. */
      readonly messages: readonly string[] | undefined;
    }
  | { readonly kind: "limited"; readonly retryAfterMs: number }
  | { readonly kind: "unsent" }
  | { readonly kind: "unanswered" };

/** Codes after which trying again is useless until a person has changed something at Slack or in the environment. */
const FATAL_CODES = new Set([
  "account_inactive",
  "app_uninstalled",
  "invalid_auth",
  "link_disabled",
  "missing_scope",
  "no_permission",
  "not_allowed_token_type",
  "not_authed",
  "org_login_required",
  "socket_mode_disabled",
  "team_access_not_granted",
  "team_disabled",
  "token_expired",
  "token_revoked",
]);

/** Codes of a connection that never was: nobody was there, or somebody without Slack's certificate. */
const UNSENT_CODES = new Set([
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REJECTED",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ENOTFOUND",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "HOSTNAME_MISMATCH",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNKNOWN_CERTIFICATE_VERIFICATION_ERROR",
]);

/** Codes of a message that Slack will never take, however often it is sent. */
const MESSAGE_CODES = new Set([
  "cant_update_message",
  "edit_window_closed",
  "invalid_arguments",
  "invalid_blocks",
  "invalid_blocks_format",
  "message_not_found",
  "msg_blocks_too_long",
  "msg_too_long",
  "no_text",
]);

/** Codes of a file that Slack will not take, whatever the reason: it may well take messages. */
const FILE_CODES = new Set([
  ...MESSAGE_CODES,
  "file_type_not_allowed",
  "file_upload_size_restricted",
  "file_uploads_disabled",
  "file_uploads_except_images_disabled",
  "missing_scope",
  "no_permission",
  "not_allowed_token_type",
  "posting_to_channel_denied",
  "snippet_too_large",
]);

/** Slack takes a connection away, or does not let it be one; read like the error of a call that it refuses. */
export class SlackRefusalError extends Error {
  override name = "SlackRefusalError";
  readonly code = ErrorCode.PlatformError;
  readonly data: { readonly error: string };

  /** @param reason of the `disconnect` frame: https://docs.slack.dev/apis/events-api/using-socket-mode#disconnect */
  constructor(reason: string) {
    super(`Slack refuses the connection: ${reason}`);
    this.data = { error: reason };
  }
}

const TOKEN_ADVICE =
  "Slack does not accept a token: check SLACK_BOT_TOKEN and SLACK_APP_TOKEN, and that the app is installed; then restart OpenCode.";

const ADVICE: Readonly<Record<string, string>> = {
  account_inactive: TOKEN_ADVICE,
  invalid_auth: TOKEN_ADVICE,
  not_authed: TOKEN_ADVICE,
  token_expired: TOKEN_ADVICE,
  token_revoked: TOKEN_ADVICE,
  not_allowed_token_type: TOKEN_ADVICE,
  channel_not_found:
    "Slack does not know the channel in SLACK_CHANNEL_ID, or the app cannot see it: check the ID and invite the app with /invite.",
  not_in_channel: "The Slack app is not in the channel: invite it there with /invite.",
  is_archived: "The channel in SLACK_CHANNEL_ID is archived: choose another.",
  restricted_action:
    "Slack does not let the app post in the channel: ask a workspace admin, or choose another.",
  link_disabled: "Socket Mode is off: switch it on in the Slack app's settings.",
  socket_mode_disabled: "Socket Mode is off: switch it on in the Slack app's settings.",
  too_many_websockets:
    "Ten connections of this Slack app are open, and Slack allows no more: use one Slack app per developer and machine.",
};

const rateLimitedSchema = z.object({ code: z.literal(ErrorCode.RateLimitedError), retryAfter: z.number() });

const refusedSchema = z.object({
  code: z.literal(ErrorCode.PlatformError),
  data: z.object({
    error: z.string(),
    needed: z.string().optional(),
    response_metadata: z.object({ messages: z.array(z.string()).optional() }).optional(),
  }),
});

/** What the HTTP client below Slack's tells of a call that got no answer. */
const unansweredSchema = z.object({
  code: z.literal(ErrorCode.RequestError),
  original: z.object({
    code: z.string().optional(),
    cause: z.object({ syscall: z.string().optional() }).optional(),
    request: z.object({ socket: z.object({ secureConnecting: z.boolean().optional() }).nullish() }),
  }),
});

/** Only a proxy asks for a login of its own, and before it passes anything on. */
const proxyRefusalSchema = z.object({ code: z.literal(ErrorCode.HTTPError), statusCode: z.literal(407) });

/** Reads what a call of Slack's clients threw. What is no error of theirs counts as unanswered. */
export function parseSlackFailure(error: unknown): SlackFailure {
  const limited = rateLimitedSchema.safeParse(error);
  if (limited.success) return { kind: "limited", retryAfterMs: limited.data.retryAfter * 1000 };
  const refused = refusedSchema.safeParse(error);
  if (!refused.success) return { kind: wasUnsent(error) ? "unsent" : "unanswered" };
  const { error: code, needed, response_metadata: metadata } = refused.data.data;
  return { kind: "refused", code, needed, messages: metadata?.messages };
}

/**
 * Whether a call failed before there was a connection to send it on. Node tells in which step it was; OpenCode's Bun has
 * the error's code alone, and nothing at all where the time was over, or where somebody hung up.
 */
function wasUnsent(error: unknown): boolean {
  if (proxyRefusalSchema.safeParse(error).success) return true;
  const { data } = unansweredSchema.safeParse(error);
  if (data === undefined) return false;
  const { code, cause, request } = data.original;
  const { syscall } = cause ?? {};
  if (syscall === "connect" || syscall === "getaddrinfo") return true;
  // A socket behind a proxy is there when the proxy has agreed.
  if (!request.socket || request.socket.secureConnecting === true) return true;
  return syscall === undefined && code !== undefined && UNSENT_CODES.has(code);
}

/** Whether trying again is useless until a person has repaired the app or the configuration. */
export function isFatal(failure: SlackFailure): boolean {
  return failure.kind === "refused" && FATAL_CODES.has(failure.code);
}

/** Whether Slack will never take this very message. */
export function isMessageRefused(failure: SlackFailure): boolean {
  return failure.kind === "refused" && MESSAGE_CODES.has(failure.code);
}

/** Whether Slack will never take this very file. */
export function isFileRefused(failure: SlackFailure): boolean {
  return failure.kind === "refused" && FILE_CODES.has(failure.code);
}

/** Whether there is nobody to show an ephemeral message to. */
export function isPresserGone(failure: SlackFailure): boolean {
  return failure.kind === "refused" && failure.code === "user_not_in_channel";
}

/** What a person can do about it, as a sentence; undefined where nothing but waiting helps. */
export function adviceFor(failure: SlackFailure): string | undefined {
  if (failure.kind !== "refused") return undefined;
  if (failure.needed !== undefined) {
    return `The Slack app lacks the scope ${failure.needed}: add it under OAuth & Permissions and install the app again.`;
  }
  return ADVICE[failure.code] ?? (isFatal(failure) ? `Slack refuses the app: ${failure.code}.` : undefined);
}
