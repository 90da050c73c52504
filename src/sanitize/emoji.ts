/** Emoji of several characters, of which some cannot be seen alone. Pure. */

import type { Span } from "../shell/scanning.ts";

const PICTURE = String.raw`\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]?`;
/** A picture, joined ones, a keycap. No sequence of Unicode's joins more than four. */
const SEQUENCE = new RegExp(String.raw`${PICTURE}(?:\u200D${PICTURE}){0,7}|[0-9#*]\uFE0F\u20E3`, "gu");
const MORE_THAN_SEEN = /[\uFE0F\u200D]/u;
/**
 * The sequences that Unicode lists and that hold such a character, as the runtime knows them: Node and Bun both do. Only
 * asked about one sequence at a time, because Bun is slow with it.
 *
 * @see https://www.unicode.org/reports/tr51/#def_rgi_set
 */
const LISTED = new RegExp(String.raw`^[\p{Basic_Emoji}\p{Emoji_Keycap_Sequence}]$`, "v");
const LISTED_JOINED = new RegExp(String.raw`^\p{RGI_Emoji_ZWJ_Sequence}$`, "v");
// Bun takes 30 ms before it can ask the first time: while we are loaded, and not when an agent writes a joined emoji.
LISTED_JOINED.test("\u200D");
/** One picture and the selector that makes it one: `⚡️`, which is listed as a variation and not as an emoji. */
const SELECTED = /^\p{Emoji}\uFE0F$/u;
/** Whatever cannot be seen and is not part of the sequence, so that no bytes travel behind a picture. */
const UNSEEN = /^[\p{Default_Ignorable_Code_Point}\p{Cf}]/u;

export interface Emoji extends Span {
  readonly isJoined: boolean;
}

/** The emoji that hold what cannot be seen alone. Undefined for each other that was looked at. */
export function* findEmoji(text: string): Generator<Emoji | undefined> {
  const known = new Map<string, boolean>();
  for (const { 0: sequence, index } of text.matchAll(SEQUENCE)) {
    const end = index + sequence.length;
    if (!MORE_THAN_SEEN.test(sequence)) {
      yield undefined;
      continue;
    }
    const isJoined = sequence.includes("\u200D");
    const listed = isJoined ? LISTED_JOINED : LISTED;
    const isListed = known.get(sequence) ?? (SELECTED.test(sequence) || listed.test(sequence));
    known.set(sequence, isListed);
    const isAll = !UNSEEN.test(text.slice(end, end + 2));
    yield isListed && isAll ? { start: index, end, isJoined } : undefined;
  }
}
