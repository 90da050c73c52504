/** How many of the hard texts are tried: all each night, a share of them in every run of the tests. */

/** With `GROWTH_TEXTS=all`, as `npm run test:long` sets it. */
const triesAll = process.env["GROWTH_TEXTS"] === "all";

/** One in so many texts, from everywhere among them; each night all. */
export function someOf<T>(texts: readonly T[], oneIn: number): readonly T[] {
  return triesAll ? texts : texts.filter((_, index) => index % oneIn === 0);
}
