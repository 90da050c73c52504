import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { readConfig, type Config } from "../../src/composition/config.ts";
import { readLogSettings } from "../../src/composition/log-settings.ts";
import type { Question, Reply } from "../../src/gateway/domain/ask.ts";
import { createLog } from "../../src/system/log.ts";
import { slackEnvironment } from "./desk.ts";
import { describeWith, type DescribePermission } from "./hooks.ts";
import { permissionRequest } from "./permission-request.ts";
import { questionRequest } from "./question-request.ts";
import { renderPlain } from "./slack/plain.ts";
import type { Message } from "./slack/slack-objects.ts";
import { createSlackStandIn, type SlackStandIn, type SlackStandInOptions } from "./slack/stand-in.ts";
import type { WiredGateway } from "../../src/composition/wiring.ts";
import { wireGateway } from "./wired-gateway.ts";

/**
 * The whole gateway, without the plugin around it, Slack, and an OpenCode that answers 200 to every reply and does
 * nothing, as 1.14.48 to 1.17.0 do: what OpenCode would say of its own accord, the test says.
 */
export interface SmallGateway extends AsyncDisposable, WiredGateway {
  readonly slack: SlackStandIn;
  readonly config: Config;
  /** OpenCode asks for a command, in a session of its own unless one is named; `always` is what that would save. */
  asked(n: number, command: string, sessionID?: string, always?: readonly string[]): void;
  /** OpenCode says that it took this reply. */
  replied(requestID: string, reply: Reply): void;
  /** OpenCode asks what an agent asks, in a session of its own unless one is named. */
  askedQuestions(n: number, questions: readonly Partial<Question>[], sessionID?: string): void;
  /** OpenCode says that it took these answers; without any, that the question was dismissed. */
  answered(requestID: string, answers?: readonly (readonly string[])[]): void;
  /** The answers that OpenCode was given. */
  readonly answers: readonly unknown[];
  /** OpenCode asks for `echo number 1.` and so on, at once: for so many that they must share cards. */
  storm(count: number): void;
  /** What OpenCode was told, as method and path. */
  readonly received: readonly string[];
  /** The messages for the agent among that. */
  readonly messages: readonly string[];
  /** What the user of OpenCode was told at the terminal. */
  readonly toasts: readonly string[];
  /** What they were told to fix. */
  readonly advice: readonly string[];
  /** The card whose text says `what`. */
  card(what: string): Promise<Message>;
  /** The card as it is when it says `what`. */
  cardSays(card: Message, what: string): Promise<Message>;
  /** The card as it stands in Slack; throws if it is not there. */
  latest(card: Message): Message;
  /** What it says, as a person reads it. */
  says(card: Message): string;
  /** What this person was told privately; the approver, unless somebody else is named. */
  told(userID?: string): string[];
  /** What the gateway has logged, as it stands there. */
  log(): Promise<string>;
  /** From now on OpenCode takes each reply to a request that it has not heard one for, and says so. */
  obey(): void;
  /** From now on it says nothing again. */
  obeyNot(): void;
  /** What OpenCode was told of requests so far: `per_1 once`. */
  readonly replies: readonly string[];
  /** What OpenCode answers from now on: 404 when somebody else was faster. */
  answerWith(status: number): void;
  /** The log's lines with this message. */
  logged(message: string): Promise<Record<string, unknown>[]>;
}

/**
 * @param describe what a permission request does; by default, each of its patterns is a command.
 * @param variables over those that make the gateway work.
 * @param push over what these set, as in milliseconds what they set in minutes.
 */
export async function startGateway(
  options?: SlackStandInOptions,
  describe: DescribePermission = describeCommands,
  variables: Readonly<Record<string, string>> = {},
  push: Partial<Config["push"]> = {},
): Promise<SmallGateway> {
  const slack = await createSlackStandIn({ rateLimits: "none", ...options });
  const channel = slack.channel("C1");
  const received: string[] = [];
  const messages: string[] = [];
  const answers: unknown[] = [];
  const toasts: string[] = [];
  const advice: string[] = [];
  const replies: string[] = [];
  let status = 200;
  let isObeying = false;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = JSON.parse((await text(request)) || "{}") as {
      message?: string;
      answers?: unknown;
      response?: Reply;
    };
    const { message, response: reply } = body;
    if (body.answers !== undefined) answers.push(body.answers);
    if (message !== undefined) messages.push(message);
    received.push(`${request.method} ${request.url?.replace(/\?.*/, "")}`);
    response.writeHead(status, { "content-type": "application/json" }).end("true");
    const [, id] = /\/permissions?\/(per_\w+)/.exec(request.url ?? "") ?? [];
    if (id === undefined || reply === undefined) return;
    replies.push(`${id} ${reply}`);
    if (isObeying) wired.gateway.replied(id, { kind: "permission", reply });
  };
  const opencode = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
  await once(opencode, "listening");
  const folder = await mkdtemp(path.join(tmpdir(), "gateway-"));
  const env = {
    ...slackEnvironment(slack),
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: path.join(folder, "hub"),
    XDG_STATE_HOME: folder,
    ...variables,
  };
  const result = readConfig(undefined, env);
  if (!result.ok) throw new Error(result.problems.join(" "));
  const config = { ...result.config, push: { ...result.config.push, ...push } };
  const logSettings = readLogSettings(env);
  const log = async (): Promise<string> => readFile(logSettings.file, "utf8");

  const wired = wireGateway({
    serverURL: new URL(`http://127.0.0.1:${(opencode.address() as AddressInfo).port}/`),
    config,
    describe: describeWith(describe),
    toast: (message) => toasts.push(message),
    advise: (each) => advice.push(each),
    log: createLog(logSettings),
  });

  const asked: SmallGateway["asked"] = (n, command, sessionID = `ses_${n}`, always = []) =>
    wired.gateway.asked(permissionRequest({ requestID: `per_${n}`, sessionID, patterns: [command], always }));

  function latest({ ts }: Message): Message {
    const card = channel.messages().find((message) => message.ts === ts);
    if (card === undefined) throw new Error(`The card ${ts} is not in Slack.`);
    return card;
  }

  return {
    ...wired,
    slack,
    config,
    asked,
    replied: (requestID, reply) => wired.gateway.replied(requestID, { kind: "permission", reply }),
    askedQuestions: (n, questions, sessionID = `ses_${n}`) =>
      wired.gateway.asked(questionRequest(questions, { requestID: `que_${n}`, sessionID })),
    answered: (requestID, given) =>
      wired.gateway.replied(
        requestID,
        given === undefined
          ? { kind: "question", reply: "reject" }
          : { kind: "question", reply: "answer", answers: given },
      ),
    answers,
    storm(count) {
      for (let n = 1; n <= count; n += 1) asked(n, `echo number ${n}.`);
    },
    received,
    messages,
    toasts,
    advice,
    card: async (what) =>
      channel.waitForMessage((message) => renderPlain(message).includes(what), `a card "${what}"`),
    cardSays: async ({ ts }, what) =>
      channel.waitForMessage(
        (message) => message.ts === ts && renderPlain(message).includes(what),
        `the card ${ts} as "${what}"`,
      ),
    latest,
    says: (card) => renderPlain(latest(card)),
    told: (userID = "U1") => slack.user(userID).ephemerals().map(renderPlain),
    log,
    obey: () => void (isObeying = true),
    obeyNot: () => void (isObeying = false),
    replies,
    answerWith: (next) => void (status = next),
    async logged(message) {
      const lines = (await log()).trim().split("\n");
      return lines
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ msg }) => msg === message);
    },
    async [Symbol.asyncDispose]() {
      await wired.end();
      opencode.close();
      opencode.closeAllConnections();
      await slack.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** With these a card reads the same each time that it is drawn: a new one mentions people, and later it mentions nobody. */
export const NO_MENTION = { OPENCODE_SLACK_GATEWAY_MENTION: "none" } as const;

const describeCommands: DescribePermission = async ({ patterns, always }) => ({
  details: patterns.map((text) => ({ label: "Command", text })),
  session: { titles: [] },
  offers: { replies: always.length === 0 ? ["once", "reject"] : ["once", "always", "reject"] },
});

/** The numbers of the requests on a card of a {@link SmallGateway.storm}, from the top. */
export function numbersOn(card: object): number[] {
  return [...renderPlain(card).matchAll(/echo number (\d+)\./g)].map(([, n]) => Number(n));
}
