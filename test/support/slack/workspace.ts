import {
  type Channel,
  type Ephemeral,
  type FileObject,
  type Identity,
  type Message,
  type Person,
  type View,
  createChannel,
  createPerson,
  directMessagesID,
} from "./slack-objects.ts";

/** Everything that Slack holds for one workspace, in memory. Every change is told to those who listen. */
export interface Workspace {
  readonly identity: Identity;
  readonly people: Map<string, Person>;
  readonly channels: Map<string, Channel>;
  readonly userGroups: Map<string, readonly string[]>;
  readonly ephemerals: Ephemeral[];
  /** Whom Slack notified of a message when it was posted, by its `ts`. */
  readonly notified: Map<string, readonly string[]>;
  /** Who is not active at Slack: ephemeral messages do not reach them, and Slack does not say so. */
  readonly away: Set<string>;
  readonly views: Map<string, View>;
  readonly files: Map<string, FileObject>;
  /** How many messages of the app Slack still takes; infinitely many where the workspace pays. */
  messagesLeft: number;
  /** Whether people can write to the app, and the app to them, in direct messages: a switch in the app's settings. */
  hasMessagesTab: boolean;
  /** Slack's clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** A timestamp that no other message or action of this workspace has. */
  readonly nextTs: () => string;
  readonly nextID: (prefix: string) => string;
  readonly messages: (channelID: string) => readonly Message[];
  readonly message: (channelID: string, ts: string) => Message | undefined;
  /** Adds a message, or puts it in the place of the one with its `ts`. */
  readonly put: (message: Message) => void;
  readonly remove: (message: Message) => void;
  /** Shows a message to one person, if they are active: "delivery is not guaranteed". */
  readonly tell: (ephemeral: Ephemeral) => void;
  /** The app's direct messages with a person, opened when they are not yet. */
  readonly directMessages: (userID: string) => Channel;
  /** What the app did that Slack puts up with, and no app should do. */
  readonly complaints: string[];
  readonly complain: (what: string) => void;
  readonly changed: () => void;
  /** Calls the listener after each change; gives back the way to stop that. */
  readonly onChange: (listener: () => void) => () => void;
}

/** An empty workspace with nobody in it but the app's bot user. */
export function createWorkspace(identity: Identity, now: () => number): Workspace {
  const messages = new Map<string, Message[]>();
  const listeners = new Set<() => void>();
  let lastMicros = 0;
  let lastID = 0;

  const workspace: Workspace = {
    identity,
    people: new Map(),
    channels: new Map(),
    userGroups: new Map(),
    ephemerals: [],
    notified: new Map(),
    away: new Set(),
    views: new Map(),
    files: new Map(),
    messagesLeft: Infinity,
    hasMessagesTab: true,
    complaints: [],
    complain(what) {
      workspace.complaints.push(what);
      workspace.changed();
    },
    now,
    nextTs() {
      lastMicros = Math.max(lastMicros + 1, Math.floor(now() * 1000));
      return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, "0")}`;
    },
    nextID: (prefix) => `${prefix}${String((lastID += 1)).padStart(8, "0")}`,
    messages: (channelID) => messages.get(channelID) ?? [],
    message: (channelID, ts) => messages.get(channelID)?.find((message) => message.ts === ts),
    put(message) {
      const list = messages.get(message.channel) ?? [];
      const index = list.findIndex(({ ts }) => ts === message.ts);
      if (index === -1) list.push(message);
      else list[index] = message;
      messages.set(message.channel, list);
      workspace.changed();
    },
    remove({ channel, ts }) {
      messages.set(
        channel,
        workspace.messages(channel).filter((message) => message.ts !== ts),
      );
      workspace.changed();
    },
    tell(ephemeral) {
      if (!workspace.away.has(ephemeral.user)) workspace.ephemerals.push(ephemeral);
      workspace.changed();
    },
    directMessages(userID) {
      const id = directMessagesID(userID);
      const existing = workspace.channels.get(id);
      if (existing) return existing;

      const opened = createChannel({
        id,
        name: "directmessage",
        kind: "im",
        members: [userID, identity.botUserID],
      });
      workspace.channels.set(id, opened);
      return opened;
    },
    changed() {
      for (const listener of listeners) listener();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  workspace.people.set(
    identity.botUserID,
    createPerson({ id: identity.botUserID, name: "gateway", isBot: true }, identity),
  );
  return workspace;
}
