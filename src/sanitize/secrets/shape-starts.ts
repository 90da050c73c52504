/** With which characters the texts of a token's shape can begin, so that at most places of a text few shapes are tried. */

const PRINTED = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));

/** One thing of an expression, and how often it may stand there: a class, an escape, a group, a character. */
const ATOM = /^(\[(?:\\.|[^\]\\])*\]|\\.|\(\?:|[^([\\])/s;
const MAY_BE_MISSING = /^(?:[?*]|\{0,)/;
const QUANTIFIER = /^(?:[?*+]|\{[\d,]+\})/;

/** @param source of an expression of the table: no look and no place in it. */
export function startsOf(source: string): string[] {
  return [...new Set(optionsOf(source).flatMap(startsOfSequence))];
}

function startsOfSequence(sequence: string): string[] {
  const [atom = ""] = ATOM.exec(sequence) ?? [];
  const end = atom === "(?:" ? endOfGroup(sequence) : atom.length;
  const starts =
    atom === "(?:" ? startsOf(sequence.slice(atom.length, end - 1)) : PRINTED.filter(isOne(atom));
  const rest = sequence.slice(end);
  if (!MAY_BE_MISSING.test(rest)) return starts;
  return [...starts, ...startsOfSequence(rest.replace(QUANTIFIER, ""))];
}

function isOne(atom: string): (character: string) => boolean {
  const one = new RegExp(`^${atom}$`);
  return (character) => one.test(character);
}

function optionsOf(source: string): string[] {
  const options: string[] = [];
  let start = 0;
  let depth = 0;
  for (const { 0: mark, index } of source.matchAll(MARK)) {
    if (mark === "(") depth += 1;
    if (mark === ")") depth -= 1;
    if (mark !== "|" || depth > 0) continue;
    options.push(source.slice(start, index));
    start = index + 1;
  }
  return [...options, source.slice(start)];
}

function endOfGroup(sequence: string): number {
  let depth = 0;
  for (const { 0: mark, index } of sequence.matchAll(MARK)) {
    if (mark === "(") depth += 1;
    if (mark === ")" && (depth -= 1) === 0) return index + 1;
  }
  return sequence.length;
}

/** What of an expression says where its parts end; escapes and classes are skipped whole. */
const MARK = /\\.|\[(?:\\.|[^\]\\]){0,80}\]|[(|)]/gs;
