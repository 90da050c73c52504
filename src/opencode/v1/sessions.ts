/** Where a request comes from: its session, the sessions that started that one as a subagent, agent and model. */

import * as z from "zod";
import { unlessAborted } from "../../system/pause.ts";
import type { Ask } from "../../gateway/domain/ask.ts";
import type { SessionInfo } from "../../gateway/domain/content.ts";
import { authorizationFor, CALL_LIMIT_MS, type Access } from "./server.ts";

/** OpenCode nests subagents a few levels deep; a longer chain is a loop. */
const CHAIN_LIMIT = 10;

/** `GET /session/:id` */
const sessionSchema = z.object({ title: z.string(), parentID: z.string().optional() });

/** `GET /session/:id/message/:id` of an assistant's message; `agent` was `mode` before OpenCode 1.2. */
const messageSchema = z.object({
  info: z.object({
    providerID: z.string(),
    modelID: z.string(),
    agent: z.string().optional(),
    mode: z.string().optional(),
  }),
});

type Asking = Pick<Ask, "requestID" | "sessionID" | "messageID">;

export interface Sessions {
  /**
   * What OpenCode tells in time; the rest is left out, which makes a card less informative and no less true. Does not
   * reject.
   */
  describe(request: Asking): Promise<SessionInfo>;
}

/** @param isInEditor whether an editor asks the same, by ACP. */
export function createSessions(
  { client, directory, login, log }: Access,
  { isInEditor = false }: { readonly isInEditor?: boolean } = {},
): Sessions {
  const query = { directory };
  const headers = authorizationFor(login);

  /** Titles from the root down to the session itself. */
  async function readChain(
    { sessionID }: Asking,
    signal: AbortSignal,
  ): Promise<Pick<SessionInfo, "titles" | "rootID" | "sessionIDs">> {
    const titles: string[] = [];
    const sessionIDs: string[] = [];
    let rootID = sessionID;
    let next: string | undefined = sessionID;
    while (next !== undefined && titles.length < CHAIN_LIMIT) {
      const { data } = await client.session.get({ path: { id: next }, query, headers, signal });
      const session: z.infer<typeof sessionSchema> = sessionSchema.parse(data);
      titles.unshift(session.title);
      sessionIDs.unshift(next);
      rootID = next;
      next = session.parentID;
    }
    return { titles, rootID, ...(next === undefined && { sessionIDs }) };
  }

  async function readAgent(
    { sessionID, messageID }: Asking,
    signal: AbortSignal,
  ): Promise<Pick<SessionInfo, "agent" | "model">> {
    if (messageID === undefined) return {};
    const path = { id: sessionID, messageID };
    const { data } = await client.session.message({ path, query, headers, signal });
    const { providerID, modelID, mode, agent = mode } = messageSchema.parse(data).info;
    return { model: `${providerID}/${modelID}`, ...(agent !== undefined && { agent }) };
  }

  /** OpenCode's own client, when it calls OpenCode without a network, hears of no signal. */
  async function orNothing<T>(
    read: (request: Asking, signal: AbortSignal) => Promise<T>,
    nothing: T,
    request: Asking,
  ): Promise<T> {
    const { requestID, sessionID } = request;
    const late = AbortSignal.timeout(CALL_LIMIT_MS);
    try {
      const told = await unlessAborted(read(request, late), late);
      if (told !== undefined) return told;
      log.warn({ requestID, sessionID }, "OpenCode takes too long to tell about a session");
    } catch (err) {
      log.warn({ requestID, sessionID, err }, "OpenCode does not tell about a session");
    }
    return nothing;
  }

  return {
    async describe(request) {
      const [chain, agent] = await Promise.all([
        orNothing(readChain, { titles: [] }, request),
        orNothing(readAgent, {}, request),
      ]);
      return { ...chain, ...agent, ...(isInEditor && { isInEditor }) };
    },
  };
}
