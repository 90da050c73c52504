/**
 * Command lines for Windows that bash, PowerShell and cmd.exe read alike: plain words and texts in double quotes, of
 * programs that are the same everywhere. Nothing else of these shells' languages is read here.
 */

import { names } from "./names.ts";

/** The same on Windows as elsewhere, or so far alike that they only read, copy or add. */
const PROGRAMS = new Set(
  names(`biome bun bundle cargo cat cd cmake composer cp deno dir docker dotnet echo eslint gh git go gradle grep head
    helm hostname jest jq kubectl ls make mkdir mvn mypy node npm npx nuget oxlint pip pip3 pipx playwright pnpm poetry
    prettier pwd pytest python python3 rg ruff rustc rustfmt tail terraform tsc turbo type uv uvx vite vitest wc whoami
    yarn`),
);

/** No variable, escape, wildcard or bracket of any of the shells, and no separator of one alone. */
const WORD = /[\w./:=,+~-]+/y;
/** Some of cmd.exe's begin and end otherwise where another quote stands in them. */
const QUOTED = /"[\w ./:=,+~@#()'?!-]*"/y;
const BETWEEN = /[ \t]+/y;
const JOINT = /&&|\|\||[|;\n]/y;
const QUIET = /2>&1(?=[ \t\n;|]|$)/y;

/** Whether all shells of Windows read a command line as bash does, and only programs that are known run. */
export function isReadAlike(text: string): boolean {
  let at = 0;
  let isFirst = true;
  while (at < text.length) {
    const [token, kind] = tokenAt(text, at);
    if (token === undefined) return false;
    if (kind === "word" && isFirst && !PROGRAMS.has(token)) return false;
    // A text as a program's name, or two parts of one word.
    if (kind === "quoted" && (isFirst || !/[\s=]/.test(text[at - 1] ?? ""))) return false;
    at += token.length;
    if (kind !== "between") isFirst = kind === "joint";
    if (kind === "quoted" && /[\w"]/.test(text[at] ?? "")) return false;
  }
  return true;
}

type Kind = "word" | "quoted" | "between" | "joint";

function tokenAt(text: string, at: number): readonly [string | undefined, Kind] {
  const kinds: readonly (readonly [RegExp, Kind])[] = [
    [BETWEEN, "between"],
    [JOINT, "joint"],
    [QUIET, "between"],
    [QUOTED, "quoted"],
    [WORD, "word"],
  ];
  for (const [pattern, kind] of kinds) {
    pattern.lastIndex = at;
    const token = pattern.exec(text)?.[0];
    if (token !== undefined) return [token, kind];
  }
  return [undefined, "word"];
}
