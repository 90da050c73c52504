/** Where a request comes from in OpenCode 2: its session, those that started it as a subagent, agent and model. */

import * as z from "zod";
import type { Ask } from "../../gateway/domain/ask.ts";
import type { SessionInfo } from "../../gateway/domain/content.ts";
import type { Log } from "../../system/log.ts";
import { unlessLate } from "../../system/pause.ts";
import type { Host } from "./host.ts";

/** OpenCode nests subagents one level deep, unless its config says more; a long chain is a loop. */
const CHAIN_LIMIT = 10;
/** How long OpenCode may take to tell of a session. */
const CALL_LIMIT_MS = 5_000;

/** `session.get` */
const sessionSchema = z.object({
  title: z.string().nullish(),
  parentID: z.string().nullish(),
  agent: z.string().nullish(),
  model: z.object({ providerID: z.string(), id: z.string() }).nullish().catch(undefined),
});

export interface Sessions {
  /**
   * What OpenCode tells in time; the rest is left out, which makes a card less informative and no less true. Does not
   * reject.
   */
  describe(request: Pick<Ask, "requestID" | "sessionID">): Promise<SessionInfo>;
}

export function createSessions({ getSession }: Host, log: Log): Sessions {
  async function read(sessionID: string): Promise<SessionInfo> {
    const titles: string[] = [];
    let info: Pick<SessionInfo, "agent" | "model"> | undefined;
    let rootID = sessionID;
    let next: string | undefined = sessionID;
    for (let level = 0; next !== undefined && level < CHAIN_LIMIT; level += 1) {
      const session: z.infer<typeof sessionSchema> = sessionSchema.parse(
        await getSession?.({ sessionID: next }),
      );
      titles.unshift(...(session.title ? [session.title] : []));
      info ??= infoOf(session);
      rootID = next;
      next = session.parentID ?? undefined;
    }
    return { titles, rootID, ...info };
  }

  return {
    async describe({ requestID, sessionID }) {
      try {
        const told = await unlessLate(read(sessionID), CALL_LIMIT_MS);
        if (told !== undefined) return told;
        log.warn({ requestID, sessionID }, "OpenCode takes too long to tell about a session");
      } catch (err) {
        log.warn({ requestID, sessionID, err }, "OpenCode does not tell about a session");
      }
      return { titles: [] };
    },
  };
}

function infoOf({ agent, model }: z.infer<typeof sessionSchema>): Pick<SessionInfo, "agent" | "model"> {
  return {
    ...(agent && { agent }),
    ...(model && { model: `${model.providerID}/${model.id}` }),
  };
}
