/**
 * The tool calls that are running, with their arguments, which OpenCode's events do not tell on every version; and
 * which of them a request is about.
 *
 * A request names its call by an ID that the model's server makes up: an honest server may use one again in the next
 * step, a hostile one twice in a step. A call has always begun (`tool.execute.before`) when it asks. So where one call
 * with the ID runs, it is the one that asks; where several do, nobody can tell.
 */

import type { ToolCall } from "../../gateway/domain/ask.ts";
import { copyCall, type AskingCall } from "../asking-call.ts";
import { createToldCalls } from "./told-calls.ts";

/** What OpenCode passes to the hooks `tool.execute.before` and `tool.execute.after`. */
interface CallIDs {
  readonly tool: string;
  readonly sessionID: string;
  readonly callID: string;
}

/** An event as OpenCode tells it. */
interface RawEvent {
  readonly type: string;
  readonly properties?: unknown;
}

export interface Calls {
  /**
   * A call begins (`tool.execute.before`). `args` is the very object that the tool gets: a plugin behind us can
   * still change it in place. One that replaces it changes nothing for the tool, and here neither.
   */
  began(call: CallIDs, args: unknown): void;
  /** A call has ended (`tool.execute.after`; not called for one that failed, was rejected or aborted). */
  ended(call: CallIDs): void;
  /**
   * To be told of every event of a request or a session at once: what it means depends on what runs now.
   *
   * @returns for `permission.asked` and `question.asked`, the call that asks.
   */
  hear(event: RawEvent): AskingCall;
}

interface RunningCall {
  readonly tool: string;
  readonly args: unknown;
}

/** All calls with one ID. */
interface SameID {
  readonly calls: RunningCall[];
  /** How many of them have ended: which ones, nobody can tell. */
  ended: number;
}

type CallsByID = Map<string, SameID>;

/** A request that is not answered. */
interface OpenRequest {
  readonly messageID: string;
  /** Of the call that asks; for one within code another than the request says. */
  readonly callID: string;
  readonly isWithinCode: boolean;
}

interface SessionCalls {
  readonly byID: CallsByID;
  readonly open: Map<string, OpenRequest>;
  /** Messages whose calls still asked when their turn was over: they go on if somebody answers them all the same. */
  readonly overMessageIDs: Set<string>;
}

/** The tool of OpenCode's Code Mode. Calls within its code begin as `<its ID>/<number>`, and ask in its name. */
const CODE_TOOL = "execute";
const NESTED_ID = /\/\d+$/;

export function createCalls(): Calls {
  const sessions = new Map<string, SessionCalls>();
  const told = createToldCalls();

  function sessionOf(sessionID: string): SessionCalls {
    const known = sessions.get(sessionID);
    const session = known ?? { byID: new Map(), open: new Map(), overMessageIDs: new Set() };
    sessions.set(sessionID, session);
    return session;
  }

  function hear({ type, properties }: RawEvent): AskingCall {
    const event = fieldsOf(properties);
    const sessionID = textOf(event["sessionID"]);
    const session = sessions.get(sessionID);
    switch (type) {
      case "session.next.tool.called":
        told.called(event);
        return undefined;
      case "permission.v2.asked":
        return told.find(event);
      case "permission.asked":
      case "question.asked":
        return session && findAsking(session, event);
      case "permission.replied":
      case "question.replied":
        if (session !== undefined) closeRequest(session, event, event["reply"] === "reject");
        return undefined;
      case "question.rejected":
        if (session !== undefined) closeRequest(session, event, true);
        return undefined;
      case "session.status":
        if (session !== undefined && fieldsOf(event["status"])["type"] === "busy") beginStep(session);
        return undefined;
      case "session.idle":
        if (session !== undefined && endTurn(session) === "forgotten") sessions.delete(sessionID);
        return undefined;
      case "session.deleted":
        sessions.delete(textOf(fieldsOf(event["info"])["id"]));
        return undefined;
      default:
        return undefined;
    }
  }

  return {
    began({ tool, sessionID, callID }, args) {
      const { byID } = sessionOf(sessionID);
      const same = byID.get(callID) ?? { calls: [], ended: 0 };
      same.calls.push({ tool, args });
      byID.set(callID, same);
    },
    ended({ sessionID, callID }) {
      const byID = sessions.get(sessionID)?.byID;
      const same = byID?.get(callID);
      if (same === undefined) return;
      same.ended += 1;
      if (same.ended === same.calls.length) byID?.delete(callID);
    },
    hear,
  };
}

function findAsking(
  { byID, open, overMessageIDs }: SessionCalls,
  event: Readonly<Record<string, unknown>>,
): AskingCall {
  const tool = fieldsOf(event["tool"]);
  const [named, messageID] = [textOf(tool["callID"]), textOf(tool["messageID"])];
  if (overMessageIDs.has(messageID)) return undefined;
  const callID = whoAsks(byID, named, textOf(event["permission"]));
  const same = callID === undefined ? undefined : byID.get(callID);
  if (callID === undefined || same === undefined) return byID.has(named) ? "unclear" : undefined;
  open.set(textOf(event["id"]), { messageID, callID, isWithinCode: callID !== named });
  const [call, ...others] = same.calls;
  if (others.length > 0) return "unclear";
  const isNested = callID !== named || NESTED_ID.test(callID);
  return call && (() => readCall(call, isNested));
}

function readCall({ tool, args }: RunningCall, isNested: boolean): ToolCall | undefined {
  const call = copyCall(tool, args);
  return call && isNested ? { ...call, isNested } : call;
}

/** @returns the ID of the call that asks; undefined where it may be one of several IDs, or of none. */
function whoAsks(byID: CallsByID, named: string, permission: string): string | undefined {
  const isCode = byID.get(named)?.calls.every(({ tool }) => tool === CODE_TOOL) === true;
  const within = isCode ? [...byID].filter(([callID]) => callID.startsWith(`${named}/`)) : [];
  // A plugin's tool may be called the same.
  if (within.length === 0) return named;
  const [asking, ...others] = within.filter(([, { calls }]) => calls.some(({ tool }) => tool === permission));
  return others.length > 0 ? undefined : asking?.[0];
}

function closeRequest(
  { byID, open }: SessionCalls,
  event: Readonly<Record<string, unknown>>,
  isRejected: boolean,
): void {
  const requestID = textOf(event["requestID"]);
  const request = open.get(requestID);
  if (request === undefined) return;
  open.delete(requestID);
  // A call within code asks once, and nothing tells when it fails.
  const isOver = isRejected || request.isWithinCode;
  if (isOver && byID.get(request.callID)?.calls.length === 1) byID.delete(request.callID);
}

/**
 * OpenCode asks the model for the next step when the calls of the last one are over, or again for the same one when the
 * answer broke off: then calls that ask go on.
 */
function beginStep({ byID, open }: SessionCalls): void {
  const asking = new Set(Array.from(open.values(), ({ callID }) => callID));
  for (const callID of byID.keys()) if (!asking.has(callID)) byID.delete(callID);
}

function endTurn({ byID, open, overMessageIDs }: SessionCalls): "forgotten" | "kept" {
  for (const { messageID } of open.values()) overMessageIDs.add(messageID);
  open.clear();
  byID.clear();
  return overMessageIDs.size === 0 ? "forgotten" : "kept";
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
