/** Commands made up by chance, by a grammar: {@link Grammar}. */

import * as fc from "fast-check";
import type { Grammar } from "./grammar.ts";

/** How deep the parts of a command may lie in each other. */
const MAX_DEPTH = 14;

/** Shells begin, end and part something with each of these. */
const SYNTAX = Array.from(";&|()<>{}[]$\"'`\\=~#!*?+-,:@%^ \n\tx0");

/** A command of a grammar; a failing test looks for the simplest that fails as well. */
export function commandOf(grammar: Grammar, start: string): fc.Arbitrary<string> {
  const parts = fc.letrec<Record<string, string>>((tie) => {
    const partOf = (name: string) => (name in grammar ? tie(name) : spelt(name));
    const entries = Object.entries(grammar).map(([name, ways]) => [name, anyWay(ways, partOf)] as const);
    return Object.fromEntries(entries);
  });
  const command = parts[start];
  if (command === undefined) throw new Error(`The grammar has no ${start}.`);
  return command;
}

function anyWay(
  ways: readonly string[],
  partOf: (name: string) => fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  const weights = new Map<string, number>();
  for (const way of ways) weights.set(way, (weights.get(way) ?? 0) + 1);
  return fc.oneof(
    { maxDepth: MAX_DEPTH, depthSize: "medium", depthIdentifier: "command", withCrossShrink: true },
    ...Array.from(weights, ([way, weight]) => ({ weight, arbitrary: oneWay(way, partOf) })),
  );
}

function oneWay(way: string, partOf: (name: string) => fc.Arbitrary<string>): fc.Arbitrary<string> {
  const [first = "", ...rest] = way.split("«").map((piece) => piece.split("»"));
  if (rest.length === 0) return fc.constant(way);
  return fc
    .tuple(...rest.map(([name = ""]) => partOf(name)))
    .map((filled) =>
      filled.reduce((text, part, index) => text + part + (rest[index]?.[1] ?? ""), first[0] ?? ""),
    );
}

/** A word in pieces, each in quotes of its own. */
function spelt(word: string): fc.Arbitrary<string> {
  const cut = fc.integer({ min: 1, max: word.length - 1 });
  const quotes = fc.array(fc.constantFrom(...quotings()), { minLength: 3, maxLength: 3 });
  const seam = fc.constantFrom("", "", '""', "''", "\\\n", "$''");
  return fc.tuple(fc.tuple(cut, cut), quotes, seam).map(([cuts, quote, between]) => {
    const [first, second] = [Math.min(...cuts), Math.max(...cuts)];
    return [word.slice(0, first), word.slice(first, second), word.slice(second)]
      .filter((piece) => piece !== "")
      .map((piece, index) => quote[index]?.(piece))
      .join(between);
  });
}

function quotings(): ((text: string) => string)[] {
  return [
    (text) => text,
    (text) => `'${text}'`,
    (text) => `"${text}"`,
    (text) => text.replaceAll(/./g, "\\$&"),
    (text) => `$'${text}'`,
    (text) => `$'${Array.from(text, (each) => `\\x${each.codePointAt(0)?.toString(16)}`).join("")}'`,
    (text) => `$"${text}"`,
  ];
}

/** The same with some characters of shells' syntax put in, taken out or put in the place of others. */
export function mistyped(command: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const slip = fc.tuple(
    fc.nat(),
    fc.constantFrom(0, 0, 1),
    fc.oneof(fc.constantFrom("", ...SYNTAX), fc.constantFrom("deploy", " deploy", ";deploy", "\ndeploy")),
  );
  return fc.tuple(command, fc.array(slip, { minLength: 1, maxLength: 3 })).map(([text, slips]) => {
    let mistaken = text;
    for (const [where, taken, put] of slips) {
      const at = where % (mistaken.length + 1);
      mistaken = mistaken.slice(0, at) + put + mistaken.slice(at + taken);
    }
    return mistaken;
  });
}
