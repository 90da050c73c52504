import { answerOf, type Given } from "./opencode/opencode.ts";
import { rowsOf } from "./rows.ts";
import type { SlackStandIn } from "./slack/stand-in.ts";
import type { Block } from "./slack/block-kit.ts";
import { readable } from "./slack/text.ts";
import type { Call } from "./slack/web-api.ts";

/** A press of a card's button, as Slack tells the app of it. */
export interface Press {
  readonly userID: string;
  /** The card's. */
  readonly ts: string;
  /** Undefined for a press that only opens a modal. */
  readonly reply: Given | undefined;
  /** What was written in the modal, when it is a modal's submission that the app got. */
  readonly reason?: string;
  /** Whether it is to stop the whole session, too. */
  readonly stops: boolean;
  /** What the person saw of each request that the button is about. */
  readonly texts: readonly string[];
  /** The row's place on the card, counted from 0 at the top; undefined for a button of the whole card. */
  readonly row: number | undefined;
}

const REPLIES: ReadonlyMap<string, Given | undefined> = new Map<string, Given | undefined>([
  ["Allow once", "once"],
  ["Allow always", "always"],
  ["Reject", "reject"],
  ["Reject with reason…", undefined],
  ["Dismiss", "reject"],
  ["Answer…", undefined],
  ["Other…", undefined],
  ["Reject all", "reject"],
  ["Reject all and stop", "reject"],
]);

function replyOf(label: string): Given | undefined {
  return isGrant(label) ? "once" : REPLIES.get(label);
}

/** Whether a button allows for a time. */
export function isGrant(label: string): boolean {
  return /^Allow for \d+ min$/.test(label);
}
/** Behind its number on a button, or on an option in a modal. */
const OPTION = /^\d+\. (.*)$/s;

/** Reads an envelope's payload; undefined when it is about no button of a card's request. */
export function parsePress(payload: Readonly<Record<string, unknown>>): Press | undefined {
  if (payload["type"] !== "block_actions") return undefined;
  const {
    user,
    message,
    actions: [action],
  } = payload as unknown as BlockActions;
  const label = readable(action.text.text);
  const [, option] = OPTION.exec(label) ?? [];
  const isKnown = REPLIES.has(label) || isGrant(label) || option !== undefined;
  if (!isKnown || message === undefined) return undefined;

  const rows = rowsOf(message);
  const row = rows.findIndex(({ buttons }) =>
    [...buttons.values()].some(
      (name) => name.blockID === action.block_id && name.actionID === action.action_id,
    ),
  );
  const pressed = row === -1 ? rows.filter(({ outcome }) => outcome === undefined) : rows.slice(row, row + 1);
  return {
    userID: user.id,
    ts: message.ts,
    reply: option === undefined ? replyOf(label) : answerOf([[option]]),
    stops: label === "Reject all and stop",
    texts: pressed.map(({ text }) => text),
    row: row === -1 ? undefined : row,
  };
}

/** The press that a modal was opened for, as Slack knows it; undefined when it was not opened for a card's button. */
export function findOpening(slack: SlackStandIn, viewID: string): Press | undefined {
  const opening = slack.calls("views.open").find(({ answer }) => viewOf(answer)?.id === viewID);
  const triggerID = opening?.arguments["trigger_id"];
  const envelope = slack.envelopes().find(({ payload }) => payload["trigger_id"] === triggerID);
  return envelope && parsePress(envelope.payload);
}

/** Whether Slack has opened a modal for this press. */
export function hasOpened(slack: SlackStandIn, payload: Readonly<Record<string, unknown>>): boolean {
  return slack
    .calls("views.open")
    .some(({ arguments: { trigger_id: id }, answer }) => id === payload["trigger_id"] && viewOf(answer));
}

/**
 * Reads the submission of a modal: with one field a reject by whoever wrote there, of what the modal was opened for; with
 * those of one question its answer.
 */
export function parseSubmission(
  slack: SlackStandIn,
  payload: Readonly<Record<string, unknown>>,
): Press | undefined {
  if (payload["type"] !== "view_submission") return undefined;
  const { user, view } = payload as unknown as ViewSubmission;
  const fieldIn = (block: string) => Object.values(view.state.values[block] ?? {})[0];
  const [reason, choice, words] = ["reason", "choice-1", "words-1"].map(fieldIn);
  const opening = findOpening(slack, view.id);
  if (opening === undefined) return undefined;
  if (reason !== undefined)
    return { ...opening, userID: user.id, reply: "reject", reason: reason.value ?? "" };
  const options = [choice?.selected_option, ...(choice?.selected_options ?? [])].flatMap(
    (option) => OPTION.exec(option?.text.text ?? "")?.slice(1) ?? [],
  );
  const own = words?.value?.trim() ?? "";
  const isMultiple = choice?.selected_options !== undefined;
  const chosen = own === "" ? options : [...(isMultiple ? options : []), own];
  return { ...opening, userID: user.id, reply: answerOf([chosen]) };
}

function viewOf(answer: Call["answer"]): { readonly id: string } | undefined {
  return answer?.["view"] as { readonly id: string } | undefined;
}

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
interface ViewSubmission {
  readonly user: { readonly id: string };
  readonly view: {
    readonly id: string;
    readonly state: { readonly values: Record<string, Record<string, Field>> };
  };
}

interface Option {
  readonly text: { readonly text: string };
}

interface Field {
  readonly value?: string | null;
  readonly selected_option?: Option | null;
  readonly selected_options?: readonly Option[];
}

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
interface BlockActions {
  readonly user: { readonly id: string };
  /** Missing when the button stood on a message that only one person sees. */
  readonly message?: { readonly ts: string; readonly blocks?: readonly Block[] };
  readonly actions: readonly [
    { readonly block_id: string; readonly action_id: string; readonly text: { readonly text: string } },
  ];
}
