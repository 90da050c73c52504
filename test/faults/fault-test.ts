/** What the tests of faults share: an office of their own, and what must hold whatever went wrong. */

import { openOffice, type Desk, type Office } from "../support/desk.ts";
import { checkInvariants, type InvariantsOptions } from "../support/invariants.ts";
import { until } from "../support/opencode/until.ts";
import { buttonOf, rowsOf, type Row } from "../support/rows.ts";
import type { Outage } from "../support/slack/faults.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import type { Outcome } from "../support/slack/socket-mode.ts";
import type { SlackStandIn, SlackStandInOptions } from "../support/slack/stand-in.ts";
import type { Call } from "../support/slack/web-api.ts";

/** What a test of a fault gets. */
export interface FaultyOffice {
  /** Given before there is an office. */
  readonly slackOptions: SlackStandInOptions;
  /** What differs from what an office must always be like in the end. */
  readonly invariants: InvariantsOptions;
  /** Ends with a look at the invariants. */
  readonly office: Office;
  readonly desk: Desk;
}

type Use<T> = (value: T) => Promise<void>;

/** For vitest's `test.extend`. */
export const faultyOffice = {
  slackOptions: {},
  invariants: {},
  office: async (
    { slackOptions, invariants }: Pick<FaultyOffice, "slackOptions" | "invariants">,
    use: Use<Office>,
  ): Promise<void> => {
    await using office = await openOffice(slackOptions);
    await use(office);
    await checkInvariants(office, invariants);
  },
  desk: async ({ office }: Pick<FaultyOffice, "office">, use: Use<Desk>): Promise<void> =>
    use(await office.openDesk()),
};

/** The cards with an open or closed row that says `what`, oldest first. */
export function cardsOf(slack: SlackStandIn, what: string): Message[] {
  return slack
    .channel("C1")
    .messages()
    .filter((card) => renderPlain(card).includes(what));
}

/** The rows of all cards, oldest card first. */
export function allRows(slack: SlackStandIn): Row[] {
  return slack.channel("C1").messages().flatMap(rowsOf);
}

/** The first card that says `what`, as soon as there is one. */
export async function cardOf(slack: SlackStandIn, what: string): Promise<Message> {
  return slack.waitFor(() => cardsOf(slack, what)[0], { what: `a card says ${what}` });
}

/** The card as it is when it says `what`. */
export async function cardSays(slack: SlackStandIn, { ts }: Message, what: string): Promise<string> {
  const card = await slack.waitFor(() => cardsOf(slack, what).find((message) => message.ts === ts), {
    what: `the card ${ts} says ${what}`,
  });
  return renderPlain(card);
}

/** The card, once the process that posted it has noted that it did. */
export async function notedCard(desk: Desk, what: string): Promise<Message> {
  const card = await cardOf(desk.slack, what);
  await until(`${what} is noted`, async () =>
    (await desk.log()).some(({ msg, ts }) => msg === "card posted" && ts === card.ts),
  );
  return card;
}

/** Presses a button of the row that says `what`, as soon as there is one; or of such a row on this very card. */
export async function press(
  slack: SlackStandIn,
  what: string,
  label: string,
  { userID = "U1", card }: { userID?: string; card?: Message } = {},
): Promise<Outcome> {
  const found = card ?? (await cardOf(slack, what));
  return slack.user(userID).press(found, buttonOf(found, what, label), { confirm: true });
}

/** How the row that says `what` ended, as soon as it has. */
export async function outcomeOf(slack: SlackStandIn, what: string): Promise<string> {
  return slack.waitFor(
    () => allRows(slack).find(({ text, outcome }) => text.includes(what) && outcome !== undefined)?.outcome,
    { what: `the row ${what} is closed` },
  );
}

/** What this person was told privately. */
export function told(slack: SlackStandIn, userID: string): string[] {
  return slack.user(userID).ephemerals().map(renderPlain);
}

/** What this person is told privately from now on, as soon as they are. */
export async function isTold(
  slack: SlackStandIn,
  userID: string,
  action: () => Promise<unknown>,
): Promise<string | undefined> {
  const before = told(slack, userID).length;
  await action();
  await slack.waitFor(() => told(slack, userID).length > before, {
    what: `${userID} is told something`,
  });
  return told(slack, userID).at(-1);
}

/** Lets the next call of a method meet the outage, and no later one. Resolves with that call. */
export async function strikeNext(slack: SlackStandIn, method: string, outage: Outage): Promise<Call> {
  const before = slack.calls(method).length;
  const restore = slack.outage({ ...outage, methods: [method] });
  try {
    return await slack.waitFor(() => slack.calls(method)[before], {
      what: `${method} is called`,
    });
  } finally {
    restore();
  }
}

/** How Slack can fail to take a call. After all but the first two it is not known whether it did. */
export const FAILURES: readonly (readonly [name: string, outage: Outage])[] = [
  ["says that it is limited", { status: 429, retryAfterS: 1 }],
  ["answers with an error of its own", { error: "internal_error" }],
  ["answers with a page", { status: 503 }],
  ["cuts the connection", { refuse: true }],
  ["takes the call, and cuts the connection later", { hang: true }],
];
