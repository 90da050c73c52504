/** What a text that is no command, a file or an argument, does with the secrets in it. Pure. */

import { hasCodePhrase } from "./code-givers.ts";
import {
  joinCarriers,
  kindOfPlace,
  LEAD_LENGTH,
  nameBefore,
  type Carrier,
  type Carriers,
} from "./credential-places.ts";
import type { Span } from "../../shell/scanning.ts";

/** Code for a shell or an interpreter on this line: what is masked there may be a part of it. */
const TAKES_CODE =
  /\b(?:(?:ba|z|da|a|k|c|fi|pw)?sh|cmd)["',]{0,3}[ \t]{1,3}["']?[-/]\w{0,6}c\b|\b(?:python[\d.]*|node|perl|ruby|php|deno|bun)["',]{0,3}[ \t]{1,3}["']?-{1,2}(?:c|e|r|eval|print)\b|\b(?:ssh|eval|xargs)[ \t]/;
/** A type between a name and its value: `token: string = `. */
const TYPED =
  /([A-Za-z_$][\w$]{0,100})\??[ \t]{0,3}:[ \t]{0,3}&?(?:'\w{1,16}[ \t])?[\w.:<>[\]]{1,40}[ \t]{0,3}=[ \t]{0,3}["'`]$/;
const QUOTED_COOKIE = /(?:^|[^A-Za-z])(cookie)\\*["'`]?\s{0,3}[:=]\s{0,3}["'`][^\n]*$/i;
const IN_BRACES = /\{[^{}]*$/;
/** A URL up to a place before its path. */
const IN_AUTHORITY = /:\/\/[^\s/?#\\"'`<>]*$/;
/** Characters before a place in a URL: more than a host's name has. */
const HOST_LENGTH = 400;
const BEHIND_USER = /^(?::[\w-]{0,40})?@/;
const ENDS_USER = /[/?#@\\]/;
const STRUCTURE =
  /[a-z][\w+.-]{0,20}:\/\/[^\s]*$|(?:proxy-)?authorization[^\n]*$|bearer {1,3}$|-----BEGIN [^\n]*$/i;

/**
 * Whether no secret of a text stands in code or is a part of a host's name, and nothing there takes all variables or
 * evaluates text.
 */
export function leavesSecretsAlone(text: string, secrets: readonly Span[]): boolean {
  return (
    !hasCodePhrase(text) &&
    !secrets.some((secret) => TAKES_CODE.test(lineBefore(text, secret)) || isOfHost(text, secret))
  );
}

/** `https://token=‹secret›/x`, but not `https://user:‹secret›@host/x`. */
function isOfHost(text: string, { start, end }: Span): boolean {
  if (!IN_AUTHORITY.test(text.slice(Math.max(0, start - HOST_LENGTH), start))) return false;
  const isUser = BEHIND_USER.test(text.slice(end, end + LEAD_LENGTH));
  return !isUser || ENDS_USER.test(text.slice(start, end));
}

/** The variables and fields whose values are secrets. */
export function carriersIn(text: string, secrets: readonly Span[]): Carriers {
  const carriers = new Map<string, Carrier>();
  for (const secret of secrets) {
    const before = lineBefore(text, secret);
    const value = text.slice(secret.start, secret.end);
    const behind = text.slice(secret.end, secret.end + LEAD_LENGTH);
    const kind = kindOfPlace({ before, behind, value });
    // In quotes of its own a header is a variable's or a field's value.
    const [, cookie] = QUOTED_COOKIE.exec(before) ?? [];
    const isBare = kind === undefined || kind === "field" || cookie !== undefined;
    const [, typed] = TYPED.exec(before) ?? [];
    const own = nameBefore(isBare ? before : before.replace(STRUCTURE, ""));
    // In `const { token: other = "…" }` it is the variable of another name that gets the value.
    const names = typed === undefined ? [own, cookie] : IN_BRACES.test(before) ? [typed, own] : [typed];
    for (const name of names) {
      // In `a.b.token` it is the last that others are named by.
      const last = name?.split(".").at(-1)?.replace(/^;/, "");
      if (last === undefined || last === "") continue;
      carriers.set(last, joinCarriers(carriers.get(last), { isBare, value }));
    }
  }
  return carriers;
}

function lineBefore(text: string, { start }: Span): string {
  return (
    text
      .slice(Math.max(0, start - LEAD_LENGTH), start)
      .split("\n")
      .at(-1) ?? ""
  );
}
