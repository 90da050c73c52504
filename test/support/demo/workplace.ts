import type { EventLog } from "../opencode/events.ts";
import { startOpenCode, type OpenCode } from "../opencode/opencode.ts";
import type { ScriptedModel } from "../opencode/scripted-model.ts";
import { describeSessions, type SessionView } from "./sessions.ts";
import { writeProject } from "./tasks.ts";

/** A place on the demo's machine for one OpenCode, which can be killed there and another one started. */
export interface Workplace extends AsyncDisposable {
  readonly number: number;
  /** @throws if none runs here */
  opencode(): OpenCode;
  view(): OpenCodeView;
  /** Starts an OpenCode with a home and a project of its own. Takes some seconds. */
  launch(): Promise<void>;
  /** SIGKILL: the OpenCode cannot close its cards any more. */
  kill(): Promise<void>;
}

/** An OpenCode, as its user would see it. */
export interface OpenCodeView {
  readonly number: number;
  readonly status: Occupancy["status"];
  readonly sessions: readonly SessionView[];
}

type Occupancy =
  | { readonly status: "absent" | "starting" | "killed" }
  | { readonly status: "running"; readonly opencode: OpenCode; readonly events: EventLog };

type Running = Extract<Occupancy, { status: "running" }>;

function sessionsOf({ opencode, events }: Running): SessionView[] {
  return describeSessions(events.seen, new Set(opencode.replies().map(({ requestID }) => requestID)));
}

/** @param env what the OpenCodes of the machine have in common */
export function createWorkplace({
  number,
  model,
  pluginURL,
  env,
}: {
  number: number;
  model: ScriptedModel;
  pluginURL: string;
  env: Record<string, string>;
}): Workplace {
  let occupancy: Occupancy = { status: "absent" };
  let launching: Promise<void> | undefined;

  async function start(): Promise<Occupancy> {
    const projects = [`project-${number}`];
    const opencode = await startOpenCode({ model, plugin: [pluginURL], env, projects });
    await writeProject(opencode);
    return { status: "running", opencode, events: await opencode.events() };
  }

  async function moveIn(): Promise<void> {
    const before = occupancy;
    occupancy = { status: "starting" };
    try {
      occupancy = await start();
    } catch (error) {
      occupancy = before;
      throw error;
    }
  }

  function running() {
    if (occupancy.status !== "running") throw new Error(`OpenCode ${number} does not run.`);
    return occupancy;
  }

  return {
    number,
    opencode: () => running().opencode,
    view: () => ({
      number,
      status: occupancy.status,
      sessions: occupancy.status === "running" ? sessionsOf(occupancy) : [],
    }),

    async launch() {
      if (occupancy.status === "running" || occupancy.status === "starting") {
        throw new Error(`OpenCode ${number} runs already.`);
      }
      launching = moveIn();
      await launching;
    },

    async kill() {
      const { opencode, events } = running();
      occupancy = { status: "killed" };
      events.close();
      await opencode.kill();
      await opencode[Symbol.asyncDispose]();
    },

    async [Symbol.asyncDispose]() {
      await Promise.allSettled([launching]);
      if (occupancy.status !== "running") return;
      occupancy.events.close();
      await occupancy.opencode[Symbol.asyncDispose]();
    },
  };
}
