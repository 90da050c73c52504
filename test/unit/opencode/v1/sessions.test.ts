import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createOpencodeClient } from "@opencode-ai/sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SessionInfo } from "../../../../src/gateway/domain/content.ts";
import { createSessions } from "../../../../src/opencode/v1/sessions.ts";
import { permissionRequest } from "../../../support/permission-request.ts";
import { silentLog as log } from "../../../support/silent-log.ts";

let opencode: Server;
/** The session that started each; one that is not there OpenCode does not know. */
let parents: Readonly<Record<string, string | undefined>>;
beforeEach(async () => {
  opencode = createServer(({ url = "" }, response) => {
    const [, id = ""] = /^\/session\/(\w+)/.exec(url) ?? [];
    const isKnown = id in parents;
    response.writeHead(isKnown ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(isKnown ? { title: id, parentID: parents[id] } : { name: "NotFoundError" }));
  }).listen(0, "127.0.0.1");
  await once(opencode, "listening");
});
afterEach(() => {
  opencode.close();
  opencode.closeAllConnections();
});

async function describe(given: Readonly<Record<string, string | undefined>>): Promise<SessionInfo> {
  parents = given;
  const { port } = opencode.address() as AddressInfo;
  const client = createOpencodeClient({ baseUrl: `http://127.0.0.1:${port}/` });
  const sessions = createSessions({ client, directory: "/p", serverURL: undefined, login: undefined, log });
  return sessions.describe(permissionRequest({ sessionID: "s0" }));
}

test("a subagent's session is told with all that it belongs to, the root first", async () => {
  expect(await describe({ s0: "s1", s1: "s2", s2: undefined })).toEqual({
    titles: ["s2", "s1", "s0"],
    rootID: "s2",
    sessionIDs: ["s2", "s1", "s0"],
  });
});

test("where OpenCode does not know one of them, or they go on for ever, it is not said that these are all", async () => {
  expect(await describe({ s0: "s1" })).not.toHaveProperty("sessionIDs");
  expect(await describe({ s0: "s1", s1: "s0" })).not.toHaveProperty("sessionIDs");
});
