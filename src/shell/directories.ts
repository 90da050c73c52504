/** The directories that a command goes into before it, or what it starts, names its files. */

import { nameOf } from "./words.ts";

/** Say where a program works, or puts what it has. */
const DIRECTORY_OPTION =
  /^(-C|-chdir|--(directory|cwd|chdir|prefix|dir|working-dir|working-directory|project-directory|target-directory|directory-prefix|output-dir|target))(?:=(.*))?$/s;

/** What it is to some. */
const OWN_OPTION = new Map([
  ["unzip", "-d"],
  ["composer", "-d"],
  ["wget", "-P"],
  ["sudo", "-D"],
  ["pip", "-t"],
  ["cp", "-t"],
  ["mv", "-t"],
  ["install", "-t"],
  ["ln", "-t"],
]);

/** Of a simple command's words. `~` is the home directory; one that only the run will tell is open. */
export function directoriesEntered(texts: readonly string[]): string[] {
  const name = nameOf(texts[0]);
  if (/^(cd|chdir|pushd)$/.test(name)) return operandsOfCd(texts.slice(1));
  // `builtin cd there`
  const wrapped = PREFIX.test(name) ? texts.findIndex(isCd) : -1;
  if (wrapped !== -1) return operandsOfCd(texts.slice(wrapped + 1));
  if (!texts.some((text) => text.startsWith("-"))) return [];
  const own = OWN_OPTION.get(name);
  const entered: string[] = [];
  for (const [index, text] of texts.entries()) {
    if (!text.startsWith("-")) continue;
    const [isOption, , , attached] = DIRECTORY_OPTION.exec(text) ?? [];
    const close = /^-C(.+)$/s.exec(text)?.[1] ?? attached;
    const next = texts[index + 1];
    if (close !== undefined) entered.push(close);
    else if ((isOption !== undefined || text === own) && next !== undefined) entered.push(next);
  }
  return entered;
}

const PREFIX = /^(builtin|command|-|noglob|nocorrect|env)$/;

function isCd(text: string): boolean {
  return /^(cd|chdir|pushd)$/.test(text);
}

function operandsOfCd(args: readonly string[]): string[] {
  const operands = args.filter((text) => !/^([-+]\w*|-@|--)$/.test(text));
  return operands.length === 0 && !args.some((text) => /^[-+]\d*$/.test(text)) ? ["~"] : operands;
}
