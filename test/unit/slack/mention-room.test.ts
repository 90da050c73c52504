import { expect, test } from "vitest";
import { renderCard } from "../../../src/slack/cards/blocks.ts";
import { withMention } from "../../../src/slack/cards/mentions.ts";
import { fits } from "../../../src/slack/cards/readable.ts";
import { ROWS_LIMIT } from "../../../src/slack/cards/shared-card.ts";
import { slackLength } from "../../../src/slack/cards/text.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import { showContent } from "../../../src/sanitize/content.ts";
import { controlsFor } from "../../support/controls.ts";
import { permissionRequest } from "../../support/permission-request.ts";

/** Slack has refused messages (`msg_blocks_too_long`) from here on. */
const REFUSED_CHARACTERS = 11_300;
const BLOCKS_LIMIT = 50;

const ALL = Array.from({ length: 10 }, (_, n) => `${n % 2 === 0 ? "U" : "S"}012345678${n}AB`);

const contentOf = (length: number) =>
  runToEnd(
    showContent(
      {
        request: permissionRequest(),
        details: [{ label: "Command", text: `echo ${"x".repeat(length)}`, isCommand: true }],
        session: { titles: ["Fix the build"], agent: "build", model: "acme/large" },
        offers: { replies: ["once", "reject"] },
        directory: "/home/ada/work/project-1",
        host: "laptop",
      },
      [],
    ),
  );

test("ten mentions have room even on the fullest card that can be allowed", () => {
  let [fitting, tooLong] = [0, 20_000];
  while (tooLong - fitting > 1) {
    const middle = (fitting + tooLong) >> 1;
    if (fits(contentOf(middle))) fitting = middle;
    else tooLong = middle;
  }
  expect(fitting).toBeGreaterThan(5_000);
  const content = contentOf(fitting);
  const row = {
    content,
    state: { kind: "asked" },
    controls: controlsFor(content, ["once", "reject"]),
  } as const;
  const card = withMention(renderCard({ rows: [row], controls: [] }, "laptop_1"), ALL);
  expect(slackLength(JSON.stringify(card.blocks))).toBeLessThan(REFUSED_CHARACTERS);
});

test("a mention is one block more, and a card with the most rows has room for it", () => {
  const content = contentOf(10);
  const row = {
    content,
    state: { kind: "asked" },
    controls: controlsFor(content, ["once", "reject"]),
  } as const;
  const rows = Array.from({ length: ROWS_LIMIT }, () => ({ ...row, hasOthers: true }));
  const face = { rows, controls: controlsFor(content, ["reject"]), waiting: 3 };
  const { blocks } = renderCard(face, "laptop_1");
  const mentioned = withMention({ text: "", blocks }, ALL);
  expect(mentioned.blocks).toHaveLength(blocks.length + 1);
  expect(mentioned.blocks.length).toBeLessThanOrEqual(BLOCKS_LIMIT);
});

test("without anybody to mention a card is as it is", () => {
  const card = { text: "text", blocks: [] };
  expect(withMention(card, [])).toEqual(card);
});
