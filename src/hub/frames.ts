/**
 * What two ends of a hub connection say to each other: one JSON object per line.
 *
 * Frozen since the first release, because processes with different releases of this package meet on one
 * socket. A later release may add frames and fields; it never changes or requires more of these.
 */
export type Frame =
  /** Member to holder, first: presses for `memberID` belong on this connection. `release` is its {@link RELEASE}. */
  | { type: "hello"; memberID: string; release?: number }
  /** Both ways, every second: this process runs. */
  | { type: "beat" }
  /** Holder to member. After `expiresAt` (ms since 1970, this machine's clock) the press must be dropped. */
  | { type: "click"; envelopeID: string; click: string; expiresAt: number }
  /** Member to holder: the press of this envelope has reached its owner. */
  | { type: "received"; envelopeID: string };

/**
 * Of everything in which processes with different releases of this package meet: these frames, the addresses in Slack's
 * payloads, the ledger. Raised when one of them says more; nobody is refused for it.
 */
export const RELEASE = 1;

/** The longest frame that is read. Slack's largest payload, escaped twice, stays below 2 MiB. */
const FRAME_LIMIT_CHARS = 4 * 1024 * 1024;

export function renderFrame(frame: Frame): string {
  return `${JSON.stringify(frame)}\n`;
}

/** `unknown` is a frame of a later release and is ignored; `malformed` is no frame at all. */
export function parseFrame(line: string): Frame | "unknown" | "malformed" {
  const fields = parseObject(line);
  if (fields === undefined || typeof fields.type !== "string") return "malformed";
  const { type, memberID, release, envelopeID, click, expiresAt } = fields;
  switch (type) {
    case "hello":
      if (!isName(memberID)) return "malformed";
      return { type, memberID, ...(typeof release === "number" && { release }) };
    case "beat":
      return { type };
    case "click":
      return isName(envelopeID) && typeof click === "string" && typeof expiresAt === "number"
        ? { type, envelopeID, click, expiresAt }
        : "malformed";
    case "received":
      return isName(envelopeID) ? { type, envelopeID } : "malformed";
    default:
      return "unknown";
  }
}

/**
 * Cuts what a socket brings into frames and hands each known one to `receive`.
 *
 * @returns a function to feed with what was read; `malformed` says to close the connection.
 */
export function createFrameReader(receive: (frame: Frame) => void): (chunk: string) => "read" | "malformed" {
  let unfinished = "";
  return (chunk) => {
    const lines = chunk.split("\n");
    lines[0] = unfinished + lines[0];
    unfinished = lines.pop() ?? "";
    for (const line of lines) {
      const frame = line.length > FRAME_LIMIT_CHARS ? "malformed" : parseFrame(line);
      if (frame === "malformed") return frame;
      if (frame !== "unknown") receive(frame);
    }
    return unfinished.length > FRAME_LIMIT_CHARS ? "malformed" : "read";
  };
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
