/**
 * The entry for OpenCode 2, and for OpenCode 1 since 1.14: each takes of one object what it knows. It is as small as the
 * other entry, which is all that OpenCode 1 gets of it.
 */

import plugin from "./index.ts";
import { readHost } from "./opencode/v2/host.ts";

/**
 * OpenCode 2 calls this once for each location that a process serves, and awaits it.
 *
 * @returns what OpenCode is to call when it unloads the plugin.
 */
async function setup(context: unknown): Promise<(() => Promise<void>) | undefined> {
  const found = readHost(context);
  switch (found.kind) {
    case "opencode-1":
      return undefined;
    case "unfit": {
      const { reportUnfit } = await import("./composition/host-gateway.ts");
      reportUnfit(found.missing);
      return undefined;
    }
    case "host": {
      const { attendHost } = await import("./composition/host.ts");
      return attendHost(found.host, found.missing);
    }
  }
}

export default { id: plugin.id, server: plugin.server, setup };
