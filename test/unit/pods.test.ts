/** The pod of the documents, as Kubernetes would take it. Whether it works is for `test/e2e/pods.test.ts`. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/composition/config.ts";
import { readObjects, readImage, theOne } from "../support/pod.ts";
import { codeIn, headingsIn, sectionOf } from "../support/markdown.ts";

const objects = readObjects();
const [secret, config, claim, deployment] = [
  theOne(objects, "Secret"),
  theOne(objects, "ConfigMap"),
  theOne(objects, "PersistentVolumeClaim"),
  theOne(objects, "Deployment"),
];
const { spec: pod, metadata } = deployment.spec.template;
const everyContainer = [...pod.initContainers, ...pod.containers];

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

const twice = (list: readonly { readonly name: string }[]): boolean =>
  new Set(list.map(({ name }) => name)).size < list.length;

/** RFC 1123, as Kubernetes wants a label. */
const NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

describe("the pod of the documents", () => {
  it("has names that Kubernetes takes, each once", () => {
    const names = [
      ...objects.map((object) => object.metadata.name),
      ...everyContainer.map(({ name }) => name),
      ...pod.volumes.map(({ name }) => name),
      pod.hostname,
    ];
    expect(names.filter((name) => !NAME.test(name))).toEqual([]);
    expect([everyContainer, pod.volumes].filter(twice)).toEqual([]);
  });

  it("takes its labels, Secret, ConfigMap and volume from objects that are there", () => {
    expect(metadata.labels).toMatchObject(deployment.spec.selector.matchLabels);
    const taken = pod.volumes.map((volume) =>
      "configMap" in volume
        ? [volume.configMap.name, config]
        : [volume.persistentVolumeClaim.claimName, claim],
    );
    for (const [name, object] of taken) expect(object).toMatchObject({ metadata: { name } });
    const secrets = everyContainer.flatMap(({ envFrom = [] }) =>
      envFrom.map(({ secretRef }) => secretRef.name),
    );
    expect(secrets).toEqual([secret.metadata.name]);
  });

  it("mounts each volume that it has, and no other, at a place of its own", () => {
    const volumes = pod.volumes.map(({ name }) => name);
    const mounted = everyContainer.flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name));
    expect([...new Set(mounted)].sort()).toEqual([...volumes].sort());
    for (const { volumeMounts } of everyContainer) {
      const places = volumeMounts.map(({ mountPath }) => mountPath);
      expect(places.filter((place) => !place.startsWith("/"))).toEqual([]);
      expect(new Set(places).size).toBe(places.length);
    }
  });

  it("has one pod at a time on its volume", () => {
    expect(deployment.spec).toMatchObject({ replicas: 1, strategy: { type: "Recreate" } });
    expect(claim.spec.accessModes).toEqual(["ReadWriteOncePod"]);
  });

  it("sets variables of ours by their names, and the gateway takes them", () => {
    const [container] = pod.containers;
    const set = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
    const env = { ...secret.stringData, ...set };
    const headings = headingsIn(sectionOf(read(".github/docs/configuration.md"), "Variables"));
    const known = new Set(headings.flatMap(codeIn));
    expect(Object.keys(env).filter((name) => !known.has(name))).toEqual([]);
    expect(readConfig(undefined, env)).toMatchObject({
      ok: true,
      config: { stateDirectory: "/home/dev/.local/state/opencode-slack-gateway" },
    });
    expect(pod.volumes.find(({ name }) => name === "home")).toHaveProperty("persistentVolumeClaim");
  });

  it("asks status whether it is ready, in more time than status takes, and never whether it lives", () => {
    const [container] = pod.containers;
    expect(container?.readinessProbe?.exec.command.slice(1)).toEqual(["status"]);
    expect(container?.readinessProbe?.timeoutSeconds).toBeGreaterThan(2);
    expect(container).not.toHaveProperty("livenessProbe");
    expect(container).not.toHaveProperty("startupProbe");
  });

  it("names images that anybody can have, or their own", () => {
    expect(everyContainer.map(({ image }) => image)).toEqual(["your-image", "your-image"]);
    expect(readImage().from).toMatch(/^node:\d+-[a-z-]+$/);
  });

  it("has an image with the versions that are tested, and OpenCode's configuration with the plugin in it", () => {
    const { version } = JSON.parse(read("package.json")) as { version: string };
    const { packages } = JSON.parse(read("package-lock.json")) as {
      packages: Record<string, { version: string }>;
    };
    const tested = (name: string): string => `${name}@${packages[`node_modules/${name}`]?.version}`;
    const installed = readImage().run.flatMap((line) => line.match(/\S+@\d\S*/g) ?? []);
    expect(installed).toEqual([
      tested("opencode-ai"),
      tested("@opencode-ai/plugin"),
      `opencode-slack-gateway@${version}`,
    ]);
    const { plugin } = JSON.parse(config.data["opencode.json"] ?? "") as { plugin: string[] };
    expect(plugin).toEqual(["file:///opt/gateway/node_modules/opencode-slack-gateway"]);
  });
});
