/** The permissions of one location: core/src/permission.ts, and what core/src/plugin/host.ts makes of it for a plugin. */

import { withResolvers, type Bus } from "./bus.ts";
import type { LocationRef, Reply, Request } from "./told.ts";

export type Effect = "allow" | "ask" | "deny";

/** `core/src/permission.ts`: of those that fit, the last one counts. */
export interface Rule {
  readonly action: string;
  readonly resource: string;
  readonly effect: Effect;
}

/** How an ask ended: with feedback, the model goes on. `interrupted` has no `permission.replied`. */
export type Answered =
  | { readonly kind: "allowed" }
  | { readonly kind: "denied" }
  | { readonly kind: "declined" }
  | { readonly kind: "corrected"; readonly feedback: string }
  | { readonly kind: "interrupted" };

interface Pending {
  readonly request: Request;
  readonly settle: (answer: Answered) => void;
}

/** The `evaluate` hook's event. */
export interface Evaluation {
  readonly sessionID: string;
  readonly action: string;
  readonly resources: readonly string[];
  effect: Effect;
  message?: string;
}

interface Options {
  readonly bus: Bus;
  readonly location: LocationRef;
  /** Whether events say where they are told. */
  readonly tellsLocation: () => boolean;
  readonly rules: readonly Rule[];
  /** Of the project: rows of the database. */
  readonly saved: Rule[];
  readonly evaluate: (evaluation: Evaluation) => Promise<void>;
}

export interface Permissions {
  /** Asks where the rules say so, and waits for the answer. */
  assert(request: Omit<Request, "id">): Promise<Answered>;
  /** @throws for what is not asked here. */
  reply(request: { sessionID: string; requestID: string; decision: Reply; message?: string }): Promise<void>;
  get(name: { sessionID: string; requestID: string }): Request;
  list(sessionID: string): readonly Request[];
  /** What a session asked is gone, without a word. */
  interrupt(sessionID: string): void;
  pending(): readonly Request[];
}

let created = 0;

export function createPermissions({
  bus,
  location,
  tellsLocation,
  rules,
  saved,
  evaluate,
}: Options): Permissions {
  const pending = new Map<string, Pending>();

  function publish(type: string, data: Readonly<Record<string, unknown>>): void {
    bus.publish(type, data, tellsLocation() ? location : undefined);
  }

  async function effectOf(asked: Omit<Request, "id">): Promise<Pick<Evaluation, "effect" | "message">> {
    const { sessionID, action, resources } = asked;
    const effects = (all: readonly Rule[]): Effect[] => resources.map((each) => ruleFor(action, each, all));
    // Nobody overrules a configured deny, neither what is saved nor a hook.
    if (effects(rules).includes("deny")) return { effect: "deny" };
    const effect = effects([...rules, ...saved]).includes("ask") ? "ask" : "allow";
    const evaluation: Evaluation = { sessionID, action, resources, effect };
    await evaluate(evaluation);
    return evaluation;
  }

  function settle({ request }: Pending, reply: Reply, answer: Answered): void {
    publish("permission.replied", { sessionID: request.sessionID, requestID: request.id, reply });
    pending.get(request.id)?.settle(answer);
    pending.delete(request.id);
  }

  function find({ sessionID, requestID }: { sessionID: string; requestID: string }): Pending {
    const found = pending.get(requestID);
    if (found?.request.sessionID !== sessionID) throw new Error(`Permission request not found: ${requestID}`);
    return found;
  }

  return {
    async assert(asked) {
      const { effect, message } = await effectOf(asked);
      if (effect === "deny") return { kind: "denied" };
      if (effect === "allow") return { kind: "allowed" };
      const request = { id: `per_${(created += 1)}`, ...asked, ...(message !== undefined && { message }) };
      const { promise, resolve } = withResolvers<Answered>();
      pending.set(request.id, { request, settle: resolve });
      publish("permission.asked", { ...request });
      return promise;
    },
    async reply({ decision, message, ...name }) {
      const found = find(name);
      const { sessionID, action, save = [] } = found.request;
      if (decision === "reject") {
        const answer: Answered =
          message === undefined || message === ""
            ? { kind: "declined" }
            : { kind: "corrected", feedback: message };
        settle(found, decision, answer);
        for (const other of pending.values())
          if (other.request.sessionID === sessionID) settle(other, "reject", { kind: "declined" });
        return;
      }
      if (decision === "always")
        saved.push(...save.map((resource): Rule => ({ action, resource, effect: "allow" })));
      settle(found, decision, { kind: "allowed" });
      if (decision === "once" || save.length === 0) return;
      for (const other of pending.values())
        if ((await effectOf(other.request)).effect === "allow") settle(other, "always", { kind: "allowed" });
    },
    get: (name) => find(name).request,
    list: (sessionID) =>
      [...pending.values()].map(({ request }) => request).filter((each) => each.sessionID === sessionID),
    interrupt(sessionID) {
      for (const { request, settle: end } of pending.values()) {
        if (request.sessionID !== sessionID) continue;
        pending.delete(request.id);
        end({ kind: "interrupted" });
      }
    },
    pending: () => [...pending.values()].map(({ request }) => request),
  };
}

/** Without a rule, OpenCode asks. */
function ruleFor(action: string, resource: string, rules: readonly Rule[]): Effect {
  return (
    rules.findLast((rule) => fits(rule.action, action) && fits(rule.resource, resource))?.effect ?? "ask"
  );
}

/** `*` is anything, and `git push *` also is `git push` alone: core/src/util/wildcard.ts. */
function fits(pattern: string, text: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\?]/g, String.raw`\$&`).replaceAll("*", "[^]*");
  return new RegExp(`^${escaped.replace(/ \[\^\]\*$/, "(?: [^]*)?")}$`).test(text);
}
