import type { PermissionRequest } from "../../src/gateway/domain/ask.ts";
import type { Description } from "../../src/gateway/description.ts";
import type { GatewayOptions } from "../../src/gateway/gateway.ts";
import type { Hooks } from "../../src/gateway/hooks.ts";
import { createPermissionHooks } from "../../src/gateway/permission/hooks.ts";
import { createQuestionHooks } from "../../src/gateway/question/hooks.ts";
import { describeQuestion } from "../../src/opencode/question-details.ts";
import { createSavedPatterns } from "../../src/policy/saved-patterns.ts";

/** Of each kind, as the gateway has them. */
export function createHooks(): Hooks {
  return { permission: createPermissionHooks(createSavedPatterns()), question: createQuestionHooks() };
}

export type DescribePermission = (request: PermissionRequest) => Promise<Description>;

/** @param describe what a permission request does. What a question asks is described as the gateway does. */
export function describeWith(describe: DescribePermission): GatewayOptions["describe"] {
  return async (request) =>
    request.kind === "permission"
      ? describe(request)
      : {
          ...describeQuestion(request),
          session: { titles: [] },
          offers: { replies: ["answer", "reject"] },
        };
}
