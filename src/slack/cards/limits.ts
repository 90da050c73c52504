/** How much a message may hold. */

import type { Block, KnownBlock } from "@slack/web-api";
import { slackLength } from "./text.ts";

/**
 * Characters of all blocks together. Slack documents no limit and refuses messages (`msg_blocks_too_long`) somewhere
 * between 11,300 and 13,200.
 */
export const CARD_LIMIT = 10_000;
/** Blocks of a message. */
const BLOCKS_LIMIT = 50;

/** Whether Slack takes a message of these blocks. */
export function isWithinLimits(blocks: readonly (KnownBlock | Block)[]): boolean {
  return blocks.length <= BLOCKS_LIMIT && slackLength(JSON.stringify(blocks)) <= CARD_LIMIT;
}
