/** What is special to questions: OpenCode takes any text for an answer, so what goes there is checked here. */

import { isDeepStrictEqual } from "node:util";
import type { Chosen, Question, QuestionAnswer, QuestionRequest } from "../domain/ask.ts";
import type { CardContent, ShownQuestion } from "../domain/content.ts";
import type { EnteredAnswer, ModalResult } from "../domain/control.ts";
import type { AskHooks } from "../hooks.ts";

const UNDESCRIBED =
  "OpenCode asks a question that could not be described. Look at it in OpenCode: it can be answered there only.";
const PARTLY_READ =
  "It is too long, has too many parts, or is nested too deeply to be read here. Look at it in OpenCode: it can be answered there only.";
const WITHHELD = "Slack does not take a card that shows it, so it can be answered in OpenCode only.";

/** OpenCode answers each question by itself. */
export function createQuestionHooks(): AskHooks<QuestionRequest, QuestionAnswer> {
  return {
    asked: () => undefined,
    answered: () => false,
    closed: () => undefined,
    forgotten: () => undefined,
    sessionEnded: () => undefined,

    isSame: (told, submitted) => isDeepStrictEqual(told, submitted),
    // OpenCode lets nobody say why, and the turn ends.
    unanswered: () => ({ kind: "question", reply: "reject" }),
    enter({ request, content }, _answer, result) {
      const entered = readResult(result, request.questions.length);
      if (entered === undefined) return "not-understood";
      const shown = content?.request.kind === "question" ? content.request.questions : [];
      const answers = entered.map((each, index) => chosenOf(each, request.questions[index], shown[index]));
      if (!answers.every((chosen) => chosen !== undefined)) return "not-understood";
      if (answers.every(({ length }) => length === 0)) return "no-answer";
      return { kind: "question", reply: "answer", answers };
    },
    findSibling: () => undefined,
    isRejectedAlong: () => false,
    countAlong: () => 0,
    offersStop: () => false,

    undescribed: () => ({
      details: [],
      doubt: UNDESCRIBED,
      session: { titles: [] },
      offers: { replies: ["reject"] },
    }),
    withoutWords: (request) => ({ ...request, questions: [] }),
    doubtOf: ({ isCut, call }) => (isCut === true || call?.isCut === true ? PARTLY_READ : undefined),
    complete: (content) => content,
    withhold,
  };
}

/** What was entered for each question, nothing where Slack does not say; undefined where there is more than is asked. */
function readResult(result: ModalResult, count: number): readonly EnteredAnswer[] | undefined {
  if (result.kind === "reason") return undefined;
  const entered = result.kind === "own-words" ? [{ options: [], words: result.words }] : result.entered;
  if (entered.length > count) return undefined;
  return Array.from({ length: count }, (_, index) => entered[index] ?? NOTHING_ENTERED);
}

const NOTHING_ENTERED: EnteredAnswer = { options: [], words: "" };

/**
 * The very labels that the agent wrote, and the very words that a person wrote: of a question that takes one answer, the
 * words are it.
 *
 * @param shown the question as its card shows it: what cannot be chosen there was chosen by nobody.
 * @returns undefined where nobody can have entered that.
 */
function chosenOf(
  { options, words }: EnteredAnswer,
  question: Question | undefined,
  shown: ShownQuestion | undefined,
): Chosen | undefined {
  if (question === undefined || shown === undefined) return undefined;
  const { multiple, custom } = question;
  const isPossible = options.every((place) => shown.options[place]?.isClear === true);
  const isOnce = new Set(options).size === options.length && (multiple || options.length <= 1);
  if (!isPossible || !isOnce || (words !== "" && !custom)) return undefined;
  const labels = [...options]
    .sort((one, other) => one - other)
    .flatMap((place) => question.options[place]?.label ?? []);
  if (words === "") return labels;
  return multiple ? [...labels, words] : [words];
}

function withhold(content: CardContent): CardContent {
  const details = [{ label: "Not shown", text: content.request.permission, isWhole: true }] as const;
  return { ...content, details, doubt: WITHHELD };
}
