/**
 * What OpenCode 2 loads for one location: small, because OpenCode waits for it. It hears from the beginning, since
 * OpenCode tells nothing again; everything else is loaded a little later, or when the first permission is asked.
 */

import type { WiredHost } from "./host-gateway.ts";
import { blanksFor } from "./variables.ts";
import { createCalls, type Calls } from "../opencode/v2/calls.ts";
import { parseEvent, type HostEvent } from "../opencode/v2/events.ts";
import type { Host } from "../opencode/v2/host.ts";
import { runListening } from "../opencode/v2/listening.ts";
import { findHome } from "../system/home.ts";
import { unlessLate } from "../system/pause.ts";

/** It is only for telling early what is wrong with the configuration. */
const LOAD_DELAY_MS = 2_000;
/** How long OpenCode may take to have our hooks: it waits for us meanwhile. */
const HOOKS_LIMIT_MS = 2_000;

/**
 * Does not reject.
 *
 * @param missing what this OpenCode does not have of what we would use.
 * @returns what is to be called when OpenCode unloads the plugin: closes all cards, and leaves Slack.
 */
export async function attendHost(host: Host, missing: readonly string[]): Promise<() => Promise<void>> {
  const calls = createCalls(findHome());
  const end = new AbortController();
  let loading: Promise<WiredHost | undefined> | undefined;

  async function load(): Promise<WiredHost | undefined> {
    loading ??= import("./host-gateway.ts")
      .then(({ wireHost }) =>
        end.signal.aborted ? undefined : wireHost({ host, missing, callOf: (ask) => calls.find(ask) }),
      )
      .catch(() => {
        // What was wrong may not be wrong any more, as when there were too many open files.
        loading = undefined;
        return undefined;
      });
    return loading;
  }

  function hear(raw: unknown): void {
    try {
      const event = parseEvent(raw, host.location.directory);
      if (event === undefined) return;
      // Before anything else: while we are loaded, other calls may begin.
      const call = event.kind === "asked" ? calls.find(event.ask) : undefined;
      if (event.kind === "ended") calls.turnEnded(event.sessionID);
      pass((wired) => wired.hear(event, raw, call), isAsk(event) ? load() : loading);
    } catch (error) {
      pass((wired) => wired.notUnderstood(error), load());
    }
  }

  const early = setTimeout(() => void load(), LOAD_DELAY_MS).unref();
  void runListening({
    subscribe: host.subscribe,
    hear,
    resumed: () => pass((wired) => wired.resumed(), loading),
    broken: (error) => pass((wired) => wired.broken(error), load()),
    signal: end.signal,
  });
  await registerHooks(host, calls);

  return async () => {
    // What OpenCode has told until now is heard: it may say why what was asked is asked no more.
    await new Promise(setImmediate);
    end.abort();
    clearTimeout(early);
    await (await loading)?.dispose();
  };
}

function isAsk({ kind }: HostEvent): boolean {
  return kind === "asked" || kind === "question";
}

/** In the order of the calls: whoever waits for the same is served so. */
function pass(act: (wired: WiredHost) => void, wired: Promise<WiredHost | undefined> | undefined): void {
  void wired?.then((each) => each && act(each));
}

async function registerHooks({ hookTool, hookShell }: Host, calls: Calls): Promise<void> {
  const blanks = blanksFor(process.env);
  const registered = [
    register(hookTool, "execute.before", (event) => calls.began(event)),
    register(hookTool, "execute.after", (event) => calls.ended(event)),
    register(hookShell, "create.before", (event) =>
      Object.assign((event as { readonly env: object }).env, blanks),
    ),
  ];
  await unlessLate(Promise.allSettled(registered), HOOKS_LIMIT_MS);
}

/** A hook that throws would make the tool's call fail. */
async function register(
  hook: Host["hookTool"],
  name: string,
  act: (event: unknown) => unknown,
): Promise<void> {
  await hook?.(name, (event) => {
    try {
      act(event);
    } catch {
      // What OpenCode hands over is not as it is known to be: then nothing is known of this call.
    }
  });
}
