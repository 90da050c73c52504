/** How OpenCode 2 takes the name of a file: core/src/file-access.ts. Links are for unit tests. */

import { homedir } from "node:os";
import path from "node:path";

/** How a file is called in a request, and where it is. */
export interface Target {
  readonly absolute: string;
  /** As it is seen from the location's directory; outside, its whole name. */
  readonly resource: string;
  readonly isOutside: boolean;
}

/** @param directory the location's. */
export function locate(name: string, directory: string): Target {
  const whole = name === "~" || name.startsWith("~/") ? path.join(homedir(), name.slice(1)) : name;
  const absolute = path.resolve(directory, whole);
  const isOutside = absolute !== directory && !absolute.startsWith(directory + path.sep);
  const resource = isOutside ? absolute : path.relative(directory, absolute) || ".";
  return { absolute, resource, isOutside };
}
