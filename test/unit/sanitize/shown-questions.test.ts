import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Question } from "../../../src/gateway/domain/ask.ts";
import type { CardContent } from "../../../src/gateway/domain/content.ts";
import { planControls } from "../../../src/gateway/domain/controls.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import { renderCard } from "../../../src/slack/cards/blocks.ts";
import { isAnswerable, renderAnswers, renderOwnWords } from "../../../src/slack/cards/question-modals.ts";
import { offeredReplies } from "../../../src/slack/cards/readable.ts";
import { showContent } from "../../../src/sanitize/content.ts";
import { TOKENS } from "../../support/corpora/secrets.ts";
import { onCard } from "../../support/controls.ts";
import { optionOf, options, questionRequest } from "../../support/question-request.ts";
import { checkBlocks, checkModal } from "../../support/slack/block-kit.ts";
import { plainText } from "../../../src/slack/cards/rich-text.ts";

const MEMBER = `${"h".repeat(58)}_0123456789ab`;

function contentOf(...questions: readonly Partial<Question>[]): CardContent {
  return runToEnd(
    showContent(
      {
        request: questionRequest(questions),
        details: [],
        session: { titles: ["A session"] },
        offers: { replies: ["answer", "reject"] },
        directory: "/home/dev/project",
        host: "laptop",
      },
      ["our own secret"],
    ),
  );
}

function controlsOf(content: CardContent) {
  return planControls(content, { replies: offeredReplies(content), alsoAnswered: 0, isAlone: true }).map(
    onCard,
  );
}

function draw(content: CardContent) {
  const row = { content, state: { kind: "asked" }, controls: controlsOf(content) } as const;
  return renderCard({ rows: [row], controls: [] }, MEMBER);
}

function modalOf(blocks: ReturnType<typeof renderAnswers>) {
  return { type: "modal", title: plainText("Answer"), submit: plainText("Send"), blocks };
}

/** The labels of its options that can be chosen. */
function clearOf({ request }: CardContent): (string[] | undefined)[] {
  if (request.kind !== "question") return [];
  return request.questions.map((question) =>
    question.options.flatMap(({ label, isClear }) => (isClear ? [label] : [])),
  );
}

test("of options that read the same none can be chosen, and neither can one that is masked, empty or cut", () => {
  const labels = ["a", "b", "a", " b", "c\u200B", "", "  ", "our own secret", "x".repeat(5_000), "d"];
  expect(clearOf(contentOf({ options: options(...labels) }))).toEqual([]);
  expect(clearOf(contentOf({ options: options(...labels.filter(({ length }) => length < 5_000)) }))).toEqual([
    ["c\\u{200B}", "d"],
  ]);
});

test("two that differ only once they are masked cannot be told apart, so neither can be chosen", () => {
  const [one, other] = ["API_KEY=hunter2-x9Kq4", "API_KEY=hunter3-x9Kq4"];
  expect(clearOf(contentOf({ options: options(one, other, "none") }))).toEqual([["none"]]);
});

test("a secret is masked wherever it stands, also over the border of a label and what is said of it", () => {
  const [text = ""] = Object.values(TOKENS);
  const content = contentOf({
    question: `Use ${text}?`,
    header: text,
    options: [
      { label: text, description: "x" },
      { label: "API_KEY", description: "hunter2-x9Kq4" },
    ],
  });
  const drawn = JSON.stringify([
    draw(content),
    isAnswerable(content.request) && renderAnswers(MEMBER, content),
  ]);
  expect(drawn).not.toContain(text);
  expect(drawn).not.toContain("hunter2");
});

describe("whatever an agent asks", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 120 }),
    fc.constantFrom(
      "",
      " ",
      "Allow once",
      "<!channel>",
      "a\nb",
      "\u202Ea",
      "&".repeat(80),
      "x".repeat(76),
      "👩‍👩‍👧‍👦".repeat(10),
      "API_KEY=hunter2-x9Kq4",
      "y".repeat(4_001),
    ),
  );
  const question: fc.Arbitrary<Question> = fc.record({
    question: hostile,
    header: hostile,
    options: fc.array(fc.record({ label: hostile, description: hostile }), { maxLength: 14 }),
    multiple: fc.boolean(),
    custom: fc.boolean(),
  });

  test("Slack takes its card and its dialogs", () => {
    fc.assert(
      fc.property(fc.array(question, { minLength: 1, maxLength: 5 }), (questions) => {
        const content = contentOf(...questions);
        expect(checkBlocks(draw(content).blocks)).toMatchObject({ ok: true });
        if (!isAnswerable(content.request)) return;
        const modals = [renderAnswers, ...(questions.length === 1 ? [renderOwnWords] : [])];
        for (const render of modals)
          expect(checkModal(modalOf(render(MEMBER, content)))).toMatchObject({ ok: true });
      }),
      { numRuns: 150 },
    );
  });

  test("no control of it is coloured, and every one is told apart from ours", () => {
    fc.assert(
      fc.property(question, (one) => {
        const controls = controlsOf(contentOf(one));
        expect(controls.every(({ style }) => style === undefined)).toBe(true);
        const labels = controls.flatMap(({ name, label }) => (name.startsWith("option-") ? [label] : []));
        expect(labels.filter((label) => /^(?:Allow|Reject|Dismiss|Other|Answer)/i.test(label))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test("a million characters of it are not shown, and it can be dismissed", () => {
    const long = "z ".repeat(500_000);
    const asked: Partial<Question>[] = [
      { question: long },
      { options: options(long) },
      { options: long.split(" ").map(optionOf) },
      { header: long },
    ];
    for (const one of asked) {
      const content = contentOf(one);
      expect(offeredReplies(content)).toEqual(["reject"]);
      expect(checkBlocks(draw(content).blocks)).toMatchObject({ ok: true });
      expect(controlsOf(content).map(({ label }) => label)).toEqual(["Dismiss"]);
    }
  });
});
