import { nameEmoji } from "./emoji.ts";
import { rewriteBlocks, writeOutIDs } from "./rewriting.ts";
import { type Message, wireMessage } from "./slack-objects.ts";
import {
  escapeMrkdwn,
  escapePlainText,
  linkAddresses,
  linkDomains,
  linkNames,
  outsideReferences,
} from "./text.ts";
import { threadCounters } from "./threads.ts";
import type { Workspace } from "./workspace.ts";

/** How a call wants its top-level `text` read. */
export interface Parsing {
  readonly parse?: "none" | "full" | "client" | undefined;
  readonly linkNames?: boolean | undefined;
}

/** What a call has sent, before Slack made anything of it. */
export interface Sent {
  readonly text?: string | undefined;
  readonly blocks?: unknown;
}

type Wire = Record<string, unknown>;

/**
 * What Slack makes of a message. It writes it down three times, never quite alike: as it keeps it, in its answer to the
 * app, and in what it sends later.
 */
export interface Habits {
  /** The top-level text as Slack keeps it. */
  text(text: string, parsing: Parsing): string;
  /** Who changed a message now, and when. */
  edited(): NonNullable<Message["edited"]>;
  /** `message` of the answer to `chat.postMessage`. */
  posted(message: Message, sent: Sent): Wire;
  /** `message` of the answer to `chat.update`. */
  updated(message: Message, sent: Sent): Wire;
  /** `message` of a press, and in a conversation's history. */
  readonly shown: (message: Message) => Wire;
  /** A button's own text in a press of it, or anything else of Block Kit's. */
  readonly part: <T>(part: T) => T;
  /** What a person has typed into a modal. */
  readonly typed: (text: string) => string;
}

/** A Slack that repeats itself to the letter: what differs then, somebody has changed. */
export function createEcho(workspace: Workspace): Habits {
  return {
    text: (text) => linkAddresses(escapeMrkdwn(text)),
    edited: () => ({ user: workspace.identity.botUserID, ts: workspace.nextTs() }),
    posted: wireMessage,
    updated: wireMessage,
    shown: wireMessage,
    part: (part) => part,
    typed: (text) => text,
  };
}

/**
 * A Slack with the habits of the real one, as captures of others and its documentation show them.
 *
 * Nobody has seen one message in an answer and in a press. So here they differ wherever Slack was seen to write something
 * otherwise than the app: the answer repeats what the app sent, and the press has been through Slack's hands.
 */
export function createHabits(workspace: Workspace): Habits {
  const { identity } = workspace;
  const botProfile = {
    id: identity.botID,
    app_id: identity.appID,
    user_id: identity.botUserID,
    name: "gateway",
    icons: { image_36: "https://a.slack-edge.com/36.png", image_72: "https://a.slack-edge.com/72.png" },
    deleted: false,
    updated: 1_600_000_000,
    team_id: identity.team.id,
  };

  const answered = (message: Message, sent: Sent): Wire => ({
    ...wireMessage(message),
    text: sent.text === undefined ? message.text : escapeMrkdwn(sent.text),
    bot_profile: botProfile,
    ...(message.blocks && sent.blocks !== undefined && { blocks: writeOutIDs(sent.blocks, message.blocks) }),
  });

  return {
    text: (text, parsing) => parseText(text, parsing, () => namesOf(workspace)),
    edited: () => ({ user: identity.botID, ts: `${Math.floor(workspace.now() / 1000)}.000000` }),
    posted: answered,
    updated(message, sent) {
      const { ts: _, ...rest } = answered(message, sent);
      return rest;
    },
    shown: (message) => ({
      ...wireMessage(message),
      text: outsideReferences(message.text, nameEmoji),
      ...(message.blocks && { blocks: rewriteBlocks(message.blocks) }),
      ...threadCounters(message, workspace.messages(message.channel)),
    }),
    part: rewriteBlocks,
    typed: nameEmoji,
  };
}

/**
 * By default addresses and domains become links: https://docs.slack.dev/reference/methods/chat.postMessage#formatting.
 * `client`, the default of `chat.update` alone, Slack explains nowhere; here it takes only what begins with a scheme.
 */
function parseText(
  text: string,
  { parse, linkNames: linksNames = parse === "full" }: Parsing,
  names: () => ReadonlyMap<string, string>,
): string {
  const escaped = parse === "full" ? escapePlainText(text) : escapeMrkdwn(text);
  const named = linksNames ? linkNames(escaped, names()) : escaped;
  if (parse === "none") return named;
  const linked = linkAddresses(named);
  return parse === "client" ? linked : linkDomains(linked);
}

function namesOf({ people, channels }: Workspace): ReadonlyMap<string, string> {
  return new Map([
    ...[...people.values()].map(({ id, name }) => [`@${name}`, `<@${id}>`] as const),
    ...[...channels.values()].map(({ id, name }) => [`#${name}`, `<#${id}|${name}>`] as const),
  ]);
}
