/** What of a request can be read in Slack, and so what may be offered there. Pure. */

import type { CardFace, Row, ThreadForm, ThreadState } from "../../gateway/domain/card.ts";
import type { AnyReply } from "../../gateway/domain/ask.ts";
import type { CardContent } from "../../gateway/domain/content.ts";
import { allows, type Control, type PlannedControl } from "../../gateway/domain/control.ts";
import type { LastPress } from "../../gateway/domain/press-note.ts";
import { isClosed } from "../../gateway/domain/state.ts";
import { planControls } from "../../gateway/domain/controls.ts";
import { REJECT_ALL, REJECT_ALL_AND_STOP } from "../../gateway/domain/permission-controls.ts";
import { fitsDialog, MANY_REQUESTS, renderControls } from "./card-buttons.ts";
import { isWhole, lengthOf, withCutDetails } from "./card-details.ts";
import { renderLastPress } from "./last-press.ts";
import { CARD_LIMIT, isWithinLimits } from "./limits.ts";
import { isAnswerable } from "./question-modals.ts";
import { renderRequest, type ShownRow } from "./request-blocks.ts";
import { renderShared, ROWS_LIMIT } from "./shared-card.ts";

/** What is not known when a card is measured is longer here than any: whose a control is, its value, a head. */
const ANY_MEMBER = "m".repeat(72);
const ANY_VALUE = "v".repeat(24);
/** Another request that an outcome names; it is cut there. */
const ANY_SUMMARY = "s".repeat(100);
/** The longest that a card says of one. */
const ANY_PRESS: LastPress = {
  note: { kind: "not-recorded" },
  at: new Date(0),
  place: ROWS_LIMIT,
};

/** What stands right below the beginning of a request: how much more there is, and where. */
type SayWhere = (more: string, done: Done) => string;
/** What can be done with it, by its kind. */
type Done = "allow" | "answer";

const PARTICIPLE: Readonly<Record<Done, string>> = { allow: "allowed", answer: "answered" };

const TOO_LONG: SayWhere = (more, done) =>
  `${more}: too long to be read here, so it can be ${PARTICIPLE[done]} in OpenCode only.`;

const IN_THREAD: Readonly<Record<ThreadForm, Readonly<Record<ThreadState, SayWhere>>>> = {
  messages: {
    coming: (more, done) => `${more} on the way to the thread. Then it can be ${PARTICIPLE[done]}.`,
    complete: (more, done) => `${more} in the thread: read all of it there before you ${done} it.`,
    refused: TOO_LONG,
  },
  snippet: {
    coming: (more, done) =>
      `${more} on the way to the thread, in a file. Then it can be ${PARTICIPLE[done]}.`,
    complete: (more, done) =>
      `${more} in the file in the thread: open it and read all of it before you ${done} it.`,
    refused: TOO_LONG,
  },
};

/**
 * Of the replies that the rules offer, those that a card may offer: Allow only when all that will be done can be read
 * and there is no doubt about it, and "Allow always" only when that which it saves can be read as well.
 *
 * @param isReadable whether all of it is on the card, or will be in its thread.
 */
export function offeredReplies(content: CardContent, isReadable = fits(content)): readonly AnyReply[] {
  return content.doubt === undefined && isReadable ? readableReplies(content) : ["reject"];
}

/**
 * Without "Allow always" where that which it saves is nothing, or too long for the dialog that asks for it, and where
 * anything is not shown as it is; without an answer where no modal has room for what is asked.
 */
function readableReplies({ offers, request, isVerbatim }: CardContent): readonly AnyReply[] {
  if (request.kind === "question")
    return offers.replies.filter((reply) => reply !== "answer" || isAnswerable(request));
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
      ...renderRequest({ ...openRow(content, true), hasOthers: true }, ANY_MEMBER),
      ...renderControls([withAnyValue(REJECT_ALL_AND_STOP)], ANY_MEMBER),
      ...renderLastPress(ANY_PRESS),
    ])
  );
}

/** Without drawing anything: whether what will be done is known whole, and by itself not too long for one card. */
function mayFit(contents: readonly CardContent[]): boolean {
  const details = contents.flatMap((content) => content.details);
  return contents.every(isWhole) && lengthOf(details) <= CARD_LIMIT;
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
  const around = { controls: [REJECT_ALL, REJECT_ALL_AND_STOP].map(withAnyValue), waiting: 1_000 };
  // What is said of a press goes with the last open row, and a head comes with the first closed one, which is shorter.
  const faces: readonly CardFace[] = [
    {
      ...around,
      rows: contents.map((content) => Object.assign(openRow(content), { hasOthers: true })),
      lastPress: ANY_PRESS,
    },
    { ...around, rows: contents.map(closedRow), head: ANY_VALUE },
  ];
  return mayFit(contents) && faces.every((face) => isWithinLimits(renderShared(face, ANY_MEMBER).blocks));
}

/** An open row at its longest: with all controls that it may have. */
function openRow(content: CardContent, isAlone = false): Row {
  const offered = { replies: readableReplies(content), alsoAnswered: MANY_REQUESTS, isAlone };
  return { content, state: { kind: "asked" }, controls: planControls(content, offered).map(withAnyValue) };
}

/** A closed row at its longest. */
function closedRow(content: CardContent): Row {
  const to = { ...content, details: [{ label: "", text: ANY_SUMMARY }] };
  const by = { kind: "sibling", userID: "U0123456789", to } as const;
  const answer = { kind: "permission", reply: "reject" } as const;
  return { content, state: { kind: "replied", answer, by, at: new Date(0) }, controls: [] };
}

function withAnyValue(planned: PlannedControl): Control {
  return { ...planned, value: ANY_VALUE };
}

function whereOfOpen(thread: Row["thread"]): SayWhere {
  return thread === undefined ? TOO_LONG : IN_THREAD[thread.form][thread.state];
}

/** Nobody is to do anything any more. */
function whereOfClosed(thread: Row["thread"]): SayWhere {
  return (more) => (thread?.state === "complete" ? `${more} in the thread.` : `${more} not shown here.`);
}

/**
 * A row as its card can show it: only the beginning of a request that it has no room for, and no Allow before all of it
 * is in the thread.
 */
export function asReadable(row: Row): ShownRow {
  if (fits(row.content)) return row;
  const { controls, thread } = row;
  const { content, more } = withCutDetails(row.content);
  const sayWhere = isClosed(row.state) ? whereOfClosed(thread) : whereOfOpen(thread);
  return {
    ...row,
    content,
    notice: sayWhere(more, content.request.kind === "question" ? "answer" : "allow"),
    controls: thread?.state === "complete" ? controls : controls.filter(({ effect }) => !allows(effect)),
  };
}
