/** Texts that say the same again and again. */

import type { HardText } from "./hard-texts.ts";

/** What has kept something busy before, or is made to: each is repeated. */
const UNITS = {
  everywhere: [
    " ",
    "\n",
    "\t",
    "a",
    "a\n",
    " \n",
    "\r\n",
    "\\",
    "'",
    '"',
    "(",
    "{",
    "<",
    "é",
    "😀",
    "\uD83D",
    "&",
  ],
  secrets: [
    "-eyJ",
    "-eyJ.",
    "TOKEN=",
    "TOKEN=aB3aB3aB3 ",
    "password: ",
    "--password ",
    "https://a:b@",
    "-----BEGIN PRIVATE KEY-----\n",
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n",
    "‹masked: 4 characters›",
    "‹",
    '\\"',
    "${",
    "{{",
    "a\u200B",
    "\\\n",
  ],
  visible: [
    "\\u{41}",
    "\u202E",
    "a\u200B",
    "\u0301",
    "\u00A0",
    "сору",
    "а",
    "сорy ",
    "ａ",
    "你好",
    "a;",
    "a=b ",
    "https://é",
    "א",
    "א ",
    "م\u200C",
    '"א" ',
    "א.",
    "א/",
    "א\n",
    "♥\uFE0F",
    "👩\u200D",
    "1\uFE0F",
    "“",
    '"“" ',
    "# é\n",
    "python -c 'é' ",
    "sh <<E\né\nE\n",
    "    a\n",
    "‹masked: 4 characters›",
  ],
  commands: [
    "a;",
    "a|",
    "a&&",
    "a=b ",
    "x=",
    "`",
    "$(",
    "${",
    "[",
    "[a",
    "<<a\n",
    "\\\n",
    "*",
    "?",
    "a*",
    "/",
    "../",
    "sudo ",
    "env ",
    "bash -c ",
    "git -C a ",
    ">a ",
    "if a; then ",
  ],
  edits: [
    "    a\n",
    "*** Update File: ",
    "*** Update File: a\n",
    "*** Add File: a\n+b\n",
    "@@ -1 +1 @@\n-a\n+b\n",
    "--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n",
    "@@ a\n-a\n+b\n",
    "+a\n",
    "$&",
  ],
} as const;

/** Commands whose words go on and on. */
export const COMMANDS: readonly HardText[] = [
  "xargs -I X ",
  "find . -exec ",
  "docker run ",
  "sudo -u me ",
  "git ",
  "rm ",
  "sed -e ",
  "awk '",
  "python3 -c '",
  "curl ",
].flatMap((program) =>
  ["-I X ", "-exec ", "run ", "-x a ", "'s/a/b/' ", "sudo "].map((unit): HardText => ({
    name: `${program}${unit}…`,
    make: (length) => program + unit.repeat(Math.ceil(length / unit.length)),
  })),
);

export type UnitKind = Exclude<keyof typeof UNITS, "everywhere">;

export function repeatedUnits(kind: UnitKind): readonly HardText[] {
  return [...UNITS.everywhere, ...UNITS[kind]].map(repeated);
}

function repeated(unit: string): HardText {
  return { name: `${JSON.stringify(unit)}…`, make: (length) => unit.repeat(Math.ceil(length / unit.length)) };
}
