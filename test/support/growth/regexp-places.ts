/** Every place of our source that makes a regular expression. */

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseAst } from "vitest/node";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));

export interface RegExpPlace {
  /** The file and the expression as it is written, by which a table can name it. */
  readonly name: string;
  /** From the repository. */
  readonly file: string;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Missing where the expression is put together by a call: what comes of that is known when the module has run. */
  readonly literal?: { readonly source: string; readonly flags: string };
}

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly regex?: { readonly pattern: string; readonly flags: string };
  readonly callee?: { readonly type: string; readonly name?: string };
}

/** All files of our source, from the repository. */
export function sourceFiles(): string[] {
  return readdirSync(path.join(REPOSITORY, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.posix.join("src", ...file.split(path.sep)))
    .sort();
}

export function findRegExpPlaces(): RegExpPlace[] {
  return sourceFiles().flatMap(placesIn);
}

function placesIn(file: string): RegExpPlace[] {
  const text = readFileSync(path.join(REPOSITORY, file), "utf8");
  const lineOf = (at: number): number => text.slice(0, at).split("\n").length;
  return [...nodesIn(parseAst(text, { lang: "ts" }))].flatMap((node): RegExpPlace[] => {
    const { regex, callee, start, end } = node;
    const name = `${file}: ${text.slice(start, end)}`;
    const place = { name, file, firstLine: lineOf(start), lastLine: lineOf(end) };
    if (regex !== undefined) return [{ ...place, literal: { source: regex.pattern, flags: regex.flags } }];
    return callee?.type === "Identifier" && callee.name === "RegExp" ? [place] : [];
  });
}

function* nodesIn(value: unknown): Generator<SyntaxNode> {
  if (typeof value !== "object" || value === null) return;
  if ("type" in value) yield value as SyntaxNode;
  for (const child of Object.values(value)) yield* nodesIn(child);
}
