import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take most of a minute and more, the longest first: what begins last should be short. */
const LONGEST = [
  "unit/growth",
  "unit/slack/card-properties",
  "e2e/configuration",
  "e2e/machine",
  "e2e/policy",
  "e2e/calls",
  "unit/slack/socket-mode",
  "unit/audit/audit",
  "e2e/demo",
].map((name) => `/test/${name}.test.ts`);

/** The projects whose files share a process follow each other, so that one process serves many of them. */
const PROJECTS = ["e2e", "unit-slow", "gateway", "stand-in", "unit"];

/** The order in which all test files begin. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId, project }: TestSpecification): number {
  const index = LONGEST.findIndex((name) => moduleId.endsWith(name));
  return index === -1 ? LONGEST.length + PROJECTS.indexOf(project.name) : index;
}
