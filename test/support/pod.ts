/** The pod of the documents: what its YAML and its image say, and a container that is started as they say. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { z } from "zod";

const DOCUMENT = fileURLToPath(new URL("../../.github/docs/pods.md", import.meta.url));

const name = z.string();
const keyed = z.object({ name });
const mountSchema = z.strictObject({ name, mountPath: z.string(), readOnly: z.boolean().optional() });
const containerSchema = z.strictObject({
  name,
  image: z.string(),
  command: z.array(z.string()),
  workingDir: z.string().optional(),
  envFrom: z.array(z.strictObject({ secretRef: keyed })).optional(),
  env: z.array(z.strictObject({ name, value: z.string() })).optional(),
  readinessProbe: z
    .strictObject({
      exec: z.strictObject({ command: z.array(z.string()) }),
      periodSeconds: z.int().positive(),
      timeoutSeconds: z.int().positive(),
      failureThreshold: z.int().positive(),
    })
    .optional(),
  volumeMounts: z.array(mountSchema),
});
const labels = z.record(z.string(), z.string());
const kubernetesSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    apiVersion: z.literal("v1"),
    kind: z.literal("Secret"),
    metadata: keyed,
    stringData: z.record(z.string(), z.string()),
  }),
  z.strictObject({
    apiVersion: z.literal("v1"),
    kind: z.literal("ConfigMap"),
    metadata: keyed,
    data: z.record(z.string(), z.string()),
  }),
  z.strictObject({
    apiVersion: z.literal("v1"),
    kind: z.literal("PersistentVolumeClaim"),
    metadata: keyed,
    spec: z.strictObject({
      accessModes: z.array(z.enum(["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany", "ReadOnlyMany"])),
      resources: z.strictObject({
        requests: z.strictObject({ storage: z.string().regex(/^\d+(?:[KMGTPE]i?)?$/) }),
      }),
    }),
  }),
  z.strictObject({
    apiVersion: z.literal("apps/v1"),
    kind: z.literal("Deployment"),
    metadata: keyed,
    spec: z.strictObject({
      replicas: z.int(),
      strategy: z.strictObject({ type: z.enum(["Recreate", "RollingUpdate"]) }),
      selector: z.strictObject({ matchLabels: labels }),
      template: z.strictObject({
        metadata: z.strictObject({ labels }),
        spec: z.strictObject({
          hostname: z.string(),
          automountServiceAccountToken: z.boolean(),
          securityContext: z.strictObject({
            runAsNonRoot: z.boolean(),
            runAsUser: z.int(),
            runAsGroup: z.int(),
            fsGroup: z.int(),
          }),
          initContainers: z.array(containerSchema),
          containers: z.array(containerSchema),
          volumes: z.array(
            z.union([
              z.strictObject({ name, persistentVolumeClaim: z.strictObject({ claimName: name }) }),
              z.strictObject({ name, configMap: keyed }),
            ]),
          ),
        }),
      }),
    }),
  }),
]);

export type KubernetesObject = z.infer<typeof kubernetesSchema>;
type Kind = KubernetesObject["kind"];

/** What stands in the document between fences of this language. */
function fenced(language: string): string {
  const text = readFileSync(DOCUMENT, "utf8");
  const [, block] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "ms").exec(text) ?? [];
  if (block === undefined) throw new Error(`The document has no ${language}.`);
  return block;
}

/** Everything that `kubectl apply` is given. Throws where there is a field that none of these has. */
export function readObjects(): readonly KubernetesObject[] {
  return parseAllDocuments(fenced("yaml")).map((document) => {
    const [error] = [...document.errors, ...document.warnings];
    if (error !== undefined) throw error;
    return kubernetesSchema.parse(document.toJS());
  });
}

/** The one object of this kind. */
export function theOne<K extends Kind>(objects: readonly KubernetesObject[], kind: K) {
  const [found, ...others] = objects.filter((object) => object.kind === kind);
  if (found === undefined || others.length > 0) throw new Error(`There is not one ${kind}.`);
  return found as Extract<KubernetesObject, { kind: K }>;
}

export interface Image {
  readonly from: string;
  /** The commands of RUN, in order. */
  readonly run: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly user: string | undefined;
}

/** Of the Dockerfile: a line for each step, as there. */
export function readImage(): Image {
  const steps = fenced("dockerfile")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => /^([A-Z]+) (.*)$/.exec(line) ?? [])
    .map(([, step = "", rest = ""]) => ({ step, rest }));
  const all = (wanted: string): string[] =>
    steps.filter(({ step }) => step === wanted).map(({ rest }) => rest);
  const known = new Set(["FROM", "RUN", "ENV", "USER"]);
  const unknown = steps.find(({ step }) => !known.has(step));
  if (unknown !== undefined) throw new Error(`No step of an image that the tests know: ${unknown.step}`);
  return {
    from: all("FROM").join(),
    run: all("RUN"),
    env: Object.fromEntries(all("ENV").map((line) => line.split("=") as [string, string])),
    user: all("USER").at(-1),
  };
}
