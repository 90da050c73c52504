/** Whether "Allow always" may be offered: what OpenCode would save then, against the table and the rules. Pure. */

import { foldCase, literal, OPEN, overlap, parsePattern, type Glob } from "../shell/wildcards.ts";
import type { PermissionRequest } from "../gateway/domain/ask.ts";
import { isWrittenAs, type PatternRule, type Rule, type Rules } from "./rules.ts";
import { ALWAYS_TABLE } from "./always-table.ts";
import { JUDGED_LIMIT } from "./deed.ts";

/** What the table says as OpenCode saves it: with any arguments, or, should it save that, with none. */
const IN_TABLE = new Set(ALWAYS_TABLE.flatMap(({ command }) => [command, `${command} *`]));

/**
 * Whether the rules leave "Allow always": only for what is known to run nothing else, or what the environment names,
 * and never for what a rule asks more care for.
 */
export function mayAllowAlways(
  { permission, always }: Pick<PermissionRequest, "permission" | "always">,
  rules: Rules,
): boolean {
  return (
    always.join().length <= JUDGED_LIMIT && always.every((pattern) => isNarrow(permission, pattern, rules))
  );
}

function isNarrow(permission: string, pattern: string, rules: Rules): boolean {
  const { terminalOnly, confirm, slackMayAllow, mayAllowAlways: named } = rules;
  const isListed = slackMayAllow?.some((rule) => isWrittenAs(rule, permission, pattern));
  return (
    isListed !== false &&
    (isKnown(permission, pattern) || named.some((rule) => coversAll(rule, permission, pattern))) &&
    ![...terminalOnly, ...confirm].some((rule) => couldMatch(rule, permission, pattern))
  );
}

/** What is not about commands has its patterns from OpenCode; `*` alone is everything. */
function isKnown(permission: string, pattern: string): boolean {
  return permission === "bash" ? IN_TABLE.has(pattern) : !/^[*?\s/.]*$/.test(pattern);
}

/** Whether whatever OpenCode would allow by the pattern is meant by the rule. */
function coversAll(rule: PatternRule, permission: string, pattern: string): boolean {
  if (!rule.permission.some((glob) => overlap(literal(permission), glob))) return false;
  if (isWrittenAs(rule, permission, pattern)) return true;
  // Only a `*` of the rule's stands for a `*` of the pattern's. Of a rule with `?` that cannot be told so easily.
  return !rule.text.includes("?") && rule.pattern.some((glob) => overlap(literal(pattern), glob));
}

/** Whether something that OpenCode would allow by the pattern could be what a rule means. */
function couldMatch(rule: Rule, permission: string, pattern: string): boolean {
  if (rule.kind === "pattern")
    return (
      rule.permission.some((glob) => overlap(literal(permission), glob)) &&
      formsOf(permission, pattern).some((form) => rule.folded.some((glob) => overlap(form, glob)))
    );
  if (permission !== "bash") return false;
  const [program = "", ...words] = pattern.trim().split(/\s+/);
  const name = program.replace(/^.*\//s, "").toLowerCase();
  // A program of which a part is open could be any.
  if (/[*?]/.test(name)) return true;
  const args = words.map((word) => (/[*?]/.test(word) ? OPEN : literal(word)));
  return rule.programs.has(name) && rule.matches([literal(name), ...args], []);
}

/** The pattern itself and, of a command, without its program's path: `/bin/ls *` and `ls *`. */
function formsOf(permission: string, pattern: string): Glob[] {
  const forms = permission === "bash" ? [pattern, pattern.replace(/^\s*\S*\//, "")] : [pattern];
  return forms.flatMap(parsePattern).map(foldCase);
}
