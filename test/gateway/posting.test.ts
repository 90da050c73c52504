import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import type { AskedRow } from "../../src/gateway/asked.ts";
import { createAsks } from "../../src/gateway/asks.ts";
import { createCard } from "../../src/gateway/card.ts";
import { silentLog as log } from "../support/silent-log.ts";
import type { CardContent } from "../../src/gateway/domain/content.ts";
import type { Cards, PostOutcome, Connection } from "../../src/gateway/ports.ts";
import { createPosting, type PostingOptions } from "../../src/gateway/posting.ts";
import type { Placing } from "../../src/gateway/waiting.ts";
import { runToEnd } from "../../src/system/sliced.ts";
import { showContent } from "../../src/sanitize/content.ts";
import { createHooks } from "../support/hooks.ts";
import { until } from "../support/opencode/until.ts";
import { permissionRequest } from "../support/permission-request.ts";

type Waiting = Pick<AskedRow, "asked" | "content">;

/** Slack as posting needs it, where one request after the other makes trouble. */
function startPosting({
  post,
  ...troubles
}: Partial<Pick<Cards, "fit" | "turn">> & Partial<Pick<PostingOptions, "post">>) {
  const cards = {
    fit: (contents: readonly CardContent[]) => contents.length,
    turn: async () => 1,
    post: async (): Promise<PostOutcome> => ({
      kind: "posted",
      card: { channel: "C1", ts: "1.1" },
      version: {},
    }),
    ...troubles,
  } as unknown as Cards;
  const connection = { cards } as Connection;
  const shown: (readonly string[])[] = [];
  const hooks = createHooks();
  const requests = createAsks(10, hooks);
  const posting = createPosting({
    muting: { current: () => undefined },
    post: (_, waiting) => {
      post?.(connection, waiting);
      shown.push(waiting.map(({ content }) => content.details.map(({ text }) => text).join()));
      const rows = waiting.map((one) => ({
        ...one,
        values: new Map(),
        offered: [],
        controls: () => [],
        alsoAnswered: () => 0,
        hasOthers: () => false,
      }));
      return createCard({
        attemptID: "a",
        rows,
        controls: [],
        connection,
        mute: () => undefined,
        countWaiting: () => 0,
      });
    },
    hooks,
    redraw: () => undefined,
    signal: new AbortController().signal,
    log,
  });
  const ask = (command: string, n: number) => {
    const request = permissionRequest({ requestID: `per_${n}`, patterns: [command] });
    const asked = requests.add(request);
    if (typeof asked === "string") throw new Error("Each is asked once.");
    posting.expect(asked);
    return { request, asked, command };
  };
  /** @param described resolves when the request has been. */
  const placeInTurn = async (
    commands: readonly string[],
    described: (n: number) => Promise<unknown>,
  ): Promise<readonly (Placing["kind"] | "failed")[]> =>
    Promise.all(
      commands.map(ask).map(async ({ request, asked, command }, n) => {
        await described(n);
        const content = runToEnd(
          showContent(
            {
              request,
              details: [{ label: "Command", text: command }],
              session: { titles: [] },
              offers: { replies: ["once", "reject"] },
              directory: "/home/dev/project",
              host: "laptop",
            },
            [],
          ),
        );
        return posting.place(asked, content, connection).then(
          ({ kind }) => kind,
          () => "failed" as const,
        );
      }),
    );
  const place = async (...commands: readonly string[]) => placeInTurn(commands, async () => undefined);
  return { place, placeInTurn, shown };
}

const says = (waiting: readonly Waiting[], what: string): boolean =>
  JSON.stringify(waiting.map(({ content }) => content.details)).includes(what);

test("of requests that share a card, the one that no card can be made of is posted without its text", async () => {
  const { place, shown } = startPosting({
    post: (_, waiting) => {
      if (says(waiting, "broken")) throw new Error("nobody thought of this text");
      return undefined as never;
    },
  });
  expect(await place("one", "broken", "three")).toEqual(["posted", "posted", "posted"]);
  expect(shown).toEqual([["one"], ["bash"], ["three"]]);
});

test("a request that no card at all can be made of is refused, and others are posted", async () => {
  const { place, shown } = startPosting({
    post: (_, waiting) => {
      if (
        waiting.some(
          ({ asked: { request } }) => request.kind === "permission" && request.patterns[0] === "broken",
        )
      )
        throw new Error("never");
      return undefined as never;
    },
  });
  expect(await place("one", "broken", "three")).toEqual(["posted", "refused", "posted"]);
  expect(shown).toEqual([["one"], ["three"]]);
});

test("requests that cannot be measured together get cards of their own", async () => {
  const { place, shown } = startPosting({
    fit: () => {
      throw new Error("nobody thought of this text");
    },
  });
  expect(await place("one", "two")).toEqual(["posted", "posted"]);
  expect(shown).toEqual([["one"], ["two"]]);
});

test("whatever goes wrong before a card takes one request with it, and not those behind it", async () => {
  let turns = 0;
  const { place, shown } = startPosting({
    turn: async () => {
      turns += 1;
      if (turns === 1) throw new Error("once");
      return 1;
    },
  });
  expect(await place("one", "two", "three")).toEqual(["failed", "posted", "posted"]);
  expect(shown).toEqual([["two", "three"]]);
});

test("what a session asks at once finds room on its cards, although one after the other is described", async () => {
  const { placeInTurn, shown } = startPosting({
    fit: (contents) => Math.min(contents.length, 11),
    turn: async () => 3,
  });
  const commands = Array.from({ length: 30 }, (_, n) => `${n}`);
  const placed = await placeInTurn(commands, async (n) => delay(n * 20));
  expect(placed).toEqual(commands.map(() => "posted"));
  expect(shown.flat()).toEqual(commands);
  expect(shown.length).toBeLessThanOrEqual(5);
});

test("one that is never described keeps no other one from its card", async () => {
  const { placeInTurn, shown } = startPosting({});
  const commands = Array.from({ length: 8 }, (_, n) => `${n}`);
  void placeInTurn(commands, async (n) => (n === 7 ? new Promise(() => undefined) : delay(n)));
  await until("the others have cards", () => shown.flat().length === 7);
  expect(shown.flat()).toEqual(commands.slice(0, 7));
});
