import type { WebSocket } from "ws";

/** Why Slack ends a connection. */
export type DisconnectReason = "warning" | "refresh_requested" | "link_disabled" | "too_many_websockets";

/** One WebSocket of the app, seen from Slack, with everything that can happen to it. */
export interface Connection {
  readonly id: string;
  /** Sends a frame; a frozen connection or a ghost swallows it. */
  readonly send: (frame: unknown) => void;
  /** Ends it with a close frame. */
  readonly close: () => void;
  /** Says why, and ends it at once. */
  readonly refuse: (reason: DisconnectReason) => void;
  /** Ends it without a word: a reset TCP connection. */
  readonly cut: () => void;
  /** Half-open: nothing goes out, nothing that comes in is read, no pongs; Slack believes it to be open. */
  readonly freeze: () => void;
  /** Reads and answers again; what was to go out meanwhile is lost. */
  readonly thaw: () => void;
  /** Cuts it, and leaves its registration behind: Slack goes on to send presses there. */
  readonly haunt: () => void;
  /** Ends the registration of a ghost. */
  readonly forget: () => void;
  /** From now on pongs come this late. */
  readonly delayPongs: (delayMs: number) => void;
  /** The close frame's code once it is gone; 1006 when it went without one. */
  readonly closeCode: () => number | undefined;
  readonly isGhost: () => boolean;
  readonly isFrozen: () => boolean;
}

/** Wraps a WebSocket that was just opened. */
export function createConnection(
  webSocket: WebSocket,
  {
    id,
    pingEveryMs,
    onFrame,
    onGone,
  }: { id: string; pingEveryMs: number; onFrame: (frame: string) => void; onGone: () => void },
): Connection {
  let frozen = false;
  let ghost = false;
  let pongDelayMs = 0;
  let closeCode: number | undefined;

  const pings = setInterval(() => {
    if (!frozen) webSocket.ping("Ping from applink");
  }, pingEveryMs);

  const pong = (data: Buffer) => {
    if (!frozen && webSocket.readyState === webSocket.OPEN) webSocket.pong(data);
  };

  const send = (frame: unknown) => {
    if (!frozen && webSocket.readyState === webSocket.OPEN) webSocket.send(JSON.stringify(frame));
  };

  /** Slack sends nothing more to a connection that it is closing, whenever the app answers the close frame. */
  const close = () => {
    webSocket.close(1000);
    onGone();
  };

  webSocket.on("ping", (data) => {
    if (pongDelayMs === 0) pong(data);
    else setTimeout(pong, pongDelayMs, data).unref();
  });
  webSocket.on("message", (data) => onFrame((data as Buffer).toString()));
  webSocket.on("close", (code) => {
    closeCode = code;
    clearInterval(pings);
    if (!ghost) onGone();
  });
  // A reset is followed by "close", which says all that matters here.
  webSocket.on("error", () => webSocket.terminate());

  return {
    id,
    send,
    close,
    refuse(reason) {
      send({ type: "disconnect", reason, debug_info: { host: "applink-stand-in" } });
      close();
    },
    cut: () => webSocket.terminate(),
    freeze() {
      frozen = true;
      webSocket.pause();
    },
    thaw() {
      frozen = false;
      webSocket.resume();
    },
    haunt() {
      ghost = true;
      webSocket.terminate();
    },
    forget() {
      ghost = false;
      webSocket.terminate();
      onGone();
    },
    delayPongs(delayMs) {
      pongDelayMs = delayMs;
    },
    closeCode: () => closeCode,
    isGhost: () => ghost,
    isFrozen: () => frozen,
  };
}
