/** A cluster that runs the pod of the documents: its image, its volume, and beside it Slack and a model. */

import { chown, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { startContainer } from "./container.ts";
import { slackEnvironment } from "./desk.ts";
import { openCodeConfig } from "./opencode/sandbox.ts";
import { startScriptedModel, type ScriptedModel, type Step } from "./opencode/scripted-model.ts";
import { until } from "./opencode/until.ts";
import { LATEST, opencodeBinary } from "./opencode/versions.ts";
import { readImage, readObjects, theOne, type PodContainer } from "./pod.ts";
import { createSlackStandIn, type SlackStandIn } from "./slack/stand-in.ts";

/** Where the image's steps install. */
const INSTALLED = ["/opt/config", "/opt/gateway"];

const objects = readObjects();
const image = readImage();
export const { spec: pod } = theOne(objects, "Deployment").spec.template;

export interface Cluster extends AsyncDisposable {
  readonly slack: SlackStandIn;
  /** The volume. */
  readonly home: string;
  /** Resolves when OpenCode answers. */
  startPod(): Promise<Pod>;
}

export interface Pod extends AsyncDisposable {
  /** Starts a turn of a new session in which the model takes these steps. */
  prompt(steps: readonly Step[]): Promise<{ toolResults(): string[] }>;
  /** Runs the readiness probe's command. */
  probe(): Promise<{ readonly code: number | null; readonly stdout: string }>;
  /** Runs a command, as `kubectl exec` does. */
  exec(command: readonly string[]): Promise<{ readonly code: number | null; readonly stdout: string }>;
}

export async function createCluster(): Promise<Cluster> {
  const slack = await createSlackStandIn({ rateLimits: "none" });
  const model = await startScriptedModel();
  const root = await mkdtemp(path.join(tmpdir(), "cluster-"));
  const [home, config] = [path.join(root, "home"), path.join(root, "config")];
  for (const directory of [home, config]) await mkdir(directory);
  await chown(home, pod.securityContext.runAsUser, pod.securityContext.fsGroup);
  await writeFile(path.join(config, "opencode.json"), JSON.stringify(openCodeJSON(model)));

  const installed = await build(root);
  const volumes: Readonly<Record<string, string>> = { home, config };
  const mountsOf = ({ volumeMounts }: PodContainer): Record<string, string> =>
    Object.fromEntries(volumeMounts.map(({ name, mountPath }) => [mountPath, volumes[name] ?? "none"]));
  const { runAsUser: user } = pod.securityContext;
  const reached = [slack.apiUrl, model.baseURL].map((url) => Number(new URL(url).port));

  async function prepare(container: PodContainer): Promise<void> {
    const { hostname } = pod;
    const { command } = container;
    await using started = await startContainer({
      hostname,
      user,
      mounts: mountsOf(container),
      command,
      reaches: [],
    });
    const { code, stderr } = await started.finished;
    if (code !== 0) throw new Error(`${command.join(" ")} failed: ${stderr}`);
  }

  async function startPod(): Promise<Pod> {
    for (const container of pod.initContainers) await prepare(container);
    const [container] = pod.containers;
    if (container === undefined) throw new Error("The pod has no container.");
    const { command, workingDir, readinessProbe } = container;
    const env = environmentOf(container, slack);
    const started = await startContainer({
      hostname: pod.hostname,
      user,
      env,
      reaches: reached,
      mounts: {
        ...installed,
        "/usr/local/bin/opencode": await opencodeBinary(LATEST),
        ...mountsOf(container),
      },
      ...(workingDir !== undefined && { directory: workingDir }),
      command,
    });
    try {
      const port = await started.publish(Number(command.at(-1)));
      const prompt = await talkTo(port, env["OPENCODE_SERVER_PASSWORD"] ?? "", model);
      return {
        prompt,
        exec: async (given) => started.exec(given),
        probe: async () => started.exec(readinessProbe?.exec.command ?? []),
        [Symbol.asyncDispose]: async () => started[Symbol.asyncDispose](),
      };
    } catch (error) {
      await started[Symbol.asyncDispose]();
      throw error;
    }
  }

  return {
    slack,
    home,
    startPod,
    async [Symbol.asyncDispose]() {
      await model[Symbol.asyncDispose]();
      await slack.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Runs the image's steps that install packages, with the tarball in place of ours, whose name npm may not know. */
async function build(root: string): Promise<Record<string, string>> {
  const tarballs = path.resolve(fileURLToPath(inject("pluginURL")), "../../..");
  const tarball = (await readdir(tarballs)).find((name) => name.endsWith(".tgz")) ?? "none";
  const mounts = Object.fromEntries(INSTALLED.map((place) => [place, path.join(root, place)]));
  for (const place of Object.values(mounts)) await mkdir(place, { recursive: true });
  for (const step of image.run.filter((line) => line.includes("--prefix"))) {
    await using building = await startContainer({
      hostname: "build",
      mounts: { ...mounts, "/tarball": tarballs },
      // With whatever leads npm to its registry here.
      env: { ...definedOf(process.env), npm_config_prefer_offline: "true" },
      command: ["sh", "-c", step.replace(/ opencode-slack-gateway@\S+/, ` /tarball/${tarball}`)],
    });
    const { code, stdout, stderr } = await building.finished;
    if (code !== 0) throw new Error(`${step} failed.\n${stdout}${stderr}`);
  }
  return mounts;
}

/** OpenCode's configuration in the document, and a model. */
function openCodeJSON(model: ScriptedModel): object {
  const { "opencode.json": text = "" } = theOne(objects, "ConfigMap").data;
  return { ...openCodeConfig({ model }), ...(JSON.parse(text) as object) };
}

/** The variables of the document, and where Slack is here. */
function environmentOf({ env = [] }: PodContainer, slack: SlackStandIn): Record<string, string> {
  return {
    ...image.env,
    ...theOne(objects, "Secret").stringData,
    ...Object.fromEntries(env.map(({ name, value }) => [name, value])),
    ...slackEnvironment(slack),
    OPENCODE_SLACK_GATEWAY_MENTION: "none",
  };
}

/** Resolves when the OpenCode behind this port answers, with what starts a turn there. */
async function talkTo(port: number, password: string, model: ScriptedModel): Promise<Pod["prompt"]> {
  const authorization = `Basic ${btoa(`opencode:${password}`)}`;
  const request = async (route: string, body?: object): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${route}`, {
      headers: { authorization, "content-type": "application/json" },
      // What is asked while OpenCode starts may never be answered.
      signal: AbortSignal.timeout(body === undefined ? 5_000 : 60_000),
      ...(body && { method: "POST", body: JSON.stringify(body) }),
    });
  await until("OpenCode answers", async () =>
    request("/global/health").then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  let prompts = 0;
  return async (steps) => {
    const text = `port ${port} prompt ${(prompts += 1)}.`;
    model.script(text, steps);
    const { id } = (await (await request("/session", {})).json()) as { id: string };
    const parts = [{ type: "text", text }];
    await request(`/session/${id}/prompt_async`, {
      parts,
      model: { providerID: "fake", modelID: "scripted" },
    });
    return { toolResults: () => model.toolResults(text) };
  };
}

function definedOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
