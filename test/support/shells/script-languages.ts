/** Scripts for sed and awk, made up of pieces by chance: many are right, some run `deploy`, some write `f` or `g`. */

import * as fc from "fast-check";

/** As bash quotes a text. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

const SED = [
  ...[
    "p",
    "1p",
    "$!d",
    "n",
    "N",
    "$!N",
    "q",
    "Q",
    "l 3",
    "=",
    "D",
    "z",
    "x",
    "{",
    "}",
    "1{p}",
    "1{p",
    "1,",
    "!p",
  ],
  ...["s/a/b/", "s/[/]/x/", "s/a/[/", "s|[^|]*|x|", "s/[\\]/]/x/", "s/[]/]/x/", "s/[^]/]*/x/", "s/\\//x/"],
  ...["s/a/b\\\nc/", "s,a,b,I", "s/\\n/ /", "s/[[:alpha:]/]/x/", "s/[[./.]]/x/", "s/[/]e/x/", "s/[/]/e/"],
  ...[
    "s/[/]/w f/",
    "y/a/b/",
    "y/[/x/",
    "/[^/]/p",
    "/a/,/b/p",
    "/a/I",
    "\\,a,p",
    "\\a[a]ap",
    "/[/e deploy\n]/p",
  ],
  ...[
    ":a",
    "ba",
    "b",
    "ta",
    "T",
    ":a ",
    "b a ",
    "a foo",
    "a\\\nfoo",
    "a\\",
    "a\\ \n",
    "i\\foo",
    "c foo",
    "a foo\\",
  ],
  ...["# c", "# c\\", "#n", "r f", "r f\\", "w f", "w f\\", "w g", "W f", "s/a/b/w f", "s/a/b/gpw f", "v"],
  ...[
    "e deploy",
    "1e deploy",
    "1e deploy",
    "s/a/deploy/e",
    "s/^.*$/deploy/e",
    "s/^.*$/deploy/;e",
    "e",
    "\\",
    " ",
  ],
];

const AWK = [
  ...[
    "{print}",
    "{print $1}",
    '{print > "f"}',
    "BEGIN{print 1 > 2}",
    "{print ($1 > 2)}",
    '{print ($1 > 2) > "f"}',
  ],
  ...[
    "/a/",
    "/[/]/",
    '!/[/"]/',
    "{x = (1)/2}",
    "{x = (1)/2/3}",
    "{if (1) /a/; print}",
    "{if (1) /a*/; print}",
  ],
  ...[
    '{if (1) /"/; print "a" | "deploy" #"\n}',
    "{print /a/}",
    "{print /a/ /b/}",
    "{x = y++ / 2}",
    "{print x++ /2/ 1}",
  ],
  ...[
    '{print "a" | "deploy"}',
    '; print "a" | "deploy"',
    'BEGIN{system("deploy")}',
    '{"deploy" | getline}',
    "{getline}",
  ],
  ...[
    '{getline x < "f"}',
    "# c\n",
    "# c \\\n",
    "{print length / 2}",
    "{print length /2/ 1}",
    "{print a[1]/2}",
  ],
  ...[
    "{print $1/2}",
    "{print $/1/}",
    '{print "a", \n 1 > "f"}',
    '{print 1 &&\n 2 > "f"}',
    '{print "a" \\\n > "f"}',
  ],
  ...[
    '{printf("a") > "f"}',
    '{print(1)(2) > "f"}',
    '{print 1, a[1 > 2] > "f"}',
    '{ if (1) print 1; else print 2 > "f" }',
  ],
  ...[
    '{ while (i++ < 2) print i > "f" }',
    'function f(x) { print x > "f" }',
    "{f(1)}",
    "1",
    "1 > 2",
    "$1 > 2 {print $2}",
  ],
  ...[
    "NR==1, /b/",
    '{print "f" "g" > "f" "g"}',
    '{print 1 > "f" ; print 2}',
    '{x = 0x1system("deploy")}',
    "{x /= 2}",
  ],
  ...[
    '{x = 1system("deploy")}',
    '{gsub(/\\//, "|"); print}',
    '{gsub("/", ">"); print}',
    '{sub(/[^\\/]*$/, "")}',
    "/=/",
  ],
  ...[
    '{print 1 >> "f"}',
    '{print 1 ? 2 : 3 > "f"}',
    '{print !x > "f"}',
    '{ "deploy" | getline x; close("deploy") }',
  ],
  ...[
    "{",
    "}",
    "(",
    ")",
    "/",
    '"',
    "\\",
    "[",
    "]",
    "#",
    "print ",
    'print "a" | "deploy"',
    "/a*/",
    "if (x) ",
    "\n",
  ],
];

/** A command that gives sed a script, in one word or in several. */
export const SED_COMMAND: fc.Arbitrary<string> = fc
  .tuple(joined(SED, [";", "\n", " ", "; ", "\n", "", ";"]), fc.constantFrom("-n -e", "-e", ""))
  .map(([script, option]) => {
    const words = option.endsWith("e")
      ? script.split("\n").map((line) => `-e ${quoted(line)}`)
      : [quoted(script)];
    return `${option.startsWith("-n") ? "sed -n" : "sed"} ${words.join(" ")}`;
  });

/** A command that gives awk a program. */
export const AWK_COMMAND: fc.Arbitrary<string> = joined(AWK, [";", "\n", " ", "\n", ""]).map(
  (program) => `awk ${quoted(program)}`,
);

function joined(pieces: readonly string[], joints: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.tuple(fc.constantFrom(...pieces), fc.constantFrom(...joints));
  return fc.array(piece, { minLength: 1, maxLength: 6 }).map((parts) => parts.flat().join(""));
}
