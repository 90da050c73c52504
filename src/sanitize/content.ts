/** What comes from outside, as it may stand on a card: first without its secrets, then with everything visible. Pure. */

import type { Answer } from "../gateway/domain/ask.ts";
import type { Orphan } from "../gateway/domain/card.ts";
import type {
  CardContent,
  Detail,
  Headline,
  RawContent,
  SessionInfo,
  ShownDetail,
  ShownRequest,
} from "../gateway/domain/content.ts";
import { showQuestions } from "./questions.ts";
import { abbreviated, createReader, LINE_LIMIT, makeShowable, type Reader, type Shown } from "./reader.ts";
import { mayRunSecrets, type MaskedPart } from "./secrets/masked-uses.ts";
import { runToEnd, type Sliced } from "../system/sliced.ts";
import type { Reading } from "./ground.ts";
import { renderCount, renderNotes, sizeOf, sumNotes } from "./visible.ts";

/** Characters of all details that a card, or the messages of its thread, may show. */
const DETAILS_LIMIT = 30_000;
/** The same where a file can show them. */
const SNIPPET_DETAILS_LIMIT = 100_000;
/** Details of a request that may be shown. */
const DETAILS_COUNT_LIMIT = 500;
/** Characters that are read of what is more: a card shows its beginning. */
const BEGINNING_LIMIT = 8_000;
/** With fewer characters left, nothing would be shown of a further detail. */
const DETAIL_MIN_LIMIT = 1_000;

const HIDES_CODE =
  "What is masked may be more than a secret, so it can be allowed in OpenCode only. Answer there, or reject it and tell the agent to leave the secret out.";

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
  const limit = mayUpload ? SNIPPET_DETAILS_LIMIT : DETAILS_LIMIT;
  const { details, hidesCode } = yield* showDetails(raw.details, reader, limit);
  const asking =
    request.kind === "question"
      ? yield* showQuestions(request, reader, limit, BEGINNING_LIMIT)
      : { questions: [], details: [], further: 0 };
  const doubt = raw.doubt ?? (hidesCode ? HIDES_CODE : undefined);
  const { replies, terminalOnly, confirm, grantMinutes } = offers;
  const content = {
    offers: {
      replies,
      ...(terminalOnly !== undefined && { terminalOnly: yield* reader.line(terminalOnly) }),
      ...(confirm !== undefined && { confirm: yield* reader.line(confirm) }),
      ...(grantMinutes !== undefined && { grantMinutes }),
    },
    session: yield* showSession(raw.session, reader),
    directory: yield* reader.line(directory),
    ...(home !== undefined && { home: yield* showPart(home, secrets) }),
    host: yield* reader.line(host, "name"),
    ...(noApprover !== undefined && { noApprover }),
    ...(raw.headline !== undefined && { headline: yield* showHeadline(raw.headline, secrets) }),
    details: [...details, ...asking.details],
    furtherDetails: raw.details.length - details.length + asking.further,
    ...(doubt !== undefined && { doubt: yield* reader.line(doubt) }),
    size: yield* sizeOf([...raw.details.filter(isDone), ...asking.details].map(({ text }) => text)),
  };
  const permission = yield* reader.line(request.permission, "name");
  // Not of the patterns: where anything was done to them, no card shows them.
  const remarks = renderRemarks(reader.seen);
  const shown: ShownRequest =
    request.kind === "question"
      ? { kind: request.kind, permission, questions: asking.questions }
      : {
          kind: request.kind,
          permission,
          always: yield* showAlways(request.always, reader),
          ...(request.alwaysReach && { alwaysReach: request.alwaysReach }),
        };
  return {
    ...content,
    request: shown,
    remarks,
    isVerbatim: renderRemarks(reader.seen).length === 0,
  };
}

/** What cannot be shown whole is not allowed anyway: only as much of it is read as a card shows. */
function* showDetails(
  all: readonly Detail[],
  reader: Reader,
  limit: number,
): Sliced<{ details: ShownDetail[]; hidesCode: boolean }> {
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

function* showSession(session: SessionInfo, reader: Reader): Sliced<SessionInfo> {
  const { titles, rootID, agent, model, isInEditor } = session;
  const shownTitles: string[] = [];
  for (const title of titles) shownTitles.push(yield* reader.line(title, "title"));
  return {
    titles: shownTitles,
    ...(rootID !== undefined && { rootID }),
    ...(agent !== undefined && { agent: yield* reader.line(agent) }),
    ...(model !== undefined && { model: yield* reader.line(model) }),
    ...(isInEditor === true && { isInEditor }),
  };
}

/** What is too long to be read before a press is never offered. */
function* showAlways(always: readonly string[], reader: Reader): Sliced<string[]> {
  const shown: string[] = [];
  if (always.join().length > LINE_LIMIT) return shown;
  for (const pattern of always) shown.push(yield* reader.line(pattern, "name"));
  return shown;
}

/** An answer with what somebody wrote to the agent as everybody may read it. */
export function showAnswer(answer: Answer, secrets: readonly string[]): Answer {
  if (answer.kind === "permission") {
    const { message } = answer;
    return message === undefined ? answer : { ...answer, message: showWords(message, secrets) };
  }
  if (answer.reply === "reject") return answer;
  return {
    ...answer,
    answers: answer.answers.map((chosen) => chosen.map((words) => showWords(words, secrets))),
  };
}

function showWords(words: string, secrets: readonly string[]): string {
  return abbreviated(runToEnd(makeShowable(words, "text", LINE_LIMIT, secrets)));
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

function renderRemarks(seen: readonly Shown[]): string[] {
  const masked = seen.reduce((count, shown) => count + shown.masked, 0);
  const secrets = renderCount({ count: masked, one: "secret is masked.", many: "secrets are masked." });
  const escapes = renderNotes(sumNotes(seen.map(({ notes }) => notes)));
  return [...(escapes === undefined ? [] : [escapes]), ...(masked === 0 ? [] : [secrets])];
}
