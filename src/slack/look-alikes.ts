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

/** Between blanks, and between figures, these are the dashes of every language; before a word they are an option's. */
const DASHES = "–—―⸺⸻⹃";
/** Letters and figures that are a slash, a backslash or a dash where all around is ASCII. */
const STROKES = "ノ丿丶";
const BARS = "ー一ㅡㅣ丨";

/** Inside a word, an apostrophe; behind a letter, the full stop of Hindi and its neighbours. */
const ORDINARY = String.raw`(?<=\p{L})’\p{L}|(?<=[\p{L}\p{M}])[।॥]`;

/** Each a character that could be read as one that a shell acts on. */
export const SHELL_LOOK_ALIKE: RegExp = new RegExp(
  [
    `(?!${ORDINARY})[${Object.values(LOOK_ALIKES).join("")}]`,
    String.raw`(?<![^\s'"=(])[${DASHES}](?=[\p{L}\p{N}${DASHES}-])`,
    String.raw`(?<=[!-~])[${STROKES}](?=[!-~])`,
    String.raw`(?<![^\s'"=|])[${BARS}](?=[\w\s-])`,
  ].join("|"),
  "gu",
);
