import { setTimeout as delay } from "node:timers/promises";
import { inject } from "vitest";
import type { Desk, DeskOptions, Office } from "./desk.ts";
import { countUses, createInvariants } from "./invariants.ts";
import { call, calls, say, type Step as ModelStep } from "./opencode/scripted-model.ts";
import type { Reply } from "./opencode/opencode.ts";
import { until } from "./opencode/until.ts";
import { findOpening, isGrant, parsePress } from "./presses.ts";
import { isOpen, requestsOf, type AskedRequest } from "./requests.ts";
import { rowsOf, type RowButton } from "./rows.ts";
import type { Outage } from "./slack/faults.ts";
import type { Message, View } from "./slack/slack-objects.ts";

/** More open requests than these are answered before others are asked. */
const OPEN_LIMIT = 30;
/** Steps come up to this long after each other, so that what they cause overlaps. */
const PACE_LIMIT_MS = 60;
/** A fault lasts up to so many steps. */
const FAULT_LIMIT_STEPS = 15;
/** Three OpenCodes may start at the same time, on a machine that has other things to do. */
const ASK_LIMIT_MS = 60_000;
/** Retries come up to 30 s after each other when Slack was away, and those who died are found within a minute. */
const SETTLE_LIMIT_MS = 90_000;

/** More tries than the rejects after which a card offers to stop the session. */
const STUBBORN_STEPS = 8;
/** Several uses of what is allowed for a time. */
const REPEATED_STEPS = 6;
/** More than a card has room for, and less than a thread. */
const LONG_LINES = 400;
/** Slack opens a modal within 3 s of the press, or never. */
const MODAL_LIMIT_MS = 4_000;
/** Chance that a person answers at once what they would rather wait for, or argue about. */
const IMPATIENCE = 0.2;

/** Numbers from 0 to below 1. */
type Random = () => number;

/** A person who asks, answers and stops, a Slack and OpenCodes that fail, all by chance. */
export interface Walk {
  /** Takes one step, which may cause more than it waits for. @returns what was done */
  step(random: Random): Promise<string>;
  /** @throws what is wrong and no time can fix */
  check(): void;
  isFaulty(): boolean;
  /** The rows that still have buttons. */
  openRows(): readonly OpenRow[];
  /** Ends all faults, and resolves when all is as it must be. */
  settle(): Promise<void>;
  /** What has happened so far, in figures. */
  summary(): string;
  /** Answers all that is open, and presses whatever still has buttons: then no card has any. */
  finish(): Promise<void>;
}

/** A row that can be pressed. */
export interface OpenRow {
  readonly message: Message;
  readonly text: string;
  readonly buttons: ReadonlyMap<string, RowButton>;
}

export async function startWalk(office: Office, deskCount: number): Promise<Walk> {
  const { slack } = office;
  const invariants = createInvariants(office);
  const desks = new Set<Desk>();
  const faults = new Map<() => void, number>();
  const running = new Set<Promise<unknown>>();
  const starting = new Set<Promise<void>>();
  const submitting = new Set<string>();
  const taken = new Map<string, number>();
  let asked = 0;
  let opened = 0;
  let reasons = 0;
  /** Presses that a killed OpenCode may have acked and told nobody about. */
  let untold = 0;
  let pressesSettled = 0;
  /** Messages that a killed OpenCode may have posted without learning of it. */
  const unnoted = new Set<string>();

  const channel = slack.channel("C1");
  const openRequests = (): AskedRequest[] => [...desks].flatMap(requestsOf).filter(isOpen);
  const openRows = (): OpenRow[] =>
    channel
      .messages()
      .flatMap((message) =>
        rowsOf(message).flatMap(({ text, buttons }) =>
          buttons.size > 0 ? [{ message, text, buttons }] : [],
        ),
      );

  /** Goes on meanwhile; what it throws is thrown by the next who settles. */
  function inBackground(work: Promise<unknown>): void {
    running.add(work);
    work.then(
      () => running.delete(work),
      () => undefined,
    );
  }

  /** What is asked of an OpenCode fails when that one is killed meanwhile. */
  async function atDesk(desk: Desk, work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => {
      if (desks.has(desk)) throw error;
    });
  }

  /** Resolves when OpenCode asks, so that it is known how much is open. */
  async function startTask(desk: Desk, script: readonly ModelStep[]): Promise<void> {
    const { id } = await desk.start(script);
    const asks = () => !desks.has(desk) || requestsOf(desk).some(({ rootID }) => rootID === id);
    await until(`${id} asks`, asks, { limitMs: ASK_LIMIT_MS });
  }

  /** Chooses where a task is started; too many at the same time would take too long. */
  async function chooseDesk(random: Random): Promise<Desk> {
    while (starting.size >= deskCount) await Promise.race(starting);
    return pick([...desks], random);
  }

  function nameNext(count: number): string[] {
    return Array.from({ length: count }, () => `walk-${(asked += 1)}`);
  }

  function begin(desk: Desk, names: readonly string[], script: readonly ModelStep[]): string {
    const start = atDesk(desk, startTask(desk, [...script, say("done")]));
    starting.add(start);
    inBackground(start.finally(() => starting.delete(start)));
    return `ask ${names.join(", ")} at ${desk.opencode.pid}`;
  }

  async function ask(random: Random): Promise<string> {
    const desk = await chooseDesk(random);
    const names = nameNext(1 + Math.floor(random() ** 2 * 5));
    const step = calls(...names.map((name) => (random() < 0.25 ? edit(desk, name) : bash(name))));
    return begin(desk, names, [step]);
  }

  /** What its card has no room for. */
  async function askLong(random: Random): Promise<string> {
    const desk = await chooseDesk(random);
    const names = nameNext(1);
    return begin(desk, names, names.map(longBash));
  }

  /** What an agent asks its user: beside a command, which is answered by itself, or alone. */
  async function askQuestion(random: Random): Promise<string> {
    const desk = await chooseDesk(random);
    const names = nameNext(1 + Math.floor(random() * 2));
    const [first = "", ...others] = names;
    return begin(desk, names, [calls(question(first, random() < 0.3), ...others.map(bash))]);
  }

  /** A model that tries on whatever it is told; in a subagent a reject alone does not end its session. */
  async function askStubbornly(random: Random): Promise<string> {
    const desk = await chooseDesk(random);
    const names = nameNext(STUBBORN_STEPS);
    const tries = names.map(stubbornBash);
    if (random() < 0.5) return begin(desk, names, tries);
    const prompt = `subagent ${asked}.`;
    desk.model.script(prompt, [...tries.slice(0, -1), say("ok")]);
    const task = call("task", { description: "Try", prompt, subagent_type: "general" });
    return begin(desk, names, [task, ...tries.slice(-1)]);
  }

  /** A model that does the same again and again. */
  async function askRepeatedly(random: Random): Promise<string> {
    const desk = await chooseDesk(random);
    const names = nameNext(1);
    return begin(
      desk,
      names,
      names.flatMap((name) => Array.from({ length: REPEATED_STEPS }, () => repeatedBash(name))),
    );
  }

  /** By anybody: of those that may not, it is refused. */
  function revoke(random: Random): string | undefined {
    const card = pickOrNone(
      channel.messages().filter(({ blocks = [] }) => JSON.stringify(blocks).includes(`"${REVOKE}"`)),
      random,
    );
    if (card === undefined) return undefined;
    const userID = random() < 0.2 ? "U2" : "U1";
    inBackground(slack.user(userID).press(card, REVOKE));
    return `${userID} revokes the grant of ${card.ts}`;
  }

  function pressButton(userID: string, { message, buttons, text }: OpenRow, label: string): string {
    const button = buttons.get(label);
    if (button === undefined) throw new Error(`No button "${label}":\n${text}`);
    inBackground(slack.user(userID).press(message, button, { confirm: true }));
    return `${userID} presses ${label} on ${nameOf(text)}`;
  }

  function press(userID: string, random: Random): string | undefined {
    const rows = openRows().filter((row) => isSoonAnswered(row) || random() < IMPATIENCE);
    const row = pickOrNone(rows, random);
    return row && pressButton(userID, row, chooseLabel(row, random));
  }

  function pressTwice(random: Random): string | undefined {
    const row = pickOrNone(openRows(), random);
    if (row === undefined) return undefined;
    return [1, 2].map(() => pressButton("U1", row, chooseLabel(row, random))).join(" and ");
  }

  /** Somebody's Slack has not yet shown that the card has changed. */
  function pressStale(random: Random): string | undefined {
    const payloads = slack.envelopes().map(({ payload }) => payload);
    const payload = pickOrNone(payloads, random);
    if (payload === undefined) return undefined;
    inBackground(slack.deliver(structuredClone(payload)));
    const { userID, reply, texts } = parsePress(payload) ?? {};
    return `Slack brings again that ${userID} pressed ${reply} on ${texts?.map(nameOf).join(", ")}`;
  }

  function pressForAll(label: string, random: Random): string | undefined {
    const hasButton = ({ blocks = [] }: Message): boolean => JSON.stringify(blocks).includes(`"${label}"`);
    const card = pickOrNone(channel.messages().filter(hasButton), random);
    if (card === undefined) return undefined;
    inBackground(slack.user("U1").press(card, label, { confirm: true }));
    return `U1 presses ${label} on ${card.ts}`;
  }

  function giveReason(random: Random): string | undefined {
    const rows = openRows().filter(({ buttons }) => buttons.has(WITH_REASON));
    const stubborn = rows.filter(({ text }) => text.includes(STUBBORN));
    return fillIn(WITH_REASON, pickOrNone(stubborn.length > 0 ? stubborn : rows, random), random);
  }

  function answerInDialog(random: Random): string | undefined {
    const label = pick(DIALOGS, random);
    const rows = openRows().filter(({ buttons }) => buttons.has(label));
    return fillIn(label, pickOrNone(rows, random), random);
  }

  /** The person opens the modal and, mostly, writes and submits at once. */
  function fillIn(label: string, row: OpenRow | undefined, random: Random): string | undefined {
    const button = row?.buttons.get(label);
    if (row === undefined || button === undefined) return undefined;
    const submitsAtOnce = random() < 0.75;
    const pressing = slack.user("U1").press(row.message, button);
    inBackground(submitsAtOnce ? pressing.then(async () => submitOpened(row)) : pressing);
    return `U1 opens the modal of ${nameOf(row.text)}${submitsAtOnce ? " and submits it" : ""}`;
  }

  /** Slack may not open it: then the person has learnt why. */
  async function submitOpened({ text }: OpenRow): Promise<void> {
    const find = (): View | undefined => openModals().find(({ id }) => isAbout(id, nameOf(text)));
    const view = await until("the modal opens", find, { limitMs: MODAL_LIMIT_MS }).catch(() => undefined);
    submit(view);
  }

  function isAbout(viewID: string, name: string): boolean {
    return findOpening(slack, viewID)?.texts.some((text) => nameOf(text) === name) === true;
  }

  /** The modals before the person's eyes, the latest last. */
  function openModals(): View[] {
    return slack
      .user("U1")
      .views()
      .filter(({ id }) => !submitting.has(id));
  }

  function submit(view: View | undefined): string | undefined {
    if (view === undefined) return undefined;
    const reason = `Because of reason-${(reasons += 1)}.`;
    submitting.add(view.id);
    const submission = slack.user("U1").submit(view, entriesFor(view, reason));
    inBackground(submission.finally(() => submitting.delete(view.id)));
    return `U1 submits "${reason}" for ${findOpening(slack, view.id)?.texts.map(nameOf).join(", ")}`;
  }

  /** The request was answered otherwise while the person wrote, or its OpenCode was killed. */
  function submitLate(random: Random): string | undefined {
    const open = new Set(openRows().map(({ text }) => nameOf(text)));
    const isLate = ({ id }: View): boolean =>
      findOpening(slack, id)?.texts.every((text) => !open.has(nameOf(text))) === true;
    return submit(pickOrNone(openModals().filter(isLate), random));
  }

  function closeModal(random: Random): string | undefined {
    const view = pickOrNone(openModals(), random);
    if (view === undefined) return undefined;
    inBackground(slack.user("U1").close(view));
    return `U1 closes ${view.id}`;
  }

  function replyInOpenCode(random: Random): string | undefined {
    const request = pickOrNone(openRequests(), random);
    if (request === undefined) return undefined;
    const reply = pick<Reply>(["once", "reject"], random);
    const { desk, requestID, kind } = request;
    const { opencode } = desk;
    const answer = async (): Promise<void> =>
      reply === "once" ? opencode.answer(requestID, [["no"]]) : opencode.dismiss(requestID);
    const replying = kind === "question" ? answer() : opencode.reply(requestID, reply);
    // Somebody else may answer at the same moment: OpenCode then refuses.
    inBackground(replying.catch(() => undefined));
    return `${reply} in OpenCode for ${request.what}`;
  }

  function abort(random: Random): string | undefined {
    const request = pickOrNone(openRequests(), random);
    if (request === undefined) return undefined;
    const { desk, sessionID: id } = request;
    inBackground(atDesk(desk, desk.opencode.abort({ id, directory: desk.opencode.directories[0] ?? "" })));
    return `abort the session of ${request.what}`;
  }

  async function openDesk(): Promise<void> {
    const patience = PATIENCE[(opened += 1) % PATIENCE.length];
    const env = { OPENCODE_SLACK_GATEWAY_GRANT_MINUTES: "1", ...patience?.env };
    desks.add(await office.openDesk({ ...patience, env }));
  }

  /** Another OpenCode takes its place as soon as it has started. */
  async function kill(random: Random): Promise<string | undefined> {
    if (desks.size < 2) return undefined;
    const desk = pick([...desks], random);
    desks.delete(desk);
    await desk.opencode.kill();
    untold += slack.envelopes().length - pressesSettled;
    const noted = new Set((await desk.log()).map(({ msg, ts }) => (msg === "card posted" ? ts : undefined)));
    for (const { ts } of channel.messages()) if (!noted.has(ts)) unnoted.add(ts);
    inBackground(openDesk());
    return `kill ${desk.opencode.pid}`;
  }

  function fail(outage: Outage, random: Random): string {
    faults.set(slack.outage(outage), 1 + Math.floor(random() * FAULT_LIMIT_STEPS));
    return `Slack fails: ${JSON.stringify(outage)}`;
  }

  function loseAnswer(random: Random): string {
    const method = pick(METHODS, random);
    slack.loseAnswer(method);
    return `the next answer to ${method} gets lost`;
  }

  function refresh(random: Random): string {
    const reason = pick(["warning", "refresh_requested"] as const, random);
    slack.requestRefresh(reason);
    return `Slack says ${reason}`;
  }

  function cut(random: Random): string | undefined {
    const connection = pickOrNone(slack.connections(), random);
    connection?.cut();
    return connection && `cut ${connection.id}`;
  }

  const canAsk = (): boolean => openRequests().length < OPEN_LIMIT;
  const steps: readonly Choice<Step>[] = [
    [25, ["ask", (random) => (canAsk() ? ask(random) : press("U1", random))]],
    [4, ["ask at length", (random) => (canAsk() ? askLong(random) : undefined)]],
    [4, ["ask stubbornly", askStubbornly]],
    [5, ["ask repeatedly", (random) => (canAsk() ? askRepeatedly(random) : undefined)]],
    [4, ["revoke", revoke]],
    [8, ["ask a question", (random) => (canAsk() ? askQuestion(random) : undefined)]],
    [30, ["press", (random) => press("U1", random)]],
    [5, ["press twice", pressTwice]],
    [5, ["press of a stranger", (random) => press("U2", random)]],
    [5, ["press again", pressStale]],
    [2, ["reject all", (random) => pressForAll("Reject all", random)]],
    [8, ["reject all and stop", (random) => pressForAll("Reject all and stop", random)]],
    [16, ["give a reason", giveReason]],
    [8, ["answer in a dialog", answerInDialog]],
    [4, ["submit", () => submit(openModals().at(-1))]],
    [3, ["submit late", submitLate]],
    [2, ["close a modal", closeModal]],
    [7, ["reply in OpenCode", replyInOpenCode]],
    [3, ["abort", abort]],
    [1, ["kill", kill]],
    [2, ["Slack refuses", (random) => fail({ refuse: true }, random)]],
    [2, ["Slack hangs", (random) => fail({ hang: true }, random)]],
    [2, ["Slack answers 500", (random) => fail({ status: 500 }, random)]],
    [1, ["Slack has an error", (random) => fail({ error: "internal_error" }, random)]],
    [3, ["Slack limits", (random) => fail({ ...LIMITED, methods: [pick(METHODS, random)] }, random)]],
    [3, ["lose an answer", loseAnswer]],
    [2, ["refresh", refresh]],
    [2, ["cut", cut]],
  ];

  await Promise.all(Array.from({ length: deskCount }, openDesk));

  function endFaults(areOver: (stepsLeft: number) => boolean): void {
    for (const [end, stepsLeft] of faults) {
      faults.set(end, stepsLeft - 1);
      if (!areOver(stepsLeft)) continue;
      faults.delete(end);
      end();
    }
  }

  async function settle(): Promise<void> {
    endFaults(() => true);
    while (running.size > 0) await Promise.all(running);
    await invariants.settled({ untold, unnoted, limitMs: SETTLE_LIMIT_MS });
    untold = invariants.untold();
    pressesSettled = slack.envelopes().length;
  }

  return {
    async step(random) {
      endFaults((stepsLeft) => stepsLeft <= 0);
      const [kind, take] = chooseWeighted(steps, random);
      const done = await take(random);
      if (done !== undefined) taken.set(kind, (taken.get(kind) ?? 0) + 1);
      await delay(random() * PACE_LIMIT_MS);
      return done ?? press("U1", random) ?? (canAsk() ? ask(random) : "nothing");
    },
    check: () => invariants.check(),
    isFaulty: () => faults.size > 0,
    openRows,
    settle,
    summary() {
      const requests = office.desks().flatMap(requestsOf);
      const presses = slack.envelopes();
      const always = requests.filter(({ replies }) => replies.includes("always"));
      const uses = countUses(channel.messages());
      const feedbacks = requests.filter(({ feedback }) => feedback !== undefined);
      const count = (what: string): number =>
        channel.messages().filter((message) => JSON.stringify(message.blocks).includes(what)).length;
      const told = ["U1", "U2"].flatMap((userID) => slack.user(userID).ephemerals());
      return [
        `${requests.length} requests, ${requests.filter(({ replies }) => replies.length > 0).length} of them answered`,
        `${always.length} allowed always`,
        `${uses} allowed by grants`,
        `${feedbacks.length} reasons read by the model`,
        `${count("Nobody answered in")} left to OpenCode, ${count("nobody answered in")} rejected because nobody answered`,
        `${channel.messages().filter(({ thread_ts: thread }) => thread === undefined).length} cards`,
        `${presses.length} presses, ${presses.filter(({ state }) => state === "acked").length} of them acked`,
        `${told.length} ephemeral messages`,
        `${office.desks().length - deskCount} OpenCodes killed`,
        `steps: ${[...taken].map(([kind, times]) => `${kind} ${times}`).join(", ")}`,
      ].join(", ");
    },
    async finish() {
      await settle();
      // Those that are answered by others meanwhile, and the cards that nobody answers to, close at this press.
      while (openRows().length > 0) {
        for (const row of openRows()) pressButton("U1", row, lastLabelOf(row));
        await settle();
      }
    },
  };
}

const HASTY = new URL("opencode/hasty-timers.ts", import.meta.url).href;

/** Where what nobody answers expires, it does after a quarter of a minute: most is answered before. */
const impatient = (onExpire: "leave" | "reject"): DeskOptions => ({
  opencode: { plugin: [HASTY, inject("pluginURL")] },
  env: {
    HASTY_TIMERS: "4",
    OPENCODE_SLACK_GATEWAY_EXPIRE_AFTER_MINUTES: "1",
    OPENCODE_SLACK_GATEWAY_ON_EXPIRE: onExpire,
  },
});

/** Of the OpenCodes, one after the other. */
const PATIENCE: readonly DeskOptions[] = [{}, impatient("leave"), impatient("reject")];

type Step = readonly [
  kind: string,
  take: (random: Random) => Promise<string | undefined> | string | undefined,
];

const METHODS = ["chat.postMessage", "chat.update", "chat.postEphemeral", "views.open"] as const;
const LIMITED = { status: 429, retryAfterS: 1 } as const;
const WITH_REASON = "Reject with reason…";
const REVOKE = "Revoke";
/** The buttons of questions that open one. */
const DIALOGS = ["Answer…", "Other…"];

/** Its command does not exist, so each "Allow always" is about that one alone. */
const bash = (name: string): ModelStep =>
  call("bash", { command: `./${name} it`, description: `Runs ${name}` });

/** By this the person knows a model that does not give up. */
const STUBBORN = "once more";

const stubbornBash = (name: string): ModelStep =>
  call("bash", { command: `./${name} ${STUBBORN}`, description: `Tries ${name}` });

/** By this the person knows a model that does the same again, and mostly allows it for a time. */
const REPEATED = "again";

const repeatedBash = (name: string): ModelStep =>
  call("bash", { command: `./${name} ${REPEATED}`, description: `Repeats ${name}` });

/** Short lines, none of which a message has to divide. */
function longBash(name: string): ModelStep {
  const lines = Array.from({ length: LONG_LINES }, (_, n) => `line ${n} of what ${name} reads`);
  const command = [`./${name} it <<'END'`, ...lines, "END"].join("\n");
  return call("bash", { command, description: `Runs ${name}` });
}

/** Answered with a press, or in a dialog. */
function question(name: string, isMultiple: boolean): ModelStep {
  const options = ["yes", "no"].map((label) => ({ label, description: `Says ${label} to ${name}` }));
  return call("question", {
    questions: [{ question: `${name} it`, header: "Walk", options, multiple: isMultiple }],
  });
}

/** What somebody enters in a modal: words, but a choice where there is one. */
function entriesFor({ blocks }: View, words: string): Record<string, string> {
  const fields = new Set(blocks.flatMap((block) => (block.type === "input" ? [block.block_id] : [])));
  if (fields.has("reason")) return { reason: words };
  return fields.has("choice-1") && words.length % 2 === 0 ? { "choice-1": "1. yes" } : { "words-1": words };
}

/** What a person presses who wants it to end. */
function lastLabelOf({ buttons, text }: Pick<OpenRow, "buttons" | "text">): string {
  if (buttons.has("Dismiss")) return buttons.has("2. no") ? "2. no" : "Dismiss";
  return isSoonAnswered({ buttons, text }) ? "Allow once" : "Reject";
}

function edit({ opencode }: Desk, name: string): ModelStep {
  return call("write", { filePath: `${opencode.directories[0]}/${name}.txt`, content: `${name}\n` });
}

/** Whoever wants to allow waits until the card offers it; whoever argues gives reasons. */
function isSoonAnswered({ buttons, text }: Pick<OpenRow, "buttons" | "text">): boolean {
  return buttons.has("Dismiss") || (buttons.has("Allow once") && !text.includes(STUBBORN));
}

function nameOf(text: string): string {
  return /walk-\d+/.exec(text)?.[0] ?? text;
}

/** Not "always" for a file: it would be for all files, and nothing would be asked of them any more. */
function chooseLabel({ buttons, text }: OpenRow, random: Random): string {
  const labels = [...buttons.keys()].filter((label) => label !== "Allow always" || !text.includes(".txt"));
  const grant = labels.find(isGrant);
  if (grant !== undefined && text.includes(` ${REPEATED}`) && random() < 0.7) return grant;
  return random() < 0.5 && labels.includes("Allow once") ? "Allow once" : pick(labels, random);
}

function pickOrNone<T>(values: readonly T[], random: Random): T | undefined {
  return values[Math.floor(random() * values.length)];
}

function pick<T>(values: readonly T[], random: Random): T {
  const picked = pickOrNone(values, random);
  if (picked === undefined) throw new Error("There is nothing to choose from");
  return picked;
}

type Choice<T> = readonly [weight: number, T];

function chooseWeighted<T>(choices: readonly Choice<T>[], random: Random): T {
  let left = random() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, choice] of choices) {
    left -= weight;
    if (left < 0) return choice;
  }
  throw new Error("There is nothing to choose from");
}
