/** What every OpenCode of this machine is doing with Slack, put together: what hubs tell, and what the log tells of the rest. */

import { parseStatus, type MemberStatus } from "../../composition/member-status.ts";
import type { MuteReading } from "../../gateway/domain/mute.ts";
import { findHubs, observeHub, type HubPlace, type Sight } from "../../hub/observer.ts";
import type { Loaded } from "./loaded.ts";

/** How long the members of a hub have time to answer. */
const ANSWER_LIMIT_MS = 2_000;

/** How long something may wait, and Slack be away, before that is wrong: to connect takes a second or two. */
const PATIENCE_MS = 10_000;

/** `ok`: nothing is wrong, or nothing waits. `not-reached`: something waits, and Slack is not reached. `off`: by its configuration. */
export type Verdict = "ok" | "not-reached" | "off";

export interface MemberReport {
  readonly memberID: string;
  /** Missing where it does not answer: it is of an older release, or stopped. */
  readonly status?: MemberStatus | undefined;
  /** What the log knows of it. */
  readonly loaded?: Loaded | undefined;
}

export interface HubReport {
  readonly key: string;
  /**
   * Whether Slack sends it presses. `silent`: its holder does not respond. `unknown`: its holder is of an older release, or
   * tells nothing.
   */
  readonly connection: "connected" | "not-connected" | "silent" | "unknown";
  /** Since it is so, where that is known. */
  readonly ageMs?: number | undefined;
  readonly members: readonly MemberReport[];
}

/** One that is in no hub, or in one whose holder is of a release that cannot be asked. */
export interface OtherReport {
  /**
   * `waiting`: something waits, and is not posted yet. `refused`: something waits, and it has left Slack because of
   * `trouble`. `untold`: only the log tells of it, as it meets nobody, or is in a hub that cannot be asked.
   */
  readonly state: "idle" | "waiting" | "untold" | "refused" | "off";
  readonly loaded: Loaded;
}

export interface Report {
  readonly verdict: Verdict;
  readonly hubs: readonly HubReport[];
  readonly others: readonly OtherReport[];
  /** Directories in which nobody can meet, each with the reason. */
  readonly refusals: readonly string[];
  /** Whether new cards wait; missing where there is no place to note that. */
  readonly mute?: MuteReading;
}

/** Looks into all hubs of these directories. */
export async function lookIntoHubs(
  directories: readonly string[],
): Promise<{ readonly hubs: readonly SeenHub[]; readonly refusals: readonly string[] }> {
  const found = directories.map((directory) => ({ directory, hubs: findHubs(directory) }));
  const places = found.flatMap(({ hubs }) => (typeof hubs === "string" ? [] : hubs));
  const hubs = await Promise.all(places.map(look));
  const refusals = found.flatMap(({ directory, hubs: refusal }) =>
    typeof refusal === "string" ? [`${directory} ${refusal}`] : [],
  );
  return { hubs, refusals };
}

export interface SeenHub {
  readonly key: string;
  readonly sight: Sight;
}

async function look({ key, path }: HubPlace): Promise<SeenHub> {
  return { key, sight: await observeHub(path, ANSWER_LIMIT_MS) };
}

/** Pure. */
export function putTogether(
  seen: readonly SeenHub[],
  loaded: readonly Loaded[],
  refusals: readonly string[],
): Report {
  const hubs = seen.flatMap((hub) => reportHub(hub, loaded));
  const inHubs = new Set(hubs.flatMap(({ members }) => members.map(({ memberID }) => memberID)));
  const isUntold = seen.some(({ sight }) => sight.kind === "held" && sight.statuses === undefined);
  const others = loaded
    .filter(({ memberID }) => memberID === undefined || !inHubs.has(memberID))
    .map((one): OtherReport => ({ state: stateOf(one, isUntold), loaded: one }));
  return { verdict: judge(hubs, others), hubs, others, refusals };
}

function reportHub({ key, sight }: SeenHub, loaded: readonly Loaded[]): HubReport[] {
  if (sight.kind === "empty") return [];
  if (sight.kind === "silent") return [{ key, connection: "silent", members: [] }];
  const members = [...(sight.statuses ?? [])].map(([memberID, text]): MemberReport => ({
    memberID,
    status: text === undefined ? undefined : parseStatus(text),
    loaded: loaded.find((one) => one.memberID === memberID),
  }));
  const connection = members.find(({ status }) => status?.connection !== undefined)?.status?.connection;
  if (connection === undefined) return [{ key, connection: "unknown", members }];
  const { isConnected, ageMs } = connection;
  return [{ key, connection: isConnected ? "connected" : "not-connected", ageMs, members }];
}

/** One that Slack has refused since it asked, and that has not connected since then, does not come there by itself. */
function stateOf(
  { problems, asks, refusedAt, connectedAt }: Loaded,
  isUntold: boolean,
): OtherReport["state"] {
  if (problems !== undefined) return "off";
  const [oldest] = asks.values();
  const isRefused = isBefore(oldest?.at, refusedAt) && !isBefore(refusedAt, connectedAt);
  if (isRefused) return "refused";
  if (isUntold || oldest?.isPosted === true) return "untold";
  return oldest === undefined ? "idle" : "waiting";
}

function isBefore(one: Date | undefined, other: Date | undefined): boolean {
  return one !== undefined && other !== undefined && one < other;
}

function judge(hubs: readonly HubReport[], others: readonly OtherReport[]): Verdict {
  if (hubs.some(isStuck) || others.some(({ state }) => state === "refused")) return "not-reached";
  return others.some(({ state }) => state === "off") ? "off" : "ok";
}

function isStuck({ connection, ageMs = 0, members }: HubReport): boolean {
  if (connection === "silent") return true;
  const oldestMs = Math.max(
    0,
    ...members.flatMap(({ status }) => status?.asks.map((ask) => ask.ageMs) ?? []),
  );
  return connection === "not-connected" && Math.min(ageMs, oldestMs) > PATIENCE_MS;
}
