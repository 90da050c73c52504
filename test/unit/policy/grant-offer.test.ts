import { describe, expect, test } from "vitest";
import type { PermissionRequest, ToolCall } from "../../../src/gateway/domain/ask.ts";
import { isPerhapsOfServer, mayGrant } from "../../../src/policy/grant-offer.ts";
import { permissionRequest } from "../../support/permission-request.ts";

const SERVERS = ["tickets", "my server", "doom", "external", "apply", ""];

function of(permission: string, tool = permission, more: Partial<ToolCall> = {}): PermissionRequest {
  return permissionRequest({ permission, call: { tool, args: {}, ...more } });
}

describe("may be allowed for a time", () => {
  test.each(["bash", "read", "webfetch", "tickets_create", "my_server_create"])("%s", (permission) => {
    expect(mayGrant(of(permission), SERVERS)).toBe(true);
  });
});

describe("may not be allowed for a time", () => {
  test.each([
    ["an edit", of("edit")],
    ["an edit by another tool", of("edit", "write")],
    ["a patch", of("edit", "apply_patch")],
    ["a subagent", of("task")],
    ["the same call again and again", of("doom_loop")],
    ["what is outside of the project", of("external_directory", "bash")],
    ["a server that is called so that its tool is called like a permission", of("external_directory")],
    ["the same for a patch", of("apply_patch")],
    ["a search", of("glob")],
    ["a plugin's tool", of("deploy")],
    ["a plugin's tool that asks for a command", of("bash", "deploy")],
    ["a plugin's tool that asks as a server's", of("tickets_create", "deploy")],
    ["a tool of a server that is not there", of("other_create")],
    ["a permission that nobody knows", of("unknown")],
    ["code that calls tools", of("execute")],
    ["a call within code", of("tickets_create", "tickets_create", { isNested: true })],
    ["a command within code", of("bash", "bash", { isNested: true })],
    ["a call of which not all was read", of("bash", "bash", { isCut: true })],
    ["a request of which not all was read", { ...of("bash"), isCut: true as const }],
    ["one of several calls", { ...of("bash"), isCallUnclear: true as const }],
    ["a request without a call", permissionRequest({ permission: "bash" })],
  ])("%s", (_, request) => {
    expect(mayGrant(request, SERVERS)).toBe(false);
  });
});

test("for what OpenCode's own tools ask, nobody is asked about servers", () => {
  expect(["bash", "read", "webfetch", "edit"].map((permission) => isPerhapsOfServer(of(permission)))).toEqual(
    [false, false, false, false],
  );
  expect(isPerhapsOfServer(of("tickets_create"))).toBe(true);
});
