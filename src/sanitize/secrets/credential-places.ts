/** Places in which only a credential can stand: by what stands before and behind it. Pure. */

import { CALL_START, NAME_END, SETTER_START } from "./named-values.ts";
import { SECRET_ADDRESSES } from "./secret-table.ts";
import { SECRET_CAMEL_NAME, SECRET_NAME } from "./values.ts";

/** How much before a place is looked at. */
export const LEAD_LENGTH = 160;

const NAME = new RegExp(`(?:${SECRET_NAME})${NAME_END}$`, "i");
/** Cargo's names of commands: what follows is one of them. */
const DEFINES_COMMAND = /^(?:--config=)?(?:CARGO_)?(?:CREDENTIAL[_-])?ALIAS[_.]/i;
const CAMEL_NAME = new RegExp(`${SECRET_CAMEL_NAME}$`);
/** Variables of the environment that are named so. */
const KEY_VARIABLE = /^[A-Z][A-Z0-9_]{0,80}_(?:KEY|PAT)$/;

/** What stands between the name of a field, an argument or a header and its value. */
const BEHIND_NAME = /[:=]>?\s{0,3}(?:(?:[bfru]{1,2}|@)(?=["']))?\\*["'`]?(?:(?:Bearer|Basic|Token) {1,3})?$/i;
const HEADER =
  /(?:proxy-)?authorization\\*["'`]?\]?\s{0,3}[:=,]\s{0,3}\\*["'`]?(?:[A-Za-z][\w-]{0,30} {1,3})?$|\bbearer {1,3}$|\bcookie\\*["'`]?\s{0,3}[:=][^\n]{0,100}[\w.-]=$|\b(?:password|identified by) {1,3}'$/i;
/** Of URLs that are keys. */
const SIGNED = new RegExp(
  [
    "[?&](?:key|sig|(?:x-(?:amz|goog)-)?signature|code|ticket)=",
    ...SECRET_ADDRESSES.map(([, { source }]) => source),
  ]
    .map((source) => `${source}$`)
    .join("|"),
  "i",
);
const BARE_COLON = /\w:$/;
const X_HEADER = /(?:^|[\s"'])x-[\w-]{1,40}:$/i;
const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY/;
const SCHEME = /[a-z][\w+.-]{0,20}$/i;
/** A URL's user, up to the password. */
const USER = /^[^\s/?#@"'`<>\\]*$/;
const BEHIND_USER = /^(?::[\w-]{0,40})?@[\w.[${\uFFFC-]/;
/** What would end the user's part of a URL. */
const NO_USER = /[/?#@\\]/;

/** A variable or a field that holds a secret. */
export interface Carrier {
  /** Whether all of its value is the secret; else the rest says what it is: a URL, a header, a document. */
  readonly isBare: boolean;
  /** The secret, as far as it is known. */
  readonly value: string | undefined;
}

/** What is known of a name that stands for two secrets: of their values the one that may be more than a credential. */
export function joinCarriers(one: Carrier | undefined, other: Carrier): Carrier {
  if (one === undefined) return other;
  const value = other.value === undefined || NO_USER.test(other.value) ? other.value : one.value;
  return { isBare: one.isBare || other.isBare, value };
}

/** By their names. */
export type Carriers = ReadonlyMap<string, Carrier>;

/** Whether a variable, a field or an option of this name holds a credential. */
export function isCredentialName(name: string): boolean {
  if (DEFINES_COMMAND.test(name)) return false;
  return NAME.test(name.slice(-LEAD_LENGTH)) || CAMEL_NAME.test(name) || KEY_VARIABLE.test(name);
}

/** A value and what stands around it; what is not known there stands as `\uFFFC`. */
export interface Place {
  /** The last {@link LEAD_LENGTH} characters before the value, on its line or in its word. */
  readonly before: string;
  readonly behind: string;
  /** The value; undefined where nobody knows it. */
  readonly value: string | undefined;
}

/** What makes a place a credential's: a header or a document's own word, the user of a URL, a name. */
export type PlaceKind = "header" | "user" | "field";

/** Why only a credential can stand here, whatever it says; undefined where something else could. */
export function kindOfPlace({ before, behind, value }: Place): PlaceKind | undefined {
  if (HEADER.test(before) || PRIVATE_KEY.test(before)) return "header";
  const scheme = before.lastIndexOf("://");
  if (scheme !== -1 && SCHEME.test(before.slice(0, scheme)) && USER.test(before.slice(scheme + 3)))
    return BEHIND_USER.test(behind) && value !== undefined && !NO_USER.test(value) ? "user" : undefined;
  // In `--resolve token:443:address` a colon separates all kinds of things.
  if (SIGNED.test(before)) return "field";
  const isAddress = BARE_COLON.test(before) && !X_HEADER.test(before);
  return !isAddress && isCredentialName(nameBefore(before) ?? "") ? "field" : undefined;
}

/** The name whose value begins at the end of a text: `token` of `{"token": "`. */
export function nameBefore(before: string): string | undefined {
  const separator = BEHIND_NAME.exec(before)?.index ?? separatorIn(before);
  if (separator === undefined) return undefined;
  let end = separator;
  while (end > 0 && " \t\"'`]\\?:+".includes(before.charAt(end - 1))) end -= 1;
  let start = end;
  while (start > 0 && /[\w.-]/.test(before.charAt(start - 1))) start -= 1;
  // A connection string separates its fields by one.
  if (before.charAt(start - 1) === ";") start -= 1;
  return start === end ? undefined : before.slice(start, end);
}

/** Where the name ends in `define("name", "` and `setenv name `. */
function separatorIn(before: string): number | undefined {
  const inCall = /\\{0,4}["'][ \t]{0,9},[ \t]{0,9}\\{0,4}["']$/.exec(before);
  if (inCall !== null && CALL_START.test(before.slice(0, inCall.index))) return inCall.index;
  const inSetting = /["']?[ \t]{1,9}["']?$/.exec(before);
  return inSetting !== null && SETTER_START.test(before.slice(0, inSetting.index))
    ? inSetting.index
    : undefined;
}
