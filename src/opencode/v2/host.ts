/**
 * What OpenCode 2 hands to the `setup` of a plugin, as far as the gateway needs it. Its types are written down here: the
 * package that has them is not to be imported at run time, and a host may have more or less than it says.
 *
 * Source: packages/plugin/src/promise/{plugin,adapter}.ts of OpenCode 2.0.
 */

/** A project directory that OpenCode serves, in a workspace if it has one: what OpenCode has an instance of us for. */
export interface Location {
  readonly directory: string;
  readonly workspaceID: string | undefined;
}

/** Which request it is, and of which session. */
export interface RequestName {
  readonly sessionID: string;
  readonly requestID: string;
}

/** A method of OpenCode's: with one input, and no knowing what comes of it. */
type Method<Input> = (input: Input) => Promise<unknown>;

/** Is called for what is about to happen, and awaited: it holds OpenCode up, and fails the call if it throws. */
type Hook = (name: string, callback: (event: unknown) => void) => Promise<unknown>;

export interface Host {
  /** Undefined where OpenCode does not tell it. */
  readonly version: string | undefined;
  readonly location: Location;
  /** From OpenCode's config. */
  readonly options: unknown;
  /** Events of all locations, from now on. May end and may fail at any time. */
  readonly subscribe: (signal: AbortSignal) => AsyncIterator<unknown>;
  /** Only of this location, as the other two. Rejects for what is not asked here. */
  readonly reply: Method<RequestName & { readonly decision: string; readonly message?: string }>;
  readonly getRequest: Method<RequestName> | undefined;
  readonly listRequests: Method<{ readonly sessionID: string }> | undefined;
  /** Of any location. */
  readonly getSession: Method<{ readonly sessionID: string }> | undefined;
  readonly interrupt: Method<{ readonly sessionID: string }> | undefined;
  readonly hookTool: Hook | undefined;
  readonly hookShell: Hook | undefined;
}

export type HostResult =
  | { readonly kind: "host"; readonly host: Host; readonly missing: readonly string[] }
  /** OpenCode 1 since 1.17.10 calls `setup` as well, for what has nothing to do with permissions. */
  | { readonly kind: "opencode-1" }
  | { readonly kind: "unfit"; readonly missing: readonly string[] };

/** Without these nothing can be done. */
const NEEDED = ["event.subscribe", "permission.reply", "location.directory"] as const;
/** Without these something is not as it should be. */
const WANTED = [
  "permission.get",
  "permission.list",
  "session.get",
  "session.interrupt",
  "tool.hook",
  "shell.hook",
] as const;

/** Looks at what OpenCode hands over, and calls nothing of it. Does not throw, whatever that is. */
export function readHost(context: unknown): HostResult {
  const version = textAt(context, "app.version");
  const subscribe = methodAt<(options: { signal: AbortSignal }) => AsyncIterable<unknown>>(
    context,
    "event.subscribe",
  );
  const reply = methodAt<Host["reply"]>(context, "permission.reply");
  const directory = textAt(context, "location.directory");
  const isReduced = subscribe === undefined || reply === undefined;
  const isOfOne = version === undefined ? isReduced : version.startsWith("1.");
  if (isOfOne) return { kind: "opencode-1" };
  if (isReduced || directory === undefined) return { kind: "unfit", missing: missingOf(context, NEEDED) };

  const host: Host = {
    version,
    location: { directory, workspaceID: textAt(context, "location.workspaceID") },
    options: valueAt(context, "options"),
    subscribe: (signal) => subscribe({ signal })[Symbol.asyncIterator](),
    reply,
    getRequest: methodAt(context, "permission.get"),
    listRequests: methodAt(context, "permission.list"),
    getSession: methodAt(context, "session.get"),
    interrupt: methodAt(context, "session.interrupt"),
    hookTool: methodAt(context, "tool.hook"),
    hookShell: methodAt(context, "shell.hook"),
  };
  return { kind: "host", host, missing: missingOf(context, WANTED) };
}

function missingOf(context: unknown, paths: readonly string[]): string[] {
  return paths.filter((path) => valueAt(context, path) === undefined);
}

function textAt(context: unknown, path: string): string | undefined {
  const value = valueAt(context, path);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** With its `this`. What it is called with, and what it returns, is for nobody to check. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says what it is
function methodAt<M extends (...inputs: never[]) => unknown>(context: unknown, path: string): M | undefined {
  const owner = valueAt(context, path.slice(0, path.lastIndexOf(".")));
  const method = valueAt(context, path);
  return typeof method === "function" ? (method.bind(owner) as M) : undefined;
}

/** What OpenCode does not have may throw when it is read. */
function valueAt(context: unknown, path: string): unknown {
  try {
    return path
      .split(".")
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], context);
  } catch {
    return undefined;
  }
}
