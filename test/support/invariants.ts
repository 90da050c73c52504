import type { Desk, Office } from "./desk.ts";
import type { Given, Reply } from "./opencode/opencode.ts";
import { until } from "./opencode/until.ts";
import { hasOpened, parsePress, parseSubmission, type Press } from "./presses.ts";
import { isOpen, requestsOf, type AskedRequest } from "./requests.ts";
import { rowsOf, type Row } from "./rows.ts";
import { renderPlain } from "./slack/plain.ts";
import type { Message } from "./slack/slack-objects.ts";
import type { Envelope } from "./slack/socket-mode.ts";
import { countSockets } from "./sockets.ts";

export interface InvariantsOptions {
  /** Those who may answer; by default `U1`, as at every desk. */
  readonly approvers?: readonly string[];
  /** Why an open request may have no card now: "Slack is away". Without a reason each must have one. */
  readonly waiting?: string;
  /** How many presses may have come to nothing without a word: a process died that had acked them. 0 by default. */
  readonly untold?: number;
  /** The `ts` of messages whose OpenCode may have died before it learned that Slack has them. */
  readonly unnoted?: ReadonlySet<string>;
  /** What requests ask that no card shows, because Slack refuses it. */
  readonly unseen?: string;
  /** How long that which takes its time may take. */
  readonly limitMs?: number;
}

/** What an office must never break, whatever happens to it. Only looks, and changes nothing. */
export interface Invariants {
  /**
   * A quick look, of which OpenCode notices nothing.
   *
   * @throws all that is wrong and that no time can fix
   */
  check(): void;
  /** How many acked presses neither their row nor an ephemeral message has said anything about so far. */
  untold(): number;
  /**
   * Resolves when nothing is wrong any more.
   *
   * @throws all that is still wrong at the limit, or at once what is broken
   */
  settled(options?: Omit<InvariantsOptions, "approvers">): Promise<void>;
}

const ALLOWED: Readonly<Record<Exclude<Reply, "reject">, RegExp>> = {
  once: /^✅ Allowed (?:once|for \d+ min|by a grant)/,
  always: /^✅ Allowed always/,
};
/** A person allowed it on its card. */
const ALLOWED_BY = /^✅ Allowed (?:once|for \d+ min) by @/;
const [ANSWERED, REJECTED, DISMISSED] = ["✅ Answered", "❌ Rejected", "❌ Dismissed"];
/** What OpenCode has answered along with another request. */
const ALSO_ANSWERED = { always: "✅ Also allowed", reject: "❌ Also rejected" };
/** What was allowed for a time is so no more. */
const ENDED_GRANT = /\nThe grant (?:has ended|was revoked|ended) /;
/** Whoever rejected it is named. */
const REJECTED_BY = /^❌ (?:Rejected|Dismissed).* by @/;

/** What `opencode serve` itself says. */
const SERVE_STDOUT =
  /^(?:Warning: OPENCODE_SERVER_PASSWORD is not set; server is unsecured\.\n)?(?:opencode server listening on \S+\n)?$/;

/** WebSocket's code for a connection that ended without a close frame: RFC 6455, 7.1.5. */
const CUT = 1006;

/** One WebSocket, a second one while it is replaced, and what the HTTP client keeps open between calls. */
const SOCKETS_LIMIT = 8;

const LIMIT_MS = 60_000;

/** Characters that a card has room for, whatever else stands on it. */
const BEGINNING = 1_000;
/** A card shows 14 lines of what is longer than that. */
const BEGINNING_LINES = 10;

/** What a card says that was given up. */
const POSTED_AGAIN = "This card was posted again";

/** What a card says that was left to OpenCode, as long as OpenCode waits. */
const LEFT = "It can still be answered in OpenCode.";

/** What the model reads of a request that nobody answered. */
const UNANSWERED = "Nobody answered this request within";

/** What is said privately to whoever gave a reason when somebody else was faster. */
const REASON_LOST = "your reason did not reach the agent";

/** What is said privately to whoever stopped a session that may go on. */
const NOT_STOPPED = "told OpenCode to stop the session, but OpenCode did not confirm it";

/** What a card says of requests behind it. */
const WAITING = /^(\d+) more requests? of this session waits? until/m;

/** What a card says whose thread is being filled. */
const ON_ITS_WAY = /on the way to the thread/;

/** Asserts that all is as it must be with an office, and with whatever its OpenCodes ever asked. */
export async function checkInvariants(office: Office, options: InvariantsOptions = {}): Promise<void> {
  await createInvariants(office, options).settled(options);
}

/** A row on a card, as it stands now. */
interface Shown {
  readonly row: Row;
  /** Its place on the card, from the top. */
  readonly index: number;
  readonly message: Message;
}

/** A press or a modal's submission, and what became of it. */
type Sent = Press & { readonly envelope: Envelope };

/** To be created once where many looks follow each other: it remembers how the cards read that have not changed. */
export function createInvariants(
  office: Office,
  { approvers = ["U1"], unseen }: Pick<InvariantsOptions, "approvers" | "unseen"> = {},
): Invariants {
  const { slack } = office;
  /** Where rows have named somebody, also those that no longer do: a card whose OpenCode is gone can be drawn anew. */
  const said = new Set<string>();
  const rowsIn = remember((message: Message) => {
    const rows = rowsOf(message);
    for (const [index, { outcome = "" }] of rows.entries()) {
      noteUses(message, outcome);
      const [, userID] = / by @(\w+)/.exec(outcome) ?? [];
      if (userID === undefined) continue;
      said.add(placeOf(userID, message.ts, index)).add(placeOf(userID, message.ts, undefined));
    }
    return rows;
  });
  /** How often a grant was used when its card said that it had ended; and those that were used since. */
  const endedUses = new Map<string, number>();
  const overused = new Set<string>();

  function noteUses({ ts }: Message, outcome: string): void {
    if (!ENDED_GRANT.test(outcome)) return;
    const before = endedUses.get(ts) ?? usesIn(outcome);
    if (usesIn(outcome) > before) overused.add(ts);
    endedUses.set(ts, Math.min(before, usesIn(outcome)));
  }

  const pressIn = remember(
    (payload: Envelope["payload"]) => parsePress(payload) ?? parseSubmission(slack, payload),
  );

  function look() {
    const requests = office
      .desks()
      .flatMap(requestsOf)
      .filter(({ what }) => unseen === undefined || !what.includes(unseen));
    const cards = [...slack.workspace.channels.keys()].flatMap((id) => slack.workspace.messages(id));
    const shown = cards.flatMap((message) =>
      rowsIn(message).map((row, index): Shown => ({ row, index, message })),
    );
    const presses = slack.envelopes().flatMap((envelope): Sent[] => {
      const press = pressIn(envelope.payload);
      return press === undefined ? [] : [{ ...press, envelope }];
    });
    const rowsByLine = indexBy(shown, ({ row }) => linesOf(row.text));
    const pressesByLine = indexBy(presses, ({ texts }) => texts.flatMap(linesOf));
    const pressesOn = (request: AskedRequest): Sent[] =>
      (pressesByLine.get(firstLine(request)) ?? []).filter(({ texts }) =>
        texts.some((text) => says(request, text)),
      );
    const stopsByRoot = new Map<string, Set<Sent>>();
    for (const request of requests) {
      const stops = pressesOn(request).filter((press) => press.stops);
      const known = stopsByRoot.get(request.rootID) ?? [];
      stopsByRoot.set(request.rootID, new Set([...known, ...stops]));
    }
    return {
      cards,
      requests,
      presses,
      shown,
      rowsOf: (request: AskedRequest) =>
        (rowsByLine.get(firstLine(request)) ?? []).filter(({ row }) => says(request, row.text)),
      /** Those on its own row, and those that stop its session, whichever card they were on. */
      pressesOn: (request: AskedRequest) => [
        ...new Set([...pressesOn(request), ...(stopsByRoot.get(request.rootID) ?? [])]),
      ],
    };
  }
  type Sight = ReturnType<typeof look>;

  function throwIfBroken(sight: Sight): void {
    const problems = [
      ...sight.requests.flatMap((request) => wrongReplies(request, sight)),
      ...sight.requests.flatMap((request) => wrongFeedback(request, sight)),
      ...sight.requests.flatMap((request) => allowedUnread(request, sight)),
      ...sight.requests.flatMap((request) => askedAfterStop(request, sight)),
      ...[...overused].map((ts) => `the grant of the card ${ts} was used after its end`),
      ...slack.envelopes().filter(isMissed).map(nameMissed),
      ...slack.complaints().map((complaint) => `Slack complains: ${complaint}`),
      ...office.desks().flatMap(wrongProcess),
    ];
    if (problems.length > 0) throw new Error(`Something is wrong in the office:\n${listed(problems)}`);
  }

  function wrongReplies(request: AskedRequest, sight: Sight): string[] {
    const { replies } = request;
    const twice = replies.length > 1 ? [`${name(request)} was answered twice: ${replies.join(", ")}`] : [];
    const wrong = replies.filter((reply) => explain(request, reply, sight).length === 0);
    return [...twice, ...wrong.map((reply) => `${name(request)} got "${reply}", which nobody gave it`)];
  }

  /** The model reads no reason but those that approvers wrote about this very request. */
  function wrongFeedback(request: AskedRequest, sight: Sight): string[] {
    const { feedback } = request;
    if (feedback === undefined || rejectsOf(request, sight).some(({ reason }) => reason === feedback))
      return [];
    if (request.desk.onExpire === "reject" && feedback.startsWith(UNANSWERED)) return [];
    return [`${name(request)} was rejected because "${feedback}", which nobody wrote about it`];
  }

  /** Allow is offered on a row only where all of the request can be read: there, or in the card's thread. */
  function allowedUnread(request: AskedRequest, { cards, rowsOf: rowsWith }: Sight): string[] {
    const isUnread = ({ row, message }: Shown): boolean => {
      if (!row.buttons.has("Allow once") && !row.buttons.has("Allow always")) return false;
      if (saysWhole(request, row.text)) return false;
      const thread = cards.filter(({ thread_ts: ts }) => ts === message.ts);
      return !areInOrder(
        request.what.split("\n"),
        thread
          .map((one) => renderPlain(one))
          .join("\n")
          .split("\n"),
      );
    };
    return rowsWith(request).some(isUnread) ? [`${name(request)} can be allowed and not be read whole`] : [];
  }

  /** A session may ask once more while it is stopped, and then nobody is there to take an answer. */
  function askedAfterStop(request: AskedRequest, sight: Sight): string[] {
    if (request.replies.length === 0 || toldPrivately(NOT_STOPPED).length > 0) return [];
    const stopped = request.before.find((other) => isStopped(other, sight));
    return stopped === undefined ? [] : [`${name(request)} was answered after ${name(stopped)} was stopped`];
  }

  /** Whether its card names somebody for a reject that can only have been a stop. */
  function isStopped(request: AskedRequest, sight: Sight): boolean {
    const rejects = rejectsOf(request, sight);
    if (!request.replies.includes("reject")) return false;
    if (rejects.length === 0 || !rejects.every(({ stops }) => stops)) return false;
    return sight.rowsOf(request).some(({ row }) => REJECTED_BY.test(row.outcome ?? ""));
  }

  /** All that can have caused a reply. */
  function explain(
    request: AskedRequest,
    reply: Given,
    sight: Sight,
  ): ("press" | "opencode" | "sibling" | "nobody")[] {
    const isSibling = (other: AskedRequest): boolean =>
      other !== request &&
      other.kind === "permission" &&
      request.kind === "permission" &&
      other.desk === request.desk &&
      other.sessionID === request.sessionID &&
      other.replies.includes(reply) &&
      (pressers(other, reply, sight).length > 0 || isRepliedInOpenCode(other, reply));
    const hasSibling = reply !== "once" && sight.requests.some(isSibling);
    return [
      ...(pressers(request, reply, sight).length > 0 ? (["press"] as const) : []),
      ...(isRepliedInOpenCode(request, reply) ? (["opencode"] as const) : []),
      ...(hasSibling ? (["sibling"] as const) : []),
      ...(request.desk.onExpire === "reject" && reply === "reject" ? (["nobody"] as const) : []),
    ];
  }

  /** The approvers whose presses for this very reply have reached the app. */
  function pressers(request: AskedRequest, reply: Given, sight: Sight): string[] {
    return pressesFor(request, reply, sight).map(({ userID }) => userID);
  }

  function rejectsOf(request: AskedRequest, sight: Sight): Sent[] {
    return pressesFor(request, "reject", sight);
  }

  function pressesFor(request: AskedRequest, reply: Given, { pressesOn }: Sight): Sent[] {
    return pressesOn(request).filter(
      (press) =>
        press.reply === reply && press.envelope.connection !== undefined && approvers.includes(press.userID),
    );
  }

  /** What is right in the end. */
  function unsettled(sight: Sight, { waiting, untold: allowed = 0, unnoted }: InvariantsOptions): string[] {
    const voids = voidCards();
    const isVoid = ({ message }: Shown): boolean => voids.has(message.ts);
    const sees = sight.requests.map((request) => ({ request, rows: sight.rowsOf(request) }));
    const isJoined = sees.some(({ request, rows }) => isOpen(request) && rows.length > 0);
    const groups = indexBy(sight.requests, (request) => [groupOf(request)]);

    const lost = sees.filter(
      ({ request, rows }) =>
        isOpen(request) &&
        !rows.some((shown) => (isOpenRow(shown) || isLeft(request, shown.row)) && !isVoid(shown)),
    );
    const wrong = sees.flatMap(({ request, rows }) => {
      // Nobody is there to close what a dead OpenCode has left, until another one is in Slack.
      if (!request.desk.opencode.isRunning() && !isJoined) return [];
      const isUnnoted = ({ message }: Shown): boolean =>
        !request.desk.opencode.isRunning() && unnoted?.has(message.ts) === true;
      const standing = rows.filter((shown) => !isVoid(shown) && !isUnnoted(shown));
      const group = groups.get(groupOf(request)) ?? [];
      if (group.length > 1) return group[0] === request ? wrongGroup(group, standing) : [];
      return standing
        .flatMap(({ row }) => wrongRow(request, row, sight) ?? wrongEffect(request, row, sight) ?? [])
        .map((problem) => `${name(request)} ${problem}`);
    });
    const untoldNow = countUntold(sight);
    const registered = slack.registrations().length;
    return [
      ...(waiting === undefined && lost.length > countWaiting(sight)
        ? lost.map(({ request }) => `${name(request)} is on no card`)
        : []),
      ...wrong,
      ...lostReasons(sight).map((request) => `${name(request)} has a reason that the model does not read`),
      ...(untoldNow > allowed ? [`${untoldNow} presses came to nothing without a word`] : []),
      ...(registered > 1 ? [`Slack counts ${registered} connections`] : []),
    ];
  }

  /** Requests that wait for their session to have fewer open cards: its newest card says so. */
  function countWaiting({ cards }: Sight): number {
    const said = cards.map((card) => Number(WAITING.exec(renderPlain(card))?.[1] ?? 0));
    return said.reduce((sum, count) => sum + count, 0);
  }

  function wrongRow(request: AskedRequest, row: Row, sight: Sight): string | undefined {
    const { outcome } = row;
    if (isLeft(request, row) && isOpen(request)) return undefined;
    if (outcome === undefined) return isOpen(request) ? undefined : "is closed and has buttons";
    // Slack's answer to that post may have been too late; that there is another card is asked elsewhere.
    if (isOpen(request))
      return outcome.includes(POSTED_AGAIN) ? undefined : `is open, and its card says "${outcome}"`;
    // What was said last by one that was killed may not have reached us.
    if (!request.desk.opencode.isRunning()) return undefined;
    const [reply] = request.replies;
    // OpenCode takes an answer to what a stopped session asked, too, and lets nothing run.
    const isRight =
      (request.isGone && isNoAnswer(outcome) && !outcome.includes(LEFT)) ||
      (reply !== undefined && isTrue(request, reply, outcome, sight));
    return isRight ? undefined : `ended as "${reply ?? "gone"}", and its card says "${outcome}"`;
  }

  /** A row says who answered; this is whether all that they wanted has happened. */
  function wrongEffect(request: AskedRequest, { outcome, text }: Row, sight: Sight): string | undefined {
    if (outcome === undefined) return ON_ITS_WAY.test(text) ? "has not come into its thread" : undefined;
    if (!request.desk.opencode.isRunning()) return undefined;
    return isStopped(request, sight) && !request.isOver
      ? "was rejected and its session stopped, which goes on"
      : undefined;
  }

  /** Requests that somebody rejected with a reason which the model does not read, although nobody said so. */
  function lostReasons(sight: Sight): AskedRequest[] {
    const groups = indexBy(sight.requests, (request) => [groupOf(request)]);
    const lost = sight.requests.filter((request) => {
      // Of two with the same words nobody can tell here which was pressed.
      if ((groups.get(groupOf(request)) ?? []).length > 1) return false;
      const rejects = rejectsOf(request, sight);
      const isRejected = sight.rowsOf(request).some(({ row }) => REJECTED_BY.test(row.outcome ?? ""));
      if (!isRejected || request.feedback !== undefined || !request.desk.opencode.isRunning()) return false;
      if (!request.replies.includes("reject")) return false;
      return rejects.length > 0 && rejects.every(({ reason }) => reason !== undefined);
    });
    return lost.length > toldPrivately(REASON_LOST).length ? lost : [];
  }

  function toldPrivately(what: string): string[] {
    const told = approvers.flatMap((userID) => slack.user(userID).ephemerals());
    return told.map(renderPlain).filter((text) => text.includes(what));
  }

  function isTrue(request: AskedRequest, reply: Given, outcome: string, sight: Sight): boolean {
    if (!saysAnswer(outcome, reply, request)) return false;
    const causes = explain(request, reply, sight);
    const [, userID] = /^(?!.{2}Also ).* by @(\w+)/.exec(outcome) ?? [];
    if (userID !== undefined) return pressers(request, reply, sight).includes(userID);
    return causes.some((cause) => cause !== "press");
  }

  /** A card of a post whose answer never arrived: its buttons answer nothing, and it closes at its first press. */
  function voidCards(): Set<unknown> {
    const lost = slack
      .calls("chat.postMessage")
      .filter(({ isAnswered, answer }) => isAnswered !== true && answer?.ok === true);
    return new Set(lost.map(({ answer }) => answer?.["ts"]));
  }

  /** Each press is answered by its own row, which names the person, by its modal, or by a message to them. */
  function countUntold({ presses }: Sight): number {
    const told = new Set<string>();
    const unsaid = new Map<string, number>();
    for (const { userID, ts, row, reply, envelope } of presses) {
      if (envelope.state !== "acked") continue;
      const opensModal = reply === undefined;
      const place = opensModal ? String(envelope.payload["trigger_id"]) : placeOf(userID, ts, row);
      const isSaid = opensModal ? hasOpened(slack, envelope.payload) : said.has(place);
      if (isSaid && !told.has(place)) told.add(place);
      else unsaid.set(userID, (unsaid.get(userID) ?? 0) + 1);
    }
    return [...unsaid].reduce(
      (sum, [userID, count]) => sum + Math.max(0, count - slack.user(userID).ephemerals().length),
      0,
    );
  }

  return {
    check: () => throwIfBroken(look()),
    untold: () => countUntold(look()),

    async settled({ limitMs = LIMIT_MS, ...options } = {}) {
      let problems: string[] = [];
      const isWell = async (): Promise<boolean> => {
        const sight = look();
        throwIfBroken(sight);
        problems = unsettled(sight, options);
        if (problems.length === 0) problems = (await Promise.all(office.desks().map(askDesk))).flat();
        return problems.length === 0;
      };
      await until("all is well in the office", isWell, { limitMs, context: () => listed(problems) });
    },
  };

  /** What only a look into the process tells. */
  async function askDesk(desk: Desk): Promise<string[]> {
    const { opencode } = desk;
    if (!opencode.isRunning()) return [];
    if (!(await opencode.isHealthy())) return [`OpenCode ${opencode.pid} does not answer`];
    const known = new Set(desk.told().map(({ properties }) => properties["id"]));
    const pending = await Promise.all(
      desk.directories().map(async (directory) => opencode.pending(directory)),
    );
    const sockets = await countSockets(opencode.pid, Number(new URL(slack.url).port));
    return [
      ...pending
        .flat()
        .filter(({ id }) => !known.has(id))
        .map(({ id }) => `${String(id)} is pending, and OpenCode never said that it asks it`),
      ...(sockets !== undefined && sockets > SOCKETS_LIMIT
        ? [`OpenCode ${opencode.pid} has ${sockets} connections to Slack`]
        : []),
    ];
  }
}

/**
 * Of requests that are the very same nobody can tell which of their cards is whose. But each that is open has one that
 * can be pressed; and each that was allowed, was so on its card, in OpenCode, or by a grant whose card counts it.
 */
function wrongGroup(group: readonly AskedRequest[], rows: readonly Shown[]): string[] {
  const [first] = group;
  if (first?.desk.opencode.isRunning() !== true) return [];
  const open = group.filter(isOpen).length;
  const standing = rows.filter((shown) => isOpenRow(shown) || isLeft(first, shown.row)).length;
  const allowed = group.filter(({ replies }) => replies.includes("once"));
  const inOpenCode = allowed.filter((request) => isRepliedInOpenCode(request, "once")).length;
  const outcomes = rows.map(({ row }) => row.outcome ?? "");
  const said = outcomes.filter((outcome) => ALLOWED_BY.test(outcome)).length + sum(outcomes.map(usesIn));
  return [
    ...(open === standing ? [] : [`${name(first)}: ${open} are open, and ${standing} are on cards`]),
    ...(said <= allowed.length && said >= allowed.length - inOpenCode
      ? []
      : [`${name(first)}: ${allowed.length} were allowed, and the cards say so of ${said}`]),
  ];
}

/** Requests of one session with the same words. */
function groupOf({ desk, sessionID, what }: AskedRequest): string {
  return JSON.stringify([desk.opencode.pid, sessionID, what]);
}

/** How often a grant was used, as its card says. */
function usesIn(outcome: string): number {
  if (outcome.includes("Used once, ")) return 1;
  return Number(/Used ([\d,]+) times, /.exec(outcome)?.[1]?.replaceAll(",", "") ?? 0);
}

/** How many requests grants have answered, as their cards say. */
export function countUses(messages: readonly Message[]): number {
  return sum(messages.flatMap(rowsOf).map(({ outcome = "" }) => usesIn(outcome)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function placeOf(userID: string, ts: string, row: number | undefined): string {
  return `${userID} ${ts} ${row ?? "all"}`;
}

function firstLine({ what }: AskedRequest): string {
  return what.split("\n")[0] ?? "";
}

/** Whether a text shows a request, or the beginning of one that a card may have no room for. */
function says(request: AskedRequest, text: string): boolean {
  const { what } = request;
  return saysWhole(request, text) || (isLong(what) && `\n${text}`.includes(`\n${beginningOf(what)}`));
}

/** Whether a card may show only its beginning. */
function isLong(what: string): boolean {
  return beginningOf(what) !== what;
}

function beginningOf(what: string): string {
  return what.split("\n").slice(0, BEGINNING_LINES).join("\n").slice(0, BEGINNING);
}

function saysWhole({ what }: AskedRequest, text: string): boolean {
  return `\n${linesOf(text).join("\n")}\n`.includes(`\n${what}\n`);
}

/** What a card or a row says of an edit in its head. */
const FILE_HEAD = /(?:^| · |\. )(?:Create|Edit|Overwrite|Delete) (\S+) \(\+\d+ −\d+\)$/;

/** The lines of a text, and the names of files that its heads say. */
function linesOf(text: string): string[] {
  const lines = text.split("\n");
  return [...lines, ...lines.flatMap((line) => FILE_HEAD.exec(line)?.[1] ?? [])];
}

/** Whether all lines are among others, which may say more between them. */
function areInOrder(lines: readonly string[], others: readonly string[]): boolean {
  let found = 0;
  for (const other of others) if (other === lines[found]) found += 1;
  return found === lines.length;
}

function wrongProcess({ opencode }: Desk): string[] {
  const { pid } = opencode;
  return [
    // An unhandled rejection ends OpenCode, and it says so on stderr.
    ...(opencode.hasCrashed() ? [`OpenCode ${pid} has crashed`] : []),
    ...(SERVE_STDOUT.test(opencode.stdout())
      ? []
      : [`OpenCode ${pid} wrote to stdout: ${opencode.stdout()}`]),
    ...(opencode.stderr() === "" ? [] : [`OpenCode ${pid} wrote to stderr: ${opencode.stderr()}`]),
  ];
}

/** Nobody acked it, although the connection that it was sent over was there. */
function isMissed({ state, connection }: Envelope): boolean {
  if (state !== "unacked" || connection === undefined) return false;
  return !connection.isGhost() && !connection.isFrozen() && connection.closeCode() !== CUT;
}

function nameMissed({ envelopeID, connection }: Envelope): string {
  const end = connection?.closeCode();
  return `${connection?.id} did not ack ${envelopeID}${end === undefined ? "" : ` (closed with ${end})`}`;
}

function isRepliedInOpenCode({ desk, requestID }: AskedRequest, reply: Given): boolean {
  return desk.opencode.replies().some((given) => given.requestID === requestID && given.reply === reply);
}

function isLeft({ desk }: AskedRequest, { outcome = "" }: Row): boolean {
  return desk.onExpire === "leave" && outcome.includes(LEFT);
}

function isOpenRow({ row }: Shown): boolean {
  return row.outcome === undefined && row.buttons.size > 0;
}

function isNoAnswer(outcome: string): boolean {
  const words = [...Object.values(ALSO_ANSWERED), ANSWERED, REJECTED, DISMISSED];
  const isAllowed = Object.values(ALLOWED).some((said) => said.test(outcome));
  return !isAllowed && !words.some((said) => outcome.startsWith(said));
}

function saysAnswer(outcome: string, reply: Given, { kind }: Pick<AskedRequest, "kind">): boolean {
  if (kind === "question") return outcome.startsWith(reply === "reject" ? DISMISSED : ANSWERED);
  if (reply === "reject") return outcome.startsWith(REJECTED) || outcome.startsWith(ALSO_ANSWERED.reject);
  if (reply === "always" && outcome.startsWith(ALSO_ANSWERED.always)) return true;
  return (reply === "once" || reply === "always") && ALLOWED[reply].test(outcome);
}

function name({ requestID, what }: AskedRequest): string {
  return `${requestID} (${what})`;
}

function listed(problems: readonly string[]): string {
  return problems.map((problem) => `- ${problem}`).join("\n");
}

function indexBy<T>(values: readonly T[], keysOf: (value: T) => readonly string[]): Map<string, T[]> {
  const index = new Map<string, T[]>();
  for (const value of values) {
    for (const key of new Set(keysOf(value))) {
      const found = index.get(key);
      if (found === undefined) index.set(key, [value]);
      else found.push(value);
    }
  }
  return index;
}

/** Messages and payloads never change: Slack puts new ones in their place. */
function remember<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { value: Value }>();
  return (key) => {
    const { value } = known.get(key) ?? { value: make(key) };
    known.set(key, { value });
    return value;
  };
}
