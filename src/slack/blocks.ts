/** How a card looks: content and state → Slack's blocks. Pure. */

import type { Block, KnownBlock, RichTextElement, RichTextSection } from "@slack/web-api";
import type {
  ButtonValues,
  CardContent,
  CardState,
  ClosedState,
  Detail,
  GoneReason,
  GoneState,
  NoApprover,
  Orphan,
  PermissionRequest,
  Reply,
} from "../permission.ts";
import { abbreviate, cutToLength, escapeMrkdwn, slackLength, toOneLine } from "./text.ts";

/**
 * Characters of all blocks together. Slack documents no limit and refuses messages (`msg_blocks_too_long`) somewhere
 * between 11,300 and 13,200.
 */
const CARD_LIMIT = 10_000;
/** Characters of a button's value, which are not known when a card is measured; more than it ever has. */
const VALUE_LENGTH = 200;
/** Details that are shown when they have to be cut: their labels take place, too. */
const CUT_DETAILS_COUNT = 20;
/** Characters left for details when they have to be cut; the rest is for everything else on the card. */
const CUT_DETAILS_LIMIT = 6_000;
/** Characters of the patterns that "Allow always" would save; longer ones cannot be read before the click. */
const ALWAYS_LIMIT = 1_000;
/** Characters of the summary in a message's `text`, of which `chat.update` refuses more than 4,000. */
const SUMMARY_LIMIT = 3_000;
/** Characters of a header block. */
const HEADER_LIMIT = 150;
/** Characters of a line that only describes: a session's title, a directory. */
const LINE_LIMIT = 300;

const QUESTIONS: ReadonlyMap<string, string> = new Map([
  ["bash", "Run a command?"],
  ["edit", "Change files?"],
  ["external_directory", "Reach outside the project directory?"],
  ["webfetch", "Fetch a URL?"],
  ["task", "Start a subagent?"],
  ["doom_loop", "Go on repeating the same call?"],
]);

const BUTTONS = [
  { reply: "once", label: "Allow once", style: "primary" },
  { reply: "always", label: "Allow always", style: undefined },
  { reply: "reject", label: "Reject", style: "danger" },
] as const satisfies readonly { reply: Reply; label: string; style: string | undefined }[];

const ANSWERED: Readonly<Record<Reply, string>> = {
  once: "Allowed once",
  always: "Allowed always",
  reject: "Rejected",
};

const NO_APPROVER: Readonly<Record<NoApprover, string>> = {
  "none-configured":
    "Nobody may answer from Slack yet: SLACK_APPROVER_IDS is empty. Press a button to learn your ID.",
  "channel-not-private":
    "Nobody may answer from Slack: SLACK_APPROVER_IDS is * (everyone), and this channel is not private.",
  "channel-unknown":
    "Nobody may answer from Slack: SLACK_APPROVER_IDS is * (everyone), and Slack does not say whether this channel is private.",
};

/** A card as Slack's `chat.postMessage` and `chat.update` take it. */
export interface RenderedCard {
  readonly text: string;
  readonly blocks: (KnownBlock | Block)[];
}

/** Draws a card. In the state `asked` it has a button for each of `values`. */
export function renderCard(content: CardContent, state: CardState, values: ButtonValues = {}): RenderedCard {
  return {
    text: renderText(content, state),
    blocks: renderBlocks(fits(content) ? content : withCutDetails(content), state, values),
  };
}

/** Draws the end of a card whose request nobody knows any more: nothing of it was kept. */
export function renderOrphan({ permission, directory }: Orphan, state: GoneState): RenderedCard {
  const question = permission === undefined ? "A permission request" : questionOf(permission);
  const where = directory === undefined ? [] : [`Project: ${directory}`];
  const text = [question, ...where].map((line) => escapeMrkdwn(abbreviate(line, LINE_LIMIT))).join(" ");
  return {
    text: `${goneWords(state.reason)}. ${text}`,
    blocks: [
      renderQuestion(question),
      ...(where.length > 0 ? [renderLines(where)] : []),
      renderOutcome(state),
    ],
  };
}

/**
 * The replies that a card may offer: Allow only when all that will be done can be read on it and there is no doubt
 * about it, and "Allow always" only when that which it saves can be read as well.
 */
export function offeredReplies(content: CardContent): readonly Reply[] {
  return content.doubt === undefined && fits(content) ? readableReplies(content) : ["reject"];
}

/** Without "Allow always" where that which it saves is nothing, or too long to be read before the click. */
function readableReplies({ request: { always } }: CardContent): readonly Reply[] {
  const isReadable = always.every((pattern) => pattern !== "") && slackLength(always.join()) <= ALWAYS_LIMIT;
  return always.length > 0 && isReadable ? ["once", "always", "reject"] : ["once", "reject"];
}

function summarize({ request, details }: CardContent, limit: number): string {
  return abbreviate(toOneLine(details[0]?.text ?? "") || request.permission, limit);
}

function fits(content: CardContent): boolean {
  const value = "v".repeat(VALUE_LENGTH);
  const values: ButtonValues = Object.fromEntries(readableReplies(content).map((reply) => [reply, value]));
  return slackLength(JSON.stringify(renderBlocks(content, { kind: "asked" }, values))) <= CARD_LIMIT;
}

function withCutDetails(content: CardContent): CardContent {
  let left = CUT_DETAILS_LIMIT;
  const details = content.details.slice(0, CUT_DETAILS_COUNT).map(({ label, text }): Detail => {
    const shown = cutToLength(text, left);
    left -= slackLength(shown);
    return shown === text
      ? { label, text }
      : { label: `${label} (the first ${shown.length} of ${text.length} characters)`, text: shown };
  });
  const missing = content.details.length - details.length;
  const rest = missing > 0 ? [{ label: "Not shown", text: `${missing} further parts` }] : [];
  const doubt = "It is too long to be read here, so it can be allowed in OpenCode only.";
  return { ...content, details: [...details, ...rest], doubt: content.doubt ?? doubt };
}

function renderText(content: CardContent, state: CardState): string {
  const { request, directory, host } = content;
  const question = `${abbreviate(questionOf(request.permission), HEADER_LIMIT)} ${summarize(content, SUMMARY_LIMIT)}`;
  const where = `in ${abbreviate(directory, LINE_LIMIT)} on ${host}`;
  switch (state.kind) {
    case "asked":
      return escapeMrkdwn(`${question} (${where})`);
    case "replied": {
      const by = state.by.kind === "opencode" ? "in OpenCode" : `by <@${state.by.userID}>`;
      return `${ANSWERED[state.reply]} ${by}: ${escapeMrkdwn(`${question} (${where})`)}`;
    }
    case "gone":
      return `${goneWords(state.reason)}. ${escapeMrkdwn(`${question} (${where})`)}`;
  }
}

function renderBlocks(content: CardContent, state: CardState, values: ButtonValues): KnownBlock[] {
  return [
    renderQuestion(questionOf(content.request.permission)),
    { type: "rich_text", elements: content.details.flatMap(renderDetail) },
    renderOrigin(content),
    ...(state.kind === "asked" ? renderAnswers(content, values) : [renderOutcome(state)]),
  ];
}

function renderQuestion(question: string): KnownBlock {
  return {
    type: "header",
    text: { type: "plain_text", text: abbreviate(question, HEADER_LIMIT), emoji: false },
  };
}

function renderDetail({
  label,
  text,
}: Detail): (RichTextSection | RichTextElementOf<"rich_text_preformatted">)[] {
  const name: RichTextSection = section({ type: "text", text: label, style: { bold: true } });
  // Slack refuses empty text elements.
  if (text === "") return [name, section({ type: "text", text: "empty", style: { italic: true } })];
  return [name, { type: "rich_text_preformatted", elements: [{ type: "text", text }] }];
}

function renderOrigin({ session, directory, host }: CardContent): KnownBlock {
  const model = [session.agent, session.model].filter((part) => part !== undefined);
  return renderLines([
    `Project: ${directory}`,
    ...(session.titles.length > 0 ? [`Session: ${session.titles.join(" → ")}`] : []),
    ...(model.length > 0 ? [`Agent: ${model.join(", ")}`] : []),
    `Host: ${host}`,
  ]);
}

function renderLines(lines: readonly string[]): KnownBlock {
  return {
    type: "context",
    elements: lines.map((line) => ({ type: "plain_text", text: abbreviate(line, LINE_LIMIT), emoji: false })),
  };
}

/** What stands under the request while it is open: warnings, what "Allow always" means, the buttons. */
function renderAnswers({ request, doubt, noApprover }: CardContent, values: ButtonValues): KnownBlock[] {
  const warnings = [doubt, noApprover && NO_APPROVER[noApprover]].filter(
    (sentence) => sentence !== undefined,
  );
  return [
    ...warnings.map((sentence): KnownBlock =>
      richText({ type: "text", text: `⚠ ${sentence}`, style: { bold: true } }),
    ),
    ...(values.always === undefined ? [] : [renderAlways(request)]),
    { type: "actions", elements: BUTTONS.flatMap((button) => renderButton(button, values[button.reply])) },
  ];
}

function renderAlways({ permission, always }: PermissionRequest): KnownBlock {
  const all: RichTextElement[] = [{ type: "text", text: ", whatever it is," }];
  const matching = always.flatMap((pattern, index): RichTextElement[] => [
    { type: "text", text: index === 0 ? " of " : ", " },
    { type: "text", text: pattern, style: { code: true } },
  ]);
  return richText(
    { type: "text", text: "Allow always", style: { bold: true } },
    { type: "text", text: ": OpenCode asks no more for " },
    { type: "text", text: abbreviate(permission, LINE_LIMIT), style: { code: true } },
    ...(always.includes("*") ? all : matching),
    { type: "text", text: " in all sessions of this project directory, until OpenCode ends." },
  );
}

function renderButton({ reply, label, style }: (typeof BUTTONS)[number], value: string | undefined) {
  if (value === undefined) return [];
  return [
    {
      type: "button" as const,
      action_id: reply,
      text: { type: "plain_text" as const, text: label, emoji: false },
      value,
      ...(style === undefined ? {} : { style }),
    },
  ];
}

function renderOutcome(state: ClosedState): KnownBlock {
  const when: RichTextElement = {
    type: "date",
    timestamp: Math.floor(state.at.getTime() / 1000),
    format: "{date_short_pretty} at {time}",
    fallback: state.at.toISOString(),
  };
  const end: RichTextElement[] = [{ type: "text", text: ", " }, when];
  if (state.kind === "gone") return richText({ type: "text", text: goneWords(state.reason) }, ...end);
  const answered: RichTextElement = {
    type: "text",
    text: `${ANSWERED[state.reply]} `,
    style: { bold: true },
  };
  switch (state.by.kind) {
    case "approver":
      return richText(
        answered,
        { type: "text", text: "by " },
        { type: "user", user_id: state.by.userID },
        ...end,
      );
    case "sibling":
      return richText(
        answered,
        { type: "text", text: "with the answer of " },
        { type: "user", user_id: state.by.userID },
        { type: "text", text: " to " },
        { type: "text", text: summarize(state.by.to, LINE_LIMIT), style: { code: true } },
        ...end,
      );
    case "opencode":
      return richText(answered, { type: "text", text: "in OpenCode" }, ...end);
  }
}

function goneWords(reason: GoneReason): string {
  switch (reason) {
    case "session-idle":
      return "No longer asked: the session has stopped";
    case "opencode-ended":
      return "No longer asked: OpenCode has ended, nothing will run";
    case "posted-again":
      return "This card was posted again further down: answer there";
    case "unowned":
      return "No OpenCode answers to this card any more";
  }
}

function questionOf(permission: string): string {
  return QUESTIONS.get(permission) ?? `Use ${permission}?`;
}

type RichTextElementOf<T> = Extract<
  Extract<KnownBlock, { type: "rich_text" }>["elements"][number],
  { type: T }
>;

function section(...elements: RichTextElement[]): RichTextSection {
  return { type: "rich_text_section", elements };
}

function richText(...elements: RichTextElement[]): KnownBlock {
  return { type: "rich_text", elements: [section(...elements)] };
}
