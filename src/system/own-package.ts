/** What the package.json of this package says. */

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface OwnPackage {
  readonly name: string;
  readonly version: string;
  /** Of OpenCode, the oldest that the plugin runs in. */
  readonly oldestOpenCode: string;
}

/** @throws where it is not there: then the package is incomplete. */
export function readOwnPackage(): OwnPackage {
  const text = readFileSync(findUp(dirname(fileURLToPath(import.meta.url))), "utf8");
  const { name, version, engines } = JSON.parse(text) as {
    name: string;
    version: string;
    engines: { opencode: string };
  };
  return { name, version, oldestOpenCode: engines.opencode.replace(/^\D+/, "") };
}

/** However deep the sources, or what was built of them, lie in it. */
function findUp(directory: string): string {
  const file = join(directory, "package.json");
  const above = dirname(directory);
  return existsSync(file) || above === directory ? file : findUp(above);
}
