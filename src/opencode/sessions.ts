/** Where a request comes from: its session, the sessions that started that one as a subagent, agent and model. */

import type { PluginInput } from "@opencode-ai/plugin";
import * as z from "zod";
import type { Log } from "../log.ts";
import type { PermissionRequest, SessionInfo } from "../permission.ts";

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

export interface Sessions {
  /** What OpenCode tells; the rest is left out, which makes a card less informative and no less true. */
  describe(request: PermissionRequest): Promise<SessionInfo>;
}

export function createSessions(client: PluginInput["client"], directory: string, log: Log): Sessions {
  const query = { directory };

  /** Titles from the root down to the session itself. */
  async function readChain(sessionID: string): Promise<Pick<SessionInfo, "titles" | "rootID">> {
    const titles: string[] = [];
    let rootID = sessionID;
    let next: string | undefined = sessionID;
    while (next !== undefined && titles.length < CHAIN_LIMIT) {
      const { data } = await client.session.get({ path: { id: next }, query });
      const session: z.infer<typeof sessionSchema> = sessionSchema.parse(data);
      titles.unshift(session.title);
      rootID = next;
      next = session.parentID;
    }
    return { titles, rootID };
  }

  async function readAgent({
    sessionID,
    messageID,
  }: PermissionRequest): Promise<Pick<SessionInfo, "agent" | "model">> {
    if (messageID === undefined) return {};
    const { data } = await client.session.message({ path: { id: sessionID, messageID }, query });
    const { providerID, modelID, mode, agent = mode } = messageSchema.parse(data).info;
    return { model: `${providerID}/${modelID}`, ...(agent !== undefined && { agent }) };
  }

  async function orNothing<T>(
    reading: Promise<T>,
    nothing: T,
    { requestID, sessionID }: PermissionRequest,
  ): Promise<T> {
    return reading.catch((err: unknown) => {
      log.warn({ requestID, sessionID, err }, "OpenCode does not tell about a session");
      return nothing;
    });
  }

  return {
    async describe(request) {
      const [chain, agent] = await Promise.all([
        orNothing(readChain(request.sessionID), { titles: [] }, request),
        orNothing(readAgent(request), {}, request),
      ]);
      return { ...chain, ...agent };
    },
  };
}
