/**
 * What OpenCode 2 tells and takes, in one place, to be compared with a real one as soon as there is one: no binary of it
 * could be had when this was written. Each shape names the file of OpenCode 2.0's source that it was read in, below
 * `packages/`.
 */

import * as z from "zod";

/** `schema/src/location.ts`: where a session works. */
export interface LocationRef {
  readonly directory: string;
  readonly workspaceID?: string;
}

/** `schema/src/session.ts`, as `session.get` answers it: bare, without an envelope. */
export interface SessionInfo {
  readonly id: string;
  readonly parentID?: string;
  readonly projectID: string;
  readonly agent?: string;
  readonly model?: { readonly providerID: string; readonly id: string };
  readonly title?: string;
  readonly location: LocationRef;
  readonly time: { readonly created: number; readonly updated: number };
}

/** `schema/src/permission.ts` */
export interface Request {
  readonly id: string;
  readonly sessionID: string;
  readonly action: string;
  readonly resources: readonly string[];
  readonly save?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly source?: { readonly type: "tool"; readonly messageID: string; readonly id: string };
  readonly message?: string;
}

/** `schema/src/form.ts`; a question's fields as `core/src/tool/plugin/question.ts` makes them. */
export interface Form {
  readonly id: string;
  readonly sessionID: string;
  readonly title: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly fields: readonly Readonly<Record<string, unknown>>[];
}

export type Reply = "once" | "always" | "reject";

/** The reasons of `session.execution.interrupted`: `schema/src/session-event.ts`, `core/src/location-activity.ts`. */
export type InterruptReason = "user" | "shutdown" | "superseded" | "inactivity";

/** `schema/src/event.ts`; the payload is in `data`. */
export interface Event {
  readonly id: string;
  readonly created: number;
  readonly type: string;
  /** Of many events it is not told. */
  readonly location?: LocationRef;
  readonly data: Readonly<Record<string, unknown>>;
}

/** `tool.hook`, in `core/src/tool.ts`: one object for all hooks, and the tool gets what its fields are after them. */
export interface ToolEvent {
  tool: string;
  readonly sessionID: string;
  readonly agent: string;
  readonly messageID: string;
  readonly id: string;
  input: unknown;
}

/** `shell.hook`, in `plugin/src/promise/shell.ts`. */
export interface ShellEvent {
  command: string;
  cwd: string;
  timeout: number;
  shell: string;
  env: Record<string, string | undefined>;
}

const sessionID = z.string().startsWith("ses");
const requestID = z.string().startsWith("per");

/** The inputs of `ctx.permission` and `ctx.session`, which are decoded: `plugin/src/promise/adapter.ts`. */
export const INPUTS = {
  list: z.object({ sessionID }),
  get: z.object({ sessionID, requestID }),
  reply: z.object({
    sessionID,
    requestID,
    decision: z.enum(["once", "always", "reject"]),
    message: z.string().optional(),
  }),
  session: z.object({ sessionID }),
  interrupt: z.object({ sessionID, resume: z.boolean().optional() }),
} as const;

/** All that a context has: `plugin/src/promise/plugin.ts`. What is not listed here throws. */
export const CONTEXT: Readonly<Record<string, readonly string[]>> = {
  app: ["name", "version", "channel"],
  location: ["directory", "workspaceID", "project"],
  options: [],
  event: ["subscribe"],
  permission: ["list", "get", "reply", "hook"],
  session: ["get", "interrupt", "context", "prompt", "hook"],
  tool: ["hook", "list", "transform"],
  shell: ["hook"],
  storage: ["get", "set", "remove", "scan"],
  rpc: [],
  plugin: ["list"],
};

/** What OpenCode 1 since 1.17.10 hands to `setup`: measured on 1.17.19 and 1.18.33. */
export const CONTEXT_OF_1 = [
  "agent",
  "aisdk",
  "catalog",
  "command",
  "integration",
  "plugin",
  "reference",
  "skill",
] as const;
