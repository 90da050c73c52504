import { until } from "./until.ts";

/** An event as OpenCode sends it: to a plugin's `event` hook and, the same, to `GET /event`. */
export interface OpenCodeEvent {
  readonly type: string;
  readonly properties: Record<string, unknown>;
}

/** Some properties and their values, or a question about the whole event. */
export type EventFilter = Record<string, unknown> | ((event: OpenCodeEvent) => boolean);

/** What one directory's `GET /event` has told since it was opened. */
export interface EventLog {
  readonly seen: readonly OpenCodeEvent[];
  /** The first event of `type`, already seen or still to come, that fits. */
  waitFor(type: string, fits?: EventFilter, options?: { limitMs?: number }): Promise<OpenCodeEvent>;
  /** Whether there may be more to see: OpenCode ends the stream with its directory's instance. */
  isOpen(): boolean;
  close(): void;
}

/** Opens a directory's event stream; the directory's instance, and so its plugins, are up when this resolves. */
export async function openEvents(
  url: URL,
  headers: Record<string, string>,
  context: () => Promise<string>,
): Promise<EventLog> {
  const closing = new AbortController();
  const response = await fetch(url, { headers, signal: closing.signal });
  if (!response.ok || response.body === null) {
    throw new Error(`GET ${url.href} answered ${response.status}\n${await context()}`);
  }
  const seen: OpenCodeEvent[] = [];
  const { body } = response;
  const reading = (async () => {
    let rest = "";
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split("\n\n");
      rest = blocks.pop() ?? "";
      seen.push(...blocks.flatMap(parseBlock));
    }
  })();
  let isOpen = true;
  reading
    .catch(() => closing.abort()) // the stream ends with its OpenCode; what was seen stays
    .finally(() => (isOpen = false));

  const waitFor: EventLog["waitFor"] = async (type, filter = {}, { limitMs } = {}) => {
    const wanted = typeof filter === "function" ? filter.toString() : JSON.stringify(filter);
    return until(
      `OpenCode sends ${type} ${wanted}`,
      () => seen.find((event) => event.type === type && fits(event, filter)),
      {
        ...(limitMs !== undefined && { limitMs }),
        context: async () => `Seen: ${seen.map((event) => event.type).join(", ")}\n${await context()}`,
      },
    );
  };
  await waitFor("server.connected");
  return { seen, waitFor, isOpen: () => isOpen, close: () => closing.abort() };
}

function fits(event: OpenCodeEvent, filter: EventFilter): boolean {
  if (typeof filter === "function") return filter(event);
  return Object.entries(filter).every(([name, value]) => event.properties[name] === value);
}

function parseBlock(block: string): OpenCodeEvent[] {
  const data = block.split("\n").find((line) => line.startsWith("data:"));
  return data === undefined ? [] : [JSON.parse(data.slice("data:".length)) as OpenCodeEvent];
}
