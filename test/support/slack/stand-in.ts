import type { RequestListener } from "node:http";
import { type Actor, createActor } from "./actors.ts";
import type { Connection, DisconnectReason } from "./connection.ts";
import { type Hold, type Outage, createFaults } from "./faults.ts";
import type { FieldChange } from "./field-changes.ts";
import { createEcho, createHabits } from "./habits.ts";
import { createHTTPServer } from "./http-server.ts";
import { DEFAULT_BOT_SCOPES, type Installation, createInstallation } from "./installation.ts";
import type { Slack } from "./method.ts";
import { createPayloads } from "./payloads.ts";
import { createRandom } from "./random.ts";
import { createResponseURLs } from "./response-urls.ts";
import {
  type ChannelOptions,
  type Identity,
  type Message,
  type PersonOptions,
  createChannel,
  createPerson,
} from "./slack-objects.ts";
import { type Envelope, type Route, type SocketMode, createSocketMode } from "./socket-mode.ts";
import { type SlackSnapshot, describeSlack, snapshotOf } from "./snapshot.ts";
import { SLACK_TIMES, type Times } from "./times.ts";
import { createTriggers } from "./triggers.ts";
import { createUploads } from "./uploads.ts";
import { type WaitFor, createWaitFor } from "./wait-for.ts";
import type { Call, RateLimits } from "./web-api.ts";
import { type Workspace, createWorkspace } from "./workspace.ts";

/** What a stand-in starts with; everything has a default. */
export interface SlackStandInOptions {
  /** The port on 127.0.0.1; a free one by default. */
  port?: number;
  botToken?: string;
  appToken?: string;
  botScopes?: readonly string[];
  identity?: Partial<Identity>;
  /** By default `U1` (ann) and `U2` (ben). */
  people?: readonly PersonOptions[];
  /** By default the public channel `C1` with everybody in it. The app's bot is a member unless `botIsMember` is false. */
  channels?: readonly (ChannelOptions & { botIsMember?: boolean })[];
  /** Members by the group's ID (`S…`). */
  userGroups?: Readonly<Record<string, readonly string[]>>;
  times?: Partial<Times>;
  rateLimits?: RateLimits;
  /** Seeds the choice of a connection for each envelope. */
  seed?: number;
  /** Whether Slack writes a message otherwise than the app, and otherwise in its answers than later, as the real one does. */
  habits?: boolean;
  /** Slack's clock, in milliseconds since 1970. */
  now?: () => number;
  /** Serves what is neither the Web API, a `response_url` nor an upload: a web page for people. */
  handler?: RequestListener;
}

/** One channel, to be read and waited for. */
export interface ChannelReader {
  /** Oldest first, as Slack holds them now. */
  readonly messages: () => readonly Message[];
  /**
   * The first message that fits, now or as soon as there is one.
   *
   * @param what which message that is, for when none comes.
   */
  readonly waitForMessage: (fits?: (message: Message) => boolean, what?: string) => Promise<Message>;
}

/** A running Slack. See {@link createSlackStandIn}. */
export interface SlackStandIn {
  /** For `WebClient`'s and `SocketModeClient`'s `slackApiUrl`. */
  readonly apiUrl: string;
  /** Where `handler` is reached. */
  readonly url: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly installation: Installation;
  readonly workspace: Workspace;

  /** A person who acts. */
  readonly user: (id: string) => Actor;
  readonly channel: (id: string) => ChannelReader;
  /** Whom Slack notified of a message when it was posted: an update notifies nobody. */
  readonly notifiedBy: (message: Pick<Message, "ts">) => readonly string[];
  readonly addPerson: (person: PersonOptions) => void;
  readonly addChannel: (channel: ChannelOptions & { botIsMember?: boolean }) => void;

  /** The Web API's calls so far, oldest first. */
  readonly calls: (method?: string) => readonly Call[];
  /** Lets go of what has happened, calls and acked envelopes: ten thousand of them fill a process. */
  readonly forget: () => void;
  /** What the app did that Slack puts up with and no app should do: unknown arguments and methods, stray acks. */
  readonly complaints: () => readonly string[];
  /** The connections that really are open. */
  readonly connections: () => readonly Connection[];
  /** What Slack believes to be open: with the frozen ones and the ghosts. */
  readonly registrations: () => readonly Connection[];
  /** The most connections that were open at the same time, ever. */
  readonly mostConnections: () => number;
  readonly envelopes: () => readonly Envelope[];
  /** The envelopes that nobody acked in time: each one a warning icon before a person's eyes. */
  readonly unacked: () => readonly Envelope[];

  /** Sends any payload, forged ones too, to exactly one connection. */
  readonly deliver: SocketMode["deliver"];
  /** Chooses the connection for each envelope; without a route it is at random again. */
  readonly route: (route?: Route) => void;
  /** From now on the message in each press differs in one field from what Slack has; without a change no more. */
  readonly changePresses: (change?: FieldChange) => void;
  readonly requestRefresh: (reason: DisconnectReason, connections?: readonly Connection[]) => void;
  /** Socket Mode switched off in the app's settings, or on again. */
  readonly setSocketMode: (enabled: boolean) => void;

  /** Slack fails; gives back the function that ends it. */
  readonly outage: (outage?: Outage) => () => void;
  /** Calls of the method wait before they are executed. */
  readonly hold: (method: string) => Hold;
  /** Calls of the method are executed, their answers wait. */
  readonly holdAnswer: (method: string) => Hold;
  /** The next calls of the method are executed, their answers cut off. */
  readonly loseAnswer: (method: string, times?: number) => void;

  readonly waitFor: WaitFor;
  /** Called after every change, until the function given back is called. */
  readonly onChange: (listener: () => void) => () => void;
  /** Everything that a page needs to draw what people see, as plain JSON. */
  readonly snapshot: () => SlackSnapshot;
  /** What Slack holds, to be read by a person. */
  readonly describe: () => string;
  readonly close: () => Promise<void>;
}

/**
 * A strict Slack on 127.0.0.1, in memory: the Web API over HTTP, Socket Mode over WebSocket, and people who press
 * buttons. It refuses what Slack's documentation (docs.slack.dev) refuses, and sends each envelope to exactly one
 * connection, once.
 *
 * ```ts
 * const slack = await createSlackStandIn();
 * const web = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
 * const socket = new SocketModeClient({ appToken: slack.appToken, clientOptions: { slackApiUrl: slack.apiUrl } });
 *
 * const card = await slack.channel("C1").waitForMessage();
 * const { acked } = await slack.user("U1").press(card, "Allow once");
 * await slack.channel("C1").waitForMessage((message) => renderPlain(message).includes("Allowed"));
 * await slack.close();
 * ```
 *
 * Deadlines are Slack's unless `times` shortens them, rate limits are Slack's unless `rateLimits` says `"none"`.
 * Not here: events, slash commands, what attachments hold, home tabs, reactions, and the block types that this project never
 * sends (they are refused like unknown ones).
 */
export async function createSlackStandIn(options: SlackStandInOptions = {}): Promise<SlackStandIn> {
  const { identity: given = {}, now = Date.now, seed = 1 } = options;
  const times: Times = { ...SLACK_TIMES, ...options.times };
  const identity: Identity = {
    team: { id: "T1", name: "Stand-in", domain: "stand-in" },
    enterprise: undefined,
    appID: "A1",
    botID: "B1",
    botUserID: "UBOT",
    ...given,
  };

  const workspace = createWorkspace(identity, now);
  const installation = createInstallation({
    botToken: options.botToken ?? "xoxb-1-1-stand-in",
    appToken: options.appToken ?? "xapp-1-A1-1-stand-in",
    botScopes: options.botScopes ?? DEFAULT_BOT_SCOPES,
  });
  const triggers = createTriggers(workspace, times);
  const habits = (options.habits ?? true) ? createHabits(workspace) : createEcho(workspace);
  const responseURLs = createResponseURLs(workspace, habits, times);
  const uploads = createUploads(workspace);
  const faults = createFaults();
  const httpURL = () => http.url();
  const socketMode = createSocketMode({ workspace, times, random: createRandom(seed), httpURL });
  const slack: Slack = { workspace, habits, installation, triggers, socketMode, uploads };
  const http = createHTTPServer({
    slack,
    responseURLs,
    faults,
    rateLimits: options.rateLimits ?? {},
    otherwise: options.handler ?? ((_, response) => void response.writeHead(404).end()),
  });
  const payloads = createPayloads({ workspace, habits, triggers, responseURLs, httpURL });

  const addPerson = (person: PersonOptions) => {
    workspace.people.set(person.id, createPerson(person, identity));
    workspace.changed();
  };
  const addChannel = ({
    botIsMember = true,
    members = [],
    ...channel
  }: ChannelOptions & { botIsMember?: boolean }) => {
    const everybody = botIsMember ? [...members, identity.botUserID] : members;
    workspace.channels.set(channel.id, createChannel({ ...channel, members: everybody }));
    workspace.changed();
  };
  const people = options.people ?? [
    { id: "U1", name: "ann" },
    { id: "U2", name: "ben" },
  ];
  for (const person of people) addPerson(person);
  const channels = options.channels ?? [{ id: "C1", name: "approvals", members: people.map(({ id }) => id) }];
  for (const channel of channels) addChannel(channel);
  for (const [id, members] of Object.entries(options.userGroups ?? {})) workspace.userGroups.set(id, members);

  await http.listen(options.port ?? 0);

  const unacked = () => socketMode.envelopes().filter(({ state }) => state === "unacked");
  const describe = () => describeSlack({ workspace, socketMode, calls: http.calls });
  const waitFor = createWaitFor(workspace.onChange, describe);

  return {
    apiUrl: `${http.url()}api/`,
    url: http.url(),
    botToken: installation.botToken,
    appToken: installation.appToken,
    installation,
    workspace,
    user(id) {
      const person = workspace.people.get(id);
      if (!person) throw new Error(`Nobody at this Slack has the ID ${id}`);
      return createActor(person, { workspace, habits, socketMode, payloads });
    },
    channel(id) {
      // Direct messages may be opened later.
      if (!workspace.channels.has(id) && !id.startsWith("D"))
        throw new Error(`This Slack has no channel ${id}`);
      const messages = () => workspace.messages(id);
      return {
        messages,
        waitForMessage: async (fits = () => true, what = `a message with ${String(fits)}`) =>
          waitFor(() => messages().find(fits), { what: `${what} in ${id}` }),
      };
    },
    notifiedBy: ({ ts }) => workspace.notified.get(ts) ?? [],
    addPerson,
    addChannel,
    forget() {
      http.forgetCalls();
      socketMode.forgetAcked();
    },
    calls: (method) => http.calls.filter((call) => method === undefined || call.method === method),
    complaints: () => workspace.complaints,
    connections: socketMode.open,
    registrations: socketMode.registered,
    mostConnections: socketMode.mostOpen,
    envelopes: socketMode.envelopes,
    unacked,
    deliver: socketMode.deliver,
    changePresses: payloads.changePresses,
    route: socketMode.route,
    requestRefresh: socketMode.requestRefresh,
    setSocketMode: socketMode.setEnabled,
    outage: faults.outage,
    hold: faults.hold,
    holdAnswer: faults.holdAnswer,
    loseAnswer: faults.loseAnswer,
    waitFor,
    onChange: workspace.onChange,
    snapshot: () => snapshotOf(workspace, socketMode),
    describe,
    async close() {
      faults.clear();
      socketMode.close();
      await http.close();
    },
  };
}
