/** The kinds of values that variables hold, and what is wrong with one that is not of its kind. */

import { isAbsolute } from "node:path";
import * as z from "zod";
import type { ReadList } from "../policy/rule-lists.ts";

const CHANNEL_OR_USER_ID = /^[CGDUW][A-Z0-9]+$/;

export function tokenSchema(variable: string, prefix: "xoxb-" | "xapp-", whereToFind: string) {
  return z
    .string({ error: `${variable} is not set. ${whereToFind}` })
    .regex(new RegExp(`^${prefix}[\\w-]+$`), {
      error: ({ input }) => `${variable} ${mistakeInToken(String(input), prefix)}. ${whereToFind}`,
    });
}

function mistakeInToken(value: string, prefix: "xoxb-" | "xapp-"): string {
  if (value.startsWith(prefix)) return `begins with ${prefix}, but is not a Slack token`;
  if (value.startsWith("xapp-"))
    return "holds an app token (xapp-…), which belongs in SLACK_APP_TOKEN: the two look swapped";
  if (value.startsWith("xoxb-"))
    return "holds a bot token (xoxb-…), which belongs in SLACK_BOT_TOKEN: the two look swapped";
  if (value.startsWith("xoxp-")) return "holds a user token (xoxp-…)";
  if (value.startsWith("xoxe"))
    return "holds a token that expires: token rotation must be off in the Slack app";
  return `does not start with ${prefix}`;
}

/** A channel, or a person for a direct message. */
export function channelSchema(variable: string, whereToFind: string) {
  return z.string({ error: `${variable} is not set. ${whereToFind}` }).regex(CHANNEL_OR_USER_ID, {
    error: ({ input }) => `${variable} ${mistakeInID(String(input))}. ${whereToFind}`,
  });
}

function mistakeInID(value: string): string {
  if (value.startsWith("#")) return "holds a channel's name (#…), not its ID";
  if (value.startsWith("@")) return "holds a person's name (@…), not an ID";
  if (value.includes("://")) return "holds a link, not an ID";
  return "holds a name or something else that is not an ID";
}

export function pathSchema(variable: string) {
  return z
    .string()
    .refine((path) => isAbsolute(path), { error: `${variable} must be an absolute path.` })
    .optional();
}

/** One of a few words, `standard` where the variable is not set. */
export function wordSchema<const Word extends string>(
  variable: string,
  words: readonly Word[],
  standard: NoInfer<Word>,
) {
  const list = words.length > 2 ? `one of ${words.join(", ")}` : words.join(" or ");
  return z
    .string()
    .default(standard)
    .pipe(z.enum(words, { error: `${variable} must be ${list}.` }));
}

/** A time, 0 where the variable is not set. */
export function secondsSchema(variable: string, maximum: number) {
  return z
    .string()
    .default("0")
    .refine((text) => /^\d{1,6}$/.test(text) && Number(text) <= maximum, {
      error: `${variable} must be a whole number of seconds, from 0 to ${maximum}.`,
    })
    .transform(Number);
}

/** A time, undefined where the variable is not set. */
export function setMinutesSchema(variable: string, maximum: number) {
  return z
    .string()
    .refine((text) => /^\d{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= maximum, {
      error: `${variable} must be a whole number of minutes, from 1 to ${maximum}.`,
    })
    .transform(Number)
    .optional();
}

/** A time, `standard` where the variable is not set. */
export function minutesSchema(variable: string, standard: number, maximum: number) {
  return z
    .string()
    .default(String(standard))
    .refine((text) => /^\d{1,6}$/.test(text) && Number(text) <= maximum, {
      error: `${variable} must be a whole number of minutes, from 0 to ${maximum}.`,
    })
    .transform(Number);
}

/** A list of rules. */
export function rulesSchema<Kind>(variable: string, read: (list: string) => ReadList<Kind>) {
  return z.string().transform((list, context): readonly Kind[] => {
    const result = read(list);
    if (result.ok) return result.rules;
    for (const { item, what } of result.mistakes)
      context.addIssue(`${item === undefined ? variable : `Rule ${item} of ${variable}`} ${what}.`);
    return z.NEVER;
  });
}

/** Where tokens may be sent to. */
export function addressSchema(variable: string, standard: string) {
  return z
    .string()
    .default(standard)
    .refine(isTrustworthyURL, {
      error: `${variable} must be an https:// address (http:// only for localhost). To use Slack's own address, remove the variable.`,
    })
    .transform(endInSlash);
}

export function proxySchema(variable: string) {
  return z
    .string()
    .transform(withScheme)
    .refine(isProxyURL, {
      error: `${variable} must be an http:// or https:// address, such as http://proxy.example.com:3128.`,
    })
    .optional();
}

function isTrustworthyURL(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function isProxyURL(value: string): boolean {
  return URL.canParse(value) && ["http:", "https:"].includes(new URL(value).protocol);
}

/** `proxy.example.com:3128` is what many people write, and what curl understands. */
function withScheme(address: string): string {
  return address.includes("://") ? address : `http://${address}`;
}

function endInSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
