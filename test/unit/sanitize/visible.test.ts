import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Reading } from "../../../src/sanitize/ground.ts";
import {
  makeVisible,
  renderNotes,
  renderSize,
  reveal,
  sizeOf,
  withoutMarks,
} from "../../../src/sanitize/visible.ts";
import { runToEnd } from "../../../src/system/sliced.ts";

const READINGS = ["text", "title", "command", "line", "name"] as const satisfies readonly Reading[];

/** Code points that cannot be seen, as ranges of Unicode's own tables and not as the code under test knows them. */
const UNSEEN: readonly (readonly [first: number, last: number, name: string])[] = [
  [0x00, 0x08, "controls before the tab"],
  [0x0b, 0x1f, "controls behind the line feed"],
  [0x7f, 0x9f, "delete and C1 controls"],
  [0xa0, 0xa0, "no-break space"],
  [0xad, 0xad, "soft hyphen"],
  [0x34f, 0x34f, "combining grapheme joiner"],
  [0x600, 0x605, "Arabic number signs"],
  [0x61c, 0x61c, "Arabic letter mark"],
  [0x6dd, 0x6dd, "Arabic end of ayah"],
  [0x70f, 0x70f, "Syriac abbreviation mark"],
  [0x890, 0x891, "Arabic currency marks"],
  [0x8e2, 0x8e2, "Arabic disputed end of ayah"],
  [0x115f, 0x1160, "Hangul fillers"],
  [0x1680, 0x1680, "ogham space"],
  [0x17b4, 0x17b5, "Khmer inherent vowels"],
  [0x180b, 0x180f, "Mongolian selectors"],
  [0x2000, 0x200f, "wide and zero-width spaces, direction marks"],
  [0x2028, 0x202f, "separators, embeddings and overrides"],
  [0x205f, 0x206f, "mathematical space, joiners, isolates"],
  [0x2800, 0x2800, "blank braille pattern"],
  [0x3000, 0x3000, "ideographic space"],
  [0x3164, 0x3164, "Hangul filler"],
  [0xd800, 0xdfff, "surrogates"],
  [0xe000, 0xf8ff, "private use"],
  [0xfdd0, 0xfdef, "no characters"],
  [0xfe00, 0xfe0f, "variation selectors"],
  [0xfeff, 0xfeff, "byte order mark"],
  [0xffa0, 0xffa0, "half-width Hangul filler"],
  [0xfff0, 0xfffc, "specials and the object replacement"],
  [0xfffe, 0xffff, "no characters"],
  [0x110bd, 0x110bd, "Kaithi number sign"],
  [0x110cd, 0x110cd, "Kaithi number sign above"],
  [0x13430, 0x1343f, "hieroglyph controls"],
  [0x1bca0, 0x1bca3, "shorthand controls"],
  [0x1d159, 0x1d159, "null notehead"],
  [0x1d173, 0x1d17a, "musical controls"],
  [0xe0000, 0x10ffff, "tags, selectors and private use"],
];

const isUnseen = (character: string): boolean => {
  const code = character.codePointAt(0) ?? 0;
  return UNSEEN.some(([first, last]) => first <= code && code <= last) || /^\p{Cn}$/u.test(character);
};

const EAST_ASIAN = String.raw`[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}、-〛（）！：；？，]`;
/** Between letters of East Asia; a letter beside it may be an escape, for another reason. */
const WIDE_SPACE = new RegExp(
  String.raw`(?<=${EAST_ASIAN}[\u3099\u309A]?|\\u\{[^}]+\})\u3000|\u3000(?=${EAST_ASIAN}|\\u\{)`,
  "gu",
);

/** Ours, and what belongs to an emoji, to a word, or to how French and the languages of East Asia are written. */
const withoutSpelling = (visible: string): string =>
  withoutMarks(visible)
    .replaceAll(/\p{Extended_Pictographic}\uFE0F/gu, "")
    .replaceAll(/(?<=«)[\u00A0\u202F]|(?<=[\p{L}\p{N})])[\u00A0\u202F](?=[:;!?»%€])/gu, "")
    .replaceAll(WIDE_SPACE, "");

const nasty = fc.constantFrom(
  "\\",
  "u",
  "{",
  "}",
  "\\u{",
  "\\u{202E}",
  "\\u{20×57}",
  "\\u{5C}",
  "×",
  "x57",
  "\\\\u{",

  " ",
  " ".repeat(21),
  "\t",
  "\t\t\t\t\t\t",
  "\n",
  "\n\n\n\n\n",
  "\r",
  "\r\n",
  "\u0085",
  "\u00A0",
  "\u3000",
  "\u202E",
  "\u2066",
  "\u200B",
  "\u200D",
  "\uFEFF",
  "\uFE0F",
  "\u{E0061}",
  "\u3164",
  "\u2800",
  "\u001B",
  "\uD83D",
  "\uDE00",
  "😀",
  "\uD800",
  "\uDFFF",
  "\u0301",
  "\u0336",
  "\u20E3",
  "а",
  "р",
  "ο",
  "é",
  "日",
  "か",
  "\u3099",
  "א",
  "ع",
  "ｒ",
  "𝐫",
  "“",
  "’",
  "://",
  ";",
  "|",
  "a",
  "0",
  "৪",
  "_",
  "A=1",
);
const anything = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.nat({ max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.array(nasty, { maxLength: 40 }).map((parts) => parts.join("")),
  fc
    .array(fc.tuple(nasty, fc.nat({ max: 30 })), { maxLength: 8 })
    .map((parts) => parts.map(([part, count]) => part.repeat(count)).join("")),
);
const anyReading = fc.constantFrom(...READINGS);
const RUNS = { numRuns: 2_000 };

describe("Any text at all", () => {
  test("can be turned back", () => {
    fc.assert(
      fc.property(anything, anyReading, (source, reading) => {
        expect(reveal(makeVisible(source, reading).text)).toBe(source);
      }),
      RUNS,
    );
  });

  test("shows nothing that cannot be seen", () => {
    fc.assert(
      fc.property(anything, anyReading, (source, reading) => {
        const { text } = makeVisible(source, reading);
        expect(Array.from(withoutSpelling(text)).filter(isUnseen)).toEqual([]);
      }),
      RUNS,
    );
  });

  test("hides nothing behind white space", () => {
    fc.assert(
      fc.property(anything, anyReading, (source, reading) => {
        const text = withoutMarks(makeVisible(source, reading).text);
        for (const line of text.split("\n")) {
          // In sight all the same, where something stands behind it.
          const [indentation = ""] = /^[+-]?[ \t]*(?=[^ \t])/.exec(line) ?? [];
          const columns = indentation.replace(/^[+-]/, "").replaceAll("\t", "    ").length;
          expect(columns).toBeLessThanOrEqual(40);
          expect(line.slice(indentation.length)).not.toMatch(/ {21}|\t{6}/);
        }
        const lines = text.split("\n").map((line) => (/^[ \t]*$/.test(line) ? "blank" : "written"));
        expect(lines.join()).not.toContain("blank,blank,blank,blank,written");
      }),
      RUNS,
    );
  });

  test("is at most eight times as long", () => {
    fc.assert(
      fc.property(anything, anyReading, (source, reading) => {
        expect(makeVisible(source, reading).text.length).toBeLessThanOrEqual(8 * source.length);
      }),
      RUNS,
    );
  });

  test("is one line of ASCII as a name, and one line as a line", () => {
    fc.assert(
      fc.property(anything, (source) => {
        expect(makeVisible(source, "name").text.replaceAll(/\{[0-9A-F]+×/g, "{")).toMatch(/^[ -~]*$/);
        expect(makeVisible(source, "line").text).not.toMatch(/[\n\t]/);
        expect(makeVisible(source, "title").text).not.toMatch(/[\n\t]/);
      }),
      RUNS,
    );
  });

  test("has notes if, and only if, something is escaped", () => {
    fc.assert(
      fc.property(anything, anyReading, (source, reading) => {
        const { text, notes } = makeVisible(source, reading);
        expect(renderNotes(notes) === undefined).toBe(withoutMarks(text) === source);
      }),
      RUNS,
    );
  });

  test("is read within moments, however long and odd it is", () => {
    const words = [
      "_",
      "a",
      "а_",
      "0",
      "४",
      "\u0301",
      "\u200B\u200C",
      "a=b ",
      "a=;",
      "://",
      "\n ",
      "\t ",
      "(",
      "\\u{",
      "{a=",
      "`a=b",
      "‘’",
      " –",
      "‹masked: 4 characters›",
    ];
    for (const word of words) {
      const source = `${word.repeat(16_384 / word.length)}я!`;
      expect(reveal(makeVisible(source, "command").text)).toBe(source);
    }
  });
});

test.each(UNSEEN)("U+%x to U+%x (%s) are escaped, each of them", (first, last) => {
  for (const code of new Set([first, last, Math.floor((first + last) / 2)])) {
    const hex = code.toString(16).toUpperCase();
    expect(makeVisible(`a${String.fromCodePoint(code)}b`).text).toBe(`a\\u{${hex}}b`);
  }
});

describe("Ordinary text is shown as it is", () => {
  test.each([
    "git commit -m 'It works' && echo \"$HOME\" | grep -v `x`\n\tindented\n\n\n\nafter three blank lines",
    "déjà vu, Größe, İstanbul, ładny, Tiếng Việt, 5 µs, 20 °C, m², ½, № 5, ™, …",
    "cafe\u0301 Tie\u0302\u0301ng",
    "Русский текст, я и ты, IT-отдел, файл2.txt, Українська, България",
    "Ελληνικά ό,τι, Հայերեն, ქართული, ไทย, हिन्दी, বাংলা ৪৫, தமிழ், မြန်မာ, ខ្មែរ, አማርኛ",
    // As macOS spells a name, and a letter of a name outside the first plane.
    "か\u3099く\u3000ゆう ヒ\u309A\u3000a a\u3000𠮷野",
    "日本語とTypeScriptのコード、ファイル。中文，修复：登录（第2步）！한국어 v2",
    "🎉 → ✓ € — ‘quoted’ “text” don’t 👍🏽 🇫🇷",
    "/home/dev/Документы/отчёт.txt",
    `${" ".repeat(20)}twenty spaces, five tabs${"\t".repeat(5)}.`,
    "\\n \\u202E \\\\ \\u {",
  ])("%j", (source) => {
    expect(makeVisible(source)).toEqual({
      text: source,
      notes: { reordering: 0, hidden: 0, lookAlike: 0, space: 0, backslash: 0 },
    });
  });
});

/**
 * What Unicode's list of confusables takes for an ASCII character that a shell acts on, by code points, and not as the
 * code under test knows them. Without the tortoise-shell brackets of Japanese (3014, 3015).
 *
 * @see https://www.unicode.org/Public/security/latest/confusables.txt
 */
const CONFUSABLES: readonly (readonly [ascii: string, codes: string])[] = [
  [" ", "2028 2029 1680 2000 2001 2002 2003 2004 2005 2006 2008 2009 200a 205f a0 2007 202f"],
  ["-", "2010 2011 2012 2013 fe58 6d4 2043 2d7 2212 2796 2cba"],
  [";", "37e"],
  ["=", "2a74 1400 2e40 30a0 a4ff 2a75 2a76"],
  ["?", "2049 294 241 97d 13ae a6eb 2048 2047"],
  [
    "'",
    "55d ff07 2018 2019 201b 2032 2035 55a 5f3 1fef ff40 b4 384 1ffd 1fbd 1fbf 1ffe 2b9 374 2c8 2ca 2cb 2f4 2bb 2bd 2bc 2be a78c 5d9 7f4 7f5 144a 16cc 16f51 16f52",
  ],
  ['"', "1cd3 ff02 201c 201d 201f 2033 2036 3003 5f4 2dd 2ba 2f6 2ee 5f2 2034 2037 2057"],
  ["(", "ff3b 2768 2772 fd3e 2e28"],
  [")", "ff3d 2769 2773 fd3f 2e29"],
  ["{", "2774 1d114"],
  ["}", "2775"],
  ["*", "204e 66d 2217 1031f"],
  ["/", "1735 2041 2215 2044 2571 27cb 29f8 1d23a 31d3 3033 2cc6 30ce 4e3f 2f03 2afd 2afb"],
  ["\\", "ff3c fe68 2216 27cd 29f5 29f9 1d20f 1d23b 31d4 4e36 2f02 2cf9 244a"],
  ["&", "a778"],
  ["<", "2039 276e 2c2 1d236 1438 16b2 226a 22d8"],
  [">", "203a 276f 2c3 1d237 1433 16f3f 2aa5 226b 2a20 22d9"],
  ["~", "2053 2dc 1fc0 223c"],
  ["|", "5c0 2223 23fd ffe8 2016 2225"],
  // Not in the list, and alike all the same.
  ["#", "22d5 2317 266f 29e3 fe5f ff03"],
  ["|", "2502 2503 2758 23d0 a6"],
  ["`", "2cb"],
  ["-", "2014 2015 30fc 4e00"],
];

describe("In a command, what looks like a character that a shell acts on is escaped", () => {
  test.each(CONFUSABLES)("for %s: %s", (_, codes) => {
    const missed = codes.split(" ").filter((code) => {
      const character = String.fromCodePoint(Number.parseInt(code, 16));
      const { text } = makeVisible(`echo a${character}b c; rm ${character}rf`, "command");
      return !text.includes(`\\u{${code.toUpperCase()}}`);
    });
    expect(missed).toEqual([]);
  });

  test("a drawn tree and ticks are not", () => {
    for (const command of [
      "cat > README.md <<'EOF'\nsrc\n├── a\n│   ├── b\n│   │   └── c\n└── d\nEOF",
      'npm run build 2>&1 | grep -E "(✓|error)" | head -5',
      "git commit -m \"$(cat <<'EOF'\nAdd a form\n\n🤖 Generated\nEOF\n)\"",
    ]) {
      expect(makeVisible(command, "command").text).toBe(command);
    }
    expect(makeVisible("ls\nrm -rf a │ echo b", "command").text).toBe("ls\nrm -rf a \\u{2502} echo b");
  });

  test("and what people write all the time is not", () => {
    for (const words of [
      "don’t, l’été, « oui », «да», … 2–3 — yes – no €5 50 % §1 ±1 → ✓",
      "नमस्ते। ठीक है",
      "日本語「テスト」ノート・コード〜〔注〕《書》、一つ。スーパー",
      "¿Qué? ¡Sí! 100 °C · a×b ÷ 2 ≈ 3 ≤ 4 ≠ 5 ½ № 5 ™ ‰",
      "Ελληνικά, Русский, ไทย, 한국어 ㅋㅋ, Tiếng Việt",
      "════ ──── ▶ ● ■ ░",
    ]) {
      expect(makeVisible(`git commit -m "${words}"`, "command").text).toBe(`git commit -m "${words}"`);
    }
  });
});

interface Trick {
  readonly trick: string;
  readonly source: string;
  readonly reading?: Reading;
  readonly shown: string;
  readonly says: string;
}

const ALL_ARE = "are shown as \\u{…}.";
const ONE_IS = "is shown as \\u{…}.";
const lookAlikes = (count: number): string =>
  count === 1 ? `1 look-alike character ${ONE_IS}` : `${count} look-alike characters ${ALL_ARE}`;

const TRICKS: readonly Trick[] = [
  {
    trick: "Trojan Source: a comment that is code (CVE-2021-42574)",
    source: "/*\u202E } \u2066if (isAdmin)\u2069 \u2066 begin admins only */",
    shown: "/*\\u{202E} } \\u{2066}if (isAdmin)\\u{2069} \\u{2066} begin admins only */",
    says: `4 characters that reorder text ${ALL_ARE}`,
  },
  {
    trick: "a file name turned around",
    source: "./invoice\u202Efdp.sh",
    reading: "line",
    shown: "./invoice\\u{202E}fdp.sh",
    says: `1 character that reorders text ${ONE_IS}`,
  },
  {
    trick: "letters that run from right to left and take what is between them along",
    source: "echo א; rm 1; ب",
    shown: "echo \\u{5D0}; rm 1; \\u{628}",
    says: `2 characters that reorder text ${ALL_ARE}`,
  },
  {
    trick: "a carriage return that overwrites the line",
    source: "rm -rf ~ #\recho hello",
    shown: "rm -rf ~ #\\u{D}echo hello",
    says: `1 hidden character ${ONE_IS}`,
  },
  {
    trick: "the carriage returns of Windows",
    source: "a\r\nb\r\n",
    shown: "a\\u{D}\nb\\u{D}\n",
    says: `2 hidden characters ${ALL_ARE}`,
  },
  {
    trick: "other line breaks",
    source: "a\u2028b\u2029c\u0085d\u000Be\u000Cf",
    shown: "a\\u{2028}b\\u{2029}c\\u{85}d\\u{B}e\\u{C}f",
    says: `3 hidden characters and 2 look-alike characters ${ALL_ARE}`,
  },
  {
    trick: "a backspace that rubs out",
    source: "curl evil\b\b\b\bgood",
    shown: "curl evil\\u{8×4}good",
    says: `4 hidden characters ${ALL_ARE}`,
  },
  {
    trick: "a terminal's escape sequence",
    source: "\u001B[8mrm -rf ~\u001B[0m",
    shown: "\\u{1B}[8mrm -rf ~\\u{1B}[0m",
    says: `2 hidden characters ${ALL_ARE}`,
  },
  {
    trick: "a zero-width space in a token",
    source: "xoxb\u200B-1234",
    shown: "xoxb\\u{200B}-1234",
    says: `1 hidden character ${ONE_IS}`,
  },
  {
    trick: "tag characters that only a model reads",
    source: "hi\u{E0061}\u{E0062}",
    shown: "hi\\u{E0061}\\u{E0062}",
    says: `2 hidden characters ${ALL_ARE}`,
  },
  {
    trick: "bytes smuggled in variation selectors",
    source: "👍\uFE0F\u{E0101}",
    shown: "👍\\u{FE0F}\\u{E0101}",
    says: `2 hidden characters ${ALL_ARE}`,
  },
  {
    trick: "fillers as a variable's name",
    source: "const { timeout,\u3164} = query; \uFFA0\u115F\u2800",
    shown: "const { timeout,\\u{3164}} = query; \\u{FFA0}\\u{115F}\\u{2800}",
    says: `4 hidden characters ${ALL_ARE}`,
  },
  {
    trick: "surrogates without their half",
    source: "\uD800\uD800\u{1F600}\uDE00",
    shown: "\\u{D800×2}😀\\u{DE00}",
    says: `3 hidden characters ${ALL_ARE}`,
  },
  { trick: "Cyrillic in paypal", source: "раypal", shown: "\\u{440}\\u{430}ypal", says: lookAlikes(2) },
  { trick: "Cyrillic in curl", source: "сurl", shown: "\\u{441}url", says: lookAlikes(1) },
  {
    trick: "Cyrillic in curl, split by something hidden",
    source: "с\u200Burl",
    shown: "\\u{441}\\u{200B}url",
    says: `1 hidden character and 1 look-alike character ${ALL_ARE}`,
  },
  {
    trick: "a word all of Cyrillic that looks Latin",
    source: "sudo сору_1",
    shown: "sudo \\u{441}\\u{43E}\\u{440}\\u{443}_1",
    says: lookAlikes(4),
  },
  { trick: "Greek in gοοgle", source: "gοοgle", shown: "g\\u{3BF×2}gle", says: lookAlikes(2) },
  { trick: "Greek with Cyrillic", source: "ωж", shown: "\\u{3C9}\\u{436}", says: lookAlikes(2) },
  {
    trick: "Cherokee and Lisu",
    source: "ᎪꓐC ꓐꓑ",
    shown: "\\u{13AA}\\u{A4D0}C \\u{A4D0}\\u{A4D1}",
    says: lookAlikes(4),
  },
  { trick: "phonetic letters", source: "ɡit", shown: "\\u{261}it", says: lookAlikes(1) },
  {
    trick: "full-width and mathematical letters",
    source: "ｒ𝐦 \uFF02x\uFF02",
    shown: "\\u{FF52}\\u{1D426} \\u{FF02}x\\u{FF02}",
    says: lookAlikes(4),
  },
  {
    trick: "characters that normalizing turns into ASCII",
    source: "\u212A \u037E \u1FEF",
    shown: "\\u{212A} \\u{37E} \\u{1FEF}",
    says: lookAlikes(3),
  },
  { trick: "digits of two kinds", source: "4৪", shown: "4\\u{9EA}", says: lookAlikes(1) },
  { trick: "a no-break space", source: "rm\u00A0-rf", shown: "rm\\u{A0}-rf", says: lookAlikes(1) },
  {
    trick: "a stroke through every letter",
    source: "r\u0336m\u0336",
    shown: "r\\u{336}m\\u{336}",
    says: lookAlikes(2),
  },
  { trick: "a mark on a quote", source: "'\u0301", shown: "'\\u{301}", says: lookAlikes(1) },
  {
    trick: "a mark of another script on a slash",
    source: "/\u0E4D",
    shown: "/\\u{E4D}",
    says: lookAlikes(1),
  },
  { trick: "marks in stacks", source: "กิ่้์", shown: "กิ่\\u{E49}\\u{E4C}", says: lookAlikes(2) },
  {
    trick: "spaces that push the command out of sight",
    source: `ls${" ".repeat(57)}; rm -rf /`,
    shown: "ls\\u{20×57}; rm -rf /",
    says: `1 run of white space ${ONE_IS}`,
  },
  {
    trick: "an indentation that pushes the command out of sight",
    source: `ls\n${" ".repeat(57)}; rm -rf /`,
    shown: "ls\n\\u{20×57}; rm -rf /",
    says: `1 run of white space ${ONE_IS}`,
  },
  {
    trick: "an indentation before nothing that can be seen",
    source: `ls\n${" ".repeat(30)}\u200B`,
    shown: "ls\n\\u{20×30}\\u{200B}",
    says: `1 hidden character and 1 run of white space ${ALL_ARE}`,
  },
  {
    trick: "a name that begins out of sight",
    source: `${" ".repeat(30)}x`,
    reading: "line",
    shown: "\\u{20×30}x",
    says: `1 run of white space ${ONE_IS}`,
  },
  {
    trick: "tabs that push the command out of sight",
    source: `ls${"\t".repeat(6)}; rm -rf /`,
    shown: "ls\\u{9×6}; rm -rf /",
    says: `1 run of white space ${ONE_IS}`,
  },
  {
    trick: "blank lines that push the command out of sight",
    source: "ls\n\n\n\n\n\n\nrm -rf /",
    shown: "ls\n\\u{A×5}\nrm -rf /",
    says: `1 run of white space ${ONE_IS}`,
  },
  {
    trick: "lines that only look blank, at the beginning",
    source: "\n \n\t\n\nx",
    shown: "\\u{A}\\u{20}\\u{A}\\u{9}\\u{A}\nx",
    says: `1 run of white space ${ONE_IS}`,
  },
  {
    trick: "an escape that the text wrote itself",
    source: "'\\u{202E}' \\u{20×9}",
    shown: "'\\u{5C}u{202E}' \\u{5C}u{20×9}",
    says: `2 backslashes ${ALL_ARE}`,
  },
  {
    trick: "a hidden character with a count written behind it",
    source: "\u200B×9\\\u200B",
    shown: "\\u{200B}×9\\\\u{200B}",
    says: `2 hidden characters ${ALL_ARE}`,
  },
  {
    trick: "a host in Cyrillic",
    source: "https://яндекс.com∕@x/привет",
    shown: "https://\\u{44F}\\u{43D}\\u{434}\\u{435}\\u{43A}\\u{441}.com\\u{2215}@x/привет",
    says: lookAlikes(7),
  },
  {
    trick: "command words that are not ASCII",
    source: "A=1 кот; (пёс) | \\\n é 'привет мир'",
    reading: "command",
    shown: "A=1 \\u{43A}\\u{43E}\\u{442}; (\\u{43F}\\u{451}\\u{441}) | \\\n \\u{E9} 'привет мир'",
    says: lookAlikes(7),
  },
  {
    trick: "quotes that are none",
    source: "echo “; rm -rf ~; ” don’t ’x’",
    reading: "command",
    shown: "echo \\u{201C}; rm -rf ~; \\u{201D} don’t \\u{2019}x\\u{2019}",
    says: lookAlikes(4),
  },
  {
    trick: "a second line in a title",
    source: "Fix\nProject:\t/x",
    reading: "line",
    shown: "Fix\\u{A}Project:\\u{9}/x",
    says: `2 runs of white space ${ALL_ARE}`,
  },
  {
    trick: "a tool's name with an accent",
    source: "édit",
    reading: "name",
    shown: "\\u{E9}dit",
    says: lookAlikes(1),
  },
];

test.each(TRICKS)("It shows $trick", ({ source, reading, shown, says }) => {
  const { text, notes } = makeVisible(source, reading);
  expect({ text, says: renderNotes(notes) }).toEqual({ text: shown, says });
});

test.each([
  ["of deeply nested code", `if (a)\n${" ".repeat(36)}run();\n${"\t".repeat(10)}more();`],
  ["in a diff, where the columns line up", ` ${" ".repeat(28)}a\n-${" ".repeat(28)}b\n+${" ".repeat(28)}c`],
])("The indentation %s stays as it is", (_, source) => {
  for (const reading of ["text", "command"] as const)
    expect(makeVisible(source, reading)).toMatchObject({ text: source, notes: { space: 0 } });
});

test("Made visible twice, it shows the escapes of escapes: they are part of the text by then", () => {
  expect(makeVisible(makeVisible("\u202E").text).text).toBe("\\u{5C}u{202E}");
});

test("The notes name everything, the worst first", () => {
  const notes = { reordering: 1, hidden: 2, lookAlike: 1, space: 2, backslash: 1 };
  expect(renderNotes(notes)).toBe(
    "1 character that reorders text, 2 hidden characters, 1 look-alike character, 2 runs of white space, and 1 backslash are shown as \\u{…}.",
  );
});

test.each([
  ["", "0 lines, 0 characters"],
  ["a", "1 line, 1 character"],
  ["a\n", "1 line, 2 characters"],
  ["a\nb\r😀\n\n", "3 lines, 7 characters"],
])("The size of %j is %s", (source, size) => {
  expect(renderSize(runToEnd(sizeOf([source])))).toBe(size);
});
