/** What comes from outside, as it may stand on a card: first without its secrets, then with everything visible. Pure. */

import type { Orphan } from "../gateway/domain/card.ts";
import type {
  CardContent,
  Detail,
  Headline,
  RawContent,
  SessionInfo,
  ShownDetail,
} from "../gateway/domain/content.ts";
import { maskBeginningInSlices, type MaskedBeginning } from "./secrets.ts";
import { mayRunSecrets, type MaskedPart } from "./secrets/masked-uses.ts";
import { runToEnd, type Sliced } from "../system/sliced.ts";
import type { Notes } from "./deceptions.ts";
import type { Reading } from "./ground.ts";
import { makeVisibleInSlices, renderCount, renderNotes, sizeOf, sumNotes } from "./visible.ts";

/** Characters of all details that a card, or the messages of its thread, may show. */
const DETAILS_LIMIT = 30_000;
/** The same where a file can show them. */
const SNIPPET_DETAILS_LIMIT = 100_000;
/** Details of a request that may be shown. */
const DETAILS_COUNT_LIMIT = 500;
/** Characters that are read of what is more: a card shows its beginning. */
const BEGINNING_LIMIT = 8_000;
/** Characters of a text of which a card shows only a line. */
const LINE_LIMIT = 4_000;
/** With fewer characters left, nothing would be shown of a further detail. */
const DETAIL_MIN_LIMIT = 1_000;

const HIDES_CODE =
  "What is masked may be more than a secret, so it can be allowed in OpenCode only. Answer there, or reject it and tell the agent to leave the secret out.";

/** A text as it may be shown, and what was done to it. */
interface Shown extends MaskedBeginning {
  readonly notes: Notes;
}

/**
 * The only way from what OpenCode says to what a card shows.
 *
 * @param secrets our own, masked wherever they stand.
 * @param mayUpload whether a file may show what a card and the messages of its thread have no room for.
 */
export function* showContent(
  raw: RawContent,
  secrets: readonly string[],
  mayUpload = false,
): Sliced<CardContent> {
  const { request, offers, directory, home, host, noApprover } = raw;
  const reader = createReader(secrets);
  const { details, hidesCode } = yield* showDetails(raw.details, reader, mayUpload);
  const doubt = raw.doubt ?? (hidesCode ? HIDES_CODE : undefined);
  const { replies, terminalOnly, confirm } = offers;
  const content = {
    offers: {
      replies,
      ...(terminalOnly !== undefined && { terminalOnly: yield* reader.line(terminalOnly) }),
      ...(confirm !== undefined && { confirm: yield* reader.line(confirm) }),
    },
    session: yield* showSession(raw.session, reader),
    directory: yield* reader.line(directory),
    ...(home !== undefined && { home: yield* showPart(home, secrets) }),
    host: yield* reader.line(host, "name"),
    ...(noApprover !== undefined && { noApprover }),
    ...(raw.headline !== undefined && { headline: yield* showHeadline(raw.headline, secrets) }),
    details,
    furtherDetails: raw.details.length - details.length,
    ...(doubt !== undefined && { doubt: yield* reader.line(doubt) }),
    size: yield* sizeOf(raw.details.filter(isDone).map(({ text }) => text)),
  };
  const permission = yield* reader.line(request.permission, "name");
  // Not of the patterns: where anything was done to them, no card shows them.
  const remarks = renderRemarks(reader.seen);
  const always = yield* showAlways(request.always, reader);
  return {
    ...content,
    request: { permission, always, ...(request.alwaysReach && { alwaysReach: request.alwaysReach }) },
    remarks,
    isVerbatim: renderRemarks(reader.seen).length === 0,
  };
}

/** Reads texts, and keeps what was done to each. */
interface Reader {
  readonly seen: readonly Shown[];
  text(source: string, reading: Reading, limit: number): Sliced<Shown>;
  line(source: string, reading?: Reading): Sliced<string>;
}

function createReader(secrets: readonly string[]): Reader {
  const seen: Shown[] = [];

  function* text(source: string, reading: Reading, limit: number): Sliced<Shown> {
    const shown = yield* makeShowable(source, reading, limit, secrets);
    seen.push(shown);
    return shown;
  }

  return {
    seen,
    text,
    *line(source, reading = "line") {
      return abbreviated(yield* text(source, reading, LINE_LIMIT));
    },
  };
}

/** What cannot be shown whole is not allowed anyway: only as much of it is read as a card shows. */
function* showDetails(
  all: readonly Detail[],
  reader: Reader,
  mayUpload: boolean,
): Sliced<{ details: ShownDetail[]; hidesCode: boolean }> {
  const limit = mayUpload ? SNIPPET_DETAILS_LIMIT : DETAILS_LIMIT;
  const isWhole = isWithin(all, limit);
  let left = isWhole ? limit : BEGINNING_LIMIT;
  const details: ShownDetail[] = [];
  const parts: MaskedPart[] = [];
  for (const detail of all.slice(0, DETAILS_COUNT_LIMIT)) {
    if (left < DETAIL_MIN_LIMIT) break;
    const { label, text, isCommand, isRemark, isLine, isSubject } = detail;
    const shown = yield* reader.text(text, readingOf(detail), left);
    details.push({
      label: yield* reader.line(label),
      text: shown.text,
      ...(shown.isWhole && { isWhole: true }),
      ...(isRemark && { isRemark }),
      ...(isLine && { isLine }),
      ...(isSubject && { isSubject }),
    });
    if (isRemark !== true) parts.push({ text, isCommand: isCommand === true, secrets: shown.secrets });
    left -= label.length + text.length;
  }
  yield;
  const mayRun = isWhole && mayRunSecrets(parts);
  return { details, hidesCode: mayRun || reader.seen.some((shown) => shown.hidesCode) };
}

/** Whether it is neither said of what will be done, nor the name of something. */
function isDone({ isRemark, isLine }: Detail): boolean {
  return isRemark !== true && isLine !== true;
}

function* showHeadline({ name, ...words }: Headline, secrets: readonly string[]): Sliced<Headline> {
  return name === undefined ? words : { ...words, name: yield* showPart(name, secrets) };
}

/** A part of what is shown elsewhere: what was done to it is counted there. */
function* showPart(source: string, secrets: readonly string[]): Sliced<string> {
  return abbreviated(yield* makeShowable(source, "line", LINE_LIMIT, secrets));
}

function isWithin(details: readonly Detail[], limit: number): boolean {
  let left = limit;
  const isEachRead = details.every(({ label, text }) => {
    const isRead = left >= DETAIL_MIN_LIMIT && text.length <= left;
    left -= label.length + text.length;
    return isRead;
  });
  return isEachRead && details.length <= DETAILS_COUNT_LIMIT;
}

function* showSession({ titles, rootID, agent, model }: SessionInfo, reader: Reader): Sliced<SessionInfo> {
  const shownTitles: string[] = [];
  for (const title of titles) shownTitles.push(yield* reader.line(title, "title"));
  return {
    titles: shownTitles,
    ...(rootID !== undefined && { rootID }),
    ...(agent !== undefined && { agent: yield* reader.line(agent) }),
    ...(model !== undefined && { model: yield* reader.line(model) }),
  };
}

/** What is too long to be read before a press is never offered. */
function* showAlways(always: readonly string[], reader: Reader): Sliced<string[]> {
  const shown: string[] = [];
  if (always.join().length > LINE_LIMIT) return shown;
  for (const pattern of always) shown.push(yield* reader.line(pattern, "name"));
  return shown;
}

/** What somebody writes to the agent, as everybody may read it. */
export function showReason(reason: string, secrets: readonly string[]): string {
  return abbreviated(runToEnd(makeShowable(reason, "text", LINE_LIMIT, secrets)));
}

/** The same for what is known of a card whose process is gone. */
export function showOrphan(orphan: Orphan, secrets: readonly string[]): Orphan {
  const reader = createReader(secrets);
  const line = (source: string, reading: Reading): string => runToEnd(reader.line(source, reading));
  const { permission, directory, ...others } = orphan;
  return {
    ...others,
    ...(permission !== undefined && { permission: line(permission, "name") }),
    ...(directory !== undefined && { directory: line(directory, "line") }),
  };
}

function readingOf({ isCommand, isLine }: Detail): Reading {
  if (isCommand === true) return "command";
  return isLine === true ? "line" : "text";
}

/** In this order, and whole: what is made visible first, or in parts, may hold a secret that is not recognised. */
function* makeShowable(
  source: string,
  reading: Reading,
  limit: number,
  literals: readonly string[],
): Sliced<Shown> {
  const { text, ...masked } = yield* maskBeginningInSlices(source, limit, literals, reading === "command");
  return { ...masked, ...(yield* makeVisibleInSlices(text, reading)) };
}

function abbreviated({ text, isWhole }: Pick<Shown, "text" | "isWhole">): string {
  return isWhole ? text : `${text}…`;
}

function renderRemarks(seen: readonly Shown[]): string[] {
  const masked = seen.reduce((count, shown) => count + shown.masked, 0);
  const secrets = renderCount({ count: masked, one: "secret is masked.", many: "secrets are masked." });
  const escapes = renderNotes(sumNotes(seen.map(({ notes }) => notes)));
  return [...(escapes === undefined ? [] : [escapes]), ...(masked === 0 ? [] : [secrets])];
}
