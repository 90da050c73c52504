/**
 * Measures, in a process of its own, how the time of every regular expression of our source grows with the texts that
 * are hard for it. Reads their places from stdin.
 */

import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { constructedIn } from "./constructed.ts";
import { feed } from "./feed.ts";
import { hardTexts } from "./hard-texts.ts";
import type { RegExpPlace } from "./regexp-places.ts";
import { report } from "./report.ts";
import { someOf } from "./some-texts.ts";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));

const places = JSON.parse(await text(process.stdin)) as RegExpPlace[];
const files = new Set(places.filter(({ literal }) => literal === undefined).map(({ file }) => file));
const constructed = await constructedIn(REPOSITORY, [...files]);
for (const place of places) {
  const { name, literal } = place;
  const regexps = literal === undefined ? constructed(place) : [new RegExp(literal.source, literal.flags)];
  if (regexps.length === 0) report({ type: "not made", what: name });
  for (const regexp of regexps)
    await feed(
      regexps.length === 1 ? name : `${name} ${String(regexp)}`,
      someOf(hardTexts(regexp), 2),
      String,
      apply(regexp),
    );
}

/** As it is used: wherever it matches, once, or at the beginning. */
function apply(regexp: RegExp): (text: string) => unknown {
  if (regexp.global) return (text) => Array.from(text.matchAll(regexp)).length;
  return (text) => {
    regexp.lastIndex = 0;
    return regexp.test(text);
  };
}
