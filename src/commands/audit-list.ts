/** `opencode-slack-gateway audit list`: who was asked and who answered, a line for each request. */

import { readHistory, type RecordedRequest } from "../audit/history.ts";
import { makeVisible } from "../sanitize/visible.ts";

/** Says the latest requests. @returns the exit code: 1 where there is no record, or none that can be read. */
export function listAudit(directory: string, limit: number): number {
  try {
    const { requests, skipped } = readHistory(directory);
    for (const request of requests.slice(-limit)) console.log(renderRequest(request));
    for (const remark of remarks(requests.length, limit, skipped)) console.log(remark);
    return 0;
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    console.error(
      error.code === "ENOENT"
        ? `There is no audit record in ${directory}.`
        : `The audit record cannot be read: ${error.message}.`,
    );
    return 1;
  }
}

function remarks(count: number, limit: number, skipped: number): string[] {
  return [
    ...(count === 0 ? ["Nobody was asked anything yet."] : []),
    ...(count > limit ? [`${count - limit} earlier ones: --limit ${count} shows all.`] : []),
    ...(skipped > 0
      ? [`${skipped} lines are not as they were written: run opencode-slack-gateway audit --verify.`]
      : []),
  ];
}

function renderRequest({ at, permission, reply, closed, grant, mutes, refused }: RecordedRequest): string {
  return [
    `${timeOf(at)}  ${makeVisible(permission.replace(/\s+/g, " ")).text}  ${endOf(reply, closed)}`,
    ...(grant === undefined ? [] : [`  and the like until ${timeOf(grant.until)}${endedBefore(grant)}`]),
    ...mutes.map(
      ({ userID, until }) =>
        `  ${userID} ${until === undefined ? "unmuted new cards" : `muted new cards until ${timeOf(until)}`}`,
    ),
    ...refused.map(({ userID, refusal }) => `  a press by ${userID} did not count: ${refusal}`),
  ].join("\n");
}

function timeOf(at: string): string {
  return at.replace("T", " ").replace(/\.\d+Z$/, "Z");
}

function endedBefore({ ended }: NonNullable<RecordedRequest["grant"]>): string {
  return ended === undefined ? "" : `, ended: ${ended}`;
}

function endOf(reply: RecordedRequest["reply"], closed: RecordedRequest["closed"]): string {
  const after = closed === undefined ? "" : ` after ${duration(closed.openMs)}`;
  if (reply !== undefined) return `${REPLIES[reply.reply] ?? reply.reply} ${whoReplied(reply)}${after}`;
  if (closed === undefined) return "no end is recorded: it is open, or its OpenCode was killed";
  return `not answered (${closed.reason ?? "no reason is recorded"})${after}`;
}

const REPLIES: Readonly<Record<string, string>> = {
  once: "allowed once",
  always: "allowed always",
  reject: "rejected",
  answer: "answered",
};

function whoReplied({ by, userID }: NonNullable<RecordedRequest["reply"]>): string {
  if (userID === undefined) return "in OpenCode";
  if (by === "grant") return `by what ${userID} has allowed for a time`;
  return by === "sibling" ? `along with another answer of ${userID}` : `by ${userID}`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
