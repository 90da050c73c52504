/** A message as what a person reads and presses, in order: what differs in this form differs before their eyes. Pure. */

import * as z from "zod";
import { fieldPath, itemPath } from "./fields.ts";
import { DEPTH_LIMIT, isNothing, type MessageContent } from "./message-content.ts";
import {
  escapedSigns,
  hasEntity,
  joined,
  mrkdwnSigns,
  plainSigns,
  readsAs,
  richSigns,
  type Sign,
} from "./signs.ts";

/** One of a message's texts, or a value that decides how it looks or what it does. */
type Entry =
  | { readonly kind: "text"; readonly isPlain: boolean; readonly signs: readonly Sign[] }
  | { readonly kind: "value"; readonly json: string }
  /** Of which nobody can say what it shows. */
  | { readonly kind: "unreadable" };

/**
 * By their paths. Every block, element, attachment and file has its place in it, and every field, also one that nobody
 * knows; but for those that Slack adds, and that show nothing.
 */
export type NormalForm = ReadonlyMap<string, Entry>;

/** What Slack adds of its own accord: names, and lines around a text. */
const ADDED: ReadonlySet<string> = new Set(["block_id", "border"]);
/** What is read as a text; how it is to be parsed shows in what is read. */
const textSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("mrkdwn"), text: z.string() }),
  z.object({ type: z.literal("plain_text"), text: z.string(), emoji: z.unknown().optional() }),
  z.object({
    type: z.enum(["rich_text_section", "rich_text_quote", "rich_text_preformatted"]),
    elements: z.array(z.unknown()),
  }),
]);
const TEXT_FIELDS: ReadonlySet<string> = new Set(["text", "emoji", "verbatim"]);
const RICH_FIELDS: ReadonlySet<string> = new Set(["elements"]);
const NO_FIELDS: ReadonlySet<string> = new Set();
/** What may become an emoji where a text is parsed for that. */
const EMOJI_NAME = /:[^\s:]+:/;

/** @param content without nothing. Its `text` is not part of the form: people see the blocks. */
export function normalForm({ blocks, attachments, files }: MessageContent): NormalForm {
  return new Map(entriesOf({ blocks, attachments, files }, "", 0));
}

/** The same for two messages between which nobody can see a difference. */
export function formText(form: NormalForm): string {
  return JSON.stringify([...form].map(([path, entry]) => [path, entryText(entry)]));
}

/**
 * Where a person has seen something else than they were to see.
 *
 * @param told what Slack answered to the post or update.
 * @param posted what Slack was told to show: what it writes out in another way, it may write out in another place.
 */
export function differences(told: NormalForm, posted: NormalForm, seen: NormalForm): readonly string[] {
  const paths = new Set([...told.keys(), ...posted.keys(), ...seen.keys()]);
  return [...paths].filter((path) => {
    const entry = seen.get(path);
    return !isSame(told.get(path), entry) && !mayBecome(posted.get(path), entry);
  });
}

function isSame(one: Entry | undefined, other: Entry | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (one.kind === "text" && other.kind === "text") return readsAs(one.signs, other.signs);
  return one.kind === "value" && other.kind === "value" && one.json === other.json;
}

/**
 * Whether Slack may have made this of what it was given. Where it does not parse a text, it escapes it in presses: what
 * was posted with an entity in it is then not the same text any more that reads so.
 */
function mayBecome(posted: Entry | undefined, seen: Entry | undefined): boolean {
  if (posted?.kind !== "text" || !posted.isPlain || seen?.kind !== "text") return isSame(posted, seen);
  const { signs } = posted;
  return (!hasEntity(signs) && readsAs(signs, seen.signs)) || readsAs(escapedSigns(signs), seen.signs);
}

function entryText(entry: Entry): string {
  switch (entry.kind) {
    case "text":
      return joined(entry.signs);
    case "value":
      return entry.json;
    case "unreadable":
      return entry.kind;
  }
}

type PathEntry = readonly [path: string, entry: Entry];

function* entriesOf(value: unknown, path: string, depth: number): Generator<PathEntry> {
  if (typeof value !== "object" || value === null) return yield [path, valueEntry(value)];
  if (depth > DEPTH_LIMIT) return yield [path, { kind: "unreadable" }];
  if (Array.isArray(value)) {
    yield [`${path}.length`, valueEntry(value.length)];
    for (const [index, item] of value.entries()) yield* entriesOf(item, itemPath(path, index), depth + 1);
    return undefined;
  }
  const { entries, read } = textsOf(value, path);
  yield* entries;
  for (const [name, field] of Object.entries(value)) {
    if (read.has(name) || ADDED.has(name) || isNothing(field)) continue;
    yield* entriesOf(field, fieldPath(path, name), depth + 1);
  }
  return undefined;
}

/** What is read in an object that is a text, and the fields of it that say no more than that. */
function textsOf(
  value: object,
  path: string,
): { readonly entries: readonly PathEntry[]; readonly read: ReadonlySet<string> } {
  const { data } = textSchema.safeParse(value);
  switch (data?.type) {
    case "mrkdwn":
      return { entries: [textEntry(path, mrkdwnSigns(data.text), false)], read: TEXT_FIELDS };
    case "plain_text": {
      const entry = textEntry(path, plainSigns(data.text), true);
      const parsed: PathEntry = [fieldPath(path, "emoji"), valueEntry(data.emoji === true)];
      return { entries: EMOJI_NAME.test(data.text) ? [entry, parsed] : [entry], read: TEXT_FIELDS };
    }
    case "rich_text_section":
    case "rich_text_quote":
    case "rich_text_preformatted": {
      const signs = richSigns(data.elements, data.type === "rich_text_preformatted");
      return { entries: [textEntry(path, signs, false)], read: RICH_FIELDS };
    }
    case undefined:
      return { entries: [], read: NO_FIELDS };
  }
}

function textEntry(path: string, signs: readonly Sign[], isPlain: boolean): PathEntry {
  return [fieldPath(path, "text"), { kind: "text", isPlain, signs }];
}

function valueEntry(value: unknown): Entry {
  return { kind: "value", json: JSON.stringify(value) ?? "" };
}
