/** What an agent asks its user, put so that a person can judge who asks. What is asked is shown by itself. */

import type { QuestionRequest } from "../gateway/domain/ask.ts";
import type { Details, Headline } from "../gateway/domain/content.ts";

const UNKNOWN_TOOL = "The gateway cannot tell which tool asks this, so it can be answered in OpenCode only.";

/** OpenCode's own tool. Others that ask, such as `plan_exit`, are known by their names. */
const QUESTION_TOOL = "question";

/** An answer may do more than inform the agent: with another tool it does what that is for. */
export function describeQuestion(request: QuestionRequest): Details {
  const { permission, messageID, call, isCallUnclear } = request;
  const isUnknown = isCallUnclear === true || (messageID !== undefined && call === undefined);
  return {
    details: [],
    ...(permission === QUESTION_TOOL && { headline: headOf(request) }),
    ...(isUnknown && { doubt: UNKNOWN_TOOL }),
  };
}

function headOf({ questions }: QuestionRequest): Headline {
  const [first, ...others] = questions;
  if (others.length > 0) return { what: `Answer ${questions.length} questions` };
  const name = first?.header.trim();
  return name ? { what: "Answer a question about", name } : { what: "Answer a question" };
}
