/**
 * A test of how Slack writes out what it is given: a card with everything that cards are made of, and where the press on
 * it differs from Slack's answer to the post. Pure.
 */

import * as z from "zod";
import type { CardContent } from "../../gateway/domain/content.ts";
import type { Control } from "../../gateway/domain/control.ts";
import { renderCard } from "./blocks.ts";
import { differencesOf, parseSeen, parseVersion } from "./card-check.ts";
import type { RenderedCard } from "./card-parts.ts";
import type { CardCheck } from "./check-setting.ts";
import { differingFields } from "./fields.ts";

interface SelfTestCard {
  /** By which the press finds its way to this process. */
  readonly memberID: string;
  /** Of the card's buttons. */
  readonly value: string;
  /** Any time: some card shows one. */
  readonly at: Date;
}

/** What the press on a test card has shown. No path holds a text. */
export interface SelfTestReport {
  /** Every field that differs between Slack's answer and the press, whether it shows anything or not. */
  readonly fields: readonly string[];
  /** For each setting of the check, where it would have refused the press; empty where the press counts. */
  readonly refusals: Readonly<Record<CardCheck, readonly string[]>>;
}

const TEST = "test of opencode-slack-gateway";

/** Whatever Slack may escape, link, turn or replace. */
const COMMAND = `curl "https://example.com/?a=1&b=2" > out.txt < in.txt && cat out.txt
\tif [ a = b ]; then echo example.com me@example.com :tada: 🚀 ✅ ©; fi
echo 'two  blanks, a&amp;b, *bold* _it_ ~no~ \`code\` <@U1> <!here> مرحبا 你好'
`;
const ALWAYS = ["curl *", "cat <a> & :tada: example.com"];

/** @returns a card that asks for nothing. Its buttons are named `test` and `test-without-dialog`. */
export function renderSelfTest({ memberID, value, at }: SelfTestCard): RenderedCard {
  const request = { kind: "permission", permission: TEST, always: ALWAYS } as const;
  const content: CardContent = {
    request,
    details: [
      { label: "Command", text: COMMAND, isWhole: true },
      { label: "Description & <more>", text: "Says example.com\nand 🚀", isWhole: true, isRemark: true },
      { label: "Nothing", text: "", isWhole: true },
    ],
    furtherDetails: 0,
    doubt: "This is a test: whatever you press, nothing happens.",
    size: { lines: 3, characters: COMMAND.length },
    remarks: ["A test & a <test> of example.com."],
    isVerbatim: true,
    session: { titles: ["A test & a <test>", "مرحبا"], agent: "build", model: "example/model-1.0" },
    offers: { replies: [] },
    directory: "/home/dev/a & b/<example.com>",
    host: "laptop.example.com",
    noApprover: "none-configured",
    rejectedAt: at,
  };
  const controls: Control[] = [
    {
      name: "test",
      label: "Press this",
      style: "primary",
      dialog: { kind: "always", request, alsoAnswered: 2 },
      value,
      effect: NOTHING,
    },
    { name: "test-without-dialog", label: "Or this…", style: "danger", value, effect: NOTHING },
  ];
  const row = { content, state: { kind: "asked" }, controls } as const;
  return renderCard({ rows: [row], controls: [], waiting: 2, head: "0123456789abcdef" }, memberID);
}

/** No gateway knows these controls. */
const NOTHING: Control["effect"] = { kind: "submit", answer: { kind: "permission", reply: "reject" } };

const pressSchema = z.object({ message: z.record(z.string(), z.unknown()) });

/**
 * @param posted what {@link renderSelfTest} has made.
 * @param answer `message` of Slack's answer to `chat.postMessage`, or to `chat.update`.
 * @param payload of the press.
 * @returns undefined where Slack has left the message out of either: then nothing can be compared.
 */
export function reportSelfTest(
  posted: RenderedCard,
  answer: unknown,
  payload: unknown,
): SelfTestReport | undefined {
  const { data: press } = pressSchema.safeParse(payload);
  const refusalsBy = (check: CardCheck): readonly string[] | undefined => {
    const { wording: told } = parseVersion(check, answer, posted);
    const seen = parseSeen(check, press?.message);
    if (told === undefined || seen === undefined) return undefined;
    return told.digest === seen.digest ? [] : differencesOf(check, told, seen);
  };
  const [words, strict] = [refusalsBy("words"), refusalsBy("strict")];
  if (press === undefined || words === undefined || strict === undefined) return undefined;
  return { fields: differingFields(answer, press.message), refusals: { words, strict, off: [] } };
}
