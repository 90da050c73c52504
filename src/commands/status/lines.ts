/** The status for a person, and for a program. Whatever others have written is masked and made visible. */

import type { MemberStatus } from "../../composition/member-status.ts";
import { makeVisible, renderCount } from "../../sanitize/visible.ts";
import type { MuteReading } from "../../gateway/domain/mute.ts";
import type { Reading } from "../../sanitize/ground.ts";
import { sayClockTime } from "../clock-time.ts";
import type { HubReport, MemberReport, OtherReport, Report, Verdict } from "./report.ts";
import type { Loaded, Trouble } from "./loaded.ts";

const TROUBLE_LIMIT_CHARS = 300;
const DIRECTORY_LIMIT_CHARS = 1_000;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** @param mask what of a text may be shown. */
export function renderReport(report: Report, mask: (text: string) => string, at: Date): readonly string[] {
  const show = (text: string, reading: Reading): string => makeVisible(mask(text), reading).text;
  const { hubs, others, refusals, verdict, mute } = report;
  const now = at.getTime();
  return [
    ...renderMute(mute, at),
    ...refusals.map((refusal) => show(`The OpenCodes cannot meet: ${refusal}.`, "line")),
    ...hubs.flatMap((hub) => renderHub(hub, show, now)),
    ...others.flatMap((other) => renderOther(other, show, now)),
    ...(hubs.length + others.length === 0 ? ["No OpenCode with the gateway runs here, by the log."] : []),
    "",
    VERDICTS[verdict],
  ];
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  ok: "Nothing is wrong.",
  "not-reached": "Something waits, and Slack is not reached.",
  off: "The gateway is off: its configuration is missing or wrong.",
};

function renderMute(mute: MuteReading | undefined, now: Date): string[] {
  switch (mute?.kind) {
    case "muted": {
      const left = sayMs(mute.until.getTime() - now.getTime());
      return [
        `Muted until ${sayClockTime(mute.until, now)}, for another ${left}: new requests wait in OpenCode.`,
      ];
    }
    case "doubtful":
      return [`Nothing is muted, as the mute cannot be read: ${mute.why}.`];
    case "none":
    case undefined:
      return [];
  }
}

type Show = (text: string, reading: Reading) => string;

function renderHub({ key, connection, ageMs, members }: HubReport, show: Show, now: number): string[] {
  const since = ageMs === undefined ? "" : ` for ${sayMs(ageMs)}`;
  const says = {
    connected: `connected${since}`,
    "not-connected": `NOT connected${since}`,
    silent: "the OpenCode that holds the connection DOES NOT RESPOND",
    unknown: "the OpenCode that holds the connection does not say",
  }[connection];
  return [
    `Slack app ${show(key, "name")}: ${says}`,
    ...members.flatMap((member) => renderMember(member, show, now)),
  ];
}

function renderMember({ memberID, status, loaded }: MemberReport, show: Show, now: number): string[] {
  if (status === undefined)
    return [
      `  ${loaded === undefined ? show(memberID, "name") : nameLoaded(loaded, show)}: runs, and does not answer (an older version, or stopped)`,
      ...renderTrouble(loaded?.trouble, show, now),
    ];
  const role = status.connection === undefined ? "" : ", holds the connection";
  return [
    `  ${showDirectory(status.directory, show)} (pid ${status.pid}, version ${show(status.version, "name")}${role})`,
    ...renderAsks(status, show),
    ...renderGrants(status, show),
    ...renderTrouble(loaded?.trouble, show, now),
  ];
}

function renderAsks({ asks, askCount }: MemberStatus, show: Show): string[] {
  if (askCount === 0) return ["    nothing waits"];
  return [
    ...asks.map(
      ({ kind, permission, requestID, sessionID, ageMs, isOnCard }) =>
        `    ${show(kind === permission ? kind : `${kind} ${permission}`, "name")} waits for ${sayMs(ageMs)}, ${isOnCard ? "on a card" : "NOT on a card yet"} (${show(requestID, "name")}, ${show(sessionID, "name")})`,
    ),
    ...renderMore(askCount - asks.length),
  ];
}

function renderGrants({ grants, grantCount }: MemberStatus, show: Show): string[] {
  return [
    ...grants.map(
      ({ permission, requestID, leftMs, uses }) =>
        `    ${show(permission, "name")} is allowed for another ${sayMs(leftMs)}, used ${renderCount({ count: uses, one: "time", many: "times" })} (${show(requestID, "name")})`,
    ),
    ...renderMore(grantCount - grants.length),
  ];
}

function renderMore(more: number): string[] {
  return more > 0 ? [`    and ${more} more`] : [];
}

function renderOther({ state, loaded }: OtherReport, show: Show, now: number): string[] {
  const name = nameLoaded(loaded, show);
  const [oldest] = loaded.asks.values();
  const since = oldest === undefined ? "" : ` for ${sayMs(now - oldest.at.getTime())}`;
  switch (state) {
    case "off":
      return [`${name}: OFF. ${show(cut((loaded.problems ?? []).join(" ")), "title")}`];
    case "idle":
      return [`${name}: idle, so it is not connected`, ...renderTrouble(loaded.trouble, show, now)];
    case "waiting":
      return [
        `${name}: something waits${since}, and is not posted yet`,
        ...renderTrouble(loaded.trouble, show, now),
      ];
    case "refused":
      return [
        `${name}: something waits${since}, and is NOT in Slack`,
        ...renderTrouble(loaded.trouble, show, now),
      ];
  }
}

function nameLoaded({ directory, pid, version }: Loaded, show: Show): string {
  const number = version === undefined ? "" : `, version ${show(version, "name")}`;
  return `${showDirectory(directory, show)} (pid ${pid}${number})`;
}

function showDirectory(directory: string, show: Show): string {
  return show(directory.slice(0, DIRECTORY_LIMIT_CHARS), "line");
}

function renderTrouble(trouble: Trouble | undefined, show: Show, now: number): string[] {
  if (trouble === undefined) return [];
  return [`    last trouble, ${sayMs(now - trouble.at.getTime())} ago: ${show(cut(trouble.what), "title")}`];
}

function cut(text: string): string {
  return text.length > TROUBLE_LIMIT_CHARS ? `${text.slice(0, TROUBLE_LIMIT_CHARS)}…` : text;
}

function sayMs(ms: number): string {
  if (ms < 2 * MINUTE_MS) return `${Math.max(0, Math.round(ms / SECOND_MS))} s`;
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  return ms < 2 * DAY_MS ? `${Math.round(ms / HOUR_MS)} h` : `${Math.round(ms / DAY_MS)} days`;
}

/** One JSON object, in ASCII, so that nothing in it can act on a terminal. */
export function renderJSON(report: Report, version: string, mask: (text: string) => string): string {
  const { verdict, hubs, others, refusals, mute } = report;
  const whole = {
    version,
    verdict,
    hubs: hubs.map(flattenHub),
    others: others.map(flattenOther),
    refusals,
    mute,
  };
  const masked = (_key: string, value: unknown): unknown => (typeof value === "string" ? mask(value) : value);
  return JSON.stringify(whole, masked, 2).replaceAll(/[^\n -~]/g, escapeUnit);
}

function flattenHub({ members, ...hub }: HubReport): object {
  return { ...hub, members: members.map(flattenMember) };
}

function flattenOther({ state, loaded }: OtherReport): object {
  return { state, ...flattenLoaded(loaded), asks: [...loaded.asks.values()] };
}

function flattenMember({ memberID, status, loaded }: MemberReport): object {
  const { trouble, ...known } = loaded === undefined ? { trouble: undefined } : flattenLoaded(loaded);
  return { memberID, answers: status !== undefined, ...known, ...status, trouble };
}

function flattenLoaded({ pid, directory, version, memberID, problems, at, trouble }: Loaded) {
  return { memberID, pid, directory, version, problems, loadedAt: at, trouble };
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
