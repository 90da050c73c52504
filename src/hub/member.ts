import { connect } from "node:net";
import { createConnection, type Ending } from "./connection.ts";
import { RELEASE, type Frame } from "./frames.ts";

/** How many envelopes are remembered. A click lives for two seconds, so this is far more than can be seen twice. */
const SEEN_LIMIT = 1_000;

export type ClickEvent =
  | { type: "click dropped"; envelopeID: string; reason: "seen" | "expired" }
  | { type: "click failed"; envelopeID: string; error: unknown };

/** Gives each click to `clicked` once, whichever holder brings it. `taken`: say so to the holder. */
export type TakeClick = (click: Extract<Frame, { type: "click" }>) => "taken" | "dropped";

/** One for the lifetime of a member: a new holder may bring what the old one brought already. */
export function createClickTaker(
  clicked: (click: string) => void,
  log: (event: ClickEvent) => void,
): TakeClick {
  const seen = new Set<string>();
  return ({ envelopeID, click, expiresAt }) => {
    if (seen.has(envelopeID)) {
      log({ type: "click dropped", envelopeID, reason: "seen" });
      return "taken";
    }
    // The clicker is told by now that nobody took it, so nobody may: this process was stopped, or asleep.
    if (Date.now() > expiresAt) {
      log({ type: "click dropped", envelopeID, reason: "expired" });
      return "dropped";
    }
    try {
      clicked(click);
    } catch (error) {
      log({ type: "click failed", envelopeID, error });
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
 * Connects to a holder as `memberID` and takes its clicks until the connection ends, or `signal` is aborted.
 * `joined` is called with the first sign of life: a connect alone proves none.
 */
export async function runMember(options: {
  path: string;
  memberID: string;
  joined: () => void;
  take: TakeClick;
  signal: AbortSignal;
}): Promise<Ending> {
  const { path, memberID, joined, take, signal } = options;
  let hasJoined = false;
  const connection = createConnection(connect({ path }), (frame) => {
    if (!hasJoined) joined();
    hasJoined = true;
    if (frame.type === "click" && take(frame) === "taken") {
      connection.send({ type: "received", envelopeID: frame.envelopeID });
    }
  });
  connection.send({ type: "hello", memberID, release: RELEASE });
  signal.addEventListener("abort", connection.close, { once: true });
  const ending = await connection.ended;
  signal.removeEventListener("abort", connection.close);
  return ending;
}
