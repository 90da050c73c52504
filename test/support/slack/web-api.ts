import type { IncomingMessage, ServerResponse } from "node:http";
import type { z } from "zod";
import { type Answer, type Method, type Slack, refusal, refusalWith } from "./method.ts";
import { METHODS } from "./methods/all.ts";
import type { RateLimit, RateLimiter } from "./rate-limits.ts";
import { parseArguments } from "./request-body.ts";
import { schemaMessages } from "./schema-messages.ts";

/** One call of the Web API, as it was made and answered. */
export interface Call {
  readonly method: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** When it arrived, on Slack's clock, in milliseconds. */
  readonly at: number;
  /** What Slack answered, also when the answer got lost; `undefined` as long as the call is not executed. */
  answer?: Answer;
  /** Whether the answer went out whole. */
  isAnswered?: boolean;
}

/** An answer on its way: with 429 its `Retry-After` in seconds, with most others the scopes of the token. */
export interface Reply {
  readonly answer: Answer;
  readonly retryAfterS?: number;
  readonly scopes?: string;
}

/** Rate limits that differ from Slack's, by method; or none at all, for tests that would only wait. */
export type RateLimits = "none" | Readonly<Record<string, RateLimit>>;

/** Reads a call's method and arguments out of a request; the arguments are empty where they cannot be read. */
export function receiveCall(
  request: IncomingMessage,
  body: Buffer,
  at: number,
): { call: Call; unreadable?: string } {
  const method = new URL(request.url ?? "/", "http://127.0.0.1").pathname.replace(/^\/api\//, "");
  const parsed = parseArguments(request, body);
  if (!parsed.ok) return { call: { method, arguments: {}, at }, unreadable: parsed.error };
  const { token: _, ...args } = parsed.arguments;
  return { call: { method, arguments: args, at } };
}

/**
 * Executes a call as Slack does: method, token, arguments, scope, rate limit, and then the method itself.
 * Arguments that Slack does not know are ignored there, and complained of here.
 */
export function execute(
  call: Call,
  {
    token,
    slack,
    limiter,
    rateLimits,
  }: { token: string | undefined; slack: Slack; limiter: RateLimiter; rateLimits: RateLimits },
): Reply {
  const method = METHODS.get(call.method);
  if (!method) {
    slack.workspace.complain(`Called a method that this Slack does not know: ${call.method}`);
    return { answer: refusal("unknown_method", { req_method: call.method }) };
  }

  const auth = slack.installation.check(token, method.token);
  if (!auth.ok) return { answer: refusal(auth.error) };

  const scopes = [...slack.installation.scopes[method.token]].join(",");
  complainOfUnknownArguments(call, method, slack);
  const args = method.arguments.safeParse(call.arguments, { reportInput: true });
  if (!args.success) return { answer: refuseArguments(args.error), scopes };

  const needed = method.scope?.(args.data, slack.workspace);
  if (needed !== undefined && !slack.installation.scopes[method.token].has(needed)) {
    return { answer: refusal("missing_scope", { needed, provided: scopes }), scopes };
  }

  const limit = rateLimits === "none" ? undefined : (rateLimits[call.method] ?? method.limit);
  const retryAfterS = limit ? limiter.take(`${call.method} ${method.limitKey?.(args.data) ?? ""}`, limit) : 0;
  if (retryAfterS > 0) return { answer: refusal("ratelimited"), retryAfterS };

  return { answer: method.call(args.data, slack), scopes };
}

/** Writes an answer out; `Date` is Slack's clock. */
export function sendReply(
  response: ServerResponse,
  { answer, retryAfterS, scopes }: Reply,
  now: number,
): void {
  response.writeHead(retryAfterS === undefined ? 200 : 429, {
    "content-type": "application/json; charset=utf-8",
    date: new Date(now).toUTCString(),
    ...(retryAfterS !== undefined && { "retry-after": String(retryAfterS) }),
    ...(scopes !== undefined && { "x-oauth-scopes": scopes }),
  });
  response.end(JSON.stringify(answer));
}

/** The token of a request: a header, or else an argument of the form. */
export function tokenOf(request: IncomingMessage, body: Buffer): string | undefined {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  return bearer ?? new URLSearchParams(body.toString()).get("token") ?? undefined;
}

function complainOfUnknownArguments(call: Call, method: Method, { workspace }: Slack): void {
  for (const name of Object.keys(call.arguments)) {
    if (!(name in method.arguments.shape)) workspace.complain(`${call.method} knows no argument ${name}`);
  }
}

function refuseArguments(error: z.ZodError): Answer {
  const badJSON = error.issues.some(({ path, code }) => path[0] === "blocks" && code === "custom");
  return badJSON ? refusal("invalid_blocks_format") : refusalWith("invalid_arguments", schemaMessages(error));
}
