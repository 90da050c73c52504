/** What is no letter, and part of how living languages are written. Pure. */

import type { Span } from "../shell/scanning.ts";

/** Scripts of India and its neighbours, whose letters join. */
const INDIC = [
  "Devanagari",
  "Bengali",
  "Gujarati",
  "Gurmukhi",
  "Kannada",
  "Malayalam",
  "Oriya",
  "Sinhala",
  "Tamil",
  "Telugu",
];

/** Joiners between two letters of one script: `می‌خواهم`, `क्‍ष`. Of Arabic script, only what keeps letters apart. */
const JOINED = [
  new RegExp(String.raw`^${letterOf("Arabic")}\u200C${letterOf("Arabic")}$`, "u"),
  ...INDIC.map(
    (script) => new RegExp(String.raw`^${letterOf(script)}[\u200C\u200D]${letterOf(script)}$`, "u"),
  ),
];

/** A letter of East Asia or its punctuation; kana may carry a voicing mark. Hangul has fillers, which nobody sees. */
const EAST_ASIAN = String.raw`(?:[\p{Script=Hiragana}\p{Script=Katakana}][\u3099\u309A]?|(?!\p{Default_Ignorable_Code_Point})[\p{Script=Han}\p{Script=Hangul}\u3001-\u301B（）！：；？，])`;
const ENDS_EAST_ASIAN = new RegExp(`${EAST_ASIAN}$`, "u");
const BEGINS_EAST_ASIAN = new RegExp(`^${EAST_ASIAN}`, "u");
const ENDS_IN_DIGIT = /[0-9]$/;
const BEGINS_WITH_DIGIT = /^[0-9]/;

/** What may be spelling; what stands around it says whether it is. */
const SUSPECT = /\u200C|[\u200D\u3000％＋～／＝－．＆\u00A0\u202F]/gu;

/** Code units of a letter with its mark. */
const NEIGHBOUR = 2;

/** Undefined for each that was looked at and is none. */
export function* findSpelling(text: string): Generator<Span | undefined> {
  for (const { 0: character, index: start } of text.matchAll(SUSPECT)) {
    const end = start + 1;
    const before = text.slice(Math.max(0, start - NEIGHBOUR), start);
    yield isSpelling(character, before, text.slice(end, end + NEIGHBOUR)) ? { start, end } : undefined;
  }
}

function isSpelling(character: string, before: string, behind: string): boolean {
  switch (character) {
    case "\u200C":
    case "\u200D":
      return JOINED.some((joined) => joined.test(before.slice(-1) + character + behind.slice(0, 1)));
    case "\u00A0":
    case "\u202F":
      // « oui », and « Quoi ? »
      return (
        before.endsWith("«") || (/[\p{L}\p{N})]$/u.test(before) && /^[:;!?»%€](?![^\s"'»)])/u.test(behind))
      );
    case "％":
    case "～":
      return (
        isBesideEastAsian(before, behind) || ENDS_IN_DIGIT.test(before) || BEGINS_WITH_DIGIT.test(behind)
      );
    default:
      return isBesideEastAsian(before, behind);
  }
}

function isBesideEastAsian(before: string, behind: string): boolean {
  return ENDS_EAST_ASIAN.test(before) || BEGINS_EAST_ASIAN.test(behind);
}

/** A letter or a mark; a script may have characters that nobody sees. */
function letterOf(script: string): string {
  return String.raw`(?=[\p{L}\p{M}])\p{Script=${script}}`;
}
