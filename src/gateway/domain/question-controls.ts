/** What cards can be pressed on that show questions. */

import type { Answer } from "./ask.ts";
import type { Offers, ShownOption, ShownQuestion, ShownQuestions } from "./content.ts";
import type { Offered, PlannedControl } from "./control.ts";

/** Options that have a button each: more of them stand in a modal. */
const BUTTONS_LIMIT = 5;
/** Characters of a button, escaped: Slack's limit, https://docs.slack.dev/reference/block-kit/block-elements/button-element */
const LABEL_LIMIT = 75;
/** Words that controls of ours begin with: an option that begins so, too, could pass for one of them. */
const OUR_WORDS: ReadonlySet<string> = new Set([
  "allow",
  "answer",
  "approve",
  "cancel",
  "confirm",
  "deny",
  "dismiss",
  "other",
  "reject",
  "revoke",
]);

/** What a press or a modal adds to it. */
const ANSWER: Answer = { kind: "question", reply: "answer", answers: [] };
const DISMISSAL: Answer = { kind: "question", reply: "reject" };

const DISMISS: PlannedControl = {
  name: "reject",
  label: "Dismiss",
  effect: { kind: "submit", answer: DISMISSAL },
};

/** Those of one ask, from left to right. None is coloured: the agent wrote what stands on them. */
export function planQuestionControls(
  { questions }: ShownQuestions,
  { confirm }: Offers,
  { replies, isAlone }: Offered,
): readonly PlannedControl[] {
  const dismiss = replies.includes("reject") ? [DISMISS] : [];
  if (!replies.includes("answer")) return dismiss;
  const asksOnceMore = confirm !== undefined && { dialog: { kind: "rule" as const, why: confirm } };
  const [only, ...others] = questions;
  const answering =
    isAlone && only !== undefined && others.length === 0 && hasButtons(only)
      ? [...only.options.flatMap(toButton), ...(only.custom ? [OTHER] : [])]
      : [IN_MODAL];
  return [...answering.map((control) => Object.assign({}, control, asksOnceMore)), ...dismiss];
}

const OTHER: PlannedControl = {
  name: "other",
  label: "Other…",
  effect: { kind: "open", modal: "own-words", answer: ANSWER },
};

const IN_MODAL: PlannedControl = {
  name: "answer",
  label: "Answer…",
  effect: { kind: "open", modal: "answers", answer: ANSWER },
};

/** Whether a question is answered with one press. */
function hasButtons({ options, multiple }: ShownQuestion): boolean {
  const isFew = options.length <= BUTTONS_LIMIT && options.some(({ isClear }) => isClear);
  return isFew && !multiple && options.every(({ label, isClear }) => !isClear || fitsButton(ownLabel(label)));
}

function toButton({ label, isClear }: ShownOption, place: number): PlannedControl[] {
  if (!isClear) return [];
  const numbered = `${place + 1}. ${ownLabel(label)}`;
  return [
    {
      name: `option-${place + 1}`,
      label: fitsButton(numbered) ? numbered : ownLabel(label),
      effect: {
        kind: "submit",
        answer: ANSWER,
        entered: { kind: "answers", entered: [{ options: [place], words: "" }] },
      },
    },
  ];
}

/** An option's label as it stands on a control: in quotation marks where it begins as ours do. */
export function ownLabel(label: string): string {
  const [first = ""] =
    label
      .normalize("NFKC")
      .toLowerCase()
      .match(/\p{L}+/u) ?? [];
  return OUR_WORDS.has(first) ? `“${label.replaceAll(/[“”]/g, '"')}”` : label;
}

function fitsButton(label: string): boolean {
  return label.replaceAll(/[&<>]/g, "&amp;").length <= LABEL_LIMIT;
}
