/** How a request ended, in words. Pure. */

import type { KnownBlock, RichTextElement } from "@slack/web-api";
import { isAllowing, type Answer } from "../../gateway/domain/ask.ts";
import type { CardContent, ShownPermission } from "../../gateway/domain/content.ts";
import { inMinutes } from "../../gateway/domain/minutes.ts";
import type { ClosedState, EndReason, GoneState, Replier, RepliedState } from "../../gateway/domain/state.ts";
import { summarize } from "./card-details.ts";
import { renderGrant } from "./grant-lines.ts";
import { lines, renderTime } from "./rich-text.ts";
import { abbreviate, quoted, toOneLine } from "./text.ts";

const [ALLOWED, REJECTED, GONE] = ["✅", "❌", "⏹"];

/** Characters of a reason that a closed card repeats. */
const WORDS_LIMIT = 300;
/** Answers that it repeats, each with its part of the room. */
const NAMED_LIMIT = 5;

interface OutcomeOptions {
  /** Characters of another request that is named. */
  readonly limit: number;
  /** Named behind the time; not among others of the same project. */
  readonly project?: string;
}

/** How it ended, who did that, and when. */
export function renderOutcome(
  state: ClosedState,
  content: Pick<CardContent, "request">,
  { limit, project }: OutcomeOptions,
): KnownBlock {
  const where: RichTextElement[] = project === undefined ? [] : [{ type: "text", text: ` · ${project}` }];
  const end = [renderTime(state.at), ...where];
  if (state.kind === "gone")
    return {
      type: "rich_text",
      elements: lines([{ type: "text", text: `${goneWords(state)} ` }, ...end]),
    };
  const { request } = content;
  const isSaved = state.answer.reply === "always" && request.kind === "permission";
  const further = [
    ...(isSaved ? [nameSaved(request)] : []),
    ...(state.grant === undefined ? [] : renderGrant(state.grant)),
  ];
  return { type: "rich_text", elements: lines([...whoAnswered(state, limit), ...end], ...further) };
}

function whoAnswered(state: RepliedState, limit: number): RichTextElement[] {
  const { answer, by } = state;
  const mark = isAllowing(answer) ? ALLOWED : REJECTED;
  const said = (text: string): RichTextElement => ({
    type: "text",
    text: `${mark} ${text}`,
    style: { bold: true },
  });
  switch (by.kind) {
    case "approver":
      return [
        said(answerWords(state)),
        ...quoteWords(answer, limit),
        { type: "text", text: " by " },
        { type: "user", user_id: by.userID },
        { type: "text", text: " " },
      ];
    case "grant":
      return [
        said("Allowed"),
        { type: "text", text: " by a grant that " },
        { type: "user", user_id: by.userID },
        { type: "text", text: " gave " },
      ];
    case "sibling":
      return [
        said(answer.reply === "reject" ? "Also rejected" : "Also allowed"),
        { type: "text", text: ": " },
        { type: "user", user_id: by.userID },
        { type: "text", text: answer.reply === "reject" ? " rejected " : " allowed always " },
        { type: "text", text: summarize(by.to, limit), style: { code: true } },
        { type: "text", text: " " },
      ];
    case "opencode":
      return [said(answerWords({ answer })), { type: "text", text: " in OpenCode " }];
    case "nobody":
      return [
        said(answer.kind === "question" ? "Dismissed" : "Rejected"),
        { type: "text", text: `: ${nobodyWords(by.afterMs)} ` },
      ];
  }
}

/** What the agent reads, and so may everybody. */
function quoteWords(answer: Answer, limit: number): RichTextElement[] {
  const words = wordsOf(answer);
  const named = words.slice(0, NAMED_LIMIT);
  if (named.length === 0) return [];
  const room = Math.floor((answer.kind === "question" ? limit : WORDS_LIMIT) / named.length);
  const quotations = named.map((text) => quoted(abbreviate(toOneLine(text), room))).join(", ");
  const more = words.length - named.length;
  return [{ type: "text", text: `: ${quotations}${more === 0 ? "" : ` and ${more} more`}` }];
}

function wordsOf(answer: Answer): readonly string[] {
  if (answer.kind === "question") return answer.reply === "answer" ? answer.answers.flat() : [];
  return answer.message === undefined ? [] : [answer.message];
}

/** What was answered. */
function answerWords({
  answer,
  isStopped,
  grant,
}: Pick<RepliedState, "answer" | "isStopped" | "grant">): string {
  const isQuestion = answer.kind === "question";
  switch (answer.reply) {
    case "once":
      return grant === undefined ? "Allowed once" : `Allowed for ${grant.minutes} min`;
    case "always":
      return "Allowed always";
    case "answer":
      return "Answered";
    case "reject":
      if (isStopped === true) return `${isQuestion ? "Dismissed" : "Rejected"}, and the session stopped`;
      if (isQuestion) return "Dismissed";
      return answer.message === undefined ? "Rejected" : "Rejected, with a reason";
  }
}

/** What was saved for good stays on the card. */
function nameSaved(request: ShownPermission): RichTextElement[] {
  return [
    { type: "text", text: "No longer asked: " },
    ...namePatterns(request.permission, request.always),
    { type: "text", text: reachOf(request) },
  ];
}

/** How far "Allow always" reaches. */
export function reachOf({ alwaysReach }: ShownPermission): string {
  return alwaysReach === "project" ? REACH_FOR_GOOD : REACH;
}

const REACH = " in this project, all sessions, until OpenCode quits";
/** In OpenCode 2 a project is a repository, wherever it was cloned to. */
const REACH_FOR_GOOD = " in this project and its clones, all sessions, for good";

/** What "Allow always" saves. Of a command the permission says nothing more. */
export function namePatterns(permission: string, always: readonly string[]): RichTextElement[] {
  const named = always.flatMap((pattern, index): RichTextElement[] => [
    ...(index === 0 ? [] : [{ type: "text" as const, text: ", " }]),
    { type: "text", text: pattern, style: { code: true } },
  ]);
  if (permission === "bash") return named;
  return [
    { type: "text", text: permission, style: { code: true } },
    { type: "text", text: " of " },
    ...named,
  ];
}

/** The same in mrkdwn, in a few words. */
export function summarizeOutcome(state: ClosedState): string {
  if (state.kind === "gone") return goneWords(state);
  const { answer, by, grant } = state;
  const said = answer.kind === "permission" ? { ...answer, message: undefined } : answer;
  const words = answerWords({ answer: said, ...(grant && { grant }) });
  return `${isAllowing(answer) ? ALLOWED : REJECTED} ${words} ${nameReplier(by)}`;
}

function nameReplier(by: Replier): string {
  if (by.kind === "nobody") return `because ${nobodyWords(by.afterMs)}`;
  if (by.kind === "opencode") return "in OpenCode";
  return `by ${by.kind === "grant" ? "a grant of " : ""}<@${by.userID}>`;
}

function nobodyWords(afterMs: number): string {
  return `nobody answered in ${inMinutes(afterMs)}`;
}

/** Why nobody can answer any more, in Slack at least. */
export function goneWords(state: GoneState): string {
  const words =
    state.reason === "expired"
      ? `Nobody answered in ${inMinutes(state.afterMs)}. It can still be answered in OpenCode.`
      : GONE_WORDS[state.reason];
  return `${GONE} ${words}`;
}

const GONE_WORDS: Readonly<Record<EndReason, string>> = {
  "session-idle": "The session stopped. Nothing will run.",
  "session-deleted": "The session was deleted. Nothing will run.",
  retried: "The model's answer broke off. OpenCode asks the model again.",
  inactivity: "Nobody answered for so long that OpenCode stopped the session. Nothing will run.",
  "opencode-ended": "OpenCode quit. Nothing will run.",
  unloaded: "OpenCode has unloaded the gateway here. If it still asks, answer in OpenCode.",
  unknown: "OpenCode no longer asks this, and did not say what became of it.",
  "posted-again": "This card was posted again further down. Answer there.",
  changed: "OpenCode asks something else under the same ID now. Answer in OpenCode.",
};
