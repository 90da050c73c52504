/** Which words are written in one script, and which could be taken for others. Pure. */

/** Latin as it is written in languages of today: no phonetic letters, ligatures, clicks or full-width forms. */
const LATIN = String.raw`A-Za-z\u00B5\u00C0-\u01BF\u01C4-\u024F\u1E00-\u1EFF`;

/** The other scripts recommended for identifiers, but for those that run from right to left and so reorder text. */
const ALONE = [
  "Armenian",
  "Bengali",
  "Cyrillic",
  "Devanagari",
  "Ethiopic",
  "Georgian",
  "Greek",
  "Gujarati",
  "Gurmukhi",
  "Kannada",
  "Khmer",
  "Lao",
  "Malayalam",
  "Myanmar",
  "Oriya",
  "Sinhala",
  "Tamil",
  "Telugu",
  "Thai",
  "Tibetan",
].map((script) => String.raw`\p{Script=${script}}`);

/** Chinese, Japanese and Korean, in which Latin letters are common. */
const EAST_ASIAN = String.raw`${LATIN}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}\u30FC`;

/**
 * What is foreign to a word, for each set of letters that belong together. Marks that belong to no script always are:
 * they may only be part of a letter. Searched for rather than the word matched, which takes JavaScriptCore quadratic
 * time.
 *
 * @see https://www.unicode.org/reports/tr31/#Table_Recommended_Scripts
 * @see https://www.unicode.org/reports/tr39/#Restriction_Level_Detection
 */
const FOREIGN = [LATIN, EAST_ASIAN, ...ALONE].map(
  (letters) => new RegExp(String.raw`^\p{M}|[^${letters}0-9_]`, "u"),
);

/** Together in one word they make another number than is read: `4৪` is not 48. */
const ASCII_DIGIT = /[0-9]/u;
const OTHER_DIGIT = /(?![0-9])\p{Nd}/u;

/**
 * Words of letters that all look like Latin ones, such as `сору` in Cyrillic. A single one is a common word in Russian
 * and Greek and stays, as does one beside a word that tells its script: `Не найдено`.
 *
 * @see https://www.unicode.org/Public/security/latest/confusables.txt
 */
const DISGUISES = (
  [
    ["Cyrillic", "аАВсСԁеЕԌһНіІӏӀјЈКМоОрРԛԚѕЅТуУүҮѵѴԝԜхХ"],
    ["Greek", "αΑΒΕΖΗιΙΚΜνΝοΟρΡσΤυΥγΧϲϹϳͿ"],
    ["Armenian", "հոօսցզյՍՕԼ"],
  ] as const
).map(([script, letters]) => ({
  words: new RegExp(`^[0-9_]*[${letters}][0-9_]*[${letters}][${letters}0-9_]*$`, "u"),
  /** A letter that tells which script it is. */
  telling: new RegExp(String.raw`(?![${letters}])\p{Script=${script}}`, "u"),
}));

/**
 * Whether a word of letters, marks, digits and `_` can be shown as it is: one script, every mark part of a letter, no
 * disguise. Judged as composed, because file names are often decomposed.
 */
export function isPlainWord(word: string): boolean {
  const composed = word.normalize("NFC");
  return (
    FOREIGN.some((foreign) => !foreign.test(composed)) &&
    !(ASCII_DIGIT.test(composed) && OTHER_DIGIT.test(composed)) &&
    !DISGUISES.some(({ words }) => words.test(composed))
  );
}

/** The punctuation of prose between two words, of which one is enough. */
const PAUSE_BEHIND = /[,.:!?…–—-]$/;
const PAUSE_BEFORE = /^[,.:!?…–—-]/;
const LETTERS = /[\p{L}\p{M}]+/gu;

/**
 * Whether a word that is plain but for its look stands in prose beside another of its script that could not be taken for
 * Latin, so that nobody takes the two for anything else.
 *
 * @param before what stands before it on its line, as far as it matters; `behind`, what stands behind.
 */
export function isAmongItsOwn(word: string, before: string, behind: string): boolean {
  const composed = word.normalize("NFC");
  const disguise = DISGUISES.find(({ words }) => words.test(composed));
  if (disguise === undefined || /[0-9_]/.test(composed)) return false;
  const left = before.trimEnd().replace(PAUSE_BEHIND, "").trimEnd();
  const right = behind.trimStart().replace(PAUSE_BEFORE, "").trimStart();
  const last = [...left.matchAll(LETTERS)].at(-1);
  const first = right.matchAll(LETTERS).next().value;
  const beside = [
    ...(last !== undefined && last.index + last[0].length === left.length ? [last[0]] : []),
    ...(first?.index === 0 ? [first[0]] : []),
  ];
  return beside.some((each) => disguise.telling.test(each) && isPlainWord(each));
}
