/** What others named, as it stands among words of ours: a project, a file, a session. Pure. */

import { abbreviate, cutToLength, quoted, slackLength } from "./text.ts";

/** What can be taken for nothing but one name: no blank, none of the signs that stand between names. */
const PLAIN_NAME = /^[\p{L}\p{N}~./\\][\p{L}\p{N}\p{M}._@/\\:+~-]*$/u;
/** Characters of the quotation marks around a name. */
const MARKS_LENGTH = 2;

/** In quotation marks, unless nobody could take it for anything else: nothing in it ends them, or looks like a line of ours. */
export function nameOf(name: string, limit: number): string {
  const cut = abbreviate(name, limit - MARKS_LENGTH);
  return isPlain(name) ? cut : quoted(cut);
}

/** The same for a path, of which the end says most. */
export function pathOf(path: string, limit: number): string {
  const room = limit - MARKS_LENGTH;
  if (slackLength(path) <= room) return nameOf(path, limit);
  const parts = path.split("/");
  let end = parts.pop() ?? "";
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    if (slackLength(`…/${part}/${end}`) > room) break;
    end = `${part}/${end}`;
  }
  const cut = `…/${slackLength(`…/${end}`) > room ? cutToLength(end, room - slackLength("…/")) : end}`;
  return isPlain(path) ? cut : quoted(cut);
}

/** Whether a name says all of itself wherever it stands. */
export function isPlain(name: string): boolean {
  return PLAIN_NAME.test(name);
}
