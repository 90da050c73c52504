/**
 * Measures, in a process of its own, how the time of everything that meets an agent's text grows with hard texts: those
 * that it looks for itself among them. Reads the places of regular expressions from stdin.
 */

import { text } from "node:stream/consumers";
import { feed } from "./feed.ts";
import { hardTexts, spread, type HardText } from "./hard-texts.ts";
import { tryAll } from "./passes.ts";
import type { RegExpPlace } from "./regexp-places.ts";

/** A whole pass takes longer than an expression. */
const TEXTS_LIMIT = 30;

const places = JSON.parse(await text(process.stdin)) as RegExpPlace[];

/** Without those that are put together: their parts are literals as well. */
function textsOf(...files: string[]): readonly HardText[] {
  const literals = places
    .filter(({ file }) => files.some((each) => file.startsWith(each)))
    .flatMap(({ literal }) => literal ?? []);
  return spread(literals.flatMap(hardTexts), TEXTS_LIMIT);
}

await tryAll(feed, textsOf);
