/** Where our files are, and under which names. */

import { createHash } from "node:crypto";
import { isAbsolute, join } from "node:path";
import { findHome } from "../system/home.ts";
import type { Environment } from "./environment.ts";

/** The Slack app that a process connects with, and where. */
interface App {
  /** `xapp-…` */
  readonly appToken: string;
  /** Ends in a slash. */
  readonly apiURL: string;
}

/** Names a Slack app at one Slack without telling its token: who shares it shares a connection and a ledger. */
export function appKey({ appToken, apiURL }: App): string {
  return createHash("sha256").update(`${appToken}\n${apiURL}`).digest("hex").slice(0, 12);
}

/** Where the processes with the same app note their open cards. */
export function ledgerDirectory(app: App & { readonly stateDirectory: string }): string {
  return join(app.stateDirectory, appKey(app));
}

/** Where it is noted until when no new cards are wanted: by whichever app and project. */
export function muteFile(stateDirectory: string): string {
  return join(stateDirectory, "mute.json");
}

/**
 * Where files that outlive a process are kept; undefined where there is no place.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/: a relative path is to be ignored.
 */
export function stateDirectory(env: Environment = process.env): string | undefined {
  const home = absolute(env["HOME"]) ?? findHome();
  const base =
    absolute(env["XDG_STATE_HOME"]) ?? (home === undefined ? undefined : join(home, ".local", "state"));
  return base === undefined ? undefined : join(base, "opencode-slack-gateway");
}

function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

/** In /tmp and not in a runtime directory: a path that is short and the same for every process of one user. */
export function defaultSocketDirectory(): string | undefined {
  const uid = process.getuid?.();
  return uid === undefined ? undefined : `/tmp/opencode-slack-gateway-${uid}`;
}
