/** Whether OpenCode loaded the plugin last time, and what it said then: OpenCode itself says nothing of a broken plugin. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import * as z from "zod";
import { LOADED, OFF } from "../../composition/log-messages.ts";
import { parseLog } from "../log-lines.ts";
import { ok, unknown, wrong, type Check } from "./check.ts";

/** How much of the end of the log is read: some thousand lines. */
const TAIL_BYTES = 1024 * 1024;
/** Warnings that are repeated. */
const SAID_LIMIT = 3;

const lineSchema = z.object({
  time: z.string(),
  level: z.string(),
  pid: z.number(),
  msg: z.string(),
  directory: z.string().optional().catch(undefined),
  version: z.string().optional().catch(undefined),
  problems: z.array(z.string()).optional().catch(undefined),
  advice: z.string().optional().catch(undefined),
});

/** @param file the log of the gateway. */
export function checkLastLoad(file: string): readonly Check[] {
  // The log before this one, which may have begun a moment ago, is beside it.
  const lines = [`${file}.1`, file].flatMap((each) => parseLog(readTail(each), lineSchema));
  const start = lines.findLastIndex(({ msg }) => msg === LOADED || msg === OFF);
  const last = lines[start];
  if (last === undefined)
    return [
      unknown(
        `OpenCode has not loaded the plugin yet, by the log (${file})`,
        "Start OpenCode in a project and let it do something. If the log stays empty, OpenCode did not find the package: check the plugin's line, and that this machine reaches npm.",
      ),
    ];
  const when = `${last.time.slice(0, 16).replace("T", " ")} UTC, ${last.directory ?? "?"}`;
  if (last.msg === OFF)
    return [
      wrong(
        `The plugin was off when OpenCode last loaded it (${when})`,
        (last.problems ?? []).join(" ") || "The log says why.",
      ),
    ];
  const version = last.version === undefined ? "" : ` as version ${last.version}`;
  const said = new Set(
    lines
      .slice(start + 1)
      .filter(({ pid, level }) => pid === last.pid && (level === "error" || level === "warn"))
      .map(({ msg, advice }) => (advice === undefined ? msg : `${msg}: ${advice}`)),
  );
  return [
    ok(`OpenCode loaded the plugin${version} (${when})`),
    ...[...said]
      .slice(-SAID_LIMIT)
      .map((what) => unknown(`It said then: ${what}`, "If it is not mended yet, see the troubleshooting.")),
  ];
}

function readTail(file: string): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, "r");
    const { size } = fstatSync(descriptor);
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(descriptor, tail, 0, tail.length, size - tail.length);
    return tail.toString();
  } catch {
    return "";
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
