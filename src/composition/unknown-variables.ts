/** Variables that look like ours, and that nobody here reads: a rule in one of them would be ignored in silence. Pure. */

import { namesNear } from "../system/nearest.ts";
import type { Environment } from "./environment.ts";

const PREFIX = "OPENCODE_SLACK_GATEWAY_";

export interface UnknownVariable {
  readonly name: string;
  /** The known variable that somebody may have meant. */
  readonly meant: string | undefined;
}

/** Characters of a name that is said: a longer one is nobody's. */
const NAME_LIMIT = 80;

/**
 * @param env as it is: what is empty is not set.
 * @param known all variables that are read.
 */
export function findUnknownVariables(env: Environment, known: readonly string[]): readonly UnknownVariable[] {
  const ours = known.filter((name) => name.startsWith(PREFIX));
  return Object.keys(env).flatMap((written) => {
    if ((env[written] ?? "").trim() === "" || written.length > NAME_LIMIT) return [];
    // On Windows the names of variables are the same in big and small letters.
    const name = process.platform === "win32" ? written.toUpperCase() : written;
    if (ours.includes(name)) return [];
    const [meant] = namesNear(name.toUpperCase(), ours);
    const isOurs = name.toUpperCase().startsWith(PREFIX) || meant !== undefined;
    return isOurs ? [{ name: written, meant }] : [];
  });
}

/** For the log, and for the user of OpenCode. */
export function describeUnknown({ name, meant }: UnknownVariable): string {
  const hint = meant === undefined ? "." : `: did you mean ${meant}?`;
  return `${name} is not known here${hint} While it is set, nothing can be allowed from Slack. A newer version may know it: rename it, remove it, or update the gateway.`;
}

/** For a card, whose reader may not know the machine. */
export function doubtOfUnknown({ name }: UnknownVariable): string {
  return `This gateway does not know the variable ${name}, which may hold a rule for a newer version.`;
}
