/** Masks the secrets in what is about to leave the process, and says whether the masks leave it readable. Pure. */

import { findKeyLines } from "./secrets/key-blocks.ts";
import { commandEndOf, findNamedValues, type Source } from "./secrets/named-values.ts";
import { findPlacedValues } from "./secrets/placed-values.ts";
import { findQuotations } from "./secrets/quotations.ts";
import { findStructuredValues } from "./secrets/structured-values.ts";
import { findTokens } from "./secrets/token-shapes.ts";
import type { Span } from "../shell/scanning.ts";
import { runToEnd, type Sliced } from "../system/sliced.ts";

/** A text without its secrets. */
export interface MaskedText {
  /** `TOKEN=‹masked: 40 characters›`. Is the text itself where nothing was masked. */
  readonly text: string;
  /** How many masks the text has. */
  readonly masked: number;
  /**
   * Whether a mask may hide more than a value, or the text shows a mask of its own: then nobody can tell from it what
   * will run, and it must not be allowed. A mask that hides no code hides up to 512 letters, digits and `_+/=:@.,-`
   * (or `%41`) that stand where a value stands, and not a path. How that value is used then is not looked at here.
   */
  readonly hidesCode: boolean;
}

/** The same of a text that may be long. */
export interface MaskedBeginning extends MaskedText {
  readonly isWhole: boolean;
  /** What was masked, in the text as it came. */
  readonly secrets: readonly Span[];
}

interface Options {
  readonly literals?: readonly string[];
  /** Whether a shell reads the text: then its parser tells where a secret stands. */
  readonly isCommand?: boolean;
}

const MASK_START = "‹masked:";

/** The mark that stands in a text in place of a secret. */
export const MASK: RegExp = /‹masked: \d+ characters›/gu;

/** Beyond this a value is more likely a program than a secret. */
const INERT_LIMIT = 512;
const INERT = /^[\w+](?:[\w+/=:@.,-]|%[0-9A-Fa-f]{2})*$/;

/** What nobody sees, or takes for a space: stripped, what is left of a split secret is whole again. A shell joins lines likewise. */
const INVISIBLE =
  /\\\r?\n|(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;

/** Shorter literals are words of every text. */
const LITERAL_MIN_LENGTH = 8;

/** How far before a secret is looked for what it stands behind. */
const LEAD_LENGTH = 200;
/** Ends in a path, or in a word that no shell takes for an assignment: what follows may be a part of a program's name. */
const COMMAND_BEFORE = [
  /(?:^|[\s'"=])(?![+-]?\/\/[\w.-]+\/\S*:_)[^\s'":]*\/[^\s'"]*$/,
  /(?:^|[\s'"])\w+[.-][\w.-]*=$/,
];
/** An assignment or a field, a URL, the arguments of `echo`: what follows is a value. */
const VALUE_BEFORE = [
  /(?:^|[\s'"\\,[<])[+-]{0,3}[A-Za-z_][\w.-]*(?:=[\w.-]+)*\\*["']?\]?(?:=|[ \t]+[:+?]?=[ \t]*|[ \t]*:[ \t]*)\\*["']?$/,
  /(?:^|[\s'"=])[a-z][\w+.-]*:\/\/[^\s'"]*$/i,
  /^[ \t]*(?:echo|printf)[ \t]/,
];

/** What is done in one piece: so many places that were looked at. */
const PIECE = 20;

/** Where reading ends, a secret that goes on may not be recognised: as much as that of it is not shown. */
const TORN_LENGTH = 1_000;
const HALF_AT_END = /[\uD800-\uDBFF]$|‹[^›]{0,30}$/;

/** A part of a text that is a secret. */
interface Secret extends Span {
  /** Whether it stands where only a value can stand, so that no shell takes it for a command. */
  readonly isValue: boolean;
}

/**
 * Masks every secret that is recognised in `text`: tokens of known services, private keys, credentials of headers and
 * URLs, literal values of secret-looking names, and `literals` (of 8 characters or more) wherever they stand. A variable
 * or a substitution is no literal and stays readable. Best effort: a secret without a known look or name is not
 * recognised.
 *
 * Give it the whole text, before anything is cut, split or escaped: a part of a secret is not recognised. Takes time in
 * proportion to the text's length.
 */
export function maskSecrets(text: string, options: Options = {}): MaskedText {
  const { secrets: _spans, ...masked } = runToEnd(mask(text, options));
  return masked;
}

function* mask(
  text: string,
  { literals = [], isCommand = false }: Options,
): Sliced<MaskedText & { secrets: readonly Span[] }> {
  const found = yield* findSecrets(sourceOf(text, isCommand), literals);
  const stripped = stripInvisible(text);
  const split =
    stripped === undefined ? [] : yield* findSecrets(sourceOf(stripped.text, isCommand), literals);
  const secrets = united([...found, ...split.map((secret) => stripped?.inRaw(secret) ?? secret)]);
  yield;
  let shown = "";
  let at = 0;
  for (const { start, end } of secrets) {
    shown += text.slice(at, start) + renderMask(end - start);
    at = end;
  }
  const fakesMask = [text, stripped?.text].some((view) => view?.includes(MASK_START));
  return {
    text: shown + text.slice(at),
    masked: secrets.length,
    hidesCode: fakesMask || !secrets.every((secret) => isInert(text, secret, isCommand)),
    secrets,
  };
}

/**
 * The same for a text that may be long: of one with more than `limit` characters only a beginning is read, and a part
 * of that is left, never with half a character or half a mask at its end.
 */
export function maskBeginning(
  source: string,
  limit: number,
  literals: readonly string[],
  isCommand = false,
): MaskedBeginning {
  return runToEnd(maskBeginningInSlices(source, limit, literals, isCommand));
}

/** {@link maskBeginning} where the limit is high. */
export function* maskBeginningInSlices(
  source: string,
  limit: number,
  literals: readonly string[],
  isCommand: boolean,
): Sliced<MaskedBeginning> {
  const isWhole = source.length <= limit;
  const { text, ...masked } = yield* mask(source.slice(0, limit), { literals, isCommand });
  if (isWhole) return { ...masked, text, isWhole };
  return { ...masked, text: text.slice(0, -TORN_LENGTH).replace(HALF_AT_END, ""), isWhole };
}

function renderMask(length: number): string {
  return `${MASK_START} ${length} characters›`;
}

function isInert(text: string, { start, end, isValue }: Secret, isCommand: boolean): boolean {
  return (isValue || isCommand) && end - start <= INERT_LIMIT && INERT.test(text.slice(start, end));
}

function sourceOf(text: string, isCommand: boolean): Source {
  const commandEnd = commandEndOf(text, isCommand);
  return { text, small: text.toLowerCase(), quotations: findQuotations(text, commandEnd), commandEnd };
}

function* findSecrets(source: Source, literals: readonly string[]): Sliced<Secret[]> {
  const { text } = source;
  // An alias makes a command of a value.
  const mayHoldValues = !/\balias\b/.test(text);
  function* gather<S extends Span>(
    found: Iterable<S | undefined>,
    isValue: (span: S) => boolean,
  ): Sliced<Secret[]> {
    const secrets: Secret[] = [];
    let looks = 0;
    for (const span of found) {
      if ((looks += 1) % PIECE === 0) yield;
      if (span === undefined) continue;
      const { start, end } = span;
      secrets.push({ start, end, isValue: mayHoldValues && isValue(span) });
    }
    yield;
    return secrets;
  }
  const isNoCommand = (span: Span): boolean => !mayBeCommand(leadOf(text, span));
  const isAfterName = (span: Span): boolean => isValueAfter(leadOf(text, span));
  return [
    ...(yield* gather(findNamedValues(source), isNoCommand)),
    ...(yield* gather(findPlacedValues(source), (span) => span.isSure && isNoCommand(span))),
    ...(yield* gather(findStructuredValues(source), () => false)),
    ...(yield* gather(findKeyLines(text), (line) => !line.isOwnLine)),
    ...(yield* gather(findTokens(text), isAfterName)),
    ...(yield* gather(findLiterals(text, literals), isAfterName)),
  ];
}

function* findLiterals(text: string, literals: readonly string[]): Generator<Span> {
  for (const literal of literals.filter(({ length }) => length >= LITERAL_MIN_LENGTH)) {
    for (
      let start = text.indexOf(literal);
      start !== -1;
      start = text.indexOf(literal, start + literal.length)
    )
      yield { start, end: start + literal.length };
  }
}

/** What stands before a span in its simple command or line. A word that is too long to be seen whole may be a path. */
function leadOf(text: string, { start }: Span): string {
  const from = start - LEAD_LENGTH;
  const before = from > 0 ? text.slice(from, start).replace(/^\S*/, "./") : text.slice(0, start);
  return before.split(/[\n;|&<>(){}`]/).at(-1) ?? "";
}

function mayBeCommand(lead: string): boolean {
  return COMMAND_BEFORE.some((pattern) => pattern.test(lead));
}

function isValueAfter(lead: string): boolean {
  return !mayBeCommand(lead) && VALUE_BEFORE.some((pattern) => pattern.test(lead));
}

/** In the order of the text, each of those that overlap or touch made one. */
function united(secrets: readonly Secret[]): Secret[] {
  const result: Secret[] = [];
  for (const secret of secrets.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last === undefined || secret.start > last.end) result.push(secret);
    else
      result[result.length - 1] = {
        start: last.start,
        end: Math.max(last.end, secret.end),
        isValue: last.isValue || (secret.start === last.start && secret.isValue),
      };
  }
  return result;
}

/** The text without its invisible characters, and the way back; nothing for a text that has none. */
function stripInvisible(text: string) {
  const offsets: number[] = [];
  let stripped = "";
  let at = 0;
  const keep = (end: number) => {
    for (; at < end; at += 1) offsets.push(at);
  };
  for (const { 0: invisible, index } of text.matchAll(INVISIBLE)) {
    stripped += text.slice(at, index);
    keep(index);
    at = index + invisible.length;
  }
  if (at === 0) return undefined;
  stripped += text.slice(at);
  keep(text.length);
  return {
    text: stripped,
    // Not a value: what looks like one line here may be two in the text.
    inRaw: ({ start, end }: Span): Secret => ({
      start: offsets[start] ?? text.length,
      end: (offsets[end - 1] ?? text.length - 1) + 1,
      isValue: false,
    }),
  };
}
