import type { z } from "zod";
import type { Habits } from "./habits.ts";
import type { Installation, TokenKind } from "./installation.ts";
import type { RateLimit } from "./rate-limits.ts";
import type { SocketMode } from "./socket-mode.ts";
import type { Triggers } from "./triggers.ts";
import type { Uploads } from "./uploads.ts";
import type { Workspace } from "./workspace.ts";

/** What Slack answers to a call. */
export type Answer = ({ ok: true } | { ok: false; error: string }) & Record<string, unknown>;

/** The parts of Slack that methods work on. */
export interface Slack {
  readonly workspace: Workspace;
  readonly habits: Habits;
  readonly installation: Installation;
  readonly triggers: Triggers;
  readonly socketMode: SocketMode;
  readonly uploads: Uploads;
}

/** One method of the Web API: who may call it, how often, with what, and what it does. */
export interface Method<Arguments extends z.ZodObject = z.ZodObject> {
  readonly token: TokenKind;
  /** The scope that this very call needs; a few depend on the kind of conversation. */
  readonly scope?: (args: z.output<Arguments>, workspace: Workspace) => string;
  /** Not given: Slack documents no limit that a well-behaved app would meet. */
  readonly limit?: RateLimit;
  /** What the limit is counted for; the whole method when not given. */
  readonly limitKey?: (args: z.output<Arguments>) => string;
  readonly arguments: Arguments;
  call(args: z.output<Arguments>, slack: Slack): Answer;
}

/** Ties a method's arguments to their schema. */
export function method<Arguments extends z.ZodObject>(definition: Method<Arguments>): Method {
  return definition;
}

/** 20 calls a minute, with the whole minute's worth as the burst: https://docs.slack.dev/apis/web-api/rate-limits */
export const TIER_2: RateLimit = { perMinute: 20, burst: 20 };
/** 50 calls a minute. */
export const TIER_3: RateLimit = { perMinute: 50, burst: 50 };
/** 100 calls a minute. */
export const TIER_4: RateLimit = { perMinute: 100, burst: 100 };

/** A refusal, with what Slack says beside its code. */
export function refusal(error: string, more: Record<string, unknown> = {}): Answer & { ok: false } {
  return { ok: false, error, ...more };
}

/** A refusal that lists what is wrong, as Slack does for blocks, views and arguments. */
export function refusalWith(error: string, messages: readonly string[]): Answer & { ok: false } {
  return messages.length === 0
    ? refusal(error)
    : refusal(error, { errors: messages, response_metadata: { messages } });
}
