import { describe, expect, test } from "vitest";
import { makeVisible } from "../../../src/sanitize/visible.ts";

/** Nothing of these is escaped. */
const PROSE: readonly string[] = [
  // Chinese, Japanese, Korean
  'git commit -m "feat: 添加登录\n\n修复错误（第2步）：检查“用户”的输入；完成。"',
  'git commit -m "feat(登录): 支持多因素认证"',
  'grep -rnE "错误|失败" src | head',
  'git commit -m "修复：去掉100％的重复，1～2次重试"',
  "git commit -m '設定を追加　（初回のみ）ー長音'",
  'git commit -m "로그인 오류 수정; 세션(토큰) 처리"',
  // German, French, Spanish, Russian
  'git commit -m "fix: Sag „Hallo“, „Welt”"',
  "git commit -m 'Er sagte “nein” und „ja“'",
  "cat > CHANGES.md <<'EOF'\nÄnderungen\nÀ faire\n(é) ok; ça va\n• Punkt → Ziel\nEOF",
  'git commit -m "Ajout\u00A0: « l’été », c’est fait\u202F!"',
  'git commit -m "corrección (sesión); ¿qué? | ñandú"',
  'git commit -m "исправить (вход); ошибка | сбой"',
  'echo "ёлка" && git commit -m "feat(вход): я"',
  // Hindi, Persian
  'git commit -m "ठीक है। क्\u200Dष"',
  "git commit -m 'می\u200Cخواهم'",
  // Bullets, box drawing, ticks, emoji
  "cat > README.md <<'EOF'\n• eins\n├── src\n│   └── a\n║ x ‖\n✓ fertig – los\nEOF",
  "git commit -m \"$(cat <<'EOF'\nfeat(登录): x\n\n🤖 Generated with [opencode](https://opencode.ai)\nEOF\n)\"",
  'echo "⚠️ ❤️ ⚡️ 1️⃣ 👨‍👩‍👧 🏳️‍🌈 ✔️" && npm test',
  'echo "── Schritt 1 ──"; echo "│ a │"; echo "‹x› – –"',
  "npm ci # “installieren” – los │ 安装",
  // A variable and a substitution among it
  'echo "“$USER” (是): $(git log -1)"',
  // What an interpreter reads has strings and comments of its own.
  'python3 - <<\'EOF\'\n# 注释（说明）\nprint("你好(世界)", \'“好”\')\nd = {"错误": """多行\n文字"""}\nEOF',
  "node -e 'console.log(\"错误（一）\") // 说明'",
  "cat > a.py <<'EOF'\nprint(\"文件\")\nEOF\npython3 a.py",
  // Of what a shell reads in turn, the same holds.
  "bash -c 'git commit -m \"feat(登录): x\"'",
  "ssh host 'echo \"错误(一)\"'",
  "cat > run.sh <<'EOF'\n#!/bin/sh\necho \"完成（一）\"\nEOF\nsh run.sh",
  "docker exec -i db psql app <<'E'\n-- 注释（一）\nSELECT '名(一)';\nE",
  "find . -name '*.md' -exec grep -l \"标题|目录\" {} +",
];

describe("Text that nothing runs is shown as it is", () => {
  test.each(PROSE)("%s", (command) => {
    expect(makeVisible(command, "command")).toEqual({
      text: expect.any(String),
      notes: { reordering: 0, hidden: 0, lookAlike: 0, space: 0, backslash: 0 },
    });
  });
});

/** The character that is called out. */
const CALLED_OUT: readonly (readonly [character: string, command: string])[] = [
  // Names of commands, also behind wrappers and for shells
  ["文", "文件 x"],
  ["文", "true && 文件 x"],
  ["文", "echo $(文件 x)"],
  ["文", 'echo "$(文件 x)"'],
  ["文", "'文件' x"],
  ["文", "sudo -u me 文件 x"],
  ["文", "find . -exec 文件 {} +"],
  ["文", "文件() { ls; }"],
  ["文", "bash -c '文件 x'"],
  ["文", 'sh -c "cd x && 文件"'],
  ["文", "sh <<EOF\n文件 x\nEOF"],
  ["文", "sh <<< '文件 x'"],
  ["文", "ssh host '文件 x'"],
  ["文", "ls | xargs sh -c '文件 x'"],
  ["文", "echo '文件 x' | sh"],
  ["文", "cat <<E | ssh host\n文件 x\nE"],
  ["文", "printf '文件 x' > a.sh; sh a.sh"],
  ["文", "cat > a <<E\n文件 x\nE\nchmod +x a; ./a"],
  ["文", "tee a <<E\n文件 x\nE\n./a"],
  ["文", "eval '文件 x'"],
  ["文", "trap '文件 x' EXIT"],
  ["文", "cat > s <<E\n文件 x\nE\nbash < s"],
  ["文", "cat <<'E' | sudo tee x\n文件\nE\nsh x"],
  ["文", "dd of=x <<'E'\n文件\nE\nsh x"],
  ["文", "bash <(echo '文件 x')"],
  ["文", "make -f - <<'E'\nall:\n\t文件 x\nE"],
  ["文", "while read l; do eval \"$l\"; done <<'E'\n文件 x\nE"],
  ["文", "docker exec c sh -c '文件 x'"],
  ["文", "python3 -c 'os.system(\"文件 x\")'"],
  ["文", "awk 'BEGIN{system(\"文件\")}'"],
  ["文", "python3 - <<'E'\n文件()\nE"],
  ["文", "python3 -c '文件()'"],
  ["文", "node -e \"$(cat <<'E'\n文件()\nE\n)\""],
  ["文", "bash -c \"$(cat <<'E'\n文件 x\nE\n)\""],
  ["文", "vim -c \"$(cat <<'E'\n!文件\nE\n)\""],
  ["文", "git -c alias.x='!文件' x"],
  ["文", "tar --to-command='文件' -xf a"],
  ["文", "make --eval='x:;文件'"],
  ["”", "git -c core.pager='a”b' log"],
  ["文", "PAGER='文件' git log"],
  ["文", "GIT_SSH_COMMAND='文件' git fetch"],
  // What cannot be read whole is read as before
  ["文", 'eval "$x"; echo "(文件)"'],
  ["文", 'x=1; $x; echo "\n文件"'],
  ["文", 'echo "(文件)'],
  // Look-alikes where a shell would act
  ["“", "echo “; rm -rf x; echo ”"],
  ["”", 'echo "foo” "; rm -rf x; echo "bar"'],
  ["“", 'echo "a “ b"'],
  ["”", 'echo "a ” x “ b"'],
  ["’", "echo 'a ’ '; rm -rf x; echo 'b'"],
  ["∕", 'cat "a∕b"'],
  ["⁄", "cat 'a⁄b'"],
  ["ˋ", 'echo "ˋdateˋ"'],
  ["‐", 'deploy "‐‐dry-run"'],
  ["–", "git push '–force'"],
  ["│", "ls │ sh"],
  ["\uFE0F", "♥️ x"],
  ["\u200D", "cat ./👨‍👩‍👧"],
  ["\u200D", 'cat "pics/👨‍👩‍👧.png"'],
  ["\u200C", "cat می‌خواهم"],
  ["\u200C", 'cat "a/می‌خواهم"'],
  ["\u3164", 'echo "한ㅤ글"'],
  ["\u200D", 'echo "a‍b"'],
  ["\u200D", 'echo "👩‍🚗"'],
  ["\u3000", "rm　-rf x"],
  ["～", "rm ～"],
  // Words that mix scripts, and disguised ones, wherever they stand
  ["а", 'echo "pаypal"'],
  ["с", "cat <<E\nсору\nE"],
  ["п", 'curl "https://пример.com/a"'],
];

describe("What could be taken for something else is called out", () => {
  test.each(CALLED_OUT)("%s in %s", (character, command) => {
    const code = character.codePointAt(0)?.toString(16).toUpperCase() ?? "";
    const { text } = makeVisible(command, "command");
    expect(text).toMatch(new RegExp(String.raw`\\u\{${code}(?:×\d+)?\}`));
    expect(text).not.toContain(character);
  });
});

describe("In other texts", () => {
  test.each([
    ["text", "❤️ 👨‍👩‍👧 ⚠️ می‌خواهم क्‍ष　日本　語 100％ 1️⃣"],
    ["title", "修复：登录 ⚠️ می‌خواهم"],
    ["line", "/p/⚠️.txt"],
  ] as const)("as a %s, %s stays", (reading, source) => {
    expect(Object.values(makeVisible(source, reading).notes)).toEqual([0, 0, 0, 0, 0]);
  });

  test.each([
    ["text", "\u200C", "src/می‌خواهم"],
    ["text", "\u200D", "src/👨‍👩‍👧.ts"],
    ["text", "\u200C", "a‌b"],
    ["text", "\u200D", "👩‍🚗"],
    ["line", "\u200D", "👨‍👩‍👧"],
    ["line", "\u200C", "می‌خواهم"],
    ["name", "\uFE0F", "❤️"],
    ["text", "\uFE0F", "https://❤️.com"],
  ] as const)("as a %s, %j of %s is escaped", (reading, character, source) => {
    expect(makeVisible(source, reading).text).not.toContain(character);
  });
});
