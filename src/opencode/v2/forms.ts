/** OpenCode 2's questions, which are forms of one kind. A plugin can be told of them, and can neither answer nor dismiss them. */

import * as z from "zod";
import type { Answer, Question, QuestionRequest } from "../../gateway/domain/ask.ts";
import { copyBounded } from "../bounded.ts";

/** The tool that asks, by which rules know it. */
const QUESTION_TOOL = "question";

const fieldSchema = z.object({
  key: z.string(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  type: z.string(),
  options: z
    .array(z.object({ label: z.string(), description: z.string().nullish() }))
    .nullish()
    .catch(undefined),
  custom: z.boolean().nullish(),
});

/** What it takes to know whose form it is. */
const formSchema = z.object({
  form: z.object({
    id: z.string().min(1),
    sessionID: z.string().min(1),
    metadata: z.object({ kind: z.literal("question") }),
    fields: z.unknown(),
  }),
});

/** A question as OpenCode asks it. */
export interface HostQuestion {
  readonly sessionID: string;
  readonly requestID: string;
  /** All of it. Takes some milliseconds where it is long. */
  readonly read: () => QuestionRequest;
}

const answeredSchema = z.object({
  id: z.string(),
  sessionID: z.string(),
  answer: z.record(z.string(), z.unknown()).catch({}),
});

/** @returns undefined for a form that is none of the tool that asks questions. */
export function parseForm(data: unknown): HostQuestion | undefined {
  const form = formSchema.safeParse(data).data?.form;
  if (form === undefined) return undefined;
  const { id: requestID, sessionID, fields } = form;
  return {
    requestID,
    sessionID,
    read: () => ({
      kind: "question",
      requestID,
      sessionID,
      permission: QUESTION_TOOL,
      ...readQuestions(fields),
    }),
  };
}

/** What is not as it should be is a question all the same, of which nothing can be shown. */
function readQuestions(fields: unknown): Pick<QuestionRequest, "questions" | "isCut"> {
  const { value, isCut } = copyBounded(fields);
  const { data } = z.array(fieldSchema).safeParse(value);
  if (data === undefined) return { questions: [], isCut: true };
  return { questions: data.map(toQuestion), ...(isCut && { isCut }) };
}

function toQuestion({ title, description, type, options, custom }: z.infer<typeof fieldSchema>): Question {
  return {
    question: description ?? "",
    header: title ?? "",
    options: (options ?? []).map((option) => ({
      label: option.label,
      description: option.description ?? "",
    })),
    multiple: type === "multiselect",
    custom: custom ?? true,
  };
}

/** Of any form: what became of one that nobody here has asked about is nobody's business. */
export function parseAnswer(data: unknown): { requestID: string; sessionID: string; answer: Answer } {
  const { id: requestID, sessionID, answer } = answeredSchema.parse(data);
  const answers = Object.entries(answer)
    .sort(([one], [other]) => placeOf(one) - placeOf(other))
    .map(([, value]) => [value].flat().map(String));
  return { requestID, sessionID, answer: { kind: "question", reply: "answer", answers } };
}

/** Of `q0`, `q1` and so on. */
function placeOf(key: string): number {
  return Number(key.slice(1));
}
