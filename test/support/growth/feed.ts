/** Feeds something with hard texts, and reports where it takes more than linear time. */

import { isLinear, measureGrowth } from "./growth.ts";
import type { HardText } from "./hard-texts.ts";
import { report } from "./report.ts";

/** After so many texts that take too long nobody needs to see further ones. */
const SLOW_TEXTS_LIMIT = 3;

/** @param prepare what is made of a text before; it is not measured. */
export async function feed<T>(
  what: string,
  texts: readonly HardText[],
  prepare: (text: string) => T,
  run: (input: T) => unknown,
): Promise<void> {
  let slow = 0;
  for (const { name, make } of texts) {
    const growth = await measureGrowth((length) => prepare(make(length)), run);
    if (isLinear(growth)) continue;
    report({ type: "slow", what, text: name, ...growth });
    slow += 1;
    if (slow === SLOW_TEXTS_LIMIT) break;
  }
  report({ type: "fed", what, texts: texts.length });
}
