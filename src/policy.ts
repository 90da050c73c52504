/**
 * How a permission request may be allowed from Slack, by the patterns that people set: at once, after a second
 * question, or not at all.
 */

import type { Place } from "./files.ts";
import { foldCase, literal, overlap, parsePattern, type Glob } from "./glob.ts";
import type { PermissionRequest } from "./permission.ts";
import { JUDGED_LIMIT, readDeed, type Deed } from "./policy/deed.ts";
import { createMatcher, isFor } from "./policy/matching.ts";
import { isListed } from "./policy/slack-list.ts";
import { mayRunOthers, programName, writesAnything } from "./programs.ts";
import type { PatternRule, ProgramRule, Rule, Rules } from "./rules.ts";

export type Judgement =
  | { readonly allow: "offered" }
  /** `why` is a sentence for the card. */
  | { readonly allow: "confirm" | "terminal-only"; readonly why: string };

/**
 * Judges a request by everything that is known of what it will do. A command that cannot be read matches every rule
 * for commands, and what is longer than anybody reads matches every rule there is.
 */
export function judge(request: PermissionRequest, rules: Rules, place: Place): Judgement {
  const deed = readDeed(request, place);
  const matchingRule = createMatcher(deed);
  const onTerminal = matchingRule(rules.terminalOnly);
  if (onTerminal !== undefined) return { allow: "terminal-only", why: sentence(deed, onTerminal) };
  if (rules.slackMayAllow !== undefined && !isListed(request, deed, rules.slackMayAllow, place))
    return { allow: "terminal-only", why: deed.unreadable?.why ?? "This is not among what Slack may allow." };
  const confirming = matchingRule(rules.confirm);
  if (confirming !== undefined) return { allow: "confirm", why: sentence(deed, confirming) };
  return { allow: "offered" };
}

function sentence({ unreadable }: Deed, rule: Rule): string {
  if (unreadable !== undefined) return unreadable.why;
  const name = rule.kind === "program" ? rule.text : rule.name;
  return name === undefined ? `This matches \`${rule.text}\`.` : `This matches the rule \`${name}\`.`;
}

/**
 * Whether the rules leave "Allow always": not where OpenCode would then also run, unasked, any program, or what a
 * rule asks more care for.
 */
export function mayAllowAlways(
  { permission, always }: Pick<PermissionRequest, "permission" | "always">,
  rules: Rules,
): boolean {
  return (
    always.join().length <= JUDGED_LIMIT && always.every((pattern) => isNarrow(permission, pattern, rules))
  );
}

function isNarrow(
  permission: string,
  pattern: string,
  { terminalOnly, confirm, slackMayAllow }: Rules,
): boolean {
  if (/^[*?\s/.]*$/.test(pattern)) return false;
  if (permission === "bash" && !isOneHarmlessProgram(pattern)) return false;
  const isListed = slackMayAllow?.some(({ text }) => text === pattern || text === `${permission}:${pattern}`);
  if (isListed === false) return false;
  const subject = foldSubject({
    permission,
    texts: permission === "bash" ? commandForms(pattern) : parsePattern(pattern),
  });
  const words = pattern
    .trim()
    .split(/\s+/)
    .map((word) => parsePattern(word).flat());
  return ![...terminalOnly, ...confirm].some((rule) =>
    rule.kind === "pattern" ? mayMatch(rule, subject) : isAbout(rule, words),
  );
}

/** Whether a saved pattern for commands is about one program, which runs no others and writes no file it is told to. */
function isOneHarmlessProgram(pattern: string): boolean {
  const words = pattern
    .trim()
    .split(/\s+/)
    .map((word) => parsePattern(word).flat());
  const name = programName(words);
  return name !== undefined && !mayRunOthers(words) && !writesAnything(name);
}

/** `/bin/ls *` and `ls *`. */
function commandForms(pattern: string): Glob[] {
  return [...parsePattern(pattern), ...parsePattern(pattern.replace(/^\s*\S*\//, ""))];
}

interface Subject {
  readonly permission: string;
  readonly texts: readonly Glob[];
}

function foldSubject({ permission, texts }: Subject): Subject {
  return { permission, texts: texts.map(foldCase) };
}

function mayMatch(rule: PatternRule, { permission, texts }: Subject): boolean {
  return (
    isFor(rule, literal(permission)) && texts.some((text) => rule.folded.some((glob) => overlap(text, glob)))
  );
}

/** Whether a command, by whatever path it calls its program, may be one that the rule means. */
function isAbout({ programs, matches }: ProgramRule, words: readonly Glob[]): boolean {
  const name = programName(words);
  return name !== undefined && programs.has(name) && matches([literal(name), ...words.slice(1)], []);
}
