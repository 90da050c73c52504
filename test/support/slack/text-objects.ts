import { z } from "zod";
import { escapeMrkdwn, escapePlainText, linkAddresses } from "./text.ts";

/** Plain text, at most `limit` characters: Slack counts after it has escaped, so `overwrite` comes first. */
export const plainText = (limit: number) =>
  z.strictObject({
    type: z.literal("plain_text"),
    text: z.string().overwrite(escapePlainText).min(1).max(limit),
    emoji: z.boolean().default(true),
  });

/** Marked-up text, counted like {@link plainText}; bare addresses become links unless it is `verbatim`. */
export const mrkdwn = (limit: number) =>
  z
    .strictObject({
      type: z.literal("mrkdwn"),
      text: z.string().overwrite(escapeMrkdwn).min(1).max(limit),
      verbatim: z.boolean().default(false),
    })
    .transform((object) => (object.verbatim ? object : { ...object, text: linkAddresses(object.text) }));

/** Either of the two: https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
export const anyText = (limit: number) => z.discriminatedUnion("type", [plainText(limit), mrkdwn(limit)]);

/** A text object as Slack keeps it. */
export type TextObject = z.output<ReturnType<typeof anyText>>;
