/** Problems in the few lines that a toast has: the first one, and the command that tells the rest. Pure. */

/** Characters of a line of a toast in OpenCode's terminal interface. */
const LINE_CHARS = 54;
/** Of the three lines of a toast, the last one names the command. */
const PROBLEM_LINES = 2;

const DOCTOR = "Run npx opencode-slack-gateway doctor";

/** As it is, where it is short: others than problems, too. */
export function sayInThreeLines(message: string): string {
  return message.length <= LINE_CHARS * PROBLEM_LINES ? message : sayBriefly(message);
}

/** What is wrong, as much of it as there is room for: the log has all. */
export function sayBriefly(problem: string): string {
  return `${cut(problem)}\n${DOCTOR}`;
}

/** The gateway is off for these. */
export function sayOff(problems: readonly string[]): string {
  const [first = "", ...others] = problems;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  const [what = ""] = first.split(/\.(?: |$)/, 1);
  return `${cut(`The Slack gateway is off. ${what}`, more.length)}${more}\n${DOCTOR}`;
}

/** As many words as the lines hold, broken as the terminal interface breaks them. */
function cut(text: string, taken = 0): string {
  const kept: string[] = [];
  let room = LINE_CHARS * PROBLEM_LINES;
  for (const word of text.split(/\s+/)) {
    const left = room % LINE_CHARS || LINE_CHARS;
    // What does not fit in a line begins the next one.
    if (word.length > left && word.length <= LINE_CHARS) room -= left;
    if (word.length + 1 + taken > room) return `${kept.join(" ")}…`;
    room -= Math.min(word.length + 1, room);
    kept.push(word);
  }
  return kept.join(" ");
}
