/**
 * Which OpenCodes have loaded the plugin and still run, by the log: one with nothing open is in no hub, and neither is one
 * that Slack refuses.
 */

import { readFileSync } from "node:fs";
import * as z from "zod";
import { CONNECTED, LOADED, OFF, UNLOADED } from "../../composition/log-messages.ts";
import { LOGGED_POST } from "../../gateway/attempts.ts";
import { LOGGED_ENDS } from "../../gateway/life.ts";
import { parseLog } from "../log-lines.ts";
import { lookUpProcess, machineKeyOf, relationTo, type Machine } from "../../machine/identity.ts";

/** What went wrong last. */
export interface Trouble {
  readonly at: Date;
  readonly what: string;
}

/** What OpenCode asked, and of which the log tells no end. */
export interface LoggedAsk {
  readonly permission: string;
  readonly requestID: string;
  readonly sessionID: string;
  readonly at: Date;
  /** Slack has taken a card for it. */
  readonly isPosted: boolean;
}

/** The plugin in one project directory of one process. */
export interface Loaded {
  readonly pid: number;
  readonly directory: string;
  readonly at: Date;
  readonly version?: string | undefined;
  readonly memberID?: string | undefined;
  /** Why it is off; undefined where it is not. */
  readonly problems?: readonly string[] | undefined;
  /** By their IDs, the oldest first. */
  readonly asks: ReadonlyMap<string, LoggedAsk>;
  readonly trouble?: Trouble | undefined;
  /** When Slack has last refused something, or could not be reached. */
  readonly refusedAt?: Date | undefined;
  /** When it has last connected to Slack itself. */
  readonly connectedAt?: Date | undefined;
}

const lineSchema = z.object({
  time: z.coerce.date(),
  level: z.string(),
  pid: z.int().positive(),
  directory: z.string(),
  msg: z.string(),
  version: z.string().optional().catch(undefined),
  memberID: z.string().optional().catch(undefined),
  machine: z.string().optional().catch(undefined),
  start: z.string().optional().catch(undefined),
  problems: z.array(z.string()).optional().catch(undefined),
  advice: z.string().optional().catch(undefined),
  /** Of Slack's. */
  failure: z.unknown().optional(),
  requestID: z.string().optional().catch(undefined),
  sessionID: z.string().optional().catch(undefined),
  permission: z.string().optional().catch(undefined),
});
type Line = z.infer<typeof lineSchema>;

/** What has been read so far of one. */
interface Reading extends Loaded {
  readonly machineKey: string | undefined;
  /** As {@link lookUpProcess} tells it. */
  readonly start: string | undefined;
  readonly asks: Map<string, LoggedAsk>;
  trouble?: Trouble;
  refusedAt?: Date;
  connectedAt?: Date;
}

/** Of this machine's. @param file the log of the gateway; the one before it is read too. */
export function findLoaded(file: string, machine: Machine): readonly Loaded[] {
  const readings = new Map<string, Reading>();
  for (const text of [`${file}.1`, file].map(readText))
    for (const line of parseLog(text, lineSchema)) take(readings, line);
  return [...readings.values()].filter((reading) => isRunning(reading, machine));
}

function take(readings: Map<string, Reading>, line: Line): void {
  const { pid, directory, msg, memberID, time: at } = line;
  const place = `${pid} ${directory}`;
  if (msg === LOADED || msg === OFF) {
    readings.delete(place);
    readings.set(place, begin(line));
    return;
  }
  const reading = readings.get(place);
  if (reading === undefined) return;
  // Another one may be loaded there before the one before it has ended.
  if (msg === UNLOADED && memberID === reading.memberID) readings.delete(place);
  else if (msg === CONNECTED) reading.connectedAt = at;
  else if (line.level === "warn" || line.level === "error") takeTrouble(reading, line);
  takeAsk(reading, line);
}

function begin({ pid, directory, msg, time, version, memberID, machine, start, problems }: Line): Reading {
  const machineKey = machine ?? (memberID && machineKeyOf(memberID));
  return {
    pid,
    directory,
    at: time,
    version,
    memberID,
    problems: msg === OFF ? (problems ?? []) : undefined,
    machineKey,
    start,
    asks: new Map(),
  };
}

function takeAsk({ asks }: Reading, { msg, time: at, requestID, sessionID, permission }: Line): void {
  if (requestID === undefined || sessionID === undefined) return;
  if (LOGGED_ENDS.has(msg)) asks.delete(requestID);
  else if (permission !== undefined && msg.endsWith(" asked"))
    asks.set(requestID, { permission, requestID, sessionID, at, isPosted: false });
  else if (msg === LOGGED_POST) notePosted(asks, requestID);
}

function notePosted(asks: Reading["asks"], requestID: string): void {
  const ask = asks.get(requestID);
  if (ask !== undefined) asks.set(requestID, { ...ask, isPosted: true });
}

function takeTrouble(reading: Reading, { time: at, msg, advice, failure }: Line): void {
  reading.trouble = { at, what: advice === undefined ? msg : `${msg}: ${advice}` };
  if (advice !== undefined || failure !== undefined) reading.refusedAt = at;
}

/** Of another boot, or in another container, a process ID says nothing. */
function isRunning({ pid, machineKey, start }: Reading, machine: Machine): boolean {
  if (machineKey === undefined || relationTo(machineKey, machine) !== "same-boot") return false;
  const state = lookUpProcess(pid);
  if (state.kind !== "running") return false;
  return start === undefined || state.start === undefined || start === state.start;
}

/** Nothing where there is no such file, or none that can be read. */
function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
