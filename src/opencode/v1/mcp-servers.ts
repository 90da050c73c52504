/** The names of OpenCode's MCP servers, by which its tools are told from those of plugins. */

import * as z from "zod";
import { unlessLate } from "../../system/pause.ts";
import { authorizationFor, CALL_LIMIT_MS, type Access } from "./server.ts";

/** `GET /config`, of which nothing else is looked at: it holds keys and passwords. */
const configSchema = z.object({
  mcp: z.record(z.string(), z.object({ enabled: z.boolean().optional().catch(undefined) })).optional(),
});

/** @returns none where OpenCode does not tell in time. Does not reject. */
export type FindServers = () => Promise<readonly string[]>;

export function createServerFinder({ client, directory, login, log }: Access): FindServers {
  const headers = authorizationFor(login);

  async function find(): Promise<readonly string[]> {
    const { data } = await client.config.get({ query: { directory }, headers });
    const { mcp = {} } = configSchema.parse(data);
    return Object.keys(mcp).filter((name) => mcp[name]?.enabled !== false);
  }

  return async () => {
    try {
      return (await unlessLate(find(), CALL_LIMIT_MS)) ?? [];
    } catch {
      // Whatever the error says could repeat a value of the configuration.
      log.warn("OpenCode does not tell which MCP servers it has");
      return [];
    }
  };
}
