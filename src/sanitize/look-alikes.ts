/** What is none of the characters that a shell acts on, and could be read as one of them. Pure. */

import type { Text } from "../shell/text-places.ts";

/**
 * By the ASCII character that each is taken for. From Unicode's confusables, and beside those what has the same look by
 * its name: other forms of a character that is there, and ornaments. Not here: what `\p{Z}` and NFKC find already (other
 * spaces, full-width forms), and what living languages write all the time and nobody takes for ASCII (`«»`, `《》`, `…`).
 *
 * @see https://www.unicode.org/Public/security/latest/confusables.txt
 */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  "'": "´‘’‚‛′‵❛❜❟ʹʻʼʽʾʿˈˊ˴՚՛՝΄᾽᾿῾῍῎῝῞ꞌ\u{1FFD}",
  '"': "“”„‟″‴‶‷⁗❝❞❠〃〝〞〟¨˝ʺˮ˵˶΅῁῏῟῭\u{1FEE}᳓⹂🙶🙷🙸",
  "`": "ˋˎˏ",
  "/": "⁄∕╱⟋⧸⧶⁁᜵〳㇓⼃⫻⫽⹊\u{1D23A}\u{1F67C}",
  "\\": "∖⟍⧵⧹⧷╲⑊⳹㇔⼂\u{1D20F}\u{1D23B}\u{1F67D}",
  "#": "♯⌗⋕⧣⧤⧥⩨⩩",
  "|": "∣│┃╎╏┆┇┊┋❘❙❚⏐⏽￨¦ǀ॥।‖∥║ǁ⎪⎮⎜⎟⎢⎥▏▕⦀⫴⫼⫾⫿⸽⸾⸠⸡",
  ";": "⁏⸵꛶",
  "&": "⅋ꝸ\u{1F670}\u{1F671}\u{1F674}\u{1F675}",
  "<": "‹˂≪⋘⟨❬❮❰⧼ᐸᚲ\u{1D236}",
  ">": "›˃≫⋙⟩❭❯❱⧽⨠⪥ᐳ\u{1D237}",
  $: "💲",
  "(": "❨❪❲⟮⦅⸨",
  ")": "❩❫❳⟯⦆⸩",
  "{": "❴⦃\u{1D114}⎨",
  "}": "❵⦄⎬",
  "*": "⁎∗⋆✱✲꙳\u{1F7AF}\u{1F7B0}\u{1F7B5}\u{1F7B6}\u{1F7BB}\u{1F7BC}",
  "?": "⁇⁈⁉⸮ʔɁॽ",
  "~": "˜˷⁓∼∽∾∿῀⸛",
  "=": "꞊⹀゠᐀꓿⩵⩶⩴\u{1F7F0}",
  "-": "‐‑‒−˗⁃➖⸗⹝᠆﹘ᐨ⼀",
};

/** What is a look-alike in some places only, and what stands before and behind it there. */
const SOMETIMES: readonly (readonly [characters: string, before: RegExp, behind: RegExp])[] = [
  // Between blanks and between figures the dashes of every language; before a word they are an option's.
  ["–—―⸺⸻⹃", /(?:^|[\s'"=(])$/, /^[\p{L}\p{N}–—―-]/u],
  // Letters that are strokes, where all around is ASCII.
  ["ノ丿丶", /[!-~]$/, /^[!-~]/],
  ["ー一ㅡㅣ丨", /(?:^|[\s'"=|])$/, /^[\w\s-]/],
];

/**
 * Inside a word, an apostrophe; behind a letter, the full stop of Hindi and its neighbours; where a line begins with
 * nothing else, the lines of a drawn tree.
 */
const ORDINARY: readonly (readonly [characters: string, before: RegExp, behind: RegExp])[] = [
  ["’", /\p{L}$/u, /^\p{L}/u],
  ["।॥", /[\p{L}\p{M}]$/u, /^/],
  ["│┃", /\n[ │┃]*$/, /^ /],
];

/** Characters before a look-alike that can tell whether it is one. */
const BEFORE_LENGTH = 40;

/** One class, and all else by looking at what was found: OpenCode's runtime is slow with what looks around. */
const SUSPECT = new RegExp(
  `[${[...Object.values(LOOK_ALIKES), ...SOMETIMES.map(([characters]) => characters)].join("")}]`,
  "gu",
);

/** The ASCII character that each is taken for. */
const TAKEN_FOR: ReadonlyMap<string, string> = new Map(
  Object.entries(LOOK_ALIKES).flatMap(([ascii, characters]) =>
    Array.from(characters, (character) => [character, ascii] as const),
  ),
);

/** Act in quotes too, or make another path of one. */
const ACTS_IN_TEXTS: ReadonlySet<string> = new Set(["`", "$", "\\", "/"]);

/** What stands before a further dash of an option, and how much of it is looked at. */
const LEADS = /^[^\p{L}\p{N}\s]*$/u;
const LEAD_LENGTH = 10;

/**
 * The characters of a command that could be read as others, which a shell acts on. Undefined for each other that was
 * looked at.
 *
 * In quotes, here-documents and comments a shell acts on few, and people write what they like there: `“so”`, `→ a │ b`.
 * There only what could be read as the end of that very text is one, or as an option.
 */
export function* findLookAlikes(
  command: string,
  textAt: (at: number) => Text | undefined,
): Generator<RegExpExecArray | undefined> {
  const paired = new Map<Text, boolean>();
  for (const match of command.matchAll(SUSPECT)) {
    const { 0: character, index } = match;
    const before = command.slice(Math.max(0, index - BEFORE_LENGTH), index);
    const behind = command.slice(index + character.length, index + character.length + 2);
    const text = textAt(index);
    if (!standsOut(character, before, behind)) yield undefined;
    else if (text === undefined) yield match;
    else yield actsIn(text, command, index, character, paired) ? match : undefined;
  }
}

function standsOut(character: string, before: string, behind: string): boolean {
  const stands = ([characters, start, end]: (typeof ORDINARY)[number]): boolean =>
    characters.includes(character) && start.test(before) && end.test(behind);
  const isSometimes = SOMETIMES.some(([characters]) => characters.includes(character));
  return isSometimes ? SOMETIMES.some(stands) : !ORDINARY.some(stands);
}

function actsIn(
  text: Text,
  command: string,
  index: number,
  character: string,
  paired: Map<Text, boolean>,
): boolean {
  const ascii = TAKEN_FOR.get(character) ?? "-";
  if (ACTS_IN_TEXTS.has(ascii)) return true;
  if (text.kind !== "quoted") return false;
  if (ascii === "-") return LEADS.test(command.slice(text.start, Math.min(index, text.start + LEAD_LENGTH)));
  if (ascii !== text.quote) return false;
  const isPaired = paired.get(text) ?? isOfPairs(command, text, ascii);
  paired.set(text, isPaired);
  return !isPaired || !PAIRS.has(character);
}

/** Quotation marks as people write them, which end where one begins: by the opening one, those that close it. */
const PAIRS: ReadonlyMap<string, string> = new Map([
  ["“", "”"],
  ["„", "“”"],
  ["”", ""],
  ["‘", "’"],
  ["‚", "‘’"],
  ["’", ""],
]);

/** Whether the quotation marks of a text come in pairs, so that none of them could be read as the end of the text. */
function isOfPairs(command: string, { pieces }: Text, ascii: string): boolean {
  let closing: string | undefined;
  for (const { start, end } of pieces)
    for (let at = start; at < end; at += 1) {
      const mark = command.charAt(at);
      const isApostrophe = ORDINARY_APOSTROPHE.test(command.slice(Math.max(0, at - 1), at + 2));
      if (TAKEN_FOR.get(mark) !== ascii || isApostrophe) continue;
      if (closing === undefined) closing = PAIRS.get(mark) ?? "";
      else if (!closing.includes(mark)) return false;
      else closing = undefined;
      if (closing === "") return false;
    }
  return closing === undefined;
}

const ORDINARY_APOSTROPHE = /\p{L}’\p{L}/u;
