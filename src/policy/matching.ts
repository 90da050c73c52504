/** Whether a rule means something that a request will do. */

import {
  createTextMatcher,
  foldText,
  literal,
  longestKnownPart,
  OPEN,
  overlap,
  type Glob,
} from "../shell/wildcards.ts";
import { isDefault, type PatternRule, type ProgramRule, type Rule } from "./rules.ts";
import type { HiddenCommand } from "../shell/hidden-commands.ts";
import { beginsOpen as isOpenAtStart, fromMarked, isOpen, knownPart } from "../shell/words.ts";
import type { Sliced } from "../system/sliced.ts";
import { startsBehindOptions } from "../shell/wrappers.ts";
import type { Command, Deed, Subject } from "./deed.ts";

const BASH = literal("bash");

/** Options with values before a subcommand that are looked behind. */
const MAX_STARTS = 8;

/** What is compared in one piece: so many rules. */
const PIECE_RULES = 4;

/**
 * When a default rule matches what only the run will tell: always, or if the request itself speaks of what the rule
 * means. Patterns that people wrote always do.
 */
export type Doubt = "in doubt" | "if said";

/** Finds the first rule that a deed matches. What the deed is made of is looked up by the names of programs, once. */
export function createMatcher(
  deed: Deed,
): (rules: readonly Rule[], doubt: Doubt) => Sliced<Rule | undefined> {
  const commands = groupByName(deed.commands);
  const subjects = deed.subjects.map(({ permission, texts }) => ({ permission, texts: texts.map(foldText) }));
  const forms = new Map<string, Forms>();
  const known = [...new Set(deed.commands.map(({ texts }) => knownPart(texts.join(" "))))].map(foldText);
  const allKnown = [...subjects.flatMap(({ texts }) => texts), ...known].join("\n");

  return function* findMatching(rules, doubt) {
    for (const [index, rule] of rules.entries()) {
      if (index % PIECE_RULES === 0) yield;
      const isSpared = doubt === "if said" && isDefault(rule);
      if (isUnreadableTo(rule, isSpared) || isMeant(rule, isSpared)) return rule;
    }
    return undefined;
  };

  /** Code that people can read is the rule `interpreter-code`'s, where no other holds in doubt. */
  function isUnreadableTo(rule: Rule, isSpared: boolean): boolean {
    const { permission, isTold } = deed.unreadable ?? {};
    if (permission === undefined || (isTold && isSpared)) return false;
    return rule.kind === "program" ? overlap(permission, BASH) : isFor(rule, permission);
  }

  function isMeant(rule: Rule, isSpared: boolean): boolean {
    if (rule.kind === "program") return [...rule.programs].some((name) => isMeantProgram(rule, name));
    if (beginsOpen(rule)) return isSomewhere(rule);
    return isMeantFile(rule, isSpared) || (isFor(rule, BASH) && isMeantCommand(rule));
  }

  function isMeantProgram(rule: ProgramRule, name: string): boolean {
    const program = literal(name);
    const isAbout = ({ texts, streams }: HiddenCommand) =>
      rule.matches([program, ...texts.slice(1).map(fromMarked)], streams);
    return (commands.get(name) ?? []).some(isAbout) || hiddenNamed(name)?.some(isAbout) !== false;
  }

  /** A rule whose first word is known is only about programs by that name. */
  function isMeantCommand(rule: PatternRule): boolean {
    const { text, isWhole } = firstWordOf(rule);
    const name = text.slice(text.lastIndexOf("/") + 1);
    const names = isWhole ? [name] : allNames().filter((each) => each.startsWith(name));
    const own = rule.folded.map(createComparison);
    // Where nobody knows which of the words behind a program are its own, they may be all or only the first.
    const beginning = rule.folded.map((glob) => createComparison([...glob, " ", ...OPEN]));
    return names.some((each) => {
      const { written, hidden } = formsNamed(each);
      return (
        hidden === undefined ||
        [...written, ...hidden].some((form) => own.some((mayBe) => mayBe(form))) ||
        hidden.some((form) => beginning.some((mayBe) => mayBe(form)))
      );
    });
  }

  function formsNamed(name: string): Forms {
    const found = forms.get(name);
    if (found !== undefined) return found;
    const made = {
      written: formsOf(commands.get(name) ?? [], name),
      hidden: hiddenNamed(name) && formsOf(hiddenNamed(name) ?? [], name),
    };
    forms.set(name, made);
    return made;
  }

  /** A rule that begins with `*` could mean any open text; it is only looked for in what is known. */
  function isSomewhere(rule: PatternRule): boolean {
    if (!rule.folded.some((glob) => allKnown.includes(longestKnownPart(glob)))) return false;
    const matchers = rule.folded.map(createTextMatcher);
    const isHere = (text: string) => matchers.some((matches) => matches(text));
    return (
      subjects.some(
        ({ permission, texts }) =>
          isFor(rule, literal(permission)) && texts.some((text) => isHere(knownPart(text))),
      ) ||
      (isFor(rule, BASH) && known.some(isHere))
    );
  }

  /** What is asked for each rule comes first: the rest is asked of those few that match. */
  function isMeantFile(rule: PatternRule, isSpared: boolean): boolean {
    if (!isMeantSubject(rule, subjects)) return false;
    return !isSpared || isSpokenOf(rule) || isMeantSubject(rule, subjects.map(withoutUnknown));
  }

  /** Whether all that a rule's pattern names is somewhere in what is known. */
  function isSpokenOf({ folded: [pattern = []] }: PatternRule): boolean {
    const names = pattern.map((token) => (typeof token === "string" ? token : " ")).join("");
    const spoken = allKnown.replaceAll(COMMON_DEVICE, "");
    return (names.match(/[\w-]+/g) ?? []).every((name) => spoken.includes(name));
  }

  function hiddenNamed(name: string): HiddenCommand[] | undefined {
    const found = deed.hidden.map((hidden) => hidden.named(name));
    return found.includes(undefined) ? undefined : found.flatMap((each) => each ?? []);
  }

  function allNames(): string[] {
    return [...new Set([...commands.keys(), ...deed.hidden.flatMap((hidden) => [...hidden.names()])])];
  }
}

/** `2>/dev/null` speaks of no device. */
const COMMON_DEVICE = /\/dev\/(null|zero|tty|std(in|out|err))/g;

/** Without the names of a file of which nothing is known at their beginning. */
function withoutUnknown({ permission, texts }: Subject): Subject {
  return { permission, texts: texts.filter((text) => !isOpenAtStart(text)) };
}

/** The texts of commands by one name, folded. */
interface Forms {
  readonly written: readonly string[];
  /** Undefined when they are more than anybody reads. */
  readonly hidden: readonly string[] | undefined;
}

function groupByName(commands: readonly Command[]): ReadonlyMap<string, readonly Command[]> {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    const group = groups.get(command.name);
    if (group === undefined) groups.set(command.name, [command]);
    else group.push(command);
  }
  return groups;
}

export function isFor(rule: PatternRule, permission: Glob): boolean {
  return rule.permission.some((glob) => overlap(permission, glob));
}

/** @param subjects with folded texts. Whatever an open part of one will hold counts as what the rule means. */
function isMeantSubject(rule: PatternRule, subjects: readonly Subject[]): boolean {
  const comparisons = rule.folded.map(createComparison);
  return subjects.some(
    ({ permission, texts }) =>
      isFor(rule, literal(permission)) && texts.some((text) => comparisons.some((mayBe) => mayBe(text))),
  );
}

/** Tells of texts with marks for what is open whether they can be what a pattern means. */
function createComparison(pattern: Glob): (text: string) => boolean {
  const matches = createTextMatcher(pattern);
  return (text) => (isOpen(text) ? overlap(fromMarked(text), pattern) : matches(text));
}

function beginsOpen({ pattern }: PatternRule): boolean {
  return pattern.some(([first]) => typeof first !== "string");
}

/** The first word of a rule's pattern, up to a wildcard, and whether it is all of the word. */
function firstWordOf({ folded: [pattern = []] }: PatternRule): { text: string; isWhole: boolean } {
  const end = pattern.findIndex((token) => typeof token !== "string" || token === " ");
  const text = pattern.slice(0, end === -1 ? undefined : end).join("");
  return { text, isWhole: end === -1 || pattern[end] === " " };
}

/** `/bin/git -C there push`, `git -C there push`, and `git push` without the options before the subcommand. */
function formsOf(commands: readonly { readonly texts: readonly string[] }[], name: string): string[] {
  const forms = new Set<string>();
  for (const { texts } of commands) {
    const args = texts.slice(1);
    forms.add(texts.join(" ")).add([name, ...args].join(" "));
    if (args[0]?.startsWith("-") !== true) continue;
    for (const start of startsBehindOptions(texts, MAX_STARTS))
      forms.add([name, ...texts.slice(start)].join(" "));
  }
  return [...forms].map(foldText);
}
