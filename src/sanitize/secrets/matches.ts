/** Expressions and texts: what one finds in the other, and whether it can at all. */

/**
 * What a global expression finds, one behind the other. `matchAll` would make a copy of the expression first, and of a
 * long one that takes longer than the search.
 */
export function* matchesOf(text: string, pattern: RegExp): Generator<RegExpExecArray> {
  let at = 0;
  for (;;) {
    // Between two of these, somebody else may have used the expression.
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return;
    yield match;
    at = match.index + Math.max(1, match[0].length);
  }
}

/** What is in whatever an expression finds, all in small letters: one of some texts, or what a simpler one finds. */
export type Needs = readonly string[] | RegExp;

/**
 * Whether an expression can find anything, so that most need not look.
 *
 * @param small the text in small letters.
 */
export function mayHold(small: string, needs: Needs): boolean {
  return needs instanceof RegExp ? needs.test(small) : needs.some((need) => small.includes(need));
}
