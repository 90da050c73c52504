/** A few digits that only one of Slack's people can read: whoever types them at the terminal is that person. */

import { randomInt } from "node:crypto";
import type { Terminal } from "./terminal.ts";

/** Guessed with one try in ten thousand. */
const DIGITS = 4;

export function makeCode(): string {
  return String(randomInt(10 ** DIGITS)).padStart(DIGITS, "0");
}

export function codeText(code: string): string {
  return `Type this number at the terminal where you set up opencode-slack-gateway: ${code}. If that is not you, do nothing.`;
}

/** One try. */
export async function askForCode(terminal: Terminal, code: string, where: string): Promise<boolean> {
  return (await terminal.ask(`   The number that ${where}: `)) === code;
}
