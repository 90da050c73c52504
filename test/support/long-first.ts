import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The projects whose files share a process follow each other, so that one process serves many of them: where a file of
 * another project is next, the process ends, and with it the OpenCode that its e2e tests share.
 */
const PROJECTS = ["e2e", "unit-slow", "gateway", "stand-in", "unit"];

/** Files that take longest, of each project the longest first: what begins last should be short. */
const LONGEST = [
  "e2e/machine",
  "e2e/demo",
  "e2e/configuration",
  "e2e/policy",
  "e2e/package",
  "unit/growth",
  "unit/slack/socket-mode",
  "unit/slack/card-properties",
  "unit/shell/differential",
  "unit/audit/audit",
  "unit/commands/doctor",
  "gateway/exits",
].map((name) => `/test/${name}.test.ts`);

/** The order in which all test files begin. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId, project }: TestSpecification): number {
  const index = LONGEST.findIndex((name) => moduleId.endsWith(name));
  const within = index === -1 ? LONGEST.length : index;
  return PROJECTS.indexOf(project.name) * (LONGEST.length + 1) + within;
}
