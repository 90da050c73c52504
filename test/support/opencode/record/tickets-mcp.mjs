// A small MCP server over stdio, with a tool that creates tickets and one that takes no arguments.
import { createInterface } from "node:readline";

const inputSchema = {
  type: "object",
  properties: { title: { type: "string" }, labels: { type: "array", items: { type: "string" } } },
  required: ["title"],
};
const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: "tickets", version: "1" },
  }),
  "tools/list": () => ({
    tools: [
      { name: "create", description: "Creates a ticket", inputSchema },
      { name: "list", description: "Lists all tickets", inputSchema: { type: "object", properties: {} } },
    ],
  }),
  "tools/call": ({ name, arguments: { title } = {} }) => ({
    content: [{ type: "text", text: name === "create" ? `created ${title}` : "no tickets" }],
  }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id !== undefined) {
    const result = answers[method]?.(params) ?? {};
    process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result })}\n`);
  }
}
