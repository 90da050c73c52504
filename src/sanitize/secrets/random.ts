/** What no person has made up, nor a program counted. Pure. */

const TOKEN = /^[\w+/=:.~-]{20,512}$/;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const HEX = /^(?=\D*\d)(?=[^a-f]*[a-f])[0-9a-f]{32,}$/i;
const PARTS = /[a-z]+|[A-Z]+|\d+/g;

/** Of that many characters, one is of another kind than the one before it: letters of both cases, digits. */
const CHANGE_EVERY = 3;

/** Whether a word has lower case, upper case and digits all mixed up, or is a long number to the base of 16. */
export function looksRandom(word: string): boolean {
  if (!TOKEN.test(word) || UUID.test(word)) return false;
  if (HEX.test(word)) return true;
  const parts = word.match(PARTS) ?? [];
  return (
    parts.length >= word.length / CHANGE_EVERY && /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word)
  );
}
