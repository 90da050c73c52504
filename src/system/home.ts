import { homedir } from "node:os";
import { isAbsolute } from "node:path";

/** The user's home directory, absolute; undefined where there is none: no `HOME`, and nobody of this number is known. */
export function findHome(): string | undefined {
  try {
    const home = homedir();
    return isAbsolute(home) ? home : undefined;
  } catch {
    return undefined;
  }
}
