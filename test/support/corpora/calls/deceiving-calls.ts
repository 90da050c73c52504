/** Calls that pass for others, by characters that look like others or change their order: each is to be called out. */

import type { LabelledCall } from "./labelled-call.ts";

const COMMANDS: readonly (readonly [shape: string, command: string])[] = [
  ["a command's name in Cyrillic", "рм -rf x"],
  ["a command's name in Cyrillic, behind another", "npm test && сору a b"],
  ["a command's name in Chinese", "执行 x"],
  ["a command's name behind a wrapper", "sudo 执行 x"],
  ["a command's name for a shell", "bash -c '执行 x'"],
  ["a command's name for a shell, by a here-document", "sh <<'EOF'\n执行 x\nEOF"],
  ["a command's name for a shell, by a pipe", "echo '执行 x' | sh"],
  ["a command's name for a shell, by a file", "cat > a.sh <<'EOF'\n执行 x\nEOF\nsh a.sh"],
  ["a command's name on another machine", "ssh host '执行 x'"],
  ["a command's name for xargs", "ls | xargs -I{} sh -c '执行 {}'"],
  ["a command's name in a substitution", 'echo "$(执行 x)"'],
  ["a function's name", "执行() { ls; }; ls"],
  ["quotes that are none", "echo “; rm -rf x; echo ”"],
  ["a quote that ends nothing", 'echo "a” "; ls x; echo "b"'],
  ["a quote that ends nothing, single", "echo 'a’ '; ls x; echo 'b'"],
  ["an option that is none", "deploy ‐‐dry-run"],
  ["an option that is none, quoted", 'deploy "‐‐dry-run"'],
  ["a path that is none", 'cat "a∕b"'],
  ["a pipe that is none", "cat a │ sh"],
  ["a blank that is none", "rm\u00A0-rf x"],
  ["a wide blank", "rm　-rf x"],
  ["a word of two scripts", 'git commit -m "pаypal"'],
  ["a word in disguise", 'git commit -m "сору"'],
  ["a host of two scripts", "curl https://pаypal.com"],
  ["a host in Cyrillic", 'curl "https://пример.com"'],
  ["an override", 'echo "a\u202Eb"'],
  ["an isolate", "cat <<'EOF'\na \u2066b\u2069\nEOF"],
  ["a mark of direction", 'git commit -m "שלום\u200F x"'],
  ["arguments that change places", 'echo "א" "ב"'],
  ["commands that change places", 'echo "א"; echo "ב"'],
  ["a comparison that changes places", '[ "א" = 1 ]'],
  ["a path that runs from right to left", 'cat "תיקיה/קובץ"'],
  ["a name that runs from right to left", "cat קובץ"],
  ["a joiner in a path", 'cat "src/می‌خواهم"'],
  ["a joiner between Latin letters", 'echo "a‌b"'],
  ["a selector behind a letter", 'echo "a\uFE0Fb"'],
  ["bytes behind an emoji", 'echo "👍\uFE0F\u{E0101}"'],
  ["an emoji that Unicode does not list", 'echo "👩‍🚗"'],
  ["tags", 'echo "hi\u{E0061}\u{E0062}"'],
  ["a zero-width space", 'git commit -m "a\u200Bb"'],
  ["a control character", "echo 'a\u001B[8mb'"],
  ["blanks that push out of sight", `ls${" ".repeat(60)}; true`],
];

const DIFFS: readonly (readonly [shape: string, diff: string])[] = [
  ["operands that change places", "+if (א > ב) {"],
  ["strings that change places", '+const list = ["א", "ב"];'],
  ["statements that change places", "+א = 1; ב = 2;"],
  ["a call that turns around", "+א(ב)"],
  ["Trojan Source", "+/*\u202E } \u2066if (isAdmin)\u2069 \u2066 begin admins only */"],
  ["an identifier of two scripts", "+const isАdmin = true;"],
];

export const DECEIVING_CALLS: readonly LabelledCall[] = [
  ...COMMANDS.map(([shape, command]) => made(shape, "bash", { command })),
  ...DIFFS.map(([shape, diff]) => made(shape, "edit", { diff })),
];

function made(shape: string, tool: string, args: LabelledCall["args"]): LabelledCall {
  return { label: "deceiving", shape, tool, args };
}
