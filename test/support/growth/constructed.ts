/** The regular expressions that our modules put together when they are loaded. */

import path from "node:path";
import type { RegExpPlace } from "./regexp-places.ts";

/** Loads these files and notes every `new RegExp` meanwhile. @returns those of a place. */
export async function constructedIn(
  repository: string,
  files: readonly string[],
): Promise<(place: RegExpPlace) => RegExp[]> {
  const made: { readonly stack: string; readonly regexp: RegExp }[] = [];
  const BuiltIn = globalThis.RegExp;
  globalThis.RegExp = new Proxy(BuiltIn, {
    construct(target, args: ConstructorParameters<typeof RegExp>) {
      const regexp = new target(...args);
      made.push({ stack: new Error("made here").stack ?? "", regexp });
      return regexp;
    },
  });
  try {
    for (const file of files) await import(path.join(repository, file));
  } finally {
    globalThis.RegExp = BuiltIn;
  }
  return ({ file, firstLine, lastLine }) =>
    made.flatMap(({ stack, regexp }) => {
      const [, line] = new RegExp(`/${file.replaceAll(".", String.raw`\.`)}:(\\d+)`).exec(stack) ?? [];
      return Number(line) >= firstLine && Number(line) <= lastLine ? [regexp] : [];
    });
}
