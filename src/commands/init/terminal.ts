/** Where a person answers questions: a terminal, or a script that writes one answer a line. */

import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { aborted } from "../../system/pause.ts";

export interface Terminal {
  /** Writes a line. */
  readonly say: (line?: string) => void;
  /** @throws NoAnswer when nobody is there any more. */
  readonly ask: (question: string) => Promise<string>;
  /** What is typed is not shown, and is not kept. @throws NoAnswer */
  readonly askSecretly: (question: string) => Promise<string>;
  /** @param otherwise what an empty line means. @throws NoAnswer */
  readonly confirm: (question: string, otherwise: boolean) => Promise<boolean>;
  /** What `promise` settles with. @throws NoAnswer when nobody is there any more, before it does. */
  readonly unlessEnded: <T>(promise: Promise<T>) => Promise<T>;
  /** Aborts when nobody is there any more. */
  readonly ended: AbortSignal;
  readonly close: () => void;
}

/** The input has ended, or somebody pressed Ctrl-C. */
export class NoAnswer extends Error {
  override name = "NoAnswer";
}

interface Streams {
  readonly input: NodeJS.ReadStream | (NodeJS.ReadableStream & { readonly isTTY?: boolean });
  readonly output: NodeJS.WritableStream & { readonly columns?: number };
  /** Aborts when the person wants no more of it. */
  readonly signal: AbortSignal;
}

export function createTerminal({ input, output, signal }: Streams): Terminal {
  const echo = new Echo(output);
  const isTerminal = input.isTTY === true;
  // No history: whoever presses the arrow up is not to see a token.
  const lines = createInterface({ input, output: echo, terminal: isTerminal, historySize: 0 });
  /** Lines that came before they were asked for. */
  const early: string[] = [];
  let waiting: { readonly take: (line: string) => void; readonly fail: (error: Error) => void } | undefined;
  const ended = new AbortController();

  lines.on("line", (line) => {
    if (waiting === undefined) early.push(line);
    else waiting.take(line);
    waiting = undefined;
  });
  lines.on("SIGINT", () => lines.close());
  lines.on("close", () => {
    ended.abort(new NoAnswer());
    waiting?.fail(new NoAnswer());
  });
  signal.addEventListener("abort", () => lines.close(), { once: true });

  async function read(question: string): Promise<string> {
    lines.setPrompt(question);
    lines.prompt();
    const line = early.shift();
    if (line !== undefined) return line;
    if (ended.signal.aborted) throw new NoAnswer();
    return new Promise((take, fail) => {
      waiting = { take, fail };
    });
  }

  async function ask(question: string): Promise<string> {
    const answer = (await read(question)).trim();
    // What is not typed in a terminal shows nowhere.
    if (!isTerminal) output.write("\n");
    return answer;
  }

  return {
    say: (line = "") => void output.write(`${line}\n`),
    ask,
    async askSecretly(question) {
      output.write(question);
      echo.isMuted = true;
      try {
        return (await read("")).trim();
      } finally {
        echo.isMuted = false;
        output.write("\n");
      }
    },
    async confirm(question, otherwise) {
      for (;;) {
        const answer = (await ask(`${question} [${otherwise ? "Y/n" : "y/N"}] `)).toLowerCase();
        if (answer === "") return otherwise;
        if (["y", "yes"].includes(answer)) return true;
        if (["n", "no"].includes(answer)) return false;
      }
    },
    async unlessEnded(promise) {
      const result = await Promise.race([promise, aborted(ended.signal).then(() => ended.signal)]);
      if (result === ended.signal) throw new NoAnswer();
      return result as Awaited<typeof promise>;
    },
    ended: ended.signal,
    close: () => lines.close(),
  };
}

/** Shows what is typed, unless it is muted. */
class Echo extends Writable {
  isMuted = false;
  private readonly output: Streams["output"];

  constructor(output: Streams["output"]) {
    super({ decodeStrings: false });
    this.output = output;
  }

  get columns(): number | undefined {
    return this.output.columns;
  }

  override _write(chunk: string | Uint8Array, _: BufferEncoding, done: () => void): void {
    if (!this.isMuted) this.output.write(chunk);
    done();
  }
}
