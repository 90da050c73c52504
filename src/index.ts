/**
 * The entry that OpenCode loads: small, because OpenCode waits for it, also for commands that never ask for
 * anything. Everything else is loaded a little later, or when OpenCode asks for the first time.
 */

import type { Hooks, PluginInput, PluginOptions } from "@opencode-ai/plugin";
import { createCalls } from "./opencode/v1/calls.ts";
import type { Wired } from "./composition/plugin.ts";
import { blanksFor } from "./composition/variables.ts";

/** Most commands of OpenCode's have ended by then. It is only for telling early what is wrong with the configuration. */
const LOAD_DELAY_MS = 2_000;

/** All that concerns us. OpenCode tells every token that a model streams, too. */
const HEARD: ReadonlySet<string> = new Set([
  "permission.asked",
  "permission.replied",
  "permission.v2.asked",
  "permission.v2.replied",
  "question.asked",
  "question.rejected",
  "question.replied",
  "session.created",
  "session.deleted",
  "session.idle",
  "session.next.step.ended",
  "session.next.step.failed",
  "session.next.tool.called",
  "session.status",
]);

/** OpenCode calls this once for each project directory that a process serves, and awaits it. */
async function server(input: PluginInput, options?: PluginOptions): Promise<Hooks> {
  const calls = createCalls();
  const blanks = blanksFor(process.env);
  let loading: Promise<Wired | undefined> | undefined;
  let isDisposed = false;

  async function load(): Promise<Wired | undefined> {
    loading ??= import("./composition/plugin.ts")
      .then(({ wire }) => (isDisposed ? undefined : wire(input, options)))
      .catch(async (error: unknown) => {
        // What was wrong may not be wrong any more, as when there were too many open files.
        loading = undefined;
        await reportToOpenCode(input, error);
        return undefined;
      });
    return loading;
  }

  const early = setTimeout(() => void load(), LOAD_DELAY_MS).unref();

  return {
    async event({ event }) {
      if (!HEARD.has(event.type)) return;
      try {
        // Before anything else: while we are loaded, other calls may begin.
        const call = calls.hear(event);
        const wired = isRequest(event) && !isDisposed ? load() : loading;
        (await wired)?.event(event, call);
      } catch (error) {
        // OpenCode would meet it as an unhandled rejection.
        await reportToOpenCode(input, error);
      }
    },
    async "tool.execute.before"(call, { args }) {
      calls.began(call, args);
    },
    async "tool.execute.after"(call) {
      calls.ended(call);
    },
    async "shell.env"(_, { env }) {
      Object.assign(env, blanks);
    },
    async dispose() {
      isDisposed = true;
      clearTimeout(early);
      await (await loading)?.dispose();
    },
  };
}

/** OpenCode's types do not know the event. */
function isRequest({ type }: { readonly type: string }): boolean {
  return type.endsWith(".asked");
}

/**
 * Without our own log, as when this package is incomplete, OpenCode's log and its screen are the places that are left.
 * Does not reject.
 */
async function reportToOpenCode({ client }: PluginInput, error: unknown): Promise<void> {
  const message = `opencode-slack-gateway does not work: ${String(error)}`;
  const advice = "The Slack gateway does not work: answer here. OpenCode's log says why.";
  const telling = [
    async () => client.app.log({ body: { service: "opencode-slack-gateway", level: "error", message } }),
    async () => client.tui.showToast({ body: { message: advice, variant: "error" } }),
  ];
  // Nobody is left to be told that somebody could not be told.
  await Promise.allSettled(telling.map(async (tell) => tell()));
}

/**
 * OpenCode's plugin. A function as the only export works on every version since 1.1; `id` and `server` are what
 * versions since 1.14 look for first.
 */
export default Object.assign(server, { id: "opencode-slack-gateway", server });
