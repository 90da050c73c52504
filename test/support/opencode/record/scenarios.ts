import { PATCHING_MODEL } from "../sandbox.ts";
import { call, calls, type Step } from "../scripted-model.ts";
import { editScenarios } from "./edit-scenarios.ts";
import { questionScenarios } from "./question-scenarios.ts";

/** One turn whose permission requests are recorded, and how they are answered. */
export interface Scenario {
  readonly name: string;
  /** Written in the project before the turn; what becomes of them, and of what is beside them, is recorded. */
  readonly files?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly modelID?: string;
  readonly agent?: string;
  /** What the subagent does that a `task` call of `steps` starts with the prompt `SUBAGENT_PROMPT`. */
  readonly subagent?: readonly Step[];
  /** Each request is allowed once, or the first is rejected, or the session is aborted at the last one. */
  readonly answer?: "once" | "abort" | { readonly reject: string | undefined };
  /** Each call's questions are answered so, one call after the other, or dismissed. */
  readonly answers?: readonly (readonly (readonly string[])[] | "dismiss")[];
}

export const SUBAGENT_PROMPT = "List the files of src";

/** What is in the project before a recording. */
export const PROJECT_FILES: Record<string, string> = {
  "src/greeter.ts":
    "export class Greeter {\n    greet(name: string) {\n        if (name) {\n            return `Hello ${name}`;\n        }\n    }\n}\n",
  "src/tabs.go": "func main() {\n\tif true {\n\t\trun()\n\t}\n}\n",
  "src/deep.py": [
    "def outer():",
    "    def inner():",
    "        for i in range(3):",
    "            if i:",
    ...["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"].map(
      (name) => `                ${name}()`,
    ),
    "    return inner",
    "",
  ].join("\n"),
  "src/old.txt": "one\ntwo\nthree\n",
  "src/gone.txt": "bye\n",
  ".opencode/tool/deploy.ts": `import { tool } from "@opencode-ai/plugin";
export default tool({
  description: "Deploys",
  args: { target: tool.schema.string(), count: tool.schema.number() },
  async execute({ target }, context) {
    await context.ask({ permission: "deploy", patterns: [target], always: ["*"], metadata: { target } });
    return "deployed " + target;
  },
});`,
};

const PATCH = `*** Begin Patch
*** Add File: src/added.txt
+    indented
+    too
*** Update File: src/old.txt
@@
 one
-Two
+    2
*** Delete File: src/gone.txt
*** End Patch`;

const bash = (command: string, more: object = {}) =>
  call("bash", { command, description: "Runs it", ...more });
const read = (filePath: string) => call("read", { filePath });
const write = (filePath: string, content: string) => call("write", { filePath, content });

/** In the order in which they are recorded: some build on the files that others left. */
export function scenarios({
  project,
  outside,
  page,
}: Record<"project" | "outside" | "page", string>): Scenario[] {
  const file = (name: string) => `${project}/src/${name}`;
  const edit = (name: string, oldString: string, newString: string, more: object = {}): Step[] => [
    read(file(name)),
    call("edit", { filePath: file(name), oldString, newString, ...more }),
  ];
  const task = call("task", { description: "List files", prompt: SUBAGENT_PROMPT, subagent_type: "general" });
  const twice = calls(bash("echo one"), bash("echo two"));
  const feedback = "Use the staging branch.";

  return [
    { name: "bash", steps: [bash("git status --short && ls src | head -3")] },
    { name: "bash-workdir", steps: [bash("ls", { workdir: `${project}/src`, timeout: 5_000 })] },
    {
      name: "edit",
      steps: edit(
        "greeter.ts",
        "            return `Hello ${name}`;",
        "            const greeting = `Hello ${name}`;\n            return greeting;",
      ),
    },
    {
      name: "edit-deep",
      steps: edit(
        "deep.py",
        "                five()\n",
        "                if ready():\n                    five()\n",
      ),
    },
    { name: "edit-deep-word", steps: edit("deep.py", "six()", "sixth()") },
    { name: "edit-replace-all", steps: edit("old.txt", "t", "T", { replaceAll: true }) },
    {
      name: "edit-fuzzy",
      steps: edit("tabs.go", "if true {\n  run()\n}", "if true {\n\trun()\n\tstop()\n}"),
    },
    {
      name: "write-new",
      steps: [write(file("new.ts"), "    indented first line\n        deeper\n    end\n")],
    },
    {
      name: "write-existing",
      steps: [read(file("tabs.go")), write(file("tabs.go"), "func main() {\n\t\tdeeper()\n}\n")],
    },
    { name: "apply-patch", modelID: PATCHING_MODEL, steps: [call("apply_patch", { patchText: PATCH })] },
    { name: "webfetch", steps: [call("webfetch", { url: page, format: "text" })] },
    { name: "webfetch-timeout", steps: [call("webfetch", { url: page, format: "text", timeout: 5 })] },
    { name: "external-directory-bash", steps: [bash(`cat ${outside}/notes.txt`)] },
    { name: "external-directory-read", steps: [read(`${outside}/notes.txt`)] },
    { name: "external-directory-edit", steps: [write(`${outside}/new.txt`, "x\n")] },
    { name: "external-directory-workdir", steps: [bash("ls", { workdir: outside })] },
    { name: "subagent", steps: [task], subagent: [bash("ls src")] },
    { name: "mcp", steps: [call("tickets_create", { title: "Broken build", labels: ["ci", "urgent"] })] },
    { name: "custom-tool", steps: [call("deploy", { target: "staging", count: 2 })] },
    { name: "doom-loop", steps: [calls(...Array.from({ length: 4 }, () => read(file("old.txt"))))] },
    {
      name: "todowrite",
      steps: [call("todowrite", { todos: [{ content: "a", status: "pending", priority: "high", id: "1" }] })],
    },
    { name: "two-calls", steps: [twice] },
    { name: "reject", steps: [twice], answer: { reject: undefined } },
    { name: "reject-with-message", steps: [twice], answer: { reject: feedback } },
    { name: "reject-one-with-message", steps: [bash("echo one")], answer: { reject: feedback } },
    { name: "abort", steps: [bash("echo abort me")], answer: "abort" },
    { name: "abort-subagent", steps: [task], subagent: [bash("ls src")], answer: "abort" },
    ...editScenarios(project),
    ...questionScenarios(),
  ];
}
