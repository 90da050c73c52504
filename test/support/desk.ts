import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { inject } from "vitest";
import { LOADED, OFF, UNLOADED } from "../../src/composition/log-messages.ts";
import type { EventLog, OpenCodeEvent } from "./opencode/events.ts";
import { startOpenCode, type OpenCode, type Session } from "./opencode/opencode.ts";
import { borrowOpenCode } from "./opencode/shared.ts";
import type { OpenCodeOptions } from "./opencode/sandbox.ts";
import { startScriptedModel, type ScriptedModel, type Step } from "./opencode/scripted-model.ts";
import { until } from "./opencode/until.ts";
import { TELLS_EVENTS } from "./opencode/versions.ts";
import { renderPlain } from "./slack/plain.ts";
import type { Message } from "./slack/slack-objects.ts";
import { createSlackStandIn, type SlackStandIn, type SlackStandInOptions } from "./slack/stand-in.ts";

/** What a turn of OpenCode's does, as its user sees it. */
export interface Task extends Session {
  /** What the tools answered so far, as the model has read it. */
  toolResults(): string[];
  /** Resolves when the turn has ended. */
  end(): Promise<unknown>;
}

/** An OpenCode with the packed plugin, a model that follows a script, and Slack. */
export interface Desk extends AsyncDisposable {
  readonly slack: SlackStandIn;
  readonly model: ScriptedModel;
  readonly opencode: OpenCode;
  /** What becomes here of what nobody answers in time; undefined where it waits for ever. */
  readonly onExpire: string | undefined;
  /** Starts a turn of a new session in which the model takes these steps. */
  start(steps: readonly Step[], directory?: string, modelID?: string, agent?: string): Promise<Task>;
  /** What OpenCode has told of the directories in which tasks were started. */
  told(): readonly OpenCodeEvent[];
  /** The directories in which tasks were started. */
  directories(): readonly string[];
  /** What OpenCode's user does at the terminal, as soon as the task asks. */
  replyInOpenCode(task: Task, reply: "once" | "always" | "reject"): Promise<void>;
  /** The same where the task asks its user something: the labels of each question, or nothing to dismiss it. */
  answerInOpenCode(task: Task, answers?: readonly (readonly string[])[]): Promise<void>;
  /** The card whose text says `what`. */
  card(what: string): Promise<Message>;
  /** The card as it is when it says `what`. */
  cardSays(card: Message, what: string): Promise<string>;
  /** What the gateways of this machine have logged, parsed. */
  log(): Promise<Record<string, unknown>[]>;
}

export interface DeskOptions {
  readonly opencode?: Partial<OpenCodeOptions>;
  /** Over the environment that makes the gateway work; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Its OpenCode is of no other desk, before or after: for tests that look at its process, or end it. */
  readonly isAlone?: boolean;
}

/**
 * One machine with several OpenCodes, which share a Slack app, a folder of sockets and a state directory. Closing it
 * ends them first.
 */
export interface Office extends AsyncDisposable {
  readonly slack: SlackStandIn;
  /** Where the OpenCodes meet. */
  readonly sockets: string;
  /** `XDG_STATE_HOME` of all. */
  readonly state: string;
  /** All that were ever opened, the first first; the OpenCodes of some may have ended. */
  desks(): readonly Desk[];
  openDesk(options?: DeskOptions): Promise<Desk>;
}

const CHANNEL = "C1";

/** The variables with which a gateway works at `slack`: cards in `C1`, `U1` approves. */
export function slackEnvironment(slack: SlackStandIn): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    SLACK_CHANNEL_ID: CHANNEL,
    SLACK_APPROVER_IDS: "U1",
    OPENCODE_SLACK_GATEWAY_LOG_LEVEL: "debug",
  };
}

export async function openOffice(options?: SlackStandInOptions): Promise<Office> {
  const slack = await createSlackStandIn({ rateLimits: "none", ...options });
  const model = await startScriptedModel();
  const folder = await mkdtemp(path.join(tmpdir(), "office-"));
  const state = path.join(folder, "state");
  const sockets = path.join(folder, "sockets");
  const env = {
    ...slackEnvironment(slack),
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: sockets,
    XDG_STATE_HOME: state,
    // Whom a card mentions is for few tests.
    OPENCODE_SLACK_GATEWAY_MENTION: "none",
    // Harmless commands that tests allow always; others are offered for few.
    OPENCODE_SLACK_GATEWAY_MAY_ALLOW_ALWAYS: "dirname *, ./walk-*",
  };
  const log: Desk["log"] = async () => {
    const lines = await readFile(path.join(state, "opencode-slack-gateway", "gateway.log"), "utf8");
    return lines
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const desks: Desk[] = [];
  let started = 0;

  return {
    slack,
    sockets,
    state,
    desks: () => desks,

    async openDesk(desk = {}) {
      const variables = Object.entries({ ...env, ...desk.env });
      const ended = async (directory: string): Promise<unknown> =>
        until(`the gateway of ${directory} has ended`, async () =>
          hasEnded((await log().catch(() => [])).filter((line) => line["directory"] === directory)),
        );
      const options = {
        model,
        plugin: [inject("pluginURL")],
        ...desk.opencode,
        // OpenCode keeps what each step changed, with git: half of what a short turn costs, and nothing that we see.
        config: { snapshot: false, ...desk.opencode?.config },
        env: Object.fromEntries(
          variables.filter((entry): entry is [string, string] => entry[1] !== undefined),
        ),
      };
      // Not there where each desk has an OpenCode of its own.
      const register = inject("sharedOpenCodes");
      const opencode =
        register === undefined || desk.isAlone === true
          ? await startOpenCode(options)
          : await borrowOpenCode(options, register, ended);
      const streams: EventLog[] = [];
      const latest = new Map<string, Promise<EventLog>>();
      const open = async (directory: string, last?: Promise<EventLog>): Promise<EventLog> => {
        const stream = await last;
        if (stream?.isOpen() === true) return stream;
        const next = await opencode.events(directory);
        streams.push(next);
        return next;
      };
      // One after the other: an event that two streams bring would seem to have happened twice.
      const eventsOf = async (directory: string): Promise<EventLog> => {
        const stream = open(directory, latest.get(directory));
        latest.set(directory, stream);
        return stream;
      };
      const created: Desk = {
        slack,
        model,
        opencode,
        onExpire: desk.env?.["OPENCODE_SLACK_GATEWAY_ON_EXPIRE"],
        async start(steps, directory, modelID, agent) {
          const prompt = `task ${(started += 1)}.`;
          model.script(prompt, steps);
          const session = await opencode.createSession(directory);
          const events = await eventsOf(session.directory);
          const end = async (): Promise<unknown> =>
            TELLS_EVENTS
              ? events.waitFor("session.idle", { sessionID: session.id })
              : until(`${session.id} ends`, async () => isOver(await opencode.messages(session)));
          await opencode.prompt(session, prompt, { ...(modelID && { modelID }), ...(agent && { agent }) });
          return { ...session, end, toolResults: () => model.toolResults(prompt) };
        },
        told: () => streams.flatMap(({ seen }) => seen),
        directories: () => [...latest.keys()],
        async replyInOpenCode({ id, directory }, reply) {
          const request = await until(`${id} asks`, async () =>
            (await opencode.pending(directory)).find(({ sessionID }) => sessionID === id),
          );
          await opencode.reply(String(request["id"]), reply, { directory });
        },
        async answerInOpenCode({ id, directory }, answers) {
          const asked = await until(`${id} asks its user`, async () =>
            (await opencode.questions(directory)).find(({ sessionID }) => sessionID === id),
          );
          const requestID = String(asked["id"]);
          await (answers === undefined
            ? opencode.dismiss(requestID, directory)
            : opencode.answer(requestID, answers, directory));
        },
        async card(what) {
          return slack.channel(CHANNEL).waitForMessage((message) => renderPlain(message).includes(what));
        },
        async cardSays({ ts }, what) {
          const isIt = (message: Message): boolean =>
            message.ts === ts && renderPlain(message).includes(what);
          return renderPlain(await slack.channel(CHANNEL).waitForMessage(isIt));
        },
        log,
        async [Symbol.asyncDispose]() {
          for (const stream of streams) stream.close();
          await opencode[Symbol.asyncDispose]();
        },
      };
      desks.push(created);
      return created;
    },

    async [Symbol.asyncDispose]() {
      await Promise.all(desks.map(async (desk) => desk[Symbol.asyncDispose]()));
      await model[Symbol.asyncDispose]();
      await slack.close();
      // A gateway that was not loaded yet when its OpenCode ended may just be noting that.
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Whether a gateway that was loaded is unloaded. */
function hasEnded(lines: readonly Record<string, unknown>[]): boolean {
  const count = (...messages: readonly string[]): number =>
    lines.filter(({ msg }) => messages.includes(String(msg))).length;
  return count(LOADED, OFF) <= count(UNLOADED);
}

/** Whether the last message is complete, and the model is not asked again: it calls no tool, or somebody rejected that. */
function isOver(messages: readonly unknown[]): boolean {
  const last = messages.at(-1) as LastMessage | undefined;
  const { finish, time } = last?.info ?? {};
  if (time?.completed === undefined || finish === undefined) return false;
  return (
    finish !== "tool-calls" || last?.parts?.some(({ state }) => ENDS_TURN.test(state?.error ?? "")) === true
  );
}

interface LastMessage {
  readonly info?: { readonly finish?: string; readonly time?: { readonly completed?: number } };
  readonly parts?: readonly { readonly state?: { readonly error?: string } }[];
}

/** What a call says behind which the model is not asked again. */
const ENDS_TURN = /rejected permission to use this specific tool call\.$|dismissed this question/;

/** An office with one desk. */
export async function sitDown({
  slack,
  ...options
}: DeskOptions & { slack?: SlackStandInOptions } = {}): Promise<Desk> {
  const office = await openOffice(slack);
  const desk = await office.openDesk(options);
  return { ...desk, [Symbol.asyncDispose]: async () => office[Symbol.asyncDispose]() };
}
