import { hasWarmHome } from "../opencode/home.ts";
import { TESTED_VERSION } from "../opencode/versions.ts";
import { packPlugin, type PackedPlugin } from "../packed-plugin.ts";
import { registryIsAway } from "../registry.mjs";
import { PlainFailure } from "./plain-failure.ts";

/**
 * Packs the plugin, as far as that can be done with what npm can reach. Without the network that is from npm's cache, and
 * in seconds: npm would try again and again for every dependency, and OpenCode's first start waits for two minutes.
 * @param away why npm's registry cannot be reached, if it cannot
 * @throws PlainFailure
 */
export async function packPluginHere(away: string | undefined): Promise<PackedPlugin> {
  if (away !== undefined && !hasWarmHome(TESTED_VERSION)) {
    throw new PlainFailure(`OpenCode's first start on this machine installs its SDK, once.\n${away}`);
  }
  if (away !== undefined) process.env["npm_config_offline"] = "true";
  try {
    return await packPlugin();
  } catch (error) {
    const { cause } = error as { cause?: { stderr?: string } };
    const reason = registryIsAway(cause?.stderr ?? "");
    if (reason === undefined) throw error;
    throw new PlainFailure(`The plugin could not be installed.\n${away ?? reason}`, { cause: error });
  }
}
