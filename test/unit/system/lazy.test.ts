import { expect, test } from "vitest";
import { createLazy } from "../../../src/system/lazy.ts";

test("what is needed is loaded once, and again only after it could not be", async () => {
  let loads = 0;
  const load = createLazy(async () => {
    loads += 1;
    if (loads < 3) throw new Error(`too many open files, ${loads}`);
    return `loaded at ${loads}`;
  });
  // Those who ask at the same time share what comes of it.
  const [first, second] = await Promise.allSettled([load(), load()]);
  expect(first).toMatchObject({ status: "rejected", reason: { message: "too many open files, 1" } });
  expect(second).toEqual(first);
  await expect(load()).rejects.toThrow("too many open files, 2");
  expect(await Promise.all([load(), load()])).toEqual(["loaded at 3", "loaded at 3"]);
});
