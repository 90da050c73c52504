/**
 * A text of a message as the signs that a person sees, whatever way Slack writes them out: a text that is cut into
 * several, a link that Slack has made of an address, white space that is another. Pure.
 */

import * as z from "zod";
import { LEFT_TO_RIGHT_MARK } from "../../sanitize/right-to-left.ts";
import { emojiNames } from "./emoji-names.ts";

/** A character, or what stands among characters as one thing, such as a mention. */
export interface Sign {
  /** One character, or JSON that says what else it is. */
  readonly sign: string;
  /** Names of Slack's: `bold`. Empty for white space, and for what has none. */
  readonly style: string;
}

/** A part of a text, all of it in one style. */
type Piece =
  | { readonly kind: "text"; readonly text: string; readonly style: string; readonly isVerbatim: boolean }
  | { readonly kind: "mark"; readonly sign: string };

/**
 * White space in a row that counts as one blank, where it means nothing. More of it pushes what stands behind it out of
 * sight, so it counts as what it is.
 */
const GAP_LIMIT = 8;
/** Not what else looks like a blank, or like nothing: that is never ours, and counts as what it is. */
const BLANKS: ReadonlySet<string> = new Set([" ", "\t", "\n", "\r"]);
const LINE_BREAKS: ReadonlySet<string> = new Set(["\n", "\r"]);
/** Says that the character before is to look like an emoji. */
const AS_EMOJI = "\uFE0F";

/** What Slack puts before an address that it makes a link of. */
const SCHEMES = ["http://", "https://", "mailto:"] as const;

/** A link, a mention, a date; or what stands between them. */
const MRKDWN_PART = /<([^<>]*)>|[^<]+|</g;
const MRKDWN_ENTITY = /&(amp|lt|gt);/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">" };
/** The last code point of Unicode. */
const LAST_CHARACTER = 0x10ffff;
const ESCAPED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** What is read in a part of a `rich_text` block: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export function richSigns(elements: readonly unknown[], isPreformatted: boolean): readonly Sign[] {
  const pieces = elements.flatMap((element) => piecesOf(element, isPreformatted));
  return signsOf(pieces, isPreformatted ? LINE_BREAKS : BLANKS);
}

/** What is read in a text that Slack does not parse. */
export function plainSigns(text: string): readonly Sign[] {
  return signsOf([{ kind: "text", text, style: "", isVerbatim: false }], BLANKS);
}

/** What is read in a text that Slack parses: https://docs.slack.dev/messaging/formatting-message-text */
export function mrkdwnSigns(text: string): readonly Sign[] {
  // Between backticks white space means something.
  const isVerbatim = text.includes("`");
  const pieces = [...text.matchAll(MRKDWN_PART)].map(([part, inside = ""]): Piece => {
    if (inside === "") return { kind: "text", text: decoded(part), style: "", isVerbatim };
    if (/^[@#!]/.test(inside)) return mark({ mrkdwn: inside });
    const bar = inside.indexOf("|");
    const url = decoded(bar === -1 ? inside : inside.slice(0, bar));
    return linkPiece(url, bar === -1 ? url : decoded(inside.slice(bar + 1)), "", isVerbatim);
  });
  return signsOf(pieces, BLANKS);
}

/** As Slack writes out a text that it does not parse, here and there. */
export function escapedSigns(signs: readonly Sign[]): readonly Sign[] {
  return signs.flatMap((each) =>
    Array.from(ESCAPED[each.sign] ?? [each.sign], (sign) => ({ ...each, sign })),
  );
}

/** Whether what reads like this may be the escaped form of something else. */
export function hasEntity(signs: readonly Sign[]): boolean {
  return /&(?:amp|lt|gt);/.test(signs.map(({ sign }) => sign).join(""));
}

/** For a digest: the same for the same signs in the same styles, and for no others. */
export function joined(signs: readonly Sign[]): string {
  const runs: { readonly style: string | null; text: string }[] = [];
  for (const { sign, style } of signs) {
    const ofStyle = isCharacter(sign) ? style : null;
    const last = runs.at(-1);
    if (ofStyle !== null && last?.style === ofStyle) last.text += sign;
    else runs.push({ style: ofStyle, text: sign });
  }
  return JSON.stringify(runs);
}

/** Whether `seen` may be Slack's way to write out what was `told`: sign for sign, or an emoji by one of its names. */
export function readsAs(told: readonly Sign[], seen: readonly Sign[]): boolean {
  let at = 0;
  for (const each of told) {
    const other = seen[at];
    const isSame = other?.sign === each.sign && other.style === each.style;
    const length = isSame ? 1 : emojiLength(each, seen, at);
    if (length === 0) return false;
    at += length;
  }
  return at === seen.length;
}

/** How many signs from `at` on are a name of this emoji; none where they are not. */
function emojiLength({ sign: emoji, style }: Sign, signs: readonly Sign[], at: number): number {
  for (const name of emojiNames(emoji)) {
    if (signs[at]?.sign === emojiMark(name)) return 1;
    const written = Array.from(`:${name}:`);
    if (written.every((sign, n) => signs[at + n]?.sign === sign && signs[at + n]?.style === style))
      return written.length;
  }
  return 0;
}

const styleSchema = z.record(z.string(), z.unknown()).optional();
const textSchema = z.strictObject({ type: z.literal("text"), text: z.string(), style: styleSchema });
const linkSchema = z.strictObject({
  type: z.literal("link"),
  url: z.string(),
  text: z.string().optional(),
  style: styleSchema,
  /** Slack's word for an address without a scheme. */
  unsafe: z.boolean().optional(),
});
const emojiSchema = z.strictObject({
  type: z.literal("emoji"),
  name: z.string(),
  /** Code points in hexadecimal, with dashes between them. */
  unicode: z.string().optional(),
  skin_tone: z.int().optional(),
  style: styleSchema,
});

/** Of a mention everybody sees who it is, and nothing else. */
const userSchema = z.object({ type: z.literal("user"), user_id: z.string() });
const groupSchema = z.object({ type: z.literal("usergroup"), usergroup_id: z.string() });

/** An element that is not known as it stands here is compared whole. */
const elementSchema = z.discriminatedUnion("type", [
  textSchema,
  linkSchema,
  emojiSchema,
  userSchema,
  groupSchema,
]);

function piecesOf(element: unknown, isPreformatted: boolean): readonly Piece[] {
  const { data } = elementSchema.safeParse(element);
  switch (data?.type) {
    case "text":
      return [textPiece(data.text, styleOf(data.style), isPreformatted)];
    case "link":
      return [linkPiece(data.url, data.text ?? data.url, styleOf(data.style), isPreformatted)];
    case "emoji":
      return emojiPieces(data) ?? [mark(element)];
    case "user":
      return [mark({ user: data.user_id })];
    case "usergroup":
      return [mark({ usergroup: data.usergroup_id })];
    case undefined:
      return [mark(element)];
  }
}

function textPiece(text: string, style: string, isPreformatted: boolean): Piece {
  return { kind: "text", text, style, isVerbatim: isPreformatted || style.split(" ").includes("code") };
}

/** A link says no more than its label where that is its address. */
function linkPiece(url: string, label: string, style: string, isPreformatted: boolean): Piece {
  const isAddress = url === label || SCHEMES.some((scheme) => url === scheme + label);
  return isAddress ? textPiece(label, style, isPreformatted) : mark({ url, label, style });
}

/** Undefined where its code points are of another emoji than its name. */
function emojiPieces({ name, unicode, skin_tone: tone }: z.infer<typeof emojiSchema>): Piece[] | undefined {
  const names = [...name.split("::"), ...(tone === undefined ? [] : [`skin-tone-${tone}`])];
  const characters = unicode
    ?.split("-")
    .map((hex) => characterOf(hex))
    .filter((each) => each !== AS_EMOJI);
  const isOfName = characters?.every((character, n) => emojiNames(character).includes(names[n] ?? ""));
  if (isOfName === false || (characters?.length ?? names.length) !== names.length) return undefined;
  return names.map((each) => ({ kind: "mark", sign: emojiMark(each) }));
}

function characterOf(hex: string): string {
  return /^[0-9a-f]{2,6}$/i.test(hex)
    ? String.fromCodePoint(Math.min(Number.parseInt(hex, 16), LAST_CHARACTER))
    : hex;
}

function emojiMark(name: string): string {
  return JSON.stringify({ emoji: name });
}

function mark(what: unknown): Piece {
  return { kind: "mark", sign: JSON.stringify(what) };
}

/** The names of what it has, in their order. */
function styleOf(style: Readonly<Record<string, unknown>> = {}): string {
  return Object.entries(style)
    .map(([name, has]) => (has === true ? name : `${name}=${JSON.stringify(has)}`))
    .sort()
    .join(" ");
}

function decoded(text: string): string {
  return text.replaceAll(MRKDWN_ENTITY, (_, name: string) => ENTITIES[name] ?? "");
}

/** @param atEnds what means nothing at the beginning and at the end. */
function signsOf(pieces: readonly Piece[], atEnds: ReadonlySet<string>): readonly Sign[] {
  const signs: Sign[] = [];
  let gap = "";
  const push = (sign: string, style: string): void => {
    if (gap !== "") signs.push({ sign: gap.length > GAP_LIMIT ? JSON.stringify(gap) : " ", style: "" });
    gap = "";
    if (sign !== "") signs.push({ sign, style });
  };
  for (const piece of pieces) {
    if (piece.kind === "mark") {
      push(piece.sign, "");
      continue;
    }
    const { isVerbatim, style } = piece;
    for (const character of isVerbatim ? piece.text.replaceAll("\r\n", "\n") : piece.text) {
      // Ours, to keep words in their places: what stands there means the same where Slack leaves it out.
      if (character === LEFT_TO_RIGHT_MARK) continue;
      if (!isVerbatim && BLANKS.has(character)) gap += character;
      else if (character !== AS_EMOJI || gap !== "" || !isEmoji(signs.at(-1))) push(character, style);
    }
  }
  push("", "");
  return signs.slice(countAtEnd(signs, atEnds), signs.length - countAtEnd(signs.toReversed(), atEnds));
}

function countAtEnd(signs: readonly Sign[], atEnds: ReadonlySet<string>): number {
  const end = signs.findIndex(({ sign, style }) => style !== "" || !atEnds.has(sign));
  return end > GAP_LIMIT ? 0 : Math.max(end, 0);
}

function isEmoji(sign: Sign | undefined): boolean {
  return sign !== undefined && emojiNames(sign.sign).length > 0;
}

function isCharacter(sign: string): boolean {
  return sign.length <= 2;
}
