import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { z } from "zod";
import { structured } from "./arguments.ts";
import { type Connection, type DisconnectReason, createConnection } from "./connection.ts";
import { settled } from "./settled.ts";
import type { Times } from "./times.ts";
import type { Workspace } from "./workspace.ts";

/** Slack holds at most this many connections for one app: https://docs.slack.dev/apis/events-api/using-socket-mode */
const CONNECTIONS_LIMIT = 10;

/** What Slack sends to an app, and what became of it. */
export interface Envelope {
  readonly envelopeID: string;
  readonly type: string;
  readonly payload: Record<string, unknown>;
  /** The connection that got it; `undefined` when the app had none. */
  readonly connection: Connection | undefined;
  /** Within the limit: acked. Past it, or without a connection: unacked, and the person saw a warning. */
  readonly state: "sent" | "acked" | "unacked";
  readonly ackPayload?: Record<string, unknown>;
}

/** What came of one envelope: whether the ack came in time, over which connection it went, and what the ack carried. */
export interface Outcome {
  readonly acked: boolean;
  readonly envelopeID: string;
  readonly connection: Connection | undefined;
  readonly payload: Record<string, unknown>;
}

/** Chooses the connection that gets an envelope, out of those that Slack believes to be open. */
export type Route = (
  connections: readonly Connection[],
  payload: Record<string, unknown>,
) => Connection | undefined;

/** Slack's end of Socket Mode: tickets, connections, envelopes and their acks. */
export interface SocketMode {
  /** Where the stand-in is reached: `http://127.0.0.1:port/`. */
  readonly httpURL: () => string;
  /** A WebSocket address that works once. */
  readonly issueTicket: () => string;
  /** Takes a WebSocket that comes with a ticket. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** What Slack believes to be open: real connections, frozen ones, ghosts. */
  readonly registered: () => readonly Connection[];
  /** The connections that really are open. */
  readonly open: () => readonly Connection[];
  /** The most that ever were open at the same time. */
  readonly mostOpen: () => number;
  readonly envelopes: () => readonly Envelope[];
  /** From now on nobody asks about the envelopes that were acked. */
  readonly forgetAcked: () => void;
  /** From now on chooses the connection; without a route at random again. */
  readonly route: (route?: Route) => void;
  /** Sends an envelope to exactly one connection, and never again. */
  readonly deliver: (
    payload: Record<string, unknown>,
    options?: { type?: string; acceptsResponsePayload?: boolean; via?: Connection; envelopeID?: string },
  ) => Promise<Outcome>;
  /** Tells connections that they will be cut, and cuts them after the announced time. */
  readonly requestRefresh: (reason: DisconnectReason, connections?: readonly Connection[]) => void;
  /** Switches Socket Mode off for the app (`link_disabled`), or on again. */
  readonly setEnabled: (enabled: boolean) => void;
  readonly close: () => void;
}

const ack = structured.pipe(
  z.strictObject({
    envelope_id: z.string(),
    payload: z.record(z.string(), z.unknown()).default({}),
  }),
);

/** Socket Mode for one app, without any connection yet. */
export function createSocketMode({
  workspace,
  times,
  random,
  httpURL,
}: {
  workspace: Workspace;
  times: Times;
  random: () => number;
  httpURL: () => string;
}): SocketMode {
  const server = new WebSocketServer({ noServer: true, autoPong: false });
  const tickets = new Set<string>();
  const registered = new Set<Connection>();
  const envelopes = new Map<string, Envelope>();
  const settlers = new Map<string, (ackPayload: Record<string, unknown> | undefined) => void>();
  const timers = new Set<NodeJS.Timeout>();
  let route: Route | undefined;
  let mostOpen = 0;
  let enabled = true;

  const atRandom: Route = (connections) => connections[Math.floor(random() * connections.length)];
  const openConnections = () =>
    [...registered].filter((connection) => !connection.isGhost() && !connection.isFrozen());

  const later = (delayMs: number, action: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      action();
    }, delayMs);
    timers.add(timer);
    return timer;
  };

  const receive = (connection: Connection, frame: string) => {
    const parsed = ack.safeParse(frame);
    if (!parsed.success) return workspace.complain(`${connection.id} sent a frame that is no ack: ${frame}`);
    const envelope = envelopes.get(parsed.data.envelope_id);
    if (envelope?.connection !== connection) {
      return workspace.complain(`${connection.id} acked an envelope that it never got: ${frame}`);
    }
    return settlers.get(envelope.envelopeID)?.(parsed.data.payload);
  };

  const ackOf = async (envelopeID: string) => {
    const { promise, resolve } = settled<Record<string, unknown> | undefined>();
    settlers.set(envelopeID, resolve);
    const deadline = later(times.ackLimitMs, () => resolve(undefined));
    const payload = await promise;
    clearTimeout(deadline);
    timers.delete(deadline);
    settlers.delete(envelopeID);
    return payload;
  };

  const refresh = (connection: Connection, reason: DisconnectReason) => {
    connection.send({ type: "disconnect", reason, debug_info: { host: "applink-stand-in" } });
    later(times.cutAfterMs, () => connection.close());
  };

  const welcome = (connection: Connection) => {
    registered.add(connection);
    mostOpen = Math.max(mostOpen, openConnections().length);
    connection.send({
      type: "hello",
      num_connections: registered.size,
      debug_info: {
        host: "applink-stand-in",
        build_number: 1,
        approximate_connection_time: Math.round(times.connectionLifeMs / 1000),
      },
      connection_info: { app_id: workspace.identity.appID },
    });
    later(times.connectionLifeMs - times.cutAfterMs, () => refresh(connection, "warning"));
    workspace.changed();
  };

  return {
    httpURL,
    issueTicket() {
      const ticket = randomUUID();
      tickets.add(ticket);
      const url = new URL(`/link/?ticket=${ticket}&app_id=${workspace.identity.appID}`, httpURL());
      url.protocol = "ws:";
      return url.href;
    },
    upgrade(request, socket, head) {
      const ticket = new URL(request.url ?? "/", httpURL()).searchParams.get("ticket") ?? "";
      if (!tickets.delete(ticket)) {
        socket.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n");
        return;
      }
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const connection = createConnection(webSocket, {
          id: workspace.nextID("connection-"),
          pingEveryMs: times.pingEveryMs,
          onFrame: (frame) => receive(connection, frame),
          onGone: () => {
            registered.delete(connection);
            workspace.changed();
          },
        });
        if (!enabled) return connection.refuse("link_disabled");
        if (registered.size >= CONNECTIONS_LIMIT) return connection.refuse("too_many_websockets");
        return welcome(connection);
      });
    },
    registered: () => [...registered],
    open: openConnections,
    mostOpen: () => mostOpen,
    envelopes: () => [...envelopes.values()],
    forgetAcked() {
      for (const [id, { state }] of envelopes) if (state === "acked") envelopes.delete(id);
    },
    route(chosen) {
      route = chosen;
    },
    async deliver(
      payload,
      { type = "interactive", acceptsResponsePayload = false, via, envelopeID = randomUUID() } = {},
    ) {
      const connection = via ?? (route ?? atRandom)([...registered], payload);
      const envelope: Envelope = { envelopeID, type, payload, connection, state: "sent" };
      envelopes.set(envelopeID, envelope);

      connection?.send({
        envelope_id: envelopeID,
        payload,
        type,
        accepts_response_payload: acceptsResponsePayload,
      });
      const ackPayload = connection && (await ackOf(envelopeID));
      const acked = ackPayload !== undefined;
      envelopes.set(envelopeID, {
        ...envelope,
        state: acked ? "acked" : "unacked",
        ...(acked && { ackPayload }),
      });
      workspace.changed();
      return { acked, envelopeID, connection, payload: ackPayload ?? {} };
    },
    requestRefresh(reason, connections = [...registered]) {
      for (const connection of connections) refresh(connection, reason);
    },
    setEnabled(now) {
      enabled = now;
      if (enabled) return;
      for (const connection of registered) connection.refuse("link_disabled");
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      for (const settle of settlers.values()) settle(undefined);
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}
