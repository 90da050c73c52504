import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { maskSecrets } from "../../../src/sanitize/secrets.ts";
import { AT_WORD_START, SECRET_ADDRESSES, UNMISTAKABLE } from "../../../src/sanitize/secrets/secret-table.ts";
import { readShape, type Shape } from "../../support/growth/regexp-shape.ts";
import { SERVICE_TOKENS } from "../../support/corpora/tokens.ts";

const ROWS = [...UNMISTAKABLE, ...AT_WORD_START].map(([service, shape]) => [service, shape] as const);
const ADDRESSES = SECRET_ADDRESSES.map(([service, address]) => [service, address] as const);

const CONTEXTS: readonly ((token: string) => string)[] = [
  (token) => token,
  (token) => `FOO=${token} run`,
  (token) => `echo ${token} | login`,
  (token) => `curl "https://h/${token}/x"`,
  (token) => `curl "https://h/?q%3D${token}"`,
  (token) => `(${token})`,
  (token) => String.raw`{"text": "one\n${token}\ntwo"}`,
  (token) => `-old\n+  "${token}",`,
];

/** What of a token can still be read: all but its ends has to be gone. */
const readable = (token: string, text: string): boolean =>
  text.includes(token.slice(0, 12)) || text.includes(token.slice(-12)) || !text.includes("‹masked");

/** Whether a shape repeats nothing without a limit but at its end: then each place of a text is read once. */
function isReadOnce(shape: Shape): boolean {
  switch (shape.kind) {
    case "choice":
      return shape.options.every(isReadOnce);
    case "sequence":
      return shape.items.every(
        (item, index) =>
          isBounded(item) || (isReadOnce(item) && shape.items.slice(index + 1).every(isOptional)),
      );
    case "group":
      return isReadOnce(shape.body);
    case "repeat":
      return isBounded(shape.body);
    case "character":
    case "place":
      return true;
    case "again":
    case "look":
      return false;
  }
}

function isBounded(shape: Shape): boolean {
  switch (shape.kind) {
    case "choice":
      return shape.options.every(isBounded);
    case "sequence":
      return shape.items.every(isBounded);
    case "group":
      return isBounded(shape.body);
    case "repeat":
      return shape.max < Infinity && isBounded(shape.body);
    case "again":
    case "character":
    case "look":
    case "place":
      return isReadOnce(shape);
  }
}

const isOptional = (shape: Shape): boolean => shape.kind === "repeat" && shape.min === 0 && isBounded(shape);

describe("the table of tokens", () => {
  it.each([...ROWS, ...ADDRESSES])("%s: is searched for in linear time", (_, { source }) => {
    expect(isReadOnce(readShape(source))).toBe(true);
  });

  it("has a name of its own for each row, and an example of each", () => {
    const services = ROWS.map(([service]) => service);
    expect(new Set(services).size).toBe(services.length);
    expect(services.filter((service) => !SERVICE_TOKENS.some(([of]) => of === service))).toEqual([]);
    expect(SERVICE_TOKENS.filter(([service]) => !services.includes(service))).toEqual([]);
  });

  it.each(SERVICE_TOKENS)("%s: the example is masked, wherever it stands", (service, token) => {
    const [, shape] = ROWS.find(([of]) => of === service) ?? ["", /(?!)/];
    expect(token).toMatch(new RegExp(`^(?:${shape.source})$`));
    const shown = CONTEXTS.map((context) => maskSecrets(context(token)).text);
    expect(shown.filter((text) => readable(token, text))).toEqual([]);
  });

  it.each(ROWS)("%s: what the shape says is masked", (_, shape) => {
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(`^(?:${shape.source})$`)), (token) => {
        // Words joined by hyphens are left alone.
        fc.pre(/[A-Z\d]/.test(token.slice(-20)));
        expect(maskSecrets(`x = (${token})`).text).not.toContain(token);
      }),
      { numRuns: 20 },
    );
  });

  it.each(ADDRESSES)("%s: what stands behind the address is masked", (_, address) => {
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(`^${address.source.replace(/^\\b/, "")}$`)), (start) => {
        const key = "aB3dE5gH7jK9mN2pQ4sT";
        expect(
          maskSecrets(`curl https://a${start.startsWith(".") ? "" : "."}${start}${key}`).text,
        ).not.toContain(key);
      }),
      { numRuns: 20 },
    );
  });
});

describe("what looks like a token from afar", () => {
  it.each([
    "secret-manager-of-the-whole-organisation-and-of-its-parts",
    "pa-very-long-name-of-a-component-that-somebody-has-made-up",
    "gl-sa_some_thing live_reload_works_when_the_file_was_changed_twice",
    "0x9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "4b1d9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f0",
    "9f86d081884c7d659a2feaa0c55ad015.bundle.js",
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSURYVENDQWtXZ0F3SUJBZ0lKQUxh",
    "test_user_can_log_in_with_a_password_of_more_than_64_characters",
    "re_compile_all_the_expressions pk_user_id sk_buff_head_init",
  ])("stays as it is: %s", (text) => {
    expect(maskSecrets(text)).toEqual({ text, masked: 0, hidesCode: false });
  });
});
