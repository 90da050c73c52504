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

/** Hangul has fillers, which nobody sees. */
const EAST_ASIAN =
  /(?!\p{Default_Ignorable_Code_Point})[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3001-\u301B（）！：；？，]/u;
const DIGIT = /[0-9]/;

/** What may be spelling; what stands around it says whether it is. */
const SUSPECT = /\u200C|[\u200D\u3000％＋～／＝－．＆\u00A0\u202F]/gu;

/** Undefined for each that was looked at and is none. */
export function* findSpelling(text: string): Generator<Span | undefined> {
  for (const { 0: character, index: start } of text.matchAll(SUSPECT)) {
    const end = start + 1;
    yield isSpelling(character, text[start - 1] ?? "", text[end] ?? "", text[end + 1] ?? "")
      ? { start, end }
      : undefined;
  }
}

function isSpelling(character: string, before: string, behind: string, next: string): boolean {
  switch (character) {
    case "\u200C":
    case "\u200D":
      return JOINED.some((joined) => joined.test(before + character + behind));
    case "\u00A0":
    case "\u202F":
      // « oui », and « Quoi ? »
      return (
        before === "«" || (/[\p{L}\p{N})]/u.test(before) && /^[:;!?»%€](?![^\s"'»)])/u.test(behind + next))
      );
    case "％":
    case "～":
      return [before, behind].some((each) => EAST_ASIAN.test(each) || DIGIT.test(each));
    default:
      return [before, behind].some((each) => EAST_ASIAN.test(each));
  }
}

/** A letter or a mark; a script may have characters that nobody sees. */
function letterOf(script: string): string {
  return String.raw`(?=[\p{L}\p{M}])\p{Script=${script}}`;
}
