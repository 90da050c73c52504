/** What Slack says that a message is: everything on it that can be read or pressed. Pure. */

import * as z from "zod";

/** A time as Slack writes it: seconds since 1970, and mostly the microseconds behind the point. */
export const timestampSchema = z
  .string()
  .regex(/^\d{1,12}(?:\.\d{1,6})?$/)
  .transform((ts) => Number(ts) * 1_000);

/** Everything of a message that a person reads or presses: https://docs.slack.dev/messaging */
export const contentSchema = z.object({
  /** Read by notifications and screen readers, in place of the blocks. */
  text: z.unknown().optional(),
  blocks: z.unknown().optional(),
  attachments: z.unknown().optional(),
  files: z.unknown().optional(),
});

export type MessageContent = z.infer<typeof contentSchema>;

/** Objects and lists in each other: Slack's own are at most eight. Deeper ones are no card of ours. */
export const DEPTH_LIMIT = 20;

/**
 * The same content, with its fields in one order, and without those that say no more than their absence.
 *
 * Slack writes a message out in several places, and nobody has promised that each of them names the IDs that Slack makes
 * up itself, or fields that are empty. So these do not count.
 */
export function withoutNothing({ text, blocks, attachments, files }: MessageContent): MessageContent {
  return stripped({ text, blocks, attachments, files }, 0) as MessageContent;
}

function stripped(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEPTH_LIMIT) return "nested too deeply";
  if (Array.isArray(value)) return value.map((item) => stripped(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, field]) => name !== "block_id" && !isNothing(field))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, field]) => [name, stripped(field, depth + 1)]),
  );
}

/** Whether a field says no more than its absence. */
export function isNothing(field: unknown): boolean {
  if (typeof field === "object" && field !== null) return Object.keys(field).length === 0;
  return !field;
}
