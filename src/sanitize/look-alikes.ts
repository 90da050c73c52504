/** What is none of the characters that a shell acts on, and could be read as one of them. Pure. */

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

/** The characters of a command that could be read as others, which a shell acts on. */
export function findLookAlikes(command: string): RegExpExecArray[] {
  return [...command.matchAll(SUSPECT)].filter(({ 0: character, index }) => {
    const before = command.slice(Math.max(0, index - BEFORE_LENGTH), index);
    const behind = command.slice(index + character.length, index + character.length + 2);
    const stands = ([characters, start, end]: (typeof ORDINARY)[number]): boolean =>
      characters.includes(character) && start.test(before) && end.test(behind);
    const isSometimes = SOMETIMES.some(([characters]) => characters.includes(character));
    return isSometimes ? SOMETIMES.some(stands) : !ORDINARY.some(stands);
  });
}
