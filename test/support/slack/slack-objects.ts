import type { Block, Modal } from "./block-kit.ts";

/** A person as Slack knows them. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  /** The person's own workspace: another one for a Slack Connect guest, `E…` for an organisation's account. */
  readonly teamID: string;
  readonly isBot: boolean;
  readonly isDeleted: boolean;
}

/** A conversation: public or private channel, or the app's direct messages with one person. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: "public" | "private" | "im";
  readonly members: Set<string>;
  isArchived: boolean;
  /** Shared with another organisation by Slack Connect. */
  isExtShared: boolean;
  /** Only administrators may post: the app gets `restricted_action`. */
  isReadOnly: boolean;
}

/** A message as Slack holds it now. `channel` is this stand-in's own addition: on the wire Slack leaves it out. */
export interface Message {
  readonly type: "message";
  readonly channel: string;
  readonly ts: string;
  readonly user: string;
  readonly bot_id?: string;
  readonly app_id?: string;
  readonly team: string;
  readonly text: string;
  readonly blocks?: Block[];
  /** As they were sent: what this project never sends, others with the app's token may. */
  readonly attachments?: readonly unknown[];
  readonly edited?: { readonly user: string; readonly ts: string };
  readonly thread_ts?: string;
  readonly files?: readonly FileObject[];
  readonly metadata?: unknown;
}

/** A message that only one person sees, until they reload Slack. */
export interface Ephemeral {
  readonly channel: string;
  readonly ts: string;
  readonly user: string;
  readonly text: string;
  readonly blocks?: Block[];
  readonly thread_ts?: string;
}

/** A modal that stands open before a person. */
export interface View extends Modal {
  readonly id: string;
  readonly hash: string;
  /** Who looks at it. */
  readonly user: string;
  /** What Slack shows beside its fields after a submit was answered with `response_action: "errors"`. */
  readonly errors: Readonly<Record<string, string>>;
}

/** An uploaded file. */
export interface FileObject {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly size: number;
  readonly content: string;
}

/** The workspace that the app is installed in, and the app's own identity there. */
export interface Identity {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  readonly enterprise: { readonly id: string; readonly name: string } | undefined;
  /** Whether the app is installed for the whole organisation, and in no workspace by itself. */
  readonly isEnterpriseInstall?: boolean;
  readonly appID: string;
  readonly botID: string;
  readonly botUserID: string;
}

/** What a test says of a channel; the app's bot is a member unless said otherwise. */
export interface ChannelOptions {
  id: string;
  name?: string;
  kind?: Channel["kind"];
  members?: readonly string[];
  isArchived?: boolean;
  isExtShared?: boolean;
  isReadOnly?: boolean;
}

/** A channel with the members named, and no others. */
export function createChannel({
  id,
  name = id.toLowerCase(),
  kind = "public",
  members = [],
  ...flags
}: ChannelOptions): Channel {
  return {
    id,
    name,
    kind,
    members: new Set(members),
    isArchived: flags.isArchived ?? false,
    isExtShared: flags.isExtShared ?? false,
    isReadOnly: flags.isReadOnly ?? false,
  };
}

/** What a test says of a person; by default a member of the installing workspace. */
export type PersonOptions = { id: string } & Partial<Omit<Person, "id">>;

/** A person, with a name taken from their ID when none is given. */
export function createPerson({ id, ...rest }: PersonOptions, { team }: Identity): Person {
  const name = rest.name ?? id.toLowerCase();
  return { id, name, realName: name, teamID: team.id, isBot: false, isDeleted: false, ...rest };
}

/** A message as Slack sends it: without the field that only this stand-in keeps. */
export function wireMessage(message: Message): Omit<Message, "channel"> {
  const { channel: _, ...wire } = message;
  return wire;
}

/** The ID of the app's direct messages with a person. */
export function directMessagesID(userID: string): string {
  return `D${userID.slice(1)}`;
}
