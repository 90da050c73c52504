/** What an agent asks its user, as a card may show it. Pure. */

import type { Question, QuestionOption, QuestionRequest } from "../gateway/domain/ask.ts";
import type { ShownDetail, ShownOption, ShownQuestion } from "../gateway/domain/content.ts";
import type { Sliced } from "../system/sliced.ts";
import { LINE_LIMIT, type Reader } from "./reader.ts";

/** Questions and options together that are read: more of them nobody reads before an answer. */
const PARTS_LIMIT = 500;

export interface ShownAsking {
  /** None where not all of them were read. */
  readonly questions: readonly ShownQuestion[];
  readonly details: readonly ShownDetail[];
  /** Questions that were not read. */
  readonly further: number;
}

/**
 * Reads all questions, or the beginning of what is too much.
 *
 * @param limit characters of what is read whole.
 * @param beginning characters that are read of more.
 */
export function* showQuestions(
  { questions }: Pick<QuestionRequest, "questions">,
  reader: Reader,
  limit: number,
  beginning: number,
): Sliced<ShownAsking> {
  let isWhole = isWithin(questions, limit);
  let left = isWhole ? limit : beginning;
  const shown: ShownQuestion[] = [];
  for (const asked of questions) {
    if (left <= 0) break;
    const read = yield* showQuestion(asked, reader, left);
    shown.push(read.question);
    isWhole &&= read.isWhole;
    left -= lengthOf(asked);
  }
  const isOne = questions.length === 1;
  return {
    questions: isWhole ? shown : [],
    details: shown.flatMap((question, index) => detailsOf(question, isOne ? undefined : index + 1, isWhole)),
    further: questions.length - shown.length,
  };
}

function* showQuestion(
  { question, header, options, multiple, custom }: Question,
  reader: Reader,
  limit: number,
): Sliced<{ question: ShownQuestion; isWhole: boolean }> {
  let left = limit;
  const text = yield* reader.text(question, "text", left);
  const shown: ReadOption[] = [];
  for (const option of options) {
    left -= option.label.length + option.description.length;
    if (left <= 0 || shown.length >= PARTS_LIMIT) break;
    shown.push(yield* showOption(option, reader));
  }
  const counts = new Map<string, number>();
  for (const { alike } of shown) counts.set(alike, (counts.get(alike) ?? 0) + 1);
  const read: ShownQuestion = {
    question: text.text,
    header: yield* reader.line(header, "title"),
    // Of two that read the same, nobody knows which one they choose, and the agent does not learn it.
    options: shown.map(({ label: name, line, isLegible, alike }) => ({
      label: name,
      line,
      isClear: isLegible && counts.get(alike) === 1,
    })),
    multiple,
    custom,
  };
  return { question: read, isWhole: text.isWhole && shown.every((option) => option.isWhole) };
}

interface ReadOption extends Pick<ShownOption, "label" | "line"> {
  readonly isWhole: boolean;
  readonly isLegible: boolean;
  /** The same for labels that nobody can tell apart. */
  readonly alike: string;
}

function* showOption({ label, description }: QuestionOption, reader: Reader): Sliced<ReadOption> {
  const line = description === "" ? label : `${label}: ${description}`;
  const whole = yield* reader.text(line, "title", LINE_LIMIT);
  const { text, masked, isWhole } = yield* reader.part(label, "title", LINE_LIMIT);
  const alike = text.replaceAll(/\s+/g, " ").trim();
  return {
    label: text,
    line: whole.isWhole ? whole.text : `${whole.text}…`,
    isWhole: whole.isWhole,
    isLegible: isWhole && masked === 0 && alike !== "",
    alike,
  };
}

function detailsOf(
  { question, header, options }: ShownQuestion,
  number: number | undefined,
  isWhole: boolean,
): ShownDetail[] {
  const about = header === "" ? "" : `: “${header.replaceAll(/[“”]/g, '"')}”`;
  const asked = { isAsked: true as const, ...(isWhole && { isWhole: true as const }) };
  const lines = options.map(({ line }, index) => `${index + 1}. ${line}`);
  return [
    number === undefined
      ? { label: "Question", text: question, isSubject: true, ...asked }
      : { label: `Question ${number}${about}`, text: question, ...asked },
    ...(lines.length === 0 ? [] : [{ label: "", text: lines.join("\n"), ...asked }]),
  ];
}

/** Whether all can be read. */
function isWithin(questions: readonly Question[], limit: number): boolean {
  const parts = questions.reduce((count, { options }) => count + 1 + options.length, 0);
  return parts <= PARTS_LIMIT && questions.reduce((sum, question) => sum + lengthOf(question), 0) < limit;
}

function lengthOf({ question, header, options }: Question): number {
  return options.reduce(
    (sum, { label, description }) => sum + label.length + description.length,
    question.length + header.length,
  );
}
