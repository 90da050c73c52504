/** The modals in which questions are answered, and what people enter there. Pure. */

import type { KnownBlock } from "@slack/web-api";
import type { CardContent, ShownQuestion, ShownRequest } from "../../gateway/domain/content.ts";
import type { ModalResult } from "../../gateway/domain/control.ts";
import { ownLabel } from "../../gateway/domain/question-controls.ts";
import { headOf } from "./head.ts";
import {
  OPTIONS_LIMIT,
  placesOf,
  renderChoices,
  renderTextField,
  textOf,
  type State,
} from "./modal-fields.ts";
import { renderLine } from "./origin.ts";
import { quote, richText, section } from "./rich-text.ts";
import { abbreviate } from "./text.ts";

/** Questions of one modal: each takes three of its 100 blocks. */
const QUESTIONS_LIMIT = 32;
/** Characters of a question, and of its options, that a modal repeats: all of it stands on the card or in its thread. */
const REPEATED_LIMIT = 2_500;
/** The same of all questions together, with which a modal stays far below Slack's 250 KB. */
const ALL_REPEATED_LIMIT = 40_000;

export const NO_PASSWORDS =
  "Never enter passwords or other secrets: the agent reads the answer, and so does everybody who sees this card.";

/** Whether all that is asked can be answered in a modal: else none of it can be answered from Slack. */
export function isAnswerable(request: ShownRequest): boolean {
  if (request.kind !== "question") return false;
  const { questions } = request;
  return questions.length > 0 && questions.length <= QUESTIONS_LIMIT && questions.every(hasAnswer);
}

function hasAnswer({ options, custom }: ShownQuestion): boolean {
  return options.length <= OPTIONS_LIMIT && (custom || options.some(({ isClear }) => isClear));
}

/** All questions of an ask. */
export function renderAnswers(memberID: string, content: CardContent): KnownBlock[] {
  const questions = questionsOf(content);
  return [
    ...renderTop(content),
    ...questions.flatMap((question, index) => renderQuestion(memberID, question, index, questions.length)),
  ];
}

/** The only question of an ask, for an answer that is none of its options. */
export function renderOwnWords(memberID: string, content: CardContent): KnownBlock[] {
  return [
    ...renderTop(content),
    ...questionsOf(content).map((question) => repeat(question, 0, 1)),
    renderTextField(memberID, { id: wordsID(0), label: "Your answer" }, true),
  ];
}

function questionsOf({ request }: CardContent): readonly ShownQuestion[] {
  if (request.kind !== "question" || !isAnswerable(request))
    throw new Error("There is no question to answer.");
  return request.questions;
}

function renderTop(content: CardContent): KnownBlock[] {
  const head = { type: "text", text: headOf(content), style: { bold: true } } as const;
  return [richText(head), renderLine(NO_PASSWORDS)];
}

/** @param count of all questions of the modal. */
function repeat({ question, header, options }: ShownQuestion, index: number, count: number): KnownBlock {
  const limit = Math.min(REPEATED_LIMIT, ALL_REPEATED_LIMIT / 2 / count);
  const about = header === "" ? "" : `: “${header.replaceAll(/[“”]/g, '"')}”`;
  const name = `${count === 1 ? "Question" : `Question ${index + 1}`}${about}`;
  const lines = options.map(({ line }, place) => `${place + 1}. ${line}`).join("\n");
  return {
    type: "rich_text",
    elements: [
      section({ type: "text", text: name, style: { bold: true } }),
      ...[question, lines].filter((text) => text !== "").map((text) => quote(abbreviate(text, limit))),
    ],
  };
}

function renderQuestion(
  memberID: string,
  question: ShownQuestion,
  index: number,
  count: number,
): KnownBlock[] {
  const { options, multiple, custom } = question;
  const isOnly = count === 1;
  const choices = options.flatMap(({ label, isClear }, place) =>
    isClear ? [{ place, label: `${place + 1}. ${ownLabel(label)}` }] : [],
  );
  const choice = {
    id: choiceID(index),
    label: multiple ? "Choose as many as you want" : "Choose one",
    isOptional: multiple || custom,
  };
  const hasChoice = choices.length > 0;
  const words = {
    id: wordsID(index),
    label: hasChoice ? "Other" : "Your answer",
    ...(hasChoice && { hint: multiple ? "In addition to what is chosen." : "In place of what is chosen." }),
    isOptional: hasChoice || !isOnly,
  };
  return [
    repeat(question, index, count),
    ...(hasChoice ? [renderChoices(memberID, choice, choices, multiple)] : []),
    ...(custom ? [renderTextField(memberID, words, isOnly && !hasChoice)] : []),
  ];
}

/** What was entered for each question; undefined where there is no field of ours. */
export function readAnswers(values: State): ModalResult | undefined {
  const fields = Array.from({ length: QUESTIONS_LIMIT }, (_, index) => ({
    options: placesOf(values, choiceID(index)),
    words: textOf(values, wordsID(index)),
  }));
  const last = fields.findLastIndex(({ options, words }) => options !== undefined || words !== undefined);
  if (last === -1) return undefined;
  const entered = fields.slice(0, last + 1).map(({ options = [], words = "" }) => ({ options, words }));
  return { kind: "answers", entered };
}

export function readOwnWords(values: State): ModalResult | undefined {
  const words = textOf(values, wordsID(0));
  return words === undefined ? undefined : { kind: "own-words", words };
}

function choiceID(index: number): string {
  return `choice-${index + 1}`;
}

function wordsID(index: number): string {
  return `words-${index + 1}`;
}
