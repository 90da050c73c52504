import { makeVisible } from "../../src/slack/visible.ts";
import type { Desk } from "./desk.ts";
import type { Reply } from "./opencode/opencode.ts";

/** A permission request as OpenCode's own events tell of it. */
export interface AskedRequest {
  readonly desk: Desk;
  readonly requestID: string;
  readonly sessionID: string;
  /** What its row on a card says, on lines of their own: the command, the file, with what hides or deceives escaped. */
  readonly what: string;
  /** What OpenCode says that it was replied with; more than one are one answer too many. */
  readonly replies: readonly Reply[];
  /** Nobody waits for an answer any more: its session has stopped, or its OpenCode has ended. */
  readonly isGone: boolean;
}

type Asked = AskedRequest & { readonly replies: Reply[]; isGone: boolean };

/** All that a desk's OpenCode ever asked, the oldest first. */
export function requestsOf(desk: Desk): AskedRequest[] {
  const requests = new Map<string, Asked>();
  const bySession = new Map<unknown, Asked[]>();

  for (const { type, properties } of desk.told()) {
    switch (type) {
      case "permission.asked": {
        const asked = parseAsked(desk, properties);
        requests.set(asked.requestID, asked);
        bySession.set(asked.sessionID, [...(bySession.get(asked.sessionID) ?? []), asked]);
        break;
      }
      case "permission.replied":
        requests.get(String(properties["requestID"]))?.replies.push(properties["reply"] as Reply);
        break;
      case "session.idle":
        bySession.get(properties["sessionID"])?.forEach(end);
        break;
      case "server.instance.disposed":
        requests.forEach(end);
    }
  }
  if (!desk.opencode.isRunning()) requests.forEach(end);
  return [...requests.values()];
}

/** Whether OpenCode still waits for an answer. */
export function isOpen({ replies, isGone }: AskedRequest): boolean {
  return replies.length === 0 && !isGone;
}

function end(request: Asked): void {
  if (request.replies.length === 0) request.isGone = true;
}

function parseAsked(desk: Desk, properties: Readonly<Record<string, unknown>>): Asked {
  const { id, sessionID, metadata, patterns } = properties as {
    id: string;
    sessionID: string;
    metadata: { command?: string; filepath?: string; url?: string };
    patterns: string[];
  };
  const { command } = metadata;
  const what =
    command === undefined
      ? makeVisible(metadata.filepath ?? metadata.url ?? patterns.join("\n"), "text").text
      : makeVisible(command, "command").text;
  return { desk, requestID: id, sessionID, what, replies: [], isGone: false };
}
