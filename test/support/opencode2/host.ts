/**
 * A stand-in for a process of OpenCode 2, from the facts alone and as strict as they are: it loads the installed package,
 * has an instance of it for each location, tells all of them of everything, and asks before its tools run. What it tells
 * and takes: told.ts.
 */

import { createBus, type Bus } from "./bus.ts";
import { createContext, type HookTable } from "./context.ts";
import type { Plugin } from "./loader.ts";
import {
  createPermissions,
  type Answered,
  type Evaluation,
  type Permissions,
  type Rule,
} from "./permissions.ts";
import { asksOf } from "./tools.ts";
import type {
  Form,
  InterruptReason,
  LocationRef,
  Request,
  SessionInfo,
  ShellEvent,
  ToolEvent,
} from "./told.ts";

export interface HostOptions {
  readonly version?: string;
  /** By default nothing is allowed without being asked. */
  readonly rules?: readonly Rule[];
  /** Whether events say where they are told; many do not. */
  readonly tellsLocation?: boolean;
  /** What this OpenCode does not have, such as `permission.get`. */
  readonly without?: readonly string[];
}

/** What came of a call of a tool. */
export type Ran =
  /** With the input that the tool got in the end, and the environment of a command. */
  | { readonly kind: "ran"; readonly input: unknown; readonly env?: ShellEvent["env"] }
  | Exclude<Answered, { readonly kind: "allowed" }>
  | { readonly kind: "failed"; readonly error: unknown };

export interface CallOptions {
  /** The model's server makes it up. */
  readonly id?: string;
  readonly messageID?: string;
}

export interface Host extends AsyncDisposable {
  readonly bus: Bus;
  /** Runs `setup` for a location; resolves when OpenCode would go on. */
  open(location: LocationRef, plugin: Plugin, options?: unknown): Promise<HostLocation>;
  /** A session, in the location; `parent` is the session that starts it as a subagent. */
  createSession(location: LocationRef, parent?: SessionInfo): SessionInfo;
  move(session: SessionInfo, location: LocationRef): SessionInfo;
  deleteSession(session: SessionInfo): void;
  /** A tool is called, as by the model. */
  call(session: SessionInfo, tool: string, input: object, options?: CallOptions): Promise<Ran>;
  /** Its turn has ended, and everything that it asked is gone without a word. */
  interrupt(session: SessionInfo, reason?: InterruptReason): void;
  succeed(session: SessionInfo): void;
  /** The tool `question` asks; nothing of it is known to a context but the events. */
  ask(session: SessionInfo, questions: readonly AskedQuestion[]): Form;
  /** Somebody answers a question in OpenCode, or dismisses it. */
  answer(form: Form, answer: Readonly<Record<string, string | readonly string[]>> | "dismissed"): void;
  /** Somebody answers in OpenCode. */
  reply(request: Request, decision: "once" | "always" | "reject", message?: string): Promise<void>;
  /** All that is asked, of every location. */
  pending(): readonly Request[];
}

export interface AskedQuestion {
  readonly header: string;
  readonly question: string;
  readonly options: readonly string[];
  readonly multiple?: boolean;
}

export interface HostLocation {
  readonly ref: LocationRef;
  readonly permissions: Permissions;
  /** Another plugin's hook, behind those that are there. */
  hook(name: string, callback: (event: never) => unknown): void;
  /** OpenCode unloads the plugin and waits for it: at a reload, an update, the end. */
  close(): Promise<void>;
  /** An hour without anything: sessions that wait are interrupted, then all of the location is put away. */
  evict(): Promise<void>;
}

interface Instance extends HostLocation {
  readonly hooks: HookTable;
}

export function createHost({
  version = "2.0.32",
  rules = [],
  tellsLocation = true,
  without = [],
}: HostOptions = {}): Host {
  const bus = createBus();
  const sessions = new Map<string, SessionInfo>();
  const instances = new Map<string, Instance>();
  const saved: Rule[] = [];
  let created = 0;

  function instanceOf({ location }: SessionInfo): Instance {
    const instance = instances.get(keyOf(location));
    if (instance === undefined) throw new Error(`No instance of ${location.directory} is open`);
    return instance;
  }

  function publish(type: string, session: SessionInfo, data: object = {}): void {
    const where = tellsLocation ? session.location : undefined;
    bus.publish(type, { sessionID: session.id, ...data }, where);
  }

  function getSession(sessionID: string): SessionInfo {
    const session = sessions.get(sessionID);
    if (session === undefined) throw new Error(`Session not found: ${sessionID}`);
    return session;
  }

  function interrupt(session: SessionInfo, reason: InterruptReason = "user"): void {
    instanceOf(session).permissions.interrupt(session.id);
    publish("session.execution.interrupted", session, { reason });
  }

  async function open(ref: LocationRef, plugin: Plugin, options: unknown = {}): Promise<HostLocation> {
    const hooks: HookTable = new Map();
    const permissions = createPermissions({
      bus,
      location: ref,
      tellsLocation: () => tellsLocation,
      rules,
      saved,
      evaluate: async (evaluation: Evaluation) => trigger(hooks, "permission.evaluate", evaluation),
    });
    const interruptByID = (sessionID: string): boolean => {
      interrupt(getSession(sessionID));
      return true;
    };
    const context = createContext(
      { version, location: ref, options, bus, permissions, getSession, interrupt: interruptByID, hooks },
      without,
    );
    const close = async (): Promise<void> => {
      if (!instances.delete(keyOf(ref))) return;
      await cleanup?.();
      hooks.clear();
    };
    const instance: Instance = {
      ref,
      permissions,
      hooks,
      hook: (name, callback) => void hooks.set(name, (hooks.get(name) ?? new Set()).add(callback)),
      close,
      async evict() {
        for (const { sessionID } of permissions.pending()) interrupt(getSession(sessionID), "inactivity");
        await close();
      },
    };
    instances.set(keyOf(ref), instance);
    const cleanup = (await plugin.setup(context)) as (() => unknown) | undefined;
    return instance;
  }

  async function call(
    session: SessionInfo,
    tool: string,
    input: object,
    { id = `call_${(created += 1)}`, messageID = `msg_${created}` }: CallOptions = {},
  ): Promise<Ran> {
    const { hooks, permissions, ref } = instanceOf(session);
    const event: ToolEvent = { tool, sessionID: session.id, agent: "build", messageID, id, input };
    try {
      await trigger(hooks, "tool.execute.before", event);
      const shell = event.tool === "shell" ? shellOf(event.input, ref) : undefined;
      if (shell !== undefined) await trigger(hooks, "shell.create.before", shell);
      const asked = { ...(event.input as object), ...(shell && { command: shell.command }) };
      for (const ask of await asksOf(event.tool, asked, ref.directory)) {
        const source = { type: "tool" as const, messageID, id };
        const answer = await permissions.assert({ sessionID: session.id, ...ask, source });
        if (answer.kind === "corrected") await trigger(hooks, "tool.execute.after", { ...event });
        if (answer.kind !== "allowed") return answer;
      }
      await trigger(hooks, "tool.execute.after", { ...event });
      return { kind: "ran", input: event.input, ...(shell && { env: shell.env }) };
    } catch (error) {
      return { kind: "failed", error };
    }
  }

  return {
    bus,
    open,
    call,
    interrupt,
    createSession(location, parent) {
      const n = (created += 1);
      const session: SessionInfo = {
        id: `ses_${n}`,
        ...(parent && { parentID: parent.id }),
        projectID: "prj_1",
        agent: parent === undefined ? "build" : "general",
        model: { providerID: "fake", id: "m" },
        title: parent === undefined ? `Session ${n}` : `Subagent ${n}`,
        location,
        time: { created: Date.now(), updated: Date.now() },
      };
      sessions.set(session.id, session);
      publish("session.created", session, { location, projectID: session.projectID });
      return session;
    },
    move(session, location) {
      const moved = { ...session, location };
      sessions.set(session.id, moved);
      publish("session.moved", moved, { location });
      return moved;
    },
    deleteSession(session) {
      instanceOf(session).permissions.interrupt(session.id);
      sessions.delete(session.id);
      publish("session.deleted", session);
    },
    ask(session, questions) {
      const form: Form = {
        id: `frm_${(created += 1)}`,
        sessionID: session.id,
        title: "Questions",
        metadata: { kind: "question", tool: { messageID: "msg_1", id: "call_1" } },
        fields: questions.map(({ header, question, options, multiple = false }, index) => ({
          key: `q${index}`,
          title: header,
          description: question,
          type: multiple ? "multiselect" : "string",
          options: options.map((label) => ({ value: label, label })),
          custom: true,
        })),
      };
      bus.publish("form.created", { form }, tellsLocation ? session.location : undefined);
      return form;
    },
    answer({ id, sessionID }, answer) {
      const data = answer === "dismissed" ? { id, sessionID } : { id, sessionID, answer };
      bus.publish(answer === "dismissed" ? "form.cancelled" : "form.replied", data);
    },
    succeed: (session) => publish("session.execution.succeeded", session),
    async reply({ id, sessionID }, decision, message) {
      const { permissions } = instanceOf(getSession(sessionID));
      await permissions.reply({ sessionID, requestID: id, decision, ...(message && { message }) });
    },
    pending: () => [...instances.values()].flatMap(({ permissions }) => permissions.pending()),
    async [Symbol.asyncDispose]() {
      await Promise.all([...instances.values()].map(async (instance) => instance.close()));
    },
  };
}

function keyOf({ directory, workspaceID = "" }: LocationRef): string {
  return `${directory}\0${workspaceID}`;
}

function shellOf(input: unknown, { directory }: LocationRef): ShellEvent {
  const { command, workdir } = input as { readonly command: string; readonly workdir?: string };
  return {
    command,
    cwd: workdir ?? directory,
    timeout: 120_000,
    shell: "/bin/bash",
    env: { ...process.env },
  };
}

/** Each hook is awaited, and one that throws fails what it was called for. */
async function trigger(hooks: HookTable, name: string, event: object): Promise<void> {
  for (const callback of hooks.get(name) ?? []) await callback(event as never);
}
