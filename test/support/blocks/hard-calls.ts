/** Tool calls that once kept OpenCode's event loop busy for long, of any length. */

/** What OpenCode tells of a call: the arguments before it, and the request. */
export interface HardCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly permission: string;
  readonly patterns: readonly string[];
  readonly always: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A case: its name for tables, the length with which it was found, and the call of about so many characters. */
interface HardCase {
  readonly name: string;
  readonly length: number;
  readonly call: (length: number, directory: string) => HardCall;
}

export const HARD_CASES: readonly HardCase[] = [
  {
    name: "a patch header with blanks",
    length: 100_000,
    call: (length, directory) => patch(directory, flat(`src/a${" ".repeat(length)}b.ts`)),
  },
  {
    name: "a file of short lines",
    length: 200_000,
    call: (length, directory) => write(directory, fill("x\n", length)),
  },
  {
    name: "a file of indented lines",
    length: 300_000,
    call: (length, directory) => write(directory, fill("    x\n", length)),
  },
  {
    name: "a file of different lines",
    length: 1_000_000,
    call: (length, directory) =>
      write(directory, Array.from({ length: length / 12 }, (_, n) => `  line ${n}`).join("\n")),
  },
  { name: "-eyJ-eyJ…", length: 100_000, call: (length) => bash(`echo ${fill("-eyJ", length)}`) },
  { name: "xargs -I X -I X…", length: 9_900, call: (length) => bash(`xargs ${fill("-I X ", length)}`) },
  { name: "a;a;…", length: 9_500, call: (length) => bash(fill("a;", length)) },
  {
    name: "a1;a2;… with as many patterns",
    length: 9_500,
    call: (length) => {
      const commands = Array.from({ length: length / 6 }, (_, n) => `a${n}`);
      return { ...bash(commands.join(";")), patterns: commands, always: commands.map((each) => `${each} *`) };
    },
  },
  { name: "find -exec -exec…", length: 9_900, call: (length) => bash(`find . ${fill("-exec ", length)}`) },
  { name: "docker run run…", length: 9_900, call: (length) => bash(`docker ${fill("run ", length)}`) },
  {
    name: "masks and escapes",
    length: 100_000,
    call: (length, directory) =>
      write(directory, fill("TOKEN=aB3dE5fG7\u202E сору\u200B‹masked: 4 characters›\n", length)),
  },
  {
    name: "one word of look-alikes",
    length: 100_000,
    call: (length, directory) => write(directory, fill("сору", length)),
  },
  {
    name: "words of marks",
    length: 100_000,
    call: (length, directory) => write(directory, fill("a\u0301\u0301\u0301 ", length)),
  },
  {
    name: "control characters",
    length: 100_000,
    call: (length, directory) => write(directory, fill("\u0001", length)),
  },
  {
    name: "blank lines",
    length: 100_000,
    call: (length, directory) => write(directory, fill(" \n", length)),
  },
  { name: "source code", length: 100_000, call: (length, directory) => write(directory, sourceCode(length)) },
  {
    name: "arguments in each other",
    length: 60_000,
    call: (length) => tickets({ nested: nest(length / 5) }),
  },
  {
    name: "a list of numbers",
    length: 100_000,
    call: (length) => tickets({ list: Array.from({ length: length / 2 }, () => 1) }),
  },
  {
    name: "many arguments",
    length: 100_000,
    call: (length) =>
      tickets(Object.fromEntries(Array.from({ length: length / 10 }, (_, n) => [`key${n}`, n]))),
  },
  {
    name: "arguments named by numbers",
    length: 100_000,
    call: (length) =>
      tickets(Object.fromEntries(Array.from({ length: length / 14 }, (_, n) => [n * 7919, n]))),
  },
  { name: "one long argument", length: 1_000_000, call: (length) => tickets({ text: "x".repeat(length) }) },
];

function fill(unit: string, length: number): string {
  return flat(unit.repeat(Math.ceil(length / unit.length)));
}

/** As texts are that OpenCode has read: what is put together of others is so once somebody looks at it, which takes time. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}

function bash(command: string): HardCall {
  return {
    tool: "bash",
    args: { command, description: "Does what it does" },
    permission: "bash",
    patterns: [command],
    always: [`${command.split(" ", 1)[0]} *`],
    metadata: { command },
  };
}

function write(directory: string, content: string): HardCall {
  const filepath = `${directory}/new.txt`;
  return {
    tool: "write",
    args: { filePath: filepath, content },
    permission: "edit",
    patterns: ["new.txt"],
    always: ["*"],
    metadata: { filepath, diff: newFile(filepath, content) },
  };
}

function patch(directory: string, name: string): HardCall {
  const filePath = flat(`${directory}/${name}`);
  const diff = newFile(filePath, "a\n");
  const file = { filePath, relativePath: name, type: "add", patch: diff };
  return {
    tool: "apply_patch",
    args: { patchText: flat(`*** Begin Patch\n*** Add File: ${name}\n+a\n*** End Patch`) },
    permission: "edit",
    patterns: [name],
    always: ["*"],
    metadata: { filepath: name, diff, files: [file] },
  };
}

/** As OpenCode tells it: without the indentation that all lines have in common. */
export function newFile(file: string, content: string): string {
  const lines = content.replace(/\n$/, "").split("\n");
  const indentations = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const indentation = indentations.reduce((least, each) => Math.min(least, each), Infinity);
  const added = lines.map((line) => `+${line.slice(Number.isFinite(indentation) ? indentation : 0)}`);
  const head = `Index: ${file}\n${"=".repeat(67)}\n--- ${file}\n+++ ${file}\n@@ -0,0 +1,${lines.length} @@`;
  return flat(`${head}\n${added.join("\n")}\n`);
}

function tickets(args: Readonly<Record<string, unknown>>): HardCall {
  return {
    tool: "tickets_create",
    args,
    permission: "tickets_create",
    patterns: ["*"],
    always: ["*"],
    metadata: {},
  };
}

/** An object in an object, so deep. */
export function nest(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = { a: value };
  return value;
}

/** Lines as people write them, each another one. */
function sourceCode(length: number): string {
  let text = "";
  for (let n = 0; text.length < length; n += 1) text += readOrder(n);
  return flat(text.slice(0, length));
}

function readOrder(n: number): string {
  return `/** What the ${n}th customer has ordered. */
export async function readOrder${n}(id: string, { limit = ${n} }: Options = {}): Promise<Order[]> {
  const rows = await database.query("select * from orders where customer = $1 limit $2", [id, limit]);
  return rows.map((row) => ({ ...row, total: row.price * row.count, token: process.env.ORDERS_TOKEN }));
}
`;
}
