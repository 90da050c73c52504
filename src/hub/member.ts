import { connect } from "node:net";
import { createConnection, type Ending } from "./connection.ts";
import { RELEASE, type Frame } from "./frames.ts";

/** How many envelopes are remembered. A press lives for two seconds, so this is far more than can be seen twice. */
const SEEN_LIMIT = 1_000;

export type PressEvent =
  | { type: "press dropped"; envelopeID: string; reason: "seen" | "expired" }
  | { type: "press failed"; envelopeID: string; error: unknown };

export interface StatusEvent {
  type: "status failed";
  error: unknown;
}

/** Gives each press to `pressed` once, whichever holder brings it. `taken`: say so to the holder. */
export type TakePress = (press: Extract<Frame, { type: "click" }>) => "taken" | "dropped";

/** One for the lifetime of a member: a new holder may bring what the old one brought already. */
export function createPressTaker(
  pressed: (press: string) => void,
  log: (event: PressEvent) => void,
): TakePress {
  const seen = new Set<string>();
  return ({ envelopeID, click: press, expiresAt }) => {
    if (seen.has(envelopeID)) {
      log({ type: "press dropped", envelopeID, reason: "seen" });
      return "taken";
    }
    // Whoever pressed is told by now that nobody took it, so nobody may: this process was stopped, or asleep.
    if (Date.now() > expiresAt) {
      log({ type: "press dropped", envelopeID, reason: "expired" });
      return "dropped";
    }
    try {
      pressed(press);
    } catch (error) {
      log({ type: "press failed", envelopeID, error });
      return "dropped";
    }
    seen.add(envelopeID);
    for (const oldest of seen) {
      if (seen.size <= SEEN_LIMIT) break;
      seen.delete(oldest);
    }
    return "taken";
  };
}

/**
 * Connects to a holder as `memberID` and takes its presses until the connection ends, or `signal` is aborted.
 * `joined` is called with the first sign of life: a connect alone proves none.
 */
export async function runMember(options: {
  path: string;
  memberID: string;
  joined: () => void;
  take: TakePress;
  /** What this member is doing; undefined where it has nothing to say. Does not throw. */
  tellStatus: () => string | undefined;
  signal: AbortSignal;
}): Promise<Ending> {
  const { path, memberID, joined, take, tellStatus, signal } = options;
  let hasJoined = false;
  const connection = createConnection(connect({ path }), (frame) => {
    if (!hasJoined) joined();
    hasJoined = true;
    if (frame.type === "click" && take(frame) === "taken") {
      connection.send({ type: "received", envelopeID: frame.envelopeID });
    }
    if (frame.type === "ask-status") {
      const status = tellStatus();
      if (status !== undefined) connection.send({ type: "status", askID: frame.askID, memberID, status });
    }
  });
  connection.send({ type: "hello", memberID, release: RELEASE });
  signal.addEventListener("abort", connection.close, { once: true });
  const ending = await connection.ended;
  signal.removeEventListener("abort", connection.close);
  return ending;
}
