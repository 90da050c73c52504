/** What OpenCode 2 hands to `setup`: plugin/src/promise/{plugin,adapter}.ts. Whatever it does not have throws. */

import type * as z from "zod";
import type { Bus } from "./bus.ts";
import type { Permissions } from "./permissions.ts";
import { CONTEXT, CONTEXT_OF_1, INPUTS, type LocationRef, type SessionInfo } from "./told.ts";

type Callback = (event: never) => unknown;

/** The hooks of one instance, by domain and name: `tool.execute.before`. */
export type HookTable = Map<string, Set<Callback>>;

interface ContextOptions {
  readonly version: string;
  readonly location: LocationRef;
  readonly options: unknown;
  readonly bus: Bus;
  readonly permissions: Permissions;
  readonly getSession: (sessionID: string) => SessionInfo;
  readonly interrupt: (sessionID: string) => boolean;
  readonly hooks: HookTable;
}

/** @param without what this OpenCode does not have, such as `permission.get`. */
export function createContext(options: ContextOptions, without: readonly string[] = []): object {
  const { version, location, bus, permissions, getSession, interrupt, hooks } = options;
  const project = { id: "prj_1", directory: location.directory, canonical: location.directory };
  const context = {
    app: { name: "opencode", version, channel: "latest" },
    location: { ...location, project },
    options: options.options,
    event: { subscribe: (how?: { readonly signal?: AbortSignal }) => bus.subscribe(how) },
    permission: {
      list: method(INPUTS.list, ({ sessionID }) => permissions.list(sessionID)),
      get: method(INPUTS.get, (name) => permissions.get(name)),
      reply: method(INPUTS.reply, async ({ message, ...input }) =>
        permissions.reply({ ...input, ...(message !== undefined && { message }) }),
      ),
      hook: hookOf("permission", hooks),
    },
    session: {
      get: method(INPUTS.session, ({ sessionID }) => getSession(sessionID)),
      interrupt: method(INPUTS.interrupt, ({ sessionID }) => ({ interrupted: interrupt(sessionID) })),
      context: unused,
      prompt: unused,
      hook: hookOf("session", hooks),
    },
    tool: { hook: hookOf("tool", hooks), list: unused, transform: unused },
    shell: { hook: hookOf("shell", hooks) },
    storage: { get: unused, set: unused, remove: unused, scan: unused },
    rpc: unused,
    plugin: { list: unused },
  };
  return strict(context, CONTEXT, without);
}

/** What OpenCode 1 hands to it, where nothing is known to be left alone. */
export function createContextOf1(): object {
  return strict(Object.fromEntries(CONTEXT_OF_1.map((name) => [name, {}])), {}, []);
}

/** The input crosses JSON and is decoded; so is nothing that comes back, but it is JSON too. */
function method<S extends z.ZodType>(schema: S, act: (input: z.infer<S>) => unknown) {
  return async (input?: unknown): Promise<unknown> => {
    const decoded = schema.parse(JSON.parse(JSON.stringify(input ?? {})));
    const output = await act(decoded);
    return output === undefined ? undefined : (JSON.parse(JSON.stringify(output)) as unknown);
  };
}

function hookOf(domain: string, hooks: HookTable) {
  return async (name: string, callback: Callback) => {
    const key = `${domain}.${name}`;
    const callbacks = hooks.get(key) ?? new Set();
    hooks.set(key, callbacks.add(callback));
    return { dispose: async () => void callbacks.delete(callback) };
  };
}

async function unused(): Promise<never> {
  throw new Error("The gateway has no business with this.");
}

function strict(
  context: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, readonly string[]>>,
  without: readonly string[],
): object {
  const parts = Object.entries(context).map(([name, part]) => [
    name,
    typeof part === "object" && part !== null && (known[name] ?? []).length > 0
      ? throwing(part, name, without)
      : part,
  ]);
  return throwing(Object.fromEntries(parts) as object, "ctx", without);
}

function throwing(part: object, name: string, without: readonly string[]): object {
  return new Proxy(part, {
    get(target, key) {
      if (!Object.hasOwn(target, key) || without.includes(`${name}.${String(key)}`))
        throw new TypeError(`OpenCode has no ${name}.${String(key)}`);
      return Reflect.get(target, key) as unknown;
    },
  });
}
