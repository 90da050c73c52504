/** Checks of this machine: the way to Slack, the clock, and the places where files and sockets are kept. */

import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../composition/config.ts";
import { hubDirectories } from "../../composition/hub-or-alone.ts";
import { refusalOf } from "../../hub/directory.ts";
import { createProxyAgent, socketIgnoresProxy } from "../../slack/connection/proxy.ts";
import { makeDirectory } from "../../system/make-directory.ts";
import { ok, unknown, wrong, type Check } from "./check.ts";

/** Somebody whose clock is further off sees wrong times on cards; presses are dated by Slack's own. */
const CLOCK_LIMIT_MS = 30_000;

/** Says which way is taken, and never a proxy's password. Whether it leads to Slack, the tokens' checks tell. */
export function checkProxy(config: Pick<Config, "apiURL" | "httpsProxy" | "noProxy">): Check {
  const host = new URL(config.apiURL).host;
  if (createProxyAgent(config) === undefined)
    return ok(
      config.httpsProxy === undefined
        ? `${host} is reached directly: no proxy is set (HTTPS_PROXY)`
        : `${host} is reached directly: the proxy is not for it (NO_PROXY, or no https address)`,
    );
  const proxy = new URL(config.httpsProxy ?? "").host;
  return socketIgnoresProxy()
    ? wrong(
        `The Bun of this OpenCode does not use the proxy to connect to Slack (${proxy})`,
        "Update OpenCode: it is fixed in Bun 1.3.6.",
      )
    : ok(`${host} is reached by way of the proxy ${proxy}`);
}

/** @param aheadMs how far this machine's clock is ahead of Slack's; undefined where Slack told no time. */
export function checkClock(aheadMs: number | undefined): Check {
  if (aheadMs === undefined) return unknown("Slack did not tell its time, so the clock is not checked");
  if (Math.abs(aheadMs) <= CLOCK_LIMIT_MS) return ok("This machine's clock agrees with Slack's");
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  return wrong(
    `This machine's clock is ${seconds} seconds ${aheadMs > 0 ? "ahead of" : "behind"} Slack's`,
    "Set it by the network (NTP): the times on cards and in the audit record are wrong.",
  );
}

/** Writes a file there, and removes it. */
export function checkStateDirectory(directory: string): Check {
  const file = join(directory, `doctor-${randomBytes(6).toString("hex")}.tmp`);
  try {
    makeDirectory(directory, 0o700);
    writeFileSync(file, "", { mode: 0o600 });
    rmSync(file);
    return ok(`Files can be kept in ${directory}`);
  } catch (error) {
    return wrong(
      `No file can be written in ${directory} (${codeOf(error)}), so nothing can be recorded, and nothing allowed`,
      "Make room on the disk, or make the directory yours: its owner must be your user.",
    );
  }
}

/** Where the OpenCodes of this machine meet. */
export function checkSocketDirectory(config: Pick<Config, "socketDirectory" | "stateDirectory">): Check {
  const [directory, other] = hubDirectories(config);
  if (directory === undefined)
    return unknown(
      "On Windows the OpenCodes of one machine do not share a connection",
      "With more than one at a time, give each its own Slack app.",
    );
  const why = refusalOf(directory);
  if (why === undefined) return ok(`The OpenCodes of this machine meet in ${directory}`);
  const whyOther = other === undefined ? undefined : refusalOf(other);
  return wrong(
    `The socket directory ${directory} ${why}${whyOther === undefined ? "" : `, and ${other} ${whyOther}`}`,
    whyOther === undefined
      ? `The OpenCodes of this machine meet in ${other} instead. Mend the directory, or set OPENCODE_SLACK_GATEWAY_SOCKET_DIR to one that is yours alone (mode 0700).`
      : "Each OpenCode opens a connection of its own. Set OPENCODE_SLACK_GATEWAY_SOCKET_DIR to a directory that is yours alone (mode 0700).",
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
