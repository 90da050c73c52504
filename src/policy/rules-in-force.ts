/** Which rules are in force, in a few words for the log and for people. Pure. */

import { isDefault, type Rule, type Rules } from "./rules.ts";

/** Each list by what it decides: `43 default + 2 of yours`. */
export interface RulesInForce {
  readonly confirm: string;
  readonly terminalOnly: string;
  readonly slackMayAllow: string;
  readonly mayAllowAlways: string;
}

export function sayRules({ confirm, terminalOnly, slackMayAllow, mayAllowAlways }: Rules): RulesInForce {
  return {
    confirm: sayList(confirm),
    terminalOnly: sayList(terminalOnly),
    slackMayAllow: slackMayAllow === undefined ? "everything" : sayList(slackMayAllow),
    mayAllowAlways: sayList(mayAllowAlways),
  };
}

/** How many default rules a list has: one of them may be made of several patterns. */
export function countDefaults(rules: readonly Rule[]): number {
  return new Set(rules.filter(isDefault).map(nameOf)).size;
}

function sayList(rules: readonly Rule[]): string {
  const defaults = countDefaults(rules);
  const own = rules.filter((rule) => !isDefault(rule)).length;
  const said = [...(defaults > 0 ? [`${defaults} default`] : []), ...(own > 0 ? [`${own} of yours`] : [])];
  return said.length === 0 ? "none" : said.join(" + ");
}

function nameOf(rule: Rule): string | undefined {
  return rule.kind === "program" ? rule.text : rule.name;
}
