/** What is built from a branch has no number, and edits files as releases do. */
const RELEASE = /^2\.\d{1,4}\.\d{1,4}$/;

/** The release of OpenCode 2 that a version is taken for. */
export function releaseOf(version: string | undefined): string {
  return version !== undefined && RELEASE.test(version) ? version : "2.0.0";
}
