/** The lists of rules that people write: patterns, names of default rules, and what they take away from these. Pure. */

import { mistakeInRule, parseRule, splitRules, type PatternRule, type Rule } from "./rules.ts";
import { DEFAULT_RULES } from "./default-rules.ts";
import { namesNear } from "../system/nearest.ts";

/** What a list says, or why it cannot be meant: each mistake goes behind the name of its list. */
export type ReadList<Kind> =
  | { readonly ok: true; readonly rules: readonly Kind[] }
  | { readonly ok: false; readonly mistakes: readonly ListMistake[] };

export interface ListMistake {
  /** Counted from 1; undefined where the whole list is wrong. */
  readonly item: number | undefined;
  /** Goes on where "Rule 3 of the list" begins. It repeats nothing of the list, where a token may stand. */
  readonly what: string;
}

/** The whole default list. */
const DEFAULT = "default";
/** In a list alone: no rule at all. */
const NONE = "none";

const MANY_NAMES = 3;

/** Every default rule. */
export const ALL_DEFAULT_RULES: readonly Rule[] = [...DEFAULT_RULES.values()].flat();

/** Reads a list of what needs more care: `default, !docker-prune, git-push-force, deploy *, edit:infra/*`. */
export function readCareList(list: string, { mayBeNone }: { readonly mayBeNone: boolean }): ReadList<Rule> {
  const items = splitRules(list);
  if (mayBeNone && items.join() === NONE) return { ok: true, rules: [] };
  const hasDefault = items.includes(DEFAULT);
  const removed = new Set(items.filter(isRemoval).map(nameOfRemoval));
  return readItems(items, {
    mistakeIn: (item) => mistakeInCare(item, hasDefault),
    rulesOf(item) {
      if (isRemoval(item)) return [];
      if (item !== DEFAULT) return DEFAULT_RULES.get(item) ?? [parseRule(item)];
      return [...DEFAULT_RULES].flatMap(([name, rules]) => (removed.has(name) ? [] : rules));
    },
  });
}

/** Reads a list of what may be allowed: patterns only. */
export function readAllowList(list: string): ReadList<PatternRule> {
  return readItems(splitRules(list), { mistakeIn: mistakeInAllow, rulesOf: (item) => [parseRule(item)] });
}

function readItems<Kind>(
  items: readonly string[],
  how: {
    readonly mistakeIn: (item: string) => string | undefined;
    readonly rulesOf: (item: string) => readonly Kind[];
  },
): ReadList<Kind> {
  if (items.length === 0)
    return {
      ok: false,
      mistakes: [{ item: undefined, what: "holds no rule: remove it, or write a rule" }],
    };
  const mistakes = items.flatMap((item, index) => {
    const what = how.mistakeIn(item);
    return what === undefined ? [] : [{ item: index + 1, what }];
  });
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, rules: items.flatMap(how.rulesOf) };
}

function mistakeInCare(item: string, hasDefault: boolean): string | undefined {
  if (item === DEFAULT || DEFAULT_RULES.has(item)) return undefined;
  if (isRemoval(item)) {
    const name = nameOfRemoval(item);
    if (!DEFAULT_RULES.has(name)) return `removes a default rule that does not exist${suggestion(name)}`;
    return hasDefault
      ? undefined
      : `removes a rule from \`${DEFAULT}\`, but \`${DEFAULT}\` is not in the list: add it`;
  }
  if (/^\w+-[\w-]+$/.test(item) && nearDefaultRules(item).length > 0)
    return `is not a default rule${suggestion(item)}. If you mean a command with this name, write \` *\` after it`;
  return mistakeInRule(item);
}

function mistakeInAllow(item: string): string | undefined {
  if (isRemoval(item)) return "begins with `!`, but that removes only default rules";
  if (DEFAULT_RULES.has(item))
    return "is a default rule: these name dangerous commands, so this list does not take them";
  return mistakeInRule(item);
}

function isRemoval(item: string): boolean {
  return item.startsWith("!");
}

function nameOfRemoval(item: string): string {
  return item.slice(1).trim();
}

function suggestion(name: string): string {
  const near = nearDefaultRules(name).map((each) => `\`${each}\``);
  return near.length === 0 ? ": the documents list them" : `. Similar names: ${near.join(", ")}`;
}

function nearDefaultRules(name: string): string[] {
  return namesNear(name, [...DEFAULT_RULES.keys()]).slice(0, MANY_NAMES);
}
