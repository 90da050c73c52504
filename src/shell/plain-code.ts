/**
 * Short programs in other languages, as far as they are understood: they read, count and print. A name that is not
 * listed here could be anything, so each has to be.
 */

import { isOneSubstitution } from "./sed-script.ts";
import { names } from "./names.ts";

/** What people call things for a line or two. */
const ANY_NAMES = `a b c d e f g h i j k l m n o p q r s t u v w x y z data line lines row rows key value item items
  name result text pkg obj total word words`;
const PYTHON = new Set(
  names(`${ANY_NAMES} import from as for in if else elif not and or is None True False with def return lambda pass break
    continue len print sorted reversed range enumerate zip map filter sum min max abs round any all set list dict tuple
    str int float bool repr type isinstance open read readlines json load loads dumps indent sys argv version
    version_info stdin platform machine python_version executable path maxsize re findall search match sub group split
    splitlines join strip lstrip rstrip replace lower upper startswith endswith format count index keys values get append
    datetime date now today isoformat strftime time math sqrt pi csv reader collections Counter most_common end sep`),
);
const PYTHON_MODULES = new Set(names("collections csv datetime json math platform re sys time"));
const JAVASCRIPT = new Set(
  names(`${ANY_NAMES} const let for of in if else return true false null undefined typeof console log error table JSON
    parse stringify Object keys values entries length map filter reduce join sort reverse slice split trim replace
    includes startsWith endsWith toUpperCase toLowerCase toString toFixed Math round floor ceil min max abs Number String
    Array isArray Date now toISOString process version versions node v8 platform arch argv cwd readFileSync require
    fs path os dependencies devDependencies scripts main type`),
);
/** What JSON files are read with, and modules that nobody calls a function of but those above. */
const JAVASCRIPT_MODULE = /^((node:)?(fs|path|os)|\.{1,2}\/[\w./-]+\.json)$/;

/** Whether the code that an interpreter is told does nothing but read and print. */
export function isPlainCode(name: string, code: string): boolean {
  if (/^python\d?$/.test(name)) return isPlainPython(code);
  return name === "node" && isPlainJavaScript(code);
}

function isPlainPython(code: string): boolean {
  const { bare } = withoutTexts(code);
  const opened = bare.match(/\bopen\b/g) ?? [];
  return (
    /^[\w\s.,:;=+\-*/%<>!()[\]{}|&"]*$/.test(bare) &&
    !bare.includes("__") &&
    // To read: a second argument says otherwise.
    opened.length === (bare.match(/\bopen\((""|[a-z]\w*|sys\.argv\[\d\])\)/g) ?? []).length &&
    importedBy(bare).every((module) => PYTHON_MODULES.has(module)) &&
    namesIn(bare).every((name) => PYTHON.has(name))
  );
}

/** `import a, b`, `from a import …` */
function importedBy(code: string): string[] {
  return Array.from(code.matchAll(/\b(?:import|from)\b([^;\n]*)/g), ([, line = ""]) => {
    const [modules = ""] = line.split(/\bimport\b/);
    return modules.split(/[\s,]+/).filter((module) => module !== "");
  }).flat();
}

function isPlainJavaScript(code: string): boolean {
  const { bare, texts } = withoutTexts(code);
  const required = Array.from(bare.matchAll(/\brequire\b(\(""\))?/g), ({ 1: call, index }) =>
    call === undefined ? undefined : texts[bare.slice(0, index).split('""').length - 1],
  );
  return (
    /^[\w\s.,:;=+\-*%<>!?()[\]{}|&"]*$/.test(bare) &&
    required.every((module) => module !== undefined && JAVASCRIPT_MODULE.test(module)) &&
    !namesByText(bare.replaceAll(/\[\d+\]/g, "")) &&
    !givesOnModules(bare, required) &&
    namesIn(bare).every((name) => JAVASCRIPT.has(name))
  );
}

/** What is reached by a text, and called, could be any function: `x["y"]`, `const {"y": z} = x`, `{["y"]: z}`. */
function namesByText(bare: string): boolean {
  return /[\])\w"]\s*\[|[\])]\s*\(|[{,]\s*""\s*:|\{\s*\[|\]\s*:/.test(bare);
}

/** `const fs = require("fs"), path = require("path");`, `const { readFileSync } = require("fs");` */
const DECLARATION =
  /\b(?:const|let)\s+(?:\{[\w\s,:]*\}|\w+)\s*=\s*require\(""\)(?:\s*,\s*\w+\s*=\s*require\(""\))*(?=\s*[;\n])/g;

/**
 * Whether all functions of a module, or of the process, could be gone through: they may be named, `fs.x`, and not
 * given on.
 *
 * @param required what each `require` names.
 */
function givesOnModules(bare: string, required: readonly (string | undefined)[]): boolean {
  let next = 0;
  const code = bare.replaceAll(/\brequire\(""\)/g, (call) =>
    required[next++]?.endsWith(".json") === true ? "data" : call,
  );
  const names = Array.from(code.matchAll(DECLARATION), ([text]) =>
    Array.from(text.matchAll(/(?<!\w)(\w+)\s*=/g), ([, name]) => name),
  ).flat();
  const modules = new Set(["process", "require", ...names]);
  const rest = code.replaceAll(DECLARATION, "").replaceAll('require("").', "require.");
  return Array.from(rest.matchAll(/\b([A-Za-z]\w*)\b(?!\s*\.\s*\w)/g)).some(([, name]) => modules.has(name));
}

/** The code with `""` for each text, and the texts. Of Python's `f"…"`, in which code stands, what it says stays. */
export function withoutTexts(code: string): { readonly bare: string; readonly texts: readonly string[] } {
  const pieces: string[] = [];
  const texts: string[] = [];
  let at = 0;
  for (;;) {
    const quote = code.slice(at).search(/["']/);
    if (quote === -1) return { bare: pieces.join("") + code.slice(at), texts };
    const start = at + quote;
    const mark = code.startsWith(code.charAt(start).repeat(3), start)
      ? code.slice(start, start + 3)
      : code.charAt(start);
    const before = code.slice(at, start);
    const prefix = /(?<!\w)[rbuf]{1,2}$/i.exec(before)?.[0] ?? "";
    const end = endOfText(code, start + mark.length, mark);
    // A text without an end: the quote stays, and is nothing that is understood.
    if (end === -1) return { bare: `${pieces.join("")}'`, texts };
    const text = code.slice(start + mark.length, end);
    texts.push(text);
    pieces.push(before.slice(0, before.length - prefix.length), '""', /f/i.test(prefix) ? ` ${text} ` : "");
    at = end + mark.length;
  }
}

function endOfText(code: string, from: number, mark: string): number {
  for (let at = from; at < code.length; at++) {
    if (code.startsWith(mark, at)) return at;
    if (code[at] === "\\") at++;
  }
  return -1;
}

function namesIn(code: string): string[] {
  return code.match(/[A-Za-z_]\w*/g) ?? [];
}

/** Whether perl is only told to change what it reads: `perl -pi -e 's/a/b/' file`. */
export function isPlainPerl(args: readonly string[]): boolean {
  const [options = "", second = ""] = args;
  const isApart = /^-[pnl0]*i?(\.\w+)?$/.test(options) && second === "-e";
  const code = isApart ? args[2] : /^-[pnl0]*i?e$/.test(options) ? second : undefined;
  return (
    code !== undefined &&
    // A file's name with a bar is a command to perl.
    !args.slice(isApart ? 3 : 2).some((arg) => /^-|[|<>]/.test(arg)) &&
    // `system"x";%y` has the looks of one.
    /^s\W/.test(code) &&
    isOneSubstitution(code) &&
    // Code may stand in what is put into a text, and in an index there: `$1[system("x")]`.
    !/[@`]|\(\?|\$(?!\d|[/|,#!)]|$)|\$(\d+|.)(->)?[[{]/.test(code)
  );
}
