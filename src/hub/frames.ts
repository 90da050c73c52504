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
  | { type: "received"; envelopeID: string }
  /** Since release 2. Observer to holder, and holder to each member: what are you doing? `askID` comes back with each answer. */
  | { type: "ask-status"; askID: string }
  /**
   * Since release 2. Holder to observer, first, once for each member, without `status`: it is connected, and may be of a
   * release that never answers. Then member to holder, and holder to observer: what that member is doing, as a text that
   * the hub does not read, of {@link STATUS_LIMIT_CHARS} at most.
   */
  | { type: "status"; askID: string; memberID: string; status?: string };

/**
 * Of everything in which processes with different releases of this package meet: these frames, the addresses in Slack's
 * payloads, the ledger. Raised when one of them says more; nobody is refused for it.
 */
export const RELEASE = 2;

/** The longest frame that is read. Slack's largest payload, escaped twice, stays below 2 MiB. */
const FRAME_LIMIT_CHARS = 4 * 1024 * 1024;

/** The longest status that is passed on; a longer one is ignored, and harms nobody's presses. */
export const STATUS_LIMIT_CHARS = 128 * 1024;

/** Names that nobody but an observer and the members make up are short. */
const ASK_ID_LIMIT_CHARS = 100;

export function renderFrame(frame: Frame): string {
  return `${JSON.stringify(frame)}\n`;
}

/** `unknown` is a frame of a later release and is ignored; `malformed` is no frame at all. */
export function parseFrame(line: string): Frame | "unknown" | "malformed" {
  const fields = parseObject(line);
  if (fields === undefined || typeof fields.type !== "string") return "malformed";
  const { type, memberID, release, envelopeID, click, expiresAt, askID, status } = fields;
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
    case "ask-status":
      if (!isName(askID)) return "malformed";
      return askID.length > ASK_ID_LIMIT_CHARS ? "unknown" : { type, askID };
    case "status":
      if (!isName(askID) || !isName(memberID)) return "malformed";
      if (status === undefined) return { type, askID, memberID };
      if (typeof status !== "string") return "malformed";
      return status.length > STATUS_LIMIT_CHARS ? "unknown" : { type, askID, memberID, status };
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
