/** Whether a rule means something that a request will do. */

import {
  foldCase,
  knownText,
  literal,
  overlap,
  overlapBeginning,
  overlapWords,
  type Glob,
} from "../glob.ts";
import type { PatternRule, ProgramRule, Rule } from "../rules.ts";
import { markedText } from "../shell/words.ts";
import { startsBehindOptions } from "../shell/wrappers.ts";
import type { Deed, Subject } from "./deed.ts";

type Words = readonly Glob[];

/** Finds rules that a deed matches. What it is made of is looked up by the names of programs, once. */
export function createMatcher(deed: Deed): (rules: readonly Rule[]) => Rule | undefined {
  const commands = new Map<string, Words[]>();
  for (const { name, words } of deed.commands) {
    const known = commands.get(name);
    if (known === undefined) commands.set(name, [words]);
    else known.push(words);
  }

  return (rules) => rules.find((rule) => isUnreadableTo(rule) || isMeant(rule));

  function isUnreadableTo(rule: Rule): boolean {
    const permission = deed.unreadable?.permission;
    return permission !== undefined && (rule.kind === "program" ? overlap(permission, BASH) : isFor(rule, permission));
  }

  function isMeant(rule: Rule): boolean {
    if (rule.kind === "program") return rule.programs.some((name) => isMeantProgram(rule, name));
    const matches = beginsOpen(rule) ? mustMatch : mayMatch;
    if (deed.subjects.some((subject) => matches(rule, subject))) return true;
    return isFor(rule, BASH) && (beginsOpen(rule) ? isSomewhere(rule) : isMeantCommand(rule));
  }

  function isMeantProgram(rule: ProgramRule, name: string): boolean {
    const program = literal(name);
    const isAbout = ([, ...args]: Words) => rule.matches([program, ...args]);
    return named(name).some(isAbout) || hiddenNamed(name)?.some(isAbout) !== false;
  }

  /** A rule whose first word is known is only about programs by that name. */
  function isMeantCommand(rule: PatternRule): boolean {
    const { text, isWhole } = firstWordOf(rule);
    const name = text.slice(text.lastIndexOf("/") + 1);
    const meant = isWhole ? [name] : allNames().filter((each) => each.startsWith(name));
    return meant.some(
      (each) =>
        named(each).some((words) => formsOf(words, each).some((form) => isText(rule, form, overlapWords))) ||
        hiddenNamed(each)?.some((words) => formsOf(words, each).some((form) => isText(rule, form, overlapBeginning))) !== false,
    );
  }

  /** A rule that begins with `*` could mean any open text; it is only looked for in what is known. */
  function isSomewhere(rule: PatternRule): boolean {
    return deed.commands.some(({ words }) =>
      isText(rule, words.map((word) => literal(knownText(word))), overlapWords),
    );
  }

  function named(name: string): Words[] {
    return commands.get(name) ?? [];
  }

  function hiddenNamed(name: string): Words[] | undefined {
    const found = deed.hidden.map((hidden) => hidden.named(name));
    return found.includes(undefined) ? undefined : found.flatMap((each) => each ?? []);
  }

  function allNames(): string[] {
    return [...new Set([...commands.keys(), ...deed.hidden.flatMap((hidden) => [...hidden.names()])])];
  }
}

const BASH = literal("bash");

export function isFor(rule: PatternRule, permission: Glob): boolean {
  return rule.permission.some((glob) => overlap(permission, glob));
}

/** Whatever an open part of the text will hold counts as what the rule means. */
export function mayMatch(rule: PatternRule, { permission, texts }: Subject): boolean {
  return isFor(rule, literal(permission)) && texts.some((text) => rule.folded.some((glob) => overlap(text, glob)));
}

function mustMatch(rule: PatternRule, { permission, texts }: Subject): boolean {
  return mayMatch(rule, { permission, texts: texts.map((text) => literal(knownText(text))) });
}

function isText(rule: PatternRule, words: Words, overlaps: typeof overlapWords): boolean {
  const folded = words.map(foldCase);
  return rule.folded.some((glob) => overlaps(folded, glob));
}

function beginsOpen({ pattern }: PatternRule): boolean {
  return pattern.some(([first]) => typeof first !== "string");
}

/** The first word of a rule's pattern, up to a wildcard, and whether it is all of the word. */
function firstWordOf({ folded: [pattern = []] }: PatternRule): { text: string; isWhole: boolean } {
  const end = pattern.findIndex((token) => typeof token !== "string" || token === " ");
  const text = knownText(pattern.slice(0, end === -1 ? undefined : end));
  return { text, isWhole: end === -1 || pattern[end] === " " };
}

/** `/bin/git -C there push`, `git -C there push`, and `git push` without the options before the subcommand. */
function formsOf(words: Words, name: string): Words[] {
  const program = literal(name);
  const forms = [words, [program, ...words.slice(1)]];
  const [, second = []] = words;
  if (second[0] !== "-") return forms;
  const starts = startsBehindOptions(words.map(markedText), MAX_STARTS);
  return [...forms, ...starts.map((start) => [program, ...words.slice(start)])];
}

/** Options with values before a subcommand that are looked behind. */
const MAX_STARTS = 8;
