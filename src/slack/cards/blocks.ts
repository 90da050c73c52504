/** How a card looks: content and state → Slack's blocks. Pure. */
import type { Block, KnownBlock } from "@slack/web-api";
import type { Reply } from "../../gateway/domain/ask.ts";
import type {
  ButtonValues,
  CardFace,
  Orphan,
  Row,
  ThreadForm,
  ThreadState,
} from "../../gateway/domain/card.ts";
import type { CardContent } from "../../gateway/domain/content.ts";
import { isClosed, type GoneState } from "../../gateway/domain/state.ts";
import { fitsDialog, MANY_REQUESTS, renderRejectAll } from "./card-buttons.ts";
import { lengthOf, withCutDetails } from "./card-details.ts";
import { isSameOrigin, LINE_LIMIT, renderLine, renderOrigin, renderPlace } from "./origin.ts";
import { goneWords, renderOutcome } from "./outcomes.ts";
import {
  questionOf,
  renderNoApprover,
  renderQuestion,
  renderRequest,
  renderRow,
  renderSharedAlways,
  renderText,
} from "./request-blocks.ts";
import { abbreviate, escapeMrkdwn, quoted, slackLength } from "./text.ts";

/**
 * Characters of all blocks together. Slack documents no limit and refuses messages (`msg_blocks_too_long`) somewhere
 * between 11,300 and 13,200.
 */
const CARD_LIMIT = 10_000;
/** Blocks of a message. */
const BLOCKS_LIMIT = 50;
/** Requests on one card: more cannot be found again on a phone. */
const ROWS_LIMIT = 20;

/** What is not known when a card is measured is longer here than any: whose a button is, its value, a head. */
const ANY_MEMBER = "m".repeat(72);
const ANY_VALUE = "v".repeat(24);
/** Another request that an outcome names; it is cut there. */
const ANY_SUMMARY = "s".repeat(100);

/** Characters of the summary in a message's `text`, of which `chat.update` refuses more than 4,000. */
const SUMMARY_LIMIT = 3_000;
/** The same for all rows of a shared card; how each of them ended, and where they come from, adds to it. */
const SHARED_TEXT_LIMIT = 2_400;

const TOO_LONG = "It is too long to be read here, so it can be allowed in OpenCode only.";

const IN_THREAD: Readonly<Record<ThreadForm, Readonly<Record<ThreadState, string>>>> = {
  messages: {
    coming:
      "It is too long for a card. All of it is on its way to the thread of this card; then it can be allowed.",
    complete:
      "It is too long for a card. All of it is in the thread of this card: read it there before you allow it.",
    refused: TOO_LONG,
  },
  snippet: {
    coming:
      "It is too long for a card. All of it is on its way to the thread of this card, as a file; then it can be allowed.",
    complete:
      "It is too long for a card. All of it is in the file in the thread of this card: open the file and read it before you allow it.",
    refused: TOO_LONG,
  },
};

/** A card as Slack's `chat.postMessage` and `chat.update` take it. */
export interface RenderedCard {
  readonly text: string;
  readonly blocks: (KnownBlock | Block)[];
}

/**
 * Draws a card. A request in the state `asked` has a button for each of its values.
 *
 * @param memberID by which presses find their way to this process.
 */
export function renderCard(face: CardFace, memberID: string): RenderedCard {
  const [row, ...others] = face.rows;
  return row !== undefined && others.length === 0
    ? renderAlone(row, face, memberID)
    : renderShared(face, memberID);
}

function renderAlone(
  row: Row,
  { rejectAllAndStop, waiting, head }: Omit<CardFace, "rows">,
  memberID: string,
): RenderedCard {
  const { content, state } = row;
  return {
    text: `${renderText(content, state, SUMMARY_LIMIT)} ${escapeMrkdwn(`(${nameWhere(content)})`)}`,
    blocks: [
      ...renderRequest(fits(content) ? row : cutRow(row), memberID),
      ...(isClosed(state) ? [] : renderRejectAll({ rejectAllAndStop }, memberID)),
      ...renderWaiting(waiting),
      ...renderHead(head),
    ],
  };
}

/** A card with several requests. Each takes two blocks, so that {@link ROWS_LIMIT} of them stay within Slack's limit. */
function renderShared(
  { rows, rejectAll, rejectAllAndStop, waiting, head }: CardFace,
  memberID: string,
): RenderedCard {
  const title = `${rows.length} permission requests`;
  const open = rows.filter(({ state }) => !isClosed(state));
  const limit = Math.floor(SHARED_TEXT_LIMIT / rows.length);
  const summaries = rows.map(({ content, state }) => renderText(content, state, limit));
  const [first, ...others] = rows.map(({ content }) => content);
  if (first === undefined) throw new Error("A card shows at least one request.");
  const isOneSession = others.every((other) => isSameOrigin(other, first));
  return {
    text: `${title}, ${open.length} open: ${summaries.join(" · ")}${escapeMrkdwn(` (${nameWhere(first)})`)}`,
    blocks: [
      renderQuestion(title),
      isOneSession ? renderOrigin(first) : renderPlace(first),
      ...(open.length > 0 && first.noApprover ? [renderNoApprover(first.noApprover)] : []),
      ...(open.some(({ values }) => values.always !== undefined) ? [renderSharedAlways()] : []),
      ...rows.flatMap((row, index) => renderRow(row, index + 1, isOneSession, memberID)),
      ...(open.length > 1 ? renderRejectAll({ rejectAll, rejectAllAndStop }, memberID) : []),
      ...(open.length === 1 ? renderRejectAll({ rejectAllAndStop }, memberID) : []),
      ...renderWaiting(waiting),
      ...renderHead(head),
    ],
  };
}

function renderWaiting(waiting = 0): KnownBlock[] {
  if (waiting === 0) return [];
  const more =
    waiting === 1 ? "1 more request of this session waits" : `${waiting} more requests of this session wait`;
  return [renderLine(`${more} until one of its open cards is closed.`)];
}

/** One line for a whole card: a head covers all that was recorded before it. */
function renderHead(head: string | undefined): KnownBlock[] {
  return head === undefined ? [] : [renderLine(`Audit record up to ${head}`)];
}

/** Draws the end of a card whose request nobody knows any more: nothing of it was kept. */
export function renderOrphan(orphan: Orphan, state: GoneState): RenderedCard {
  const { directory } = orphan;
  const question = nameOrphan(orphan);
  const where = directory === undefined ? [] : [`Project: ${quoted(abbreviate(directory, LINE_LIMIT))}`];
  const text = escapeMrkdwn([question, ...where].join(" "));
  return {
    text: `${goneWords(state.reason)}. ${text}`,
    blocks: [
      renderQuestion(question),
      ...(directory === undefined ? [] : [renderLine(`Project: ${directory}`)]),
      renderOutcome(state, LINE_LIMIT),
    ],
  };
}

/** What a later release asked has another kind, and nothing here knows what that is called. */
function nameOrphan({ kind, permission, requests = 1 }: Orphan): string {
  const isPermission = kind === "permission";
  if (requests > 1) return isPermission ? `${requests} permission requests` : `${requests} requests`;
  return isPermission && permission !== undefined ? questionOf(permission) : "A request of OpenCode";
}

/**
 * Of the replies that the rules offer, those that a card may offer: Allow only when all that will be done can be read
 * and there is no doubt about it, and "Allow always" only when that which it saves can be read as well.
 *
 * @param isReadable whether all of it is on the card, or will be in its thread.
 */
export function offeredReplies(content: CardContent, isReadable = fits(content)): readonly Reply[] {
  return content.doubt === undefined && isReadable ? readableReplies(content) : ["reject"];
}

/**
 * Without "Allow always" where that which it saves is nothing, or too long for the dialog that asks for it, and where
 * anything is not shown as it is.
 */
function readableReplies({ offers, request, isVerbatim }: CardContent): readonly Reply[] {
  const { always } = request;
  const isReadable =
    isVerbatim && always.length > 0 && always.every((pattern) => pattern !== "") && fitsDialog(request);
  return offers.replies.filter((reply) => reply !== "always" || isReadable);
}

/** Whether all of a request can be read on its card. */
export function fits(content: CardContent): boolean {
  return (
    mayFit([content]) &&
    isWithinLimits([
      ...renderRequest(aloneRow(content), ANY_MEMBER),
      ...renderRejectAll({ rejectAllAndStop: ANY_VALUE }, ANY_MEMBER),
    ])
  );
}

/** Without drawing anything: whether what will be done is known whole, and by itself not too long for one card. */
function mayFit(contents: readonly CardContent[]): boolean {
  const details = contents.flatMap((content) => content.details);
  return contents.every(isWhole) && lengthOf(details) <= CARD_LIMIT;
}

/** Whether all that will be done was read, however long it is. */
export function isWhole({ details, furtherDetails }: CardContent): boolean {
  return furtherDetails === 0 && details.every((detail) => detail.isWhole);
}

/** How many of these, from the first on, can be read on one card. A request that does not fit even alone counts 1. */
export function countFitting(contents: readonly CardContent[]): number {
  let [fitting, tooMany] = [1, Math.min(contents.length, ROWS_LIMIT) + 1];
  while (tooMany - fitting > 1) {
    const middle = (fitting + tooMany) >> 1;
    if (canShare(contents.slice(0, middle))) fitting = middle;
    else tooMany = middle;
  }
  return fitting;
}

function canShare(contents: readonly CardContent[]): boolean {
  const faces = [contents.map(openRow), contents.map(closedRow)];
  const around = { rejectAll: ANY_VALUE, rejectAllAndStop: ANY_VALUE, waiting: 1_000, head: ANY_VALUE };
  return (
    mayFit(contents) &&
    faces.every((rows) => isWithinLimits(renderShared({ rows, ...around }, ANY_MEMBER).blocks))
  );
}

/** An open row at its longest: with all buttons that it may have. */
function openRow(content: CardContent): Row {
  const values: ButtonValues = Object.fromEntries(
    readableReplies(content).map((reply) => [reply, ANY_VALUE]),
  );
  return { content, state: { kind: "asked" }, values, alsoAnswered: MANY_REQUESTS };
}

/** The same on a card of its own, where there is room for more. */
function aloneRow(content: CardContent): Row {
  const row = openRow(content);
  return { ...row, values: { ...row.values, "reject-with-reason": ANY_VALUE } };
}

/** A closed row at its longest. */
function closedRow(content: CardContent): Row {
  const to = { ...content, details: [{ label: "", text: ANY_SUMMARY }] };
  const by = { kind: "sibling", userID: "U0123456789", to } as const;
  return {
    content,
    state: { kind: "replied", answer: { kind: "permission", reply: "reject" }, by, at: new Date(0) },
    values: {},
    alsoAnswered: 0,
  };
}

/** Whether Slack takes a message of these blocks. */
export function isWithinLimits(blocks: readonly (KnownBlock | Block)[]): boolean {
  return blocks.length <= BLOCKS_LIMIT && slackLength(JSON.stringify(blocks)) <= CARD_LIMIT;
}

/** Only the beginning of a request that its card has no room for. Allow is there when all of it is in the thread. */
function cutRow(row: Row): Row {
  const { content, values, thread } = row;
  const { once: _once, always: _always, ...rejects } = values;
  return {
    ...row,
    content: withCutDetails(content, thread === undefined ? TOO_LONG : IN_THREAD[thread.form][thread.state]),
    values: thread?.state === "complete" ? values : rejects,
  };
}

function nameWhere({ directory, host }: CardContent): string {
  return `in ${quoted(abbreviate(directory, LINE_LIMIT))} on ${abbreviate(host, LINE_LIMIT)}`;
}
