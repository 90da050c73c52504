/** Long texts as JSON. */

/** Characters that are written in one piece: each may become six, and bytes thereafter. */
const PIECE_CHARACTERS = 20_000;

const HIGH_HALF = /[\uD800-\uDBFF]/;
const LOW_HALF = /[\uDC00-\uDFFF]/;

/** The parts of what `JSON.stringify` makes of a text. */
export function* jsonText(text: string): Generator<string, void, void> {
  if (text.length <= PIECE_CHARACTERS) return yield JSON.stringify(text);
  yield '"';
  let end = 0;
  for (let start = 0; start < text.length; start = end) {
    end = wholeAt(text, start + PIECE_CHARACTERS);
    yield JSON.stringify(text.slice(start, end)).slice(1, -1);
  }
  yield '"';
}

/** Two halves of a character are written otherwise than one. */
function wholeAt(text: string, end: number): number {
  const isTorn = HIGH_HALF.test(text.charAt(end - 1)) && LOW_HALF.test(text.charAt(end));
  return isTorn ? end - 1 : end;
}
