/** Emoji of several characters, of which some cannot be seen alone. Pure. */

import type { Span } from "../shell/scanning.ts";

const PICTURE = String.raw`\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]?`;
/** A picture, joined ones, a keycap. No sequence of Unicode's joins more than four. */
const SEQUENCE = new RegExp(String.raw`${PICTURE}(?:\u200D${PICTURE}){0,7}|[0-9#*]\uFE0F\u20E3`, "gu");
/**
 * The sequences that Unicode lists, as the runtime knows them: Node and Bun both do. Only asked about one sequence at a
 * time, because Bun is slow with it.
 *
 * @see https://www.unicode.org/reports/tr51/#def_rgi_set
 */
const LISTED = new RegExp(String.raw`^\p{RGI_Emoji}$`, "v");

const MORE_THAN_SEEN = /[\uFE0F\u200D]/u;
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
    const isListed = known.get(sequence) ?? (SELECTED.test(sequence) || LISTED.test(sequence));
    known.set(sequence, isListed);
    const isAll = !UNSEEN.test(text.slice(end, end + 2));
    yield isListed && isAll ? { start: index, end, isJoined: sequence.includes("\u200D") } : undefined;
  }
}
