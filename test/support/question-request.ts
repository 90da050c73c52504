import type { Question, QuestionOption, QuestionRequest } from "../../src/gateway/domain/ask.ts";

/** What an agent asks, saying no more than it must. What matters to a test, the test gives it. */
export function questionRequest(
  questions: readonly Partial<Question>[],
  given: Partial<QuestionRequest> = {},
): QuestionRequest {
  return {
    kind: "question",
    requestID: "que_1",
    sessionID: "ses_1",
    permission: "question",
    questions: questions.map(question),
    ...given,
  };
}

function question(given: Partial<Question>): Question {
  return { question: "Which one?", header: "", options: [], multiple: false, custom: true, ...given };
}

/** Options with these labels, and nothing said of them. */
export function options(...labels: readonly string[]): QuestionOption[] {
  return labels.map(optionOf);
}

export function optionOf(label: string): QuestionOption {
  return { label, description: "" };
}
