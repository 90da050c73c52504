/**
 * How a permission request may be allowed from Slack, by the patterns that people set: at once, after a second
 * question, or not at all.
 */

import type { Place } from "./files.ts";
import type { PermissionRequest } from "../gateway/domain/ask.ts";
import { readDeed, type Deed } from "./deed.ts";
import { createMatcher } from "./matching.ts";
import { isListed } from "./slack-list.ts";
import { isDefault, type Rule, type Rules } from "./rules.ts";
import type { Sliced } from "../system/sliced.ts";

export type Judgement =
  | { readonly allow: "offered" }
  /** `why` is a sentence for the card. */
  | { readonly allow: "confirm" | "terminal-only"; readonly why: string };

/**
 * Judges a request by everything that is known of what it will do. A command that cannot be read matches every rule
 * for commands, and what is longer than anybody reads matches every rule there is.
 */
export function* judge(request: PermissionRequest, rules: Rules, place: Place): Sliced<Judgement> {
  const deed = yield* readDeed(request, place);
  const matchingRule = createMatcher(deed);
  const onTerminal = yield* matchingRule(rules.terminalOnly, "in doubt");
  if (onTerminal !== undefined) return { allow: "terminal-only", why: sentence(deed, onTerminal) };
  if (rules.slackMayAllow !== undefined && !isListed(request, deed, rules.slackMayAllow, place))
    return { allow: "terminal-only", why: deed.unreadable?.why ?? "This is not among what Slack may allow." };
  const confirming = yield* matchingRule(rules.confirm, "if said");
  if (confirming !== undefined) return { allow: "confirm", why: sentence(deed, confirming) };
  return { allow: "offered" };
}

function sentence({ unreadable }: Deed, rule: Rule): string {
  if (unreadable !== undefined && (unreadable.isTold === undefined || !isDefault(rule)))
    return unreadable.why;
  const name = rule.kind === "program" ? rule.text : rule.name;
  return name === undefined ? `This matches \`${rule.text}\`.` : `This matches the rule \`${name}\`.`;
}
