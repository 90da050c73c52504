import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Reading } from "../../../src/sanitize/ground.ts";
import { makeVisible, reveal, withoutMarks } from "../../../src/sanitize/visible.ts";
import { visualOrder } from "../../support/bidi.ts";

const RIGHT_TO_LEFT = /[\u0590-\u08FF]/;
const SYNTAX = /[;|&<>={}$\\]/;

const word = fc.constantFrom("שלום", "ב", "دخول", "می‌خواهم", "٣٤", "۲", "دو؟", 'צה"ל', "سَلام");
const latin = fc.constantFrom("rm", "x", "login", "npm ci", "é");
const other = fc.constantFrom(" ", " ", ", ", ": ", "(", ")", "1", "12", "-", " - ", "!", "/", ".", "#");
const syntax = fc.constantFrom(";", " && ", " | ", "=", " > ", "{", "}", "$", "<", "\\", "; ", " == ");
const prose = fc.array(fc.oneof(word, word, latin, other), { maxLength: 8 }).map((parts) => parts.join(""));
const code = fc
  .array(fc.oneof(word, word, latin, other, syntax, fc.constant('"')), { maxLength: 10 })
  .map((parts) => parts.join(""));
const quoted = prose.map((text) => `"${text.replaceAll('"', "״")}"`);
const command = fc
  .array(fc.oneof(quoted, quoted, latin, other, syntax), { maxLength: 8 })
  .map((parts) => parts.join(" "));
const anyText = fc.oneof(
  fc.tuple(fc.constant<Reading>("text"), code),
  fc.tuple(fc.constant<Reading>("text"), prose),
  fc.tuple(fc.constant<Reading>("command"), command),
  fc.tuple(
    fc.constant<Reading>("command"),
    code.map((text) => `cat <<'E'\n${text}\nE`),
  ),
);
const RUNS = { numRuns: 1_000 };

/** The line as it is read from left to right, each word that runs the other way as one. */
function seen(line: string, direction: "left-to-right" | "auto"): { character: string; at: number }[] {
  const characters = Array.from(line);
  return visualOrder(line, direction).map((at) => ({ character: characters[at] ?? "", at }));
}

describe("A line with words that run from right to left", () => {
  test("is read from left to right but for the letters of each word", () => {
    fc.assert(
      fc.property(anyText, ([reading, source]) => {
        for (const line of makeVisible(source, reading).text.split("\n"))
          for (const direction of ["left-to-right", "auto"] as const) {
            const places = seen(line, direction).filter(
              ({ character }) => !RIGHT_TO_LEFT.test(character) && !/\p{M}|\p{Cf}/u.test(character),
            );
            expect(places).toEqual([...places].sort((one, other) => one.at - other.at));
          }
      }),
      RUNS,
    );
  });

  test("does not mislead even if Slack takes our marks out: syntax stands where it stood", () => {
    fc.assert(
      fc.property(anyText, ([reading, source]) => {
        const shown = withoutMarks(makeVisible(source, reading).text);
        // An escape runs from left to right, whatever its signs do.
        for (const line of shown.replaceAll(/\\u\{[^}]*\}/g, "U").split("\n")) {
          if (!RIGHT_TO_LEFT.test(line)) continue;
          // Before the first word of a line there is nothing that could change places with it.
          const start = Array.from(line).findIndex((character) => /\p{L}/u.test(character));
          for (const direction of ["left-to-right", "auto"] as const) {
            const placed = seen(line, direction).filter(({ at }) => at >= start);
            for (const [place, { character, at }] of placed.entries()) {
              // Quotes at the end of a line are the same quotes when it is turned around.
              const acts =
                SYNTAX.test(character) ||
                (reading === "command" &&
                  source.startsWith('"') &&
                  character === '"' &&
                  !/^["'\s]*$/.test(line.slice(at)));
              if (!acts) continue;
              const before = placed.slice(0, place).map((each) => each.at);
              expect([line, before.filter((each) => each > at)]).toEqual([line, []]);
            }
          }
        }
      }),
      RUNS,
    );
  });

  test("begins with a mark of ours, and the marks are no escapes", () => {
    const { text, notes } = makeVisible('git commit -m "إصلاح الدخول\n\nfix: x"', "command");
    expect(text.split("\n").every((line) => line.startsWith("\u200E"))).toBe(true);
    expect(Object.values(notes).every((count) => count === 0)).toBe(true);
    expect(withoutMarks(text)).toBe('git commit -m "إصلاح الدخول\n\nfix: x"');
  });

  test("a mark of the source's own is escaped, so that it can be told from ours", () => {
    const { text } = makeVisible("א\u200E ב");
    expect(text).toContain("\\u{200E}");
    expect(reveal(text)).toBe("א\u200E ב");
  });
});

/** Shown as letters, every one of them. */
const READABLE: readonly (readonly [Reading, string])[] = [
  ["command", 'git commit -m "إصلاح تسجيل الدخول"'],
  ["command", "git commit -m 'תיקון: שגיאה (login) 12' && git push"],
  ["command", 'git commit -m "feat(تسجيل): إضافة النموذج"'],
  ["command", 'gh pr create --title "عنوان الطلب" --body "وصف أطول، مع فاصلة؟"'],
  ["command", "cat > NOTES.md <<'EOF'\n- می‌خواهم نسخه ۲ را ببینم\n* הערה: 3 דברים\nEOF"],
  ["command", "npm ci # התקנת חבילות"],
  ["command", "bash -c \"echo 'שלום עולם'\""],
  ["text", "+// הוספת כניסה\n-// الدخول القديم\n # ملاحظة"],
  ["text", '  "login": "התחברות",\n  "logout": "התנתקות"'],
  ["text", '  "body": "שלום עולם.\\nפסקה שנייה\\n- דבר",'],
  ["text", 'דו"ח של צה"ל, 2024'],
  ["title", "תיקון שגיאת התחברות"],
];

test.each(READABLE)("As a %s, %j is readable", (reading, source) => {
  const { text, notes } = makeVisible(source, reading);
  expect(withoutMarks(text)).toBe(source);
  expect(notes).toEqual({ reordering: 0, hidden: 0, lookAlike: 0, space: 0, backslash: 0 });
});

/** Where order decides, or letters are part of something else. */
const ESCAPED: readonly (readonly [Reading, string])[] = [
  ["command", "echo שלום"],
  ["command", 'echo "א" && rm "ב"'],
  ["command", 'echo "א" "ב"'],
  ["command", '[ "א" = 1 ]'],
  ["command", 'cat "מסמך.txt"'],
  ["command", 'cat "תיקיה/קובץ"'],
  ["command", "find . -name 'תמונ*'"],
  ["command", "ls > 'פלט'"],
  ["command", "'מחק' x"],
  ["command", 'eval "$x"; echo "שלום"'],
  ["command", 'bash -c "מחק x"'],
  ["text", "א = ב"],
  ["text", "const א = 1; let ב = 2;"],
  ["text", 'if (a == "א" || b == "ב") {'],
  ["text", '["א", "ב"]'],
  ["text", "א(ב)"],
  ["text", "א.ב"],
  ["text", "א = rm(1);"],
  ["text", "x_א אx בעbع"],
  ["text", "אب"],
  ["text", "src/מסמך https://דוגמה.com"],
  ["line", "/home/dev/מסמכים"],
  ["text", "/home/dev/מסמכים/*\n\nשרת.example.com"],
  ["name", "שלום"],
];

test.each(ESCAPED)("As a %s, %j keeps its escapes", (reading, source) => {
  expect(makeVisible(source, reading).text).not.toMatch(RIGHT_TO_LEFT);
});
