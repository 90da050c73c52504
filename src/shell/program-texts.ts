/** The strings and the comments of a program in a language that need not be known: Python, JavaScript, Perl, Ruby. */

import { behindMark, endOfLine, type Span } from "./scanning.ts";

export interface ProgramText extends Span {
  readonly kind: "quoted" | "document" | "comment";
  /** The quote that begins and ends it on one line. */
  readonly quote?: "'" | '"';
}

/** What runs a command that it is given: `os.system("…")`, `run(["…"`. A string right behind it is none that only says. */
const RUNNER = /(system|popen|exec|spawn|run|call|shell|eval|output|qx|sync)\w{0,10}\s?\(\s?[[(]?$/i;
/** Characters before a string that are looked at. */
const RUNNER_LENGTH = 30;

/** In one pass. A quote without its other one begins nothing. */
export function findProgramTexts(code: string): ProgramText[] {
  const texts: ProgramText[] = [];
  /** Where the line ends on which a quote was looked for in vain. */
  const single = { "'": -1, '"': -1 };
  let at = 0;
  while (at < code.length) {
    const text = textAt(code, at, single);
    if (text === undefined) {
      at += code[at] === "\\" ? 2 : 1;
      continue;
    }
    if (text.kind === "comment" || !RUNNER.test(code.slice(Math.max(0, at - RUNNER_LENGTH), at)))
      texts.push(text);
    at = text.end + (text.kind === "comment" ? 0 : code.startsWith(code[at]?.repeat(3) ?? "", at) ? 3 : 1);
  }
  return texts;
}

function textAt(code: string, at: number, single: Record<"'" | '"', number>): ProgramText | undefined {
  const character = code.charAt(at);
  switch (character) {
    case "#":
    case "/":
      return commentAt(code, at);
    case "`":
      return endingWith(code, at + 1, "`");
    case "'":
    case '"':
      if (code.startsWith(character.repeat(3), at)) return endingWith(code, at + 3, character.repeat(3));
      if (at < single[character]) return undefined;
      return quotedAt(code, at, character) ?? void (single[character] = endOfLine(code, at));
    default:
      return undefined;
  }
}

/** `# say why`, `// say why`; not `#field`, not `https://`. */
function commentAt(code: string, at: number): ProgramText | undefined {
  const isComment =
    code[at] === "#" ? /[\s!]/.test(code[at + 1] ?? " ") : code[at + 1] === "/" && code[at - 1] !== ":";
  return isComment ? { kind: "comment", start: at + 1, end: endOfLine(code, at) } : undefined;
}

function endingWith(code: string, start: number, mark: string): ProgramText {
  const end = code.indexOf(mark, start);
  return { kind: "document", start, end: end === -1 ? code.length : end };
}

function quotedAt(code: string, at: number, quote: "'" | '"'): ProgramText | undefined {
  const behind = behindMark(code, at + 1, quote);
  return behind === undefined ? undefined : { kind: "quoted", quote, start: at + 1, end: behind - 1 };
}
