/** What a release is made of: .ci/release.mjs, the workflows that call it, and the licences of what is installed. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";

const repository = path.join(import.meta.dirname, "..", "..");
const SCRIPT = path.join(repository, ".ci", "release.mjs");
const CHANGELOG = "# Changes\n\n## 1.2.3 (2027-01-31)\n\n- One thing.\n\n## 1.2.2\n\n- Another.\n";

const folder = mkdtempSync(path.join(tmpdir(), "release-"));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (file: string, text: string) => writeFileSync(path.join(folder, file), text);
const read = (file: string) => readFileSync(path.join(folder, file), "utf8");

function writePackage(fields: object = {}): void {
  write("package.json", JSON.stringify({ version: "1.2.3", repository: "github:owner/name", ...fields }));
}

function release(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

beforeEach(() => {
  writePackage();
  write("CHANGELOG.md", CHANGELOG);
  write("README.md", "");
});

describe("a release", () => {
  it("may be made where the tag, package.json and the change log agree", () => {
    expect(release("check", "v1.2.3")).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(release("check").status).toBe(0);
  });

  it.each([
    ["no repository", { repository: undefined }, "v1.2.3", 'package.json has no "repository"'],
    ["another version", { version: "1.2.4" }, "v1.2.3", "The tag is v1.2.3, and package.json says 1.2.4"],
    ["a tag that is none", {}, "latest", "latest is not a tag of a release"],
    ["a version without notes", { version: "2.0.0" }, "v2.0.0", "CHANGELOG.md says nothing of 2.0.0"],
  ])("is refused with one sentence for %s", (_, fields, tag, sentence) => {
    writePackage(fields);
    const { status, stderr } = release("check", tag);
    expect(status).toBe(1);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("is refused as long as its notes say that it is not yet released", () => {
    write("CHANGELOG.md", CHANGELOG.replace("2027-01-31", "not yet released"));
    expect(release("check", "v1.2.3").stderr).toContain("write the day of the release");
  });

  it("has the notes that stand in the change log", () => {
    expect(release("notes", "v1.2.3").stdout).toBe("- One thing.\n");
  });

  it.each(["github:owner/name", "owner/name", { url: "git+https://github.com/owner/name.git" }])(
    "makes the links of README.md absolute, for repository %j",
    (told) => {
      writePackage({ repository: told });
      write("README.md", "![A card](a/card.png) [b](b/c.md#d) [e](#f) [g](https://example.com/h)");
      expect(release("links", "v1.2.3").status).toBe(0);
      expect(read("README.md")).toBe(
        "![A card](https://raw.githubusercontent.com/owner/name/v1.2.3/a/card.png) " +
          "[b](https://github.com/owner/name/blob/v1.2.3/b/c.md#d) [e](#f) [g](https://example.com/h)",
      );
    },
  );

  it("between two releases has a version of its own", () => {
    expect(release("dev", "42").status).toBe(0);
    expect(JSON.parse(read("package.json"))).toMatchObject({ version: "1.2.3-dev.42" });
  });
});

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly license?: string }>>;
}

describe("what is installed with the package", () => {
  const { packages } = JSON.parse(readFileSync(path.join(repository, "package-lock.json"), "utf8")) as Lock;
  const shipped = Object.entries(packages).filter(([name, { dev }]) => name !== "" && dev !== true);

  it("has licences that ask for nothing but their own text", () => {
    const FREE = new Set([
      "MIT",
      "ISC",
      "0BSD",
      "BSD-2-Clause",
      "BSD-3-Clause",
      "Apache-2.0",
      "BlueOak-1.0.0",
    ]);
    expect(shipped.length).toBeGreaterThan(10);
    expect(shipped.filter(([, { license }]) => !FREE.has(license ?? ""))).toEqual([]);
  });

  it("is named in exactly one version each", () => {
    const { dependencies } = JSON.parse(readFileSync(path.join(repository, "package.json"), "utf8")) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});
