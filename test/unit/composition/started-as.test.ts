import { expect, test } from "vitest";
import { startedAs } from "../../../src/composition/started-as.ts";

const BUN = ["bun", "/$bunfs/root/opencode"];

test.each([
  [{ OPENCODE_CLIENT: "acp" }, ["acp"], "editor"],
  [{ OPENCODE_CLIENT: "acp" }, ["run"], "editor"],
  [{}, ["run", "do it"], "run"],
  [{}, ["--print-logs", "run", "do it"], "run"],
  [{}, ["serve", "--port", "0"], "other"],
  [{}, [], "other"],
  [{}, ["some-project", "run"], "other"],
] as const)("with %j, opencode %j is an OpenCode as of: %s", (env, words, expected) => {
  expect(startedAs(env, [...BUN, ...words])).toBe(expected);
});
