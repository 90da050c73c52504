/** What Slack's errors mean for us. Slack's clients throw; here that becomes a value to branch on. */

import { ErrorCode } from "@slack/web-api";
import * as z from "zod";
import {
  adviceForCode,
  APP_CODES_OF_FILES,
  ERROR_CODES,
  type Meaning,
  type TokenVariable,
} from "./error-codes.ts";

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

/**
 * How often something is tried that Slack refuses with codes that nobody has documented: some two minutes, with our
 * pauses. Then a person has to look at it.
 */
const UNDOCUMENTED_LIMIT = 10;

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

const rateLimitedSchema = z.object({ code: z.literal(ErrorCode.RateLimitedError), retryAfter: z.number() });

const refusedSchema = z.object({
  code: z.literal(ErrorCode.PlatformError),
  data: z.object({
    error: z.string(),
    // Whatever else it says, or leaves empty: the code is what counts.
    needed: z.string().min(1).optional().catch(undefined),
    response_metadata: z
      .object({ messages: z.array(z.string()).optional().catch(undefined) })
      .optional()
      .catch(undefined),
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

/** What one failure after the other means for whatever is tried. */
export type Judge = (failure: SlackFailure) => Meaning;

/** For one thing that is tried until it succeeds. An undocumented code may pass by itself, but is not tried for ever. */
export function createJudge(what: "message" | "file" = "message"): Judge {
  let undocumented = 0;
  return (failure) => {
    if (failure.kind !== "refused") return "later";
    const { code } = failure;
    if (what === "file" && APP_CODES_OF_FILES.has(code)) return "message";
    const known = ERROR_CODES.get(code);
    if (known !== undefined) return known.meaning;
    undocumented = (undocumented + 1) % UNDOCUMENTED_LIMIT;
    return undocumented === 0 ? "app" : "later";
  };
}

/** Whether trying again is useless until a person has repaired the app or the configuration. */
export function isFatal(failure: SlackFailure): boolean {
  return createJudge()(failure) === "app";
}

/**
 * What a person can do about it, as a sentence; undefined where nobody can do anything, or nothing but waiting helps.
 *
 * @param token that the call was made with.
 */
export function adviceFor(
  failure: SlackFailure,
  token: TokenVariable = "SLACK_BOT_TOKEN",
): string | undefined {
  if (failure.kind !== "refused") return undefined;
  const { code, needed } = failure;
  if (needed !== undefined && token === "SLACK_BOT_TOKEN") {
    return `The Slack app lacks the scope ${needed}: add it under OAuth & Permissions and install the app again.`;
  }
  return adviceForCode(code, token);
}
