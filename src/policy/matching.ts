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
import type { HiddenCommand } from "../shell/hidden-commands.ts";
import { fromMarked, knownPart } from "../shell/words.ts";
import { startsBehindOptions } from "../shell/wrappers.ts";
import type { Command, Deed, Subject } from "./deed.ts";

/** Of a command, with marks for what is open. */
type Texts = readonly string[];

/** Finds rules that a deed matches. What it is made of is looked up by the names of programs, once. */
export function createMatcher(deed: Deed): (rules: readonly Rule[]) => Rule | undefined {
  const commands = new Map<string, Command[]>();
  for (const command of deed.commands) {
    const known = commands.get(command.name);
    if (known === undefined) commands.set(command.name, [command]);
    else known.push(command);
  }

  return (rules) => rules.find((rule) => isUnreadableTo(rule) || isMeant(rule));

  function isUnreadableTo(rule: Rule): boolean {
    const permission = deed.unreadable?.permission;
    return permission !== undefined && (rule.kind === "program" ? overlap(permission, BASH) : isFor(rule, permission));
  }

  function isMeant(rule: Rule): boolean {
    if (rule.kind === "program") return [...rule.programs].some((name) => isMeantProgram(rule, name));
    const matches = beginsOpen(rule) ? mustMatch : mayMatch;
    if (deed.subjects.some((subject) => matches(rule, subject))) return true;
    return isFor(rule, BASH) && (beginsOpen(rule) ? isSomewhere(rule) : isMeantCommand(rule));
  }

  function isMeantProgram(rule: ProgramRule, name: string): boolean {
    const program = literal(name);
    const isAbout = ({ texts, streams }: HiddenCommand) =>
      rule.matches([program, ...texts.slice(1).map(fromMarked)], streams);
    return named(name).some(isAbout) || hiddenNamed(name)?.some(isAbout) !== false;
  }

  /** A rule whose first word is known is only about programs by that name. */
  function isMeantCommand(rule: PatternRule): boolean {
    const { text, isWhole } = firstWordOf(rule);
    const name = text.slice(text.lastIndexOf("/") + 1);
    const meant = isWhole ? [name] : allNames().filter((each) => each.startsWith(name));
    return meant.some(
      (each) =>
        named(each).some(({ texts }) => formsOf(texts, each).some((form) => isText(rule, form, overlapWords))) ||
        hiddenNamed(each)?.some(({ texts }) =>
          formsOf(texts, each).some((form) => isText(rule, form, overlapBeginning)),
        ) !== false,
    );
  }

  /** A rule that begins with `*` could mean any open text; it is only looked for in what is known. */
  function isSomewhere(rule: PatternRule): boolean {
    return deed.commands.some(({ texts }) =>
      isText(rule, texts.map(knownPart), overlapWords),
    );
  }

  function named(name: string): HiddenCommand[] {
    return commands.get(name) ?? [];
  }

  function hiddenNamed(name: string): HiddenCommand[] | undefined {
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

function isText(rule: PatternRule, texts: Texts, overlaps: typeof overlapWords): boolean {
  const folded = texts.map((text) => foldCase(fromMarked(text)));
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
function formsOf(texts: Texts, name: string): Texts[] {
  const args = texts.slice(1);
  const forms = [texts, [name, ...args]];
  if (args[0]?.startsWith("-") !== true) return forms;
  const starts = startsBehindOptions(texts, MAX_STARTS);
  return [...forms, ...starts.map((start) => [name, ...texts.slice(start)])];
}

/** Options with values before a subcommand that are looked behind. */
const MAX_STARTS = 8;
