import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Row } from "../../../src/gateway/domain/card.ts";
import type { PermissionRequest } from "../../../src/gateway/domain/ask.ts";
import type { CardContent, RawContent } from "../../../src/gateway/domain/content.ts";
import type { ClosedState } from "../../../src/gateway/domain/state.ts";
import { REJECT_ALL } from "../../../src/gateway/domain/permission-controls.ts";
import { createSlices } from "../../../src/system/slices.ts";
import { describeRequest } from "../../../src/opencode/details.ts";
import { renderCard } from "../../../src/slack/cards/blocks.ts";
import type { RenderedCard } from "../../../src/slack/cards/card-parts.ts";
import { renderOrphan } from "../../../src/slack/cards/orphan-card.ts";
import { countFitting, offeredReplies } from "../../../src/slack/cards/readable.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import { showContent, showOrphan } from "../../../src/sanitize/content.ts";
import { renderThread } from "../../../src/slack/cards/thread.ts";
import { reveal, withoutMarks } from "../../../src/sanitize/visible.ts";
import { NAMED, TOKENS } from "../../support/corpora/secrets.ts";
import { controlsFor, onCard } from "../../support/controls.ts";
import { permissionRequest } from "../../support/permission-request.ts";
import { checkBlocks } from "../../support/slack/block-kit.ts";

type Described = Omit<RawContent, "offers">;

const OWN_SECRET = "our own (secret) 1";
const MEMBER = "m".repeat(71);
/** Everything that nobody sees, by Unicode's own properties; line breaks and tabs can be seen. */
const UNSEEN = /(?![\n\t])[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800\u3164]|(?! )\p{Zs}/u;

/** Without our left-to-right marks, and what cannot be seen alone but is part of an emoji. */
const withoutParts = (text: string): string =>
  withoutMarks(text).replaceAll(/(\p{Extended_Pictographic})[\uFE0F\u200D]/gu, "$1");

const part = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.string({ maxLength: 8 }),
  fc.constantFrom(
    "<!channel>",
    "<@U1>",
    "<https://example.com|click>",
    "&lt;!here&gt;",
    "&",
    "`",
    "*bold*",
    "\n",
    "\t",
    "\r",
    " ".repeat(30),
    "\n".repeat(9),
    "\u202E",
    "\u200B",
    "\uD83D",
    "\uDE00",
    "👩‍💻",
    "\\u{",
    "\\u{202E}",
    "раypal",
    "‹masked: 4 characters›",
    "$(rm -rf ~)",
    "; rm -rf ~ #",
    "TOKEN=",
    "password: ",
    "'",
    '"',
    OWN_SECRET,
    ...Object.values(TOKENS),
    ...NAMED.map(([text]) => text),
  ),
);
const someText = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""));
const anyText = fc.oneof(
  { weight: 12, arbitrary: someText },
  {
    weight: 1,
    arbitrary: fc.tuple(part, fc.integer({ min: 1, max: 4_000 })).map(([text, count]) => text.repeat(count)),
  },
);

const anyRaw: fc.Arbitrary<Described> = fc
  .record({
    // OpenCode's schema has no empty permission.
    permission: fc.oneof(
      fc.constantFrom("bash", "edit"),
      anyText.filter((text) => text !== ""),
    ),
    always: fc.array(anyText, { maxLength: 3 }),
    details: fc.array(
      fc.record(
        {
          label: fc.oneof(
            anyText.map((name) => `Arguments of ${name}`),
            anyText,
          ),
          text: fc.oneof({ weight: 4, arbitrary: anyText }, { weight: 1, arbitrary: fc.constant("") }),
          isCommand: fc.constant(true as const),
        },
        { requiredKeys: ["label", "text"] },
      ),
      { maxLength: 4 },
    ),
    titles: fc.array(anyText, { maxLength: 2 }),
    agent: anyText,
    model: anyText,
    directory: anyText,
    host: anyText,
    doubt: fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, fc.record({ doubt: anyText })),
  })
  .map(({ permission, always, details, titles, agent, model, directory, host, doubt }): Described => {
    const request = permissionRequest({
      permission,
      always,
    });
    return Object.assign({ request, details, session: { titles, agent, model }, directory, host }, doubt);
  });

const show = (raw: Described): CardContent =>
  runToEnd(showContent({ ...raw, offers: { replies: ["once", "always", "reject"] } }, [OWN_SECRET]));

function openRow(content: CardContent): Row {
  return { content, state: { kind: "asked" }, controls: controlsFor(content, offeredReplies(content), 2) };
}

function closedRow(content: CardContent): Row {
  const state: ClosedState = {
    kind: "replied",
    answer: { kind: "permission", reply: "reject" },
    by: { kind: "sibling", userID: "U1", to: content },
    at: new Date(0),
  };
  return { content, state, controls: [] };
}

/** Every card that these requests can get. */
function cardsOf(raws: readonly Described[]): RenderedCard[] {
  const contents = raws.map(show);
  const shared = contents.slice(0, countFitting(contents));
  return [openRow, closedRow].flatMap((rowOf) =>
    [...contents.map((content) => [content]), shared].map((some) =>
      renderCard(
        {
          rows: some.map(rowOf),
          controls: [onCard(REJECT_ALL)],
          ...(rowOf === openRow && { lastPress: { note: { kind: "not-recorded" }, at: new Date(0) } }),
        },
        MEMBER,
      ),
    ),
  );
}

/** Every card that such a request can leave behind. */
const orphansOf = ({ request: { permission }, directory }: Described): RenderedCard[] =>
  [
    { kind: "permission", permission, directory },
    { kind: "permission", permission },
    { kind: "question", permission, directory },
    { directory },
    {},
    { kind: "permission", permission, directory, requests: 3 },
  ].map((orphan) =>
    renderOrphan(showOrphan(orphan, [OWN_SECRET]), {
      kind: "gone",
      reason: "opencode-ended",
      at: new Date(0),
    }),
  );

/** Every message of the thread of a card that has no room for such a request. */
const threadOf = (raw: Described): readonly RenderedCard[] => renderThread(show(raw)) ?? [];

/** Every string in a card that Slack draws. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

const MARK = /‹masked: \d+ characters›/;
const CUT_MARK = /‹masked:(?! \d+ characters›)(?=.{0,12}(?:…|$))/u;
const CUT_ESCAPE = /\\u\{(?![0-9A-F]+(?:×\d+)?\}|…)/u;

/** What the masks of a shown text hide of its source. */
function hiddenParts(source: string, text: string): string[] {
  const parts: string[] = [];
  let at = 0;
  for (const unit of text.split(/(‹masked: \d+ characters›)/)) {
    const length = MARK.test(unit) ? Number(/\d+/.exec(unit)) : 0;
    if (length > 0) parts.push(source.slice(at, at + length));
    at += length > 0 ? length : reveal(unit).length;
  }
  return parts;
}

interface Drawn {
  readonly cards: readonly RenderedCard[];
  /** Every string in them that Slack draws, once. */
  readonly texts: readonly string[];
}

/** By the requests' JSON: of one seed, most properties are tried with the same requests. */
const drawn = new Map<string, Drawn>();

function draw(raws: readonly Described[]): Drawn {
  const key = JSON.stringify(raws);
  const known = drawn.get(key);
  if (known !== undefined) return known;
  const cards = [...cardsOf(raws), ...raws.flatMap(orphansOf), ...raws.flatMap(threadOf)];
  const made = { cards, texts: [...new Set(cards.flatMap(textsOf))] };
  drawn.set(key, made);
  return made;
}

const anyCards = fc
  .array(anyRaw, { minLength: 1, maxLength: 4 })
  .map((raws) => Object.assign({ raws }, draw(raws)));

const RUNS = { numRuns: 150 };

describe("Whatever a request says, its card", () => {
  test("is one that Slack takes", () => {
    fc.assert(
      fc.property(anyCards, ({ cards }) => {
        for (const { blocks, text } of cards) {
          expect(checkBlocks(blocks)).toMatchObject({ ok: true });
          expect(text.length).toBeLessThanOrEqual(4_000);
        }
      }),
      RUNS,
    );
  });

  test("shows nothing that cannot be seen, and no half of a character", () => {
    fc.assert(
      fc.property(anyCards, ({ texts }) => {
        expect(texts.filter((text) => UNSEEN.test(withoutParts(text)))).toEqual([]);
      }),
      RUNS,
    );
  });

  test("never cuts an escape or the mark of a secret", () => {
    fc.assert(
      fc.property(anyCards, ({ texts }) => {
        expect(texts.filter((text) => CUT_ESCAPE.test(text) || CUT_MARK.test(text))).toEqual([]);
      }),
      RUNS,
    );
  });

  test("mentions nobody and links nothing, and stands on one line, where Slack parses its text", () => {
    fc.assert(
      fc.property(anyCards, ({ cards }) => {
        for (const { text } of cards) {
          expect(text.replaceAll("<@U1>", "")).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)|\n/);
        }
      }),
      RUNS,
    );
  });

  test("is made of plain and rich text, which Slack never parses", () => {
    fc.assert(
      fc.property(anyCards, ({ cards }) => {
        expect(JSON.stringify(cards.map(({ blocks }) => blocks))).not.toMatch(
          /"type":"(?:mrkdwn|link|emoji)"/,
        );
      }),
      RUNS,
    );
  });

  test("tells no secret", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(OWN_SECRET, ...Object.values(TOKENS)),
        fc.string(),
        fc.constantFrom("", "\u200B", "\u202E", "\uD800"),
        (secret, before, split) => {
          const hidden = `${before} ${secret.slice(0, 6)}${split}${secret.slice(6)} `;
          const leaking: Described = {
            request: permissionRequest({
              permission: hidden,
              always: [hidden],
            }),
            details: [
              { label: hidden, text: hidden, isCommand: true },
              { label: "File", text: hidden },
            ],
            session: { titles: [hidden], agent: hidden, model: hidden },
            directory: hidden,
            host: hidden,
            doubt: hidden,
          };
          const told = JSON.stringify([...cardsOf([leaking, leaking]), ...orphansOf(leaking)]);
          expect(told).not.toContain(JSON.stringify(secret.slice(6)).slice(1, -1));
        },
      ),
      RUNS,
    );
  });
});

describe("What may be allowed", () => {
  const allowed = fc
    .array(fc.array(part, { maxLength: 4 }), { minLength: 1, maxLength: 2 })
    .map((details): Described => ({
      request: permissionRequest(),
      details: details.map((parts) => ({ label: "Command", text: parts.join(" "), isCommand: true })),
      session: { titles: [] },
      directory: "/home/dev",
      host: "laptop",
    }))
    .map((raw) => ({ raw, content: show(raw) }))
    .filter(({ content }) => offeredReplies(content).includes("once"));

  test("is shown to its last character: what is not masked can be read back from the card", () => {
    fc.assert(
      fc.property(allowed, ({ raw, content }) => {
        const drawn = renderCard({ rows: [openRow(content)], controls: [] }, MEMBER).blocks.flatMap(textsOf);
        for (const [index, { text }] of content.details.entries()) {
          expect(["", ...drawn]).toContain(text);
          const source = raw.details[index]?.text ?? "";
          const hidden = hiddenParts(source, text);
          const pieces = text.split(MARK).map((piece, at) => reveal(piece) + (hidden[at] ?? ""));
          expect(pieces.join("")).toBe(source);
        }
      }),
      RUNS,
    );
  });

  test("has nothing that a shell acts on behind a mask", () => {
    fc.assert(
      fc.property(allowed, ({ raw, content }) => {
        const hidden = content.details.flatMap(({ text }, index) =>
          hiddenParts(raw.details[index]?.text ?? "", text),
        );
        expect(hidden.filter((part) => !/^[\w+][\w+/=:@.,%-]{0,511}$/.test(part))).toEqual([]);
      }),
      RUNS,
    );
  });

  test("always is shown exactly as it is", () => {
    const ordinary = fc.constantFrom("ls", "git push *", "раypal", "\u200B", "TOKEN=abcd1234", "a\u202Eb");
    const plain = fc
      .record({ text: ordinary, pattern: ordinary, title: ordinary })
      .map(({ text, pattern, title }): Described & { request: PermissionRequest } => ({
        request: permissionRequest({
          always: [pattern],
        }),
        details: [{ label: "Command", text, isCommand: true }],
        session: { titles: [title] },
        directory: "/home/dev",
        host: "laptop",
      }));
    fc.assert(
      fc.property(plain, (raw) => {
        const isOrdinary = [raw.details[0]?.text, raw.request.always[0], raw.session.titles[0]].every(
          (text) => ["ls", "git push *"].includes(text ?? ""),
        );
        expect(offeredReplies(show(raw)).includes("always")).toBe(isOrdinary);
      }),
    );
  });
});

test("The names of a tool's arguments are shown like their values", async () => {
  await fc.assert(
    fc.asyncProperty(someText, someText, async (name, value) => {
      const request = permissionRequest({
        permission: "mcp_tool",
        patterns: ["*"],
        call: { tool: "mcp_tool", args: Object.fromEntries([[name, value]]) },
      });
      const described = await describeRequest(request, "/home/dev", createSlices());
      const raw = { ...described, request, session: { titles: [] }, directory: "/home/dev", host: "laptop" };
      const drawn = renderCard({ rows: [openRow(show(raw))], controls: [] }, MEMBER).blocks.flatMap(textsOf);
      expect(drawn.filter((text) => UNSEEN.test(withoutParts(text)))).toEqual([]);
      const shown = show(raw);
      if (!shown.isVerbatim || offeredReplies(shown).length === 1) return;
      const plainly = new Set(drawn.map(withoutMarks));
      const isForItself = plainly.has(`“${name}”`) && plainly.has(value);
      const isNamed = [name, JSON.stringify(name)].some((key) =>
        plainly.has(`${key}: ${JSON.stringify(value)}`),
      );
      expect(isForItself || isNamed).toBe(true);
    }),
    RUNS,
  );
});

test("What is too long to be read here is shown masked, and cannot be allowed", () => {
  const token = TOKENS["GitHub personal"] ?? "";
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 60_000 }),
      fc.constantFrom("x ", "y\n", `TOKEN=${token} `),
      (at, filler) => {
        const text = `${filler.repeat(at / filler.length)}${token} ${filler.repeat(60_000 / filler.length)}`;
        const raw: Described = {
          request: permissionRequest(),
          details: [
            { label: "Command", text, isCommand: true },
            { label: "Prompt", text },
          ],
          session: { titles: [text] },
          directory: text,
          host: "laptop",
        };
        const content = show(raw);
        expect(offeredReplies(content)).toEqual(["reject"]);
        expect(JSON.stringify(cardsOf([raw, raw]))).not.toContain(token.slice(0, 4));
      },
    ),
    { numRuns: 20 },
  );
});
