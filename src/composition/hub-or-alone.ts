/** Where the processes of this machine meet to share one connection to Slack, or each has its own. */

import { join as joinPath } from "node:path";
import type { Config } from "./config.ts";
import { loadEnvironment } from "./env-file.ts";
import { trimmed, type Environment } from "./environment.ts";
import { defaultSocketDirectory, stateDirectory } from "./paths.ts";
import { pathSchema } from "./setting-schemas.ts";
import { HubDirectoryError } from "../hub/election.ts";
import type { Hub } from "../hub/holder.ts";
import { runHub, type HubOptions } from "../hub/hub.ts";
import type { Log } from "../system/log.ts";
import { pause } from "../system/pause.ts";

/** How soon a process without a hub notices that it may connect again. */
const LOOK_AGAIN_MS = 200;

/** Runs in the first directory where the processes of this machine can meet; where there is none, by itself. */
export async function runHubOrAlone(
  directories: readonly string[],
  options: Omit<HubOptions, "directory">,
  log: Log,
): Promise<void> {
  for (const directory of directories) {
    try {
      await runHub({ ...options, directory });
      return;
    } catch (err) {
      if (!(err instanceof HubDirectoryError)) throw err;
      log.warn(
        { err, directory },
        "the OpenCodes of this machine cannot share a connection through this directory",
      );
    }
  }
  await runAlone(options);
}

/** The hub of a process that meets no other. */
async function runAlone({
  memberID,
  hold,
  mayHold,
  pressed,
  signal,
}: Omit<HubOptions, "directory">): Promise<void> {
  const isConnected = (owner: string): boolean => owner === memberID;
  const pass: Hub["pass"] = async (owner, _envelopeID, press) => {
    if (!isConnected(owner)) return "absent";
    pressed(press);
    return "received";
  };
  while (!signal.aborted) {
    // What `hold` rejects with, it has told already.
    if (mayHold()) await hold({ pass, isConnected }, signal).catch(() => undefined);
    else await pause(LOOK_AGAIN_MS, signal);
  }
}

/** All directories in which OpenCodes with these variables may meet, whatever else is missing or wrong. */
export function readHubDirectories(given: Environment): string[] {
  const { env } = loadEnvironment(given);
  const setting = trimmed(env)["OPENCODE_SLACK_GATEWAY_SOCKET_DIR"];
  const set = pathSchema("OPENCODE_SLACK_GATEWAY_SOCKET_DIR").safeParse(setting).data;
  const directory = stateDirectory(env);
  if (directory === undefined) return [];
  return hubDirectories({
    socketDirectory: set ?? defaultSocketDirectory(),
    stateDirectory: directory,
  });
}

export function hubDirectories({
  socketDirectory,
  stateDirectory,
}: Pick<Config, "socketDirectory" | "stateDirectory">): string[] {
  return socketDirectory === undefined ? [] : [socketDirectory, joinPath(stateDirectory, "hub")];
}
