import { spawn } from "node:child_process";
import { once } from "node:events";
import { listenOnce } from "../free-port.ts";
import { openEvents, type EventLog } from "./events.ts";
import { createSandbox, type OpenCodeOptions, type Sandbox } from "./sandbox.ts";
import { until } from "./until.ts";

const STOP_LIMIT_MS = 30_000;

export interface Session {
  readonly id: string;
  readonly directory: string;
}

/** A reply as OpenCode's HTTP API and its events spell it. */
export type Reply = "once" | "always" | "reject";

/** What an ask was answered: a permission request with a reply, a question with labels, as JSON, or with a reject. */
export type Given = Reply | `answer ${string}`;

export const answerOf = (answers: readonly (readonly string[])[]): Given =>
  `answer ${JSON.stringify(answers)}`;

/** A running `opencode serve` with a home and project directories of its own. */
export interface OpenCode
  extends
    AsyncDisposable,
    Pick<Server, "sandbox" | "url" | "pid" | "isRunning" | "hasCrashed" | "stop" | "kill"> {
  /** The project directories, in the order of `projects`. */
  readonly directories: readonly string[];
  /** Everything of this OpenCode lies in here: its home and its projects. */
  readonly root: string;
  /** The directories that it was asked about, with the sessions that were created there. */
  visited(): ReadonlyMap<string, readonly Session[]>;
  createSession(directory?: string): Promise<Session>;
  /** Starts a turn and returns at once. */
  prompt(session: Session, text: string, options?: { modelID?: string; agent?: string }): Promise<void>;
  /** `GET /session/:id`, as OpenCode answers it. */
  session(session: Session): Promise<Record<string, unknown>>;
  messages(session: Session): Promise<unknown[]>;
  events(directory?: string): Promise<EventLog>;
  /** `GET /permission`. */
  pending(directory?: string): Promise<Record<string, unknown>[]>;
  /** What OpenCode's own user interface does when its user answers. */
  reply(requestID: string, reply: Reply, options?: { message?: string; directory?: string }): Promise<void>;
  /** `GET /question`. */
  questions(directory?: string): Promise<Record<string, unknown>[]>;
  /** The labels that its user chose, of each question. */
  answer(requestID: string, answers: readonly (readonly string[])[], directory?: string): Promise<void>;
  dismiss(requestID: string, directory?: string): Promise<void>;
  abort(session: Session): Promise<void>;
  delete(session: Session): Promise<void>;
  /** Gives a session that works something to do that cannot be done: OpenCode tells of an error, and works on. */
  mistake(session: Session): Promise<void>;
  /** Ends a directory's instance, and so its plugins' `dispose`. */
  dispose(directory?: string): Promise<void>;
  /** What was answered by {@link OpenCode.reply}, `answer` and `dismiss`, oldest first. */
  replies(): readonly { readonly requestID: string; readonly reply: Given }[];
  /** Whether `GET /global/health` answers. */
  isHealthy(): Promise<boolean>;
  stdout(): string;
  stderr(): string;
}

/** A running `opencode serve`, and what it has written. */
export interface Server {
  /** For another OpenCode of the same user. */
  readonly sandbox: Sandbox;
  readonly url: string;
  readonly pid: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Its stderr and the end of its log, to be read in a failure. */
  readonly context: () => Promise<string>;
  isRunning(): boolean;
  /** It has ended, and neither `stop` nor `kill` ended it. */
  hasCrashed(): boolean;
  /** SIGTERM, then SIGKILL; the directories stay. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** Where somebody works with a server. */
export interface Workspace {
  readonly server: Server;
  readonly directories: readonly string[];
  readonly root: string;
  /** What is done in the end. */
  readonly leave: () => Promise<void>;
}

/** Starts the real OpenCode; when this resolves it answers requests. */
export async function startOpenCode(options: OpenCodeOptions): Promise<OpenCode> {
  const sandbox = options.sandbox ?? (await createSandbox(options));
  await options.prepare?.(sandbox);
  const server = await startServer(sandbox, options.password);
  const { directories, root } = sandbox;
  const leave = async (): Promise<void> => {
    await server.stop();
    if (options.sandbox === undefined) await sandbox[Symbol.asyncDispose]();
  };
  return workAt({ server, directories, root, leave });
}

/** When this resolves it answers requests. */
export async function startServer(sandbox: Sandbox, password?: string): Promise<Server> {
  const port = await listenOnce(0);
  const child = spawn(sandbox.binary, ["serve", "--port", String(port)], {
    cwd: sandbox.firstDirectory,
    env: sandbox.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));

  const url = `http://127.0.0.1:${port}`;
  const headers: Record<string, string> =
    password === undefined ? {} : { authorization: `Basic ${btoa(`opencode:${password}`)}` };
  const context = async () => `stderr: ${output.stderr}\nOpenCode's log:\n${await sandbox.logTail()}`;

  const isRunning = () => child.exitCode === null && child.signalCode === null;
  let isEnding = false;
  async function kill(): Promise<void> {
    isEnding = true;
    if (isRunning()) child.kill("SIGKILL");
    await exited;
  }
  async function stop(): Promise<void> {
    isEnding = true;
    if (isRunning()) child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
    await exited;
    clearTimeout(timer);
  }

  await until(
    `OpenCode ${sandbox.version} answers on ${url}`,
    async () => {
      if (!isRunning()) throw new Error(`OpenCode ended with ${child.exitCode}\n${await context()}`);
      return isHealthy(`${url}/global/health`, headers);
    },
    { context },
  ).catch(async (error: unknown) => {
    await kill();
    throw error;
  });

  return {
    sandbox,
    url,
    pid: child.pid as number,
    headers,
    output,
    context,
    isRunning,
    hasCrashed: () => !isRunning() && !isEnding,
    stop,
    kill,
  };
}

export function workAt({ server, directories, root, leave }: Workspace): OpenCode {
  const { url, headers, context } = server;
  const [firstDirectory = ""] = directories;
  const visited = new Map<string, Session[]>();
  const at = (route: string, directory: string) => {
    if (!visited.has(directory)) visited.set(directory, []);
    return new URL(`${route}?directory=${encodeURIComponent(directory)}`, url);
  };
  async function request(method: "GET" | "POST" | "DELETE", route: string, directory: string, body?: object) {
    const response = await fetch(at(route, directory), {
      method,
      headers: { ...headers, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${route} answered ${response.status} ${text}\n${await context()}`);
    }
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  }
  const replies: { requestID: string; reply: Given }[] = [];

  return {
    url,
    pid: server.pid,
    directories,
    root,
    sandbox: server.sandbox,
    visited: () => visited,
    createSession: async (directory = firstDirectory) => {
      const { id } = (await request("POST", "/session", directory, {})) as { id: string };
      const session = { id, directory };
      visited.get(directory)?.push(session);
      return session;
    },
    prompt: async ({ id, directory }, text, { modelID = "scripted", agent } = {}) => {
      const parts = [{ type: "text", text }];
      const model = { providerID: "fake", modelID };
      await request("POST", `/session/${id}/prompt_async`, directory, {
        parts,
        model,
        ...(agent && { agent }),
      });
    },
    session: async ({ id, directory }) =>
      (await request("GET", `/session/${id}`, directory)) as Record<string, unknown>,
    messages: async ({ id, directory }) =>
      (await request("GET", `/session/${id}/message`, directory)) as unknown[],
    events: async (directory = firstDirectory) => openEvents(at("/event", directory), headers, context),
    pending: async (directory = firstDirectory) =>
      (await request("GET", "/permission", directory)) as Record<string, unknown>[],
    reply: async (requestID, reply, { message, directory = firstDirectory } = {}) => {
      replies.push({ requestID, reply });
      await request("POST", `/permission/${requestID}/reply`, directory, {
        reply,
        ...(message !== undefined && { message }),
      });
    },
    questions: async (directory = firstDirectory) =>
      (await request("GET", "/question", directory)) as Record<string, unknown>[],
    answer: async (requestID, answers, directory = firstDirectory) => {
      replies.push({ requestID, reply: answerOf(answers) });
      await request("POST", `/question/${requestID}/reply`, directory, { answers });
    },
    dismiss: async (requestID, directory = firstDirectory) => {
      replies.push({ requestID, reply: "reject" });
      await request("POST", `/question/${requestID}/reject`, directory);
    },
    abort: async ({ id, directory }) => {
      await request("POST", `/session/${id}/abort`, directory);
    },
    delete: async ({ id, directory }) => {
      await request("DELETE", `/session/${id}`, directory);
    },
    mistake: async ({ id, directory }) => {
      const command = { command: "init", arguments: "", model: "fake/none" };
      await request("POST", `/session/${id}/command`, directory, command).then(
        () => Promise.reject(new Error("OpenCode knows this model")),
        () => undefined,
      );
    },
    dispose: async (directory = firstDirectory) => {
      await request("POST", "/instance/dispose", directory);
    },
    replies: () => replies,
    isHealthy: async () => isHealthy(`${url}/global/health`, headers),
    isRunning: () => server.isRunning(),
    hasCrashed: () => server.hasCrashed(),
    stdout: () => server.output.stdout,
    stderr: () => server.output.stderr,
    stop: async () => server.stop(),
    kill: async () => server.kill(),
    [Symbol.asyncDispose]: leave,
  };
}

/** A request made while OpenCode is starting may never be answered, hence the limit. */
async function isHealthy(url: string, headers: Record<string, string>): Promise<boolean> {
  try {
    return (await fetch(url, { headers, signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false; // not listening yet
  }
}
