/** What comes from outside, as it may stand on a card: first without its secrets, then with everything visible. Pure. */

import type { CardContent, Detail, Orphan, RawContent, ShownDetail } from "../permission.ts";
import { maskBeginning, type MaskedBeginning } from "../secrets.ts";
import { mayRunSecrets, type MaskedPart } from "../secrets/masked-uses.ts";
import type { Notes, Reading } from "./deceptions.ts";
import { makeVisible, renderCount, renderNotes, sizeOf, sumNotes } from "./visible.ts";

/**
 * Characters of all details that are read: what fits on a card and into the messages of its thread. OpenCode waits
 * meanwhile, up to 6 ms for each 1,000 characters of the oddest texts.
 */
const DETAILS_LIMIT = 30_000;
/** The same where a file can show them. OpenCode waits 0.15 s for source code, and 0.55 s for the oddest texts. */
const SNIPPET_DETAILS_LIMIT = 100_000;
/** The same for a text of which a card shows only a line. */
const LINE_LIMIT = 4_000;
/** With fewer characters left, nothing would be shown of a further detail. */
const DETAIL_MIN_LIMIT = 1_000;

const HIDES_CODE =
  "What is masked may be more than a secret, so it can be allowed in OpenCode only. Answer there, or reject it and have the secret left out.";

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
export function showContent(raw: RawContent, secrets: readonly string[], mayUpload = false): CardContent {
  const { request, session, offers, directory, host, noApprover } = raw;
  const seen: Shown[] = [];
  const show = (source: string, reading: Reading, limit: number): Shown => {
    const shown = makeShowable(source, reading, limit, secrets);
    seen.push(shown);
    return shown;
  };
  const line = (source: string, reading: Reading = "line"): string =>
    abbreviated(show(source, reading, LINE_LIMIT));

  const details: ShownDetail[] = [];
  const parts: MaskedPart[] = [];
  let left = mayUpload ? SNIPPET_DETAILS_LIMIT : DETAILS_LIMIT;
  for (const detail of raw.details) {
    const { label, text, isCommand, isRemark } = detail;
    if (left < DETAIL_MIN_LIMIT) break;
    const shown = show(text, readingOf(detail), left);
    details.push({
      label: line(label),
      text: shown.text,
      ...(shown.isWhole && { isWhole: true }),
      ...(isRemark && { isRemark }),
    });
    if (isRemark !== true) parts.push({ text, isCommand: isCommand === true, secrets: shown.secrets });
    left -= label.length + text.length;
  }
  // What was not read whole is not allowed anyway.
  const isRead = details.length === raw.details.length && details.every(({ isWhole }) => isWhole);
  const hidesCode = seen.some((shown) => shown.hidesCode) || (isRead && mayRunSecrets(parts));
  const doubt = raw.doubt === undefined ? hidesCode && HIDES_CODE : line(raw.doubt);

  const { titles, rootID, agent, model } = session;
  const { replies, terminalOnly, confirm } = offers;
  const content = {
    offers: {
      replies,
      ...(terminalOnly !== undefined && { terminalOnly: line(terminalOnly) }),
      ...(confirm !== undefined && { confirm: line(confirm) }),
    },
    session: {
      titles: titles.map((title) => line(title)),
      ...(rootID !== undefined && { rootID }),
      ...(agent !== undefined && { agent: line(agent) }),
      ...(model !== undefined && { model: line(model) }),
    },
    directory: line(directory),
    host: line(host, "name"),
    ...(noApprover !== undefined && { noApprover }),
    details,
    furtherDetails: raw.details.length - details.length,
    ...(doubt !== false && { doubt }),
    size: sizeOf(raw.details.map(({ text }) => text)),
  };
  const permission = line(request.permission, "name");
  // Not of the patterns: where anything was done to them, no card shows them.
  const remarks = renderRemarks(seen);
  // What is too long to be read before a click is never offered.
  const always = request.always.join().length > LINE_LIMIT ? [] : request.always;
  const shownAlways = always.map((pattern) => line(pattern, "name"));
  return {
    ...content,
    request: { permission, always: shownAlways },
    remarks,
    isVerbatim: renderRemarks(seen).length === 0,
  };
}

/** The same for what is known of a card whose process is gone. */
export function showOrphan(orphan: Orphan, secrets: readonly string[]): Orphan {
  const line = (source: string, reading: Reading): string =>
    abbreviated(makeShowable(source, reading, LINE_LIMIT, secrets));
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
function makeShowable(source: string, reading: Reading, limit: number, literals: readonly string[]): Shown {
  const { text, ...masked } = maskBeginning(source, limit, literals, reading === "command");
  return { ...masked, ...makeVisible(text, reading) };
}

function abbreviated({ text, isWhole }: Shown): string {
  return isWhole ? text : `${text}…`;
}

function renderRemarks(seen: readonly Shown[]): string[] {
  const masked = seen.reduce((count, shown) => count + shown.masked, 0);
  const secrets = renderCount({ count: masked, one: "secret is masked.", many: "secrets are masked." });
  const escapes = renderNotes(sumNotes(seen.map(({ notes }) => notes)));
  return [...(escapes === undefined ? [] : [escapes]), ...(masked === 0 ? [] : [secrets])];
}
