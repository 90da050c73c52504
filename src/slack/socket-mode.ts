/** This machine's Socket Mode connection: one after the other, for ever. */

import { SocketModeClient } from "@slack/socket-mode";
import type { WebClientOptions } from "@slack/web-api";
import * as z from "zod";
import { backoffMs } from "../backoff.ts";
import type { Log } from "../log.ts";
import { pause } from "../pause.ts";
import { isFatal, parseSlackFailure, type SlackFailure } from "./errors.ts";

/** How long Slack may take from our opening a connection to its `hello`. */
const HELLO_LIMIT_MS = 15_000;
/** How long pongs may be missing before a connection counts as dead. The client's default, 5 s, kills slow ones. */
const PONG_LIMIT_MS = 15_000;
/** A connection that ends before was none: opening the next one at once would be a storm. */
const STEADY_MS = 10_000;
/** How long Slack may take to answer our close frame. */
const CLOSE_LIMIT_MS = 2_000;

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
}

interface SocketModeOptions {
  readonly appToken: string;
  readonly clientOptions: WebClientOptions;
  /** Takes every interaction. Must not throw, and must ack before it waits for anything. */
  readonly handle: (envelope: Envelope) => void;
  /** Slack has said `hello`: clicks can come from now on. */
  readonly connected: (hello: Hello) => void;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * Stays connected until `signal` aborts; resolves when the last connection is closed.
 *
 * @throws Slack's error when connecting again is useless: see {@link isFatal}.
 */
export async function runSocketMode(options: SocketModeOptions): Promise<void> {
  const { signal, log } = options;
  let failures = 0;
  while (!signal.aborted) {
    const openedAt = performance.now();
    let failure: SlackFailure = { kind: "unanswered" };
    try {
      await runConnection(options);
      if (performance.now() - openedAt > STEADY_MS) failures = 0;
    } catch (err) {
      failure = parseSlackFailure(err);
      if (isFatal(failure)) throw err;
      log.warn({ failure, err, failures }, "could not connect to Slack");
    }
    if (failures > 0 || failure.kind === "limited") {
      await pause(failure.kind === "limited" ? failure.retryAfterMs : backoffMs(failures), signal);
    }
    failures += 1;
  }
}

/**
 * One connection, from its opening to its end. A fresh client for each: one that reconnects by itself turns a
 * failure to do so into an unhandled rejection.
 */
async function runConnection(options: SocketModeOptions): Promise<void> {
  const { appToken, clientOptions, connected, signal } = options;
  const client = new SocketModeClient({
    appToken,
    clientOptions: { ...clientOptions },
    ...(clientOptions.logger && { logger: clientOptions.logger }),
    autoReconnectEnabled: false,
    clientPingTimeout: PONG_LIMIT_MS,
  });
  const ended = new Promise<void>((resolve) => client.once("disconnected", () => resolve()));
  client.on("interactive", createReceiver(options));
  let hello: Hello = { connections: undefined };
  client.once("ws_message", (frame: unknown) => {
    hello = parseHello(String(frame));
  });

  const close = (): void => closeClient(client, ended);
  const helloLimit = setTimeout(close, HELLO_LIMIT_MS).unref();
  signal.addEventListener("abort", close);
  try {
    await client.start().catch((error: unknown) => {
      throw error instanceof Error ? error : new Error("Slack closed the connection before its hello");
    });
    clearTimeout(helloLimit);
    if (signal.aborted) close();
    else connected(hello);
    await ended;
  } finally {
    clearTimeout(helloLimit);
    signal.removeEventListener("abort", close);
  }
}

const helloSchema = z.object({ num_connections: z.number() });

/** Reads a connection's first frame. A listener of the client's must not throw. */
function parseHello(frame: string): Hello {
  try {
    return { connections: helloSchema.parse(JSON.parse(frame)).num_connections };
  } catch {
    return { connections: undefined };
  }
}

/** What the client passes to its listeners for each interactive envelope. */
interface InteractiveEvent {
  readonly envelope_id: string;
  readonly body: unknown;
  readonly ack: () => Promise<void>;
}

/** A listener that throws or rejects would become an unhandled rejection in OpenCode. */
function createReceiver({ handle, log }: SocketModeOptions): (event: InteractiveEvent) => void {
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
 * Closes with a close frame, so that Slack sends no more clicks there, and cuts when that is not answered. While the
 * client is still fetching its URL there is nothing to close: `disconnect()` would leave the connection to come.
 */
function closeClient(client: SocketModeClient, ended: Promise<void>): void {
  if (client.websocket === undefined) return;
  void client.disconnect();
  const cut = setTimeout(() => void client.disconnect(), CLOSE_LIMIT_MS).unref();
  void ended.then(() => clearTimeout(cut));
}
