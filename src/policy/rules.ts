/** The rules by which people say what may be allowed from Slack: what is written, and what it means. */

import { foldCase, literal, overlap, parsePattern, type Glob } from "../shell/wildcards.ts";
import type { Stream } from "../shell/stream.ts";

export type Rule = PatternRule | ProgramRule;

/** A pattern as it is written, and what it says: {@link parseRule}. */
export interface PatternRule {
  readonly kind: "pattern";
  /** Of the default rule that it is a part of, as lists and cards have it. */
  readonly name?: string;
  readonly text: string;
  readonly permission: readonly Glob[];
  readonly pattern: readonly Glob[];
  /** The pattern where big and small letters are the same. */
  readonly folded: readonly Glob[];
}

/** A rule that knows its programs: their subcommands and options, in whatever order they are written. */
export interface ProgramRule {
  readonly kind: "program";
  /** Its name, as lists and cards have it: `rm-recursive`. */
  readonly text: string;
  /** The programs that it is about, without their paths and in small letters; `""` is a command without a program. */
  readonly programs: ReadonlySet<string>;
  /**
   * Whether a simple command may be one that the rule means.
   *
   * @param words the program's name as in {@link programs}, and its arguments. An open word counts as whatever the
   * rule means.
   * @param streams its redirections.
   */
  readonly matches: (words: readonly Glob[], streams: readonly Stream[]) => boolean;
}

/** Whether a rule is of the default list, and no pattern that people wrote. */
export function isDefault(rule: Rule): boolean {
  return rule.kind === "program" || rule.name !== undefined;
}

/** Where a request matches several lists, the first of these decides. */
export interface Rules {
  /** Shown in Slack, to be answered in OpenCode. */
  readonly terminalOnly: readonly Rule[];
  /** Allow asks once more. */
  readonly confirm: readonly Rule[];
  /** When set, only what is listed here gets Allow. */
  readonly slackMayAllow: readonly PatternRule[] | undefined;
  /** Patterns for which "Allow always" is offered beside those that it always is for. */
  readonly mayAllowAlways: readonly PatternRule[];
}

/** Characters of a rule: it is named on cards, where room is scarce. */
const RULE_LIMIT = 200;

/** `edit:src/*`: a permission and its pattern. `npm run build:*` is none: no permission has a blank in it. */
const WITH_PERMISSION = /^([\w*?-]+):\s*(.*)$/s;

/**
 * Reads `git push *`, which is about commands, or with a permission before it `edit:*.env`, `tickets_*:*`. Wildcards
 * are OpenCode's.
 */
export function parseRule(text: string): PatternRule {
  const [, permission, pattern] = WITH_PERMISSION.exec(text) ?? ["", "bash", text];
  const globs = parsePattern(pattern ?? "");
  return {
    kind: "pattern",
    text,
    permission: permissionsOf(permission ?? ""),
    pattern: globs,
    folded: globs.map(foldCase),
  };
}

/** OpenCode 2's names for permissions that are called otherwise wherever they are compared: as in OpenCode 1. */
const OTHER_NAMES: Readonly<Record<string, string>> = { shell: "bash", subagent: "task" };

/** Whether a rule is nothing but this permission and this pattern, by whichever name. */
export function isWrittenAs({ text }: PatternRule, permission: string, pattern: string): boolean {
  const names = Object.keys(OTHER_NAMES).filter((name) => OTHER_NAMES[name] === permission);
  return text === pattern || [permission, ...names].some((name) => text === `${name}:${pattern}`);
}

/** Those that a rule names, also where it calls them as OpenCode 2 does. */
function permissionsOf(named: string): readonly Glob[] {
  const globs = parsePattern(named);
  const others = Object.entries(OTHER_NAMES).filter(([name]) =>
    globs.some((glob) => overlap(literal(name), glob)),
  );
  return [...globs, ...others.map(([, ours]) => literal(ours))];
}

/** The rules of a list: separated by commas or line breaks, blanks around them ignored. */
export function splitRules(list: string): string[] {
  return list
    .split(/[,\n]/)
    .map((text) => text.trim())
    .filter((text) => text !== "");
}

/** Why a rule cannot mean what its author wants, to be put behind "rule 3 of …"; undefined when it can. */
export function mistakeInRule(text: string): string | undefined {
  const [, , pattern] = WITH_PERMISSION.exec(text) ?? [];
  if (/^(default|none)$/i.test(text)) return "stands for a whole list and cannot be used here";
  if (pattern === "") return "has no pattern after its colon";
  if (text.length > RULE_LIMIT) return `is longer than ${RULE_LIMIT} characters`;
  if (/[^\P{C}\t]/u.test(text)) return "contains an invisible character";
  if (/^["'`]|["'`]$/.test(text)) return "is in quotes: remove them, as commands are compared without quotes";
  if (/^\^|\$$/.test(text)) return "looks like a regular expression: only `*` and `?` are wildcards";
  return undefined;
}
