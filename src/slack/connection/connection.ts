/** One Socket Mode connection, from its opening to its end. */

import { SocketModeClient } from "@slack/socket-mode";
import type { WebClientOptions } from "@slack/web-api";
import * as z from "zod";
import type { Log } from "../../system/log.ts";
import { SlackRefusalError } from "./errors.ts";

/** How long Slack may take from our opening a connection to its `hello`. */
const HELLO_LIMIT_MS = 15_000;

/**
 * How long pongs may be missing. The client pings, and looks, every third of this, so that pongs suddenly 8 s late
 * kill nothing (9 s would), and a dead peer is noticed after 18 s at most. The client's default is 5 s.
 */
const PONG_LIMIT_MS = 13_500;

/** What a timer can wait. */
const TIMER_LIMIT_MS = 2 ** 31 - 1;

/** Slack pings every 10 to 30 s, and the client takes 30 s without for a death. Our own pings know better: never. */
const PING_LIMIT_MS = TIMER_LIMIT_MS;

/** How often we look whether the client has given the connection up. */
const WATCH_MS = 1_000;

/** How long Slack may take to answer our close frame. */
const CLOSE_LIMIT_MS = 2_000;

/** A connection expires this long before the end that its `hello` announced, or a tenth of its life if shorter. */
const RENEWAL_MS = 30_000;

/** `readyState` of a WebSocket with which one end has begun to close. */
const CLOSING = 2;

/** Slack's unit of delivery: https://docs.slack.dev/apis/events-api/using-socket-mode#acknowledge */
export interface Envelope {
  readonly envelopeID: string;
  readonly payload: unknown;
  /** To be called within 3 s, or the person sees a warning sign; interactions are never sent again. */
  readonly ack: () => void;
}

/** What Slack says first: https://docs.slack.dev/apis/events-api/using-socket-mode#connections */
export interface Hello {
  /** How many connections this app has by Slack's count, this one included; undefined when Slack does not say. */
  readonly connections: number | undefined;
  /** How long this one will live; undefined when Slack does not say, or says nonsense. */
  readonly lifeMs: number | undefined;
}

/**
 * Why a connection needs a replacement: the reason in Slack's `disconnect` frame (`warning`, `refresh_requested`,
 * `link_disabled`, …), or `aged` (its announced life is nearly over), `silent` (no pongs come), `ended` (by itself).
 */
export type ExpiryReason = string;

export interface ConnectionOptions {
  readonly appToken: string;
  readonly clientOptions: WebClientOptions;
  /** Takes every interaction. Must not throw, and must ack before it waits for anything. */
  readonly handle: (envelope: Envelope) => void;
  /**
   * Slack has sent what is for no gateway, a slash command or an event, and it was acked: whoever leaves many of them
   * unacked is cut off. Must not throw.
   *
   * @param type of the envelope.
   */
  readonly foreign: (type: string) => void;
  readonly log: Log;
}

/** Serves presses from its `hello` to its end, expiring or not. */
export interface Connection {
  /**
   * Rejects with the error of Slack's clients, or with a {@link SlackRefusalError}, when it does not open; then it
   * is still to be closed.
   */
  readonly opened: Promise<Hello>;
  /** Resolves when it needs a replacement; it is not closed for that. Never rejects. */
  readonly expiring: Promise<ExpiryReason>;
  /** Resolves when nothing is left of it, whether it ever opened or not. Never rejects. */
  readonly ended: Promise<void>;
  /**
   * Closes it with a close frame, so that Slack sends no more presses there, and cuts it when Slack does not answer for
   * 2 s. One that is still opening is given up, and closed should it open after all.
   */
  readonly close: () => void;
}

/** Opens a connection. A fresh client for each: one that reconnects by itself closes first and opens later. */
export function openConnection(options: ConnectionOptions): Connection {
  const { appToken, clientOptions, log } = options;
  const closing = new AbortController();
  const client = new SocketModeClient({
    appToken,
    clientOptions: {
      ...clientOptions,
      requestInterceptor: (request) => ({ ...request, signal: closing.signal }),
    },
    ...(clientOptions.logger && { logger: clientOptions.logger }),
    autoReconnectEnabled: false,
    clientPingTimeout: PONG_LIMIT_MS,
    serverPingTimeout: PING_LIMIT_MS,
  });
  emitEveryFrame(client, options);
  client.on("interactive", createReceiver(options));

  const hello = new Promise<Hello>((resolve) => client.once("hello", resolve));
  const refused = new Promise<never>((_, reject) => {
    client.once("disconnect", (reason: string) => reject(new SlackRefusalError(reason)));
  });
  const disconnected = new Promise<void>((resolve) => client.once("disconnected", () => resolve()));
  const started = client.start();
  const ended = started.then(
    async () => disconnected,
    () => undefined,
  );
  const failed = started.then(
    async () => hello,
    (error: unknown) => {
      throw error instanceof Error ? error : new Error("Slack closed the connection before its hello");
    },
  );
  const opened = Promise.race([hello, refused, failed]);

  const close = (): void => closing.abort();
  closing.signal.addEventListener("abort", () => closeClient(client, ended, log));
  // Between the request for its URL and its WebSocket there was nothing to abort and nothing to close.
  void hello.then(() => (closing.signal.aborted ? closeClient(client, ended, log) : undefined));
  const helloLimit = setTimeout(close, HELLO_LIMIT_MS).unref();
  void Promise.race([hello, ended]).then(() => clearTimeout(helloLimit));

  return { opened, expiring: watchExpiry(client, hello, ended), ended, close };
}

async function watchExpiry(
  client: SocketModeClient,
  hello: Promise<Hello>,
  ended: Promise<void>,
): Promise<ExpiryReason> {
  const timers: NodeJS.Timeout[] = [];
  const expiring = new Promise<ExpiryReason>((resolve) => {
    client.once("disconnect", resolve);
    void ended.then(() => resolve("ended"));
    const renewInTime = ({ lifeMs }: Hello): void => {
      if (lifeMs === undefined) return;
      const renewalMs = lifeMs - Math.min(RENEWAL_MS, lifeMs / 10);
      timers.push(setTimeout(resolve, renewalMs, "aged").unref());
    };
    void hello.then(renewInTime);
    // Missing pongs, the client begins to close, and a dead peer leaves that unanswered.
    const lookForClosing = (): void => {
      if (client.websocket?.readyState === CLOSING) resolve("silent");
    };
    timers.push(setInterval(lookForClosing, WATCH_MS).unref());
  });
  const reason = await expiring;
  for (const timer of timers) clearTimeout(timer);
  return reason;
}

/**
 * Makes the client emit `hello` and `disconnect` as it emits every other type of frame, and keeps two kinds from its own
 * listener: `disconnect`, at which that closes at once, so that a press right behind the frame could not be acked any
 * more; and the envelopes of events, which it would emit under whatever name the event has.
 */
function emitEveryFrame(client: SocketModeClient, { foreign, log }: ConnectionOptions): void {
  const listeners = client.listeners("ws_message");
  client.removeAllListeners("ws_message");
  client.on("ws_message", (data: unknown, isBinary: boolean) => {
    const frame = parseFrame(String(data));
    if (frame?.type === "disconnect") {
      client.emit("disconnect", frame.reason);
      return;
    }
    if (frame?.type === "foreign") {
      ackForeign(client, frame.envelopeID, log);
      foreign(frame.envelope);
      return;
    }
    if (frame?.type === "hello") client.emit("hello", renderHello(frame));
    // They are async: what they throw would be an unhandled rejection in OpenCode.
    void Promise.all(listeners.map(async (listen) => listen(data, isBinary))).catch((err: unknown) =>
      log.warn({ err }, "a frame from Slack could not be handled"),
    );
  });
}

function ackForeign(client: SocketModeClient, envelopeID: string, log: Log): void {
  client.websocket?.send(JSON.stringify({ envelope_id: envelopeID }), (err) => {
    if (err) log.warn({ envelopeID, err }, "envelope could not be acked");
  });
}

const frameSchema = z.union([
  z.object({ type: z.literal("disconnect"), reason: z.string().catch("unknown") }),
  z.object({
    type: z.literal("hello"),
    num_connections: z.number().optional().catch(undefined),
    debug_info: z
      .object({
        approximate_connection_time: z
          .number()
          .positive()
          .max(TIMER_LIMIT_MS / 1_000),
      })
      .optional()
      .catch(undefined),
  }),
  z
    .object({ type: z.string().refine((type) => type !== "interactive"), envelope_id: z.string().min(1) })
    .transform(({ type: envelope, envelope_id: envelopeID }) => ({
      type: "foreign" as const,
      envelope,
      envelopeID,
    })),
]);

type Frame = z.infer<typeof frameSchema>;

/** Reads the frames that are about the connection, or are not for us; undefined for every other. */
function parseFrame(text: string): Frame | undefined {
  try {
    return frameSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function renderHello({ num_connections, debug_info }: Extract<Frame, { type: "hello" }>): Hello {
  return {
    connections: num_connections,
    lifeMs: debug_info && debug_info.approximate_connection_time * 1_000,
  };
}

/** What the client passes to its listeners for each interactive envelope. */
interface InteractiveEvent {
  readonly envelope_id: string;
  readonly body: unknown;
  readonly ack: () => Promise<void>;
}

/** A listener that throws or rejects would become an unhandled rejection in OpenCode. */
function createReceiver({ handle, log }: ConnectionOptions): (event: InteractiveEvent) => void {
  return ({ envelope_id: envelopeID, body: payload, ack }) => {
    const warn = (err: unknown): void => log.warn({ envelopeID, err }, "envelope could not be handled");
    try {
      handle({ envelopeID, payload, ack: () => void ack().catch(warn) });
    } catch (err) {
      warn(err);
    }
  };
}

/**
 * Closes with a close frame, so that Slack sends no more presses there, and cuts when that is not answered. Does nothing
 * while there is no WebSocket: the client's `disconnect()` would leave behind the one that comes.
 */
function closeClient(client: SocketModeClient, ended: Promise<void>, log: Log): void {
  if (client.websocket === undefined) return;
  const disconnect = (): void =>
    void client.disconnect().catch((err: unknown) => log.warn({ err }, "connection could not be closed"));
  disconnect();
  const cut = setTimeout(disconnect, CLOSE_LIMIT_MS).unref();
  void ended.then(() => clearTimeout(cut));
}
