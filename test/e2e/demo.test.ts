import { once } from "node:events";
import { cp, mkdir, readdir, rm, symlink } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/browser.ts";
import {
  act,
  buttonsOf,
  callsOf,
  newestCard,
  sessionsOf,
  waitForState,
} from "../support/demo/page-client.ts";
import {
  descendantsOf,
  REPOSITORY,
  startDemo,
  temporaryFolder,
  type Demo,
} from "../support/demo/started-demo.ts";
import { until } from "../support/opencode/until.ts";
import { isRunning } from "../support/running.ts";
import { readable } from "../support/slack/text.ts";

/** What `npm run demo` starts first, to install what is missing. */
const SET_UP = ["test/support/set-up.mjs"];
const CHROMIUM = findChromium();

/** To pack the plugin and to start OpenCodes takes longer than the tests: each begins with what the one before left. */
describe("the demo", () => {
  let taken: Server;
  let demo: Demo;
  let url: string;
  beforeAll(async () => {
    taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const env = { PORT: String(portOf(taken)), SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1" };
    demo = await startDemo(env, ["--stand-in"]);
    [, url = ""] = await demo.says(/Open (http:\S+)/);
  });
  afterAll(async () => {
    taken.close();
    await demo[Symbol.asyncDispose]();
  });

  test("says its address and what to try first before it starts anything, and shows its start step by step", async () => {
    const { startup, firstSteps, opencodes } = await waitForState(url, () => true);
    expect(startup.steps.map(({ status }) => status)).toEqual(["running", "waiting"]);
    expect(firstSteps.map(({ isDone }) => isDone)).toEqual([false, false, false, false]);
    expect(opencodes).toEqual([]);
    expect(await act(url, { kind: "start", opencode: 1, label: "Run a command" })).toBe(409);
    await demo.says(/Try first: press "Run a command"/);

    const html = await (await fetch(url)).text();
    const files = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, file = ""]) => file);
    expect(files).toEqual(["/page.css", "/page.js"]);
    const statuses = await Promise.all(files.map(async (file) => (await fetch(new URL(file, url))).status));
    expect(statuses).toEqual([200, 200]);

    const ready = await waitForState(url, (state) => state.opencodes.length > 0);
    expect(ready.startup.steps.map(({ status }) => status)).toEqual(["done", "done"]);
  });

  test("takes another port where its own is in use, and the stand-in where it is told to", async () => {
    const port = new URL(url).port;
    expect(demo.output()).toContain(`Port ${portOf(taken)} is in use; using ${port}.`);
    expect(demo.output()).toContain("A stand-in for Slack on this machine is used");
  });

  test("thinks aloud until it asks; a press on the card lets the tool run, and what was tried is ticked off", async () => {
    const thinking = waitForState(url, (state) => sessionsOf(state).some(({ isThinking }) => isThinking));
    expect(await act(url, { kind: "start", opencode: 1, label: "Run a command" })).toBe(204);
    await thinking;
    const asked = await waitForState(url, (state) => buttonsOf(state).length > 0);
    expect(sessionsOf(asked)).toMatchObject([{ isThinking: false }]);
    const [once, grant, always, reject] = buttonsOf(asked);
    expect([once, grant, always, reject].map((button) => button?.label)).toEqual([
      "Allow once",
      "Allow for 30 min",
      "Allow always",
      "Reject",
    ]);
    if (once === undefined) throw new Error("The card has no buttons");

    expect(await act(url, { ...once.press, userID: "U2" })).toBe(204);
    const refused = await waitForState(url, ({ slack }) => slack?.ephemerals.length === 1);
    expect(refused.slack?.ephemerals[0]).toMatchObject({ user: "U2" });
    expect(callsOf(refused)).toMatchObject([{ status: "running", requestID: expect.any(String) as string }]);

    const said = await waitForState(url, (state) =>
      JSON.stringify(state.slack).includes("Last press: refused, not an approver"),
    );
    // As the page does: Slack names the blocks of a changed card anew.
    const [again = once] = buttonsOf(said);
    expect(await act(url, { ...again.press, userID: "U1" })).toBe(204);
    const done = await waitForState(url, (state) => callsOf(state)[0]?.status === "completed");
    expect(callsOf(done)).toMatchObject([
      { tool: "bash", output: expect.stringContaining("?? src/") as string },
    ]);
    // The card is closed before anybody looks for the next one.
    const { firstSteps } = await waitForState(url, (state) => buttonsOf(state).length === 0);
    expect(firstSteps.map(({ isDone }) => isDone)).toEqual([true, true, false, true]);
  });

  test("asks twice about each task that it calls risky", async () => {
    const state = await waitForState(url, () => true);
    const risky = state.groups.find(({ title }) => title.startsWith("Risky"));
    expect(risky?.tasks.length).toBeGreaterThan(0);
    for (const { label } of risky?.tasks ?? []) {
      expect(await act(url, { kind: "start", opencode: 1, label })).toBe(204);
      const asked = await waitForState(url, (now) => buttonsOf(now).length > 0);
      expect([label, buttonsOf(asked)[0]?.isConfirmed]).toEqual([label, true]);
      const requestID = callsOf(asked).find((call) => call.requestID !== undefined)?.requestID ?? "";
      expect(await act(url, { kind: "reply", opencode: 1, requestID, reply: "reject" })).toBe(204);
      await waitForState(url, (now) => buttonsOf(now).length === 0);
    }
  });

  test("does not say that a file was changed when somebody rejected the change, with a reason", async () => {
    expect(await act(url, { kind: "start", opencode: 1, label: "Change a file" })).toBe(204);
    const asked = await waitForState(url, (state) => buttonsOf(state).length > 0);
    const button = buttonsOf(asked).find(({ label }) => /reason/i.test(label));
    if (button === undefined) throw new Error("The card has no button for a reason");
    expect(await act(url, { ...button.press, userID: "U1" })).toBe(204);
    const { slack } = await waitForState(url, (state) => state.slack?.views.length === 1);
    const [view] = slack?.views ?? [];
    const inputs = view?.blocks.filter(({ type }) => type === "input") ?? [];
    const entries = Object.fromEntries(inputs.map(({ block_id }) => [block_id, "We greet in German."]));
    expect(await act(url, { kind: "submit", userID: "U1", viewID: view?.id ?? "", entries })).toBe(204);

    const over = await waitForState(url, (state) => sessionsOf(state).every(({ isBusy }) => !isBusy));
    expect(sessionsOf(over).at(-1)?.steps.at(-1)).toMatchObject({
      by: "agent",
      text: "The list of greetings is as it was.",
    });
    expect(callsOf(over).at(-1)).toMatchObject({ tool: "edit", answer: "rejected in Slack" });
    await waitForState(url, (state) => buttonsOf(state).length === 0);
  });

  test("goes on without a card where the same was allowed for a time, until somebody revokes that", async () => {
    expect(await act(url, { kind: "start", opencode: 1, label: "Look at the clock" })).toBe(204);
    const asked = await waitForState(url, (state) => buttonsOf(state).length > 0);
    const grant = buttonsOf(asked).find(({ label }) => label === "Allow for 30 min");
    if (grant === undefined) throw new Error("The card has no button for a time");
    expect(await act(url, { ...grant.press, userID: "U1" })).toBe(204);
    const used = await waitForState(url, ({ slack }) =>
      JSON.stringify(slack).includes("Used 2 times, last at"),
    );
    const [revoke, ...others] = buttonsOf(used);
    expect([revoke?.label, others]).toEqual(["Revoke", []]);
    if (revoke === undefined) throw new Error("The grant cannot be revoked");
    expect(await act(url, { ...revoke.press, userID: "U1" })).toBe(204);
    const again = await waitForState(url, (state) =>
      buttonsOf(state).some(({ label }) => label === "Reject"),
    );
    const reject = buttonsOf(again).find(({ label }) => label === "Reject");
    if (reject === undefined) throw new Error("The next card cannot be rejected");
    expect(await act(url, { ...reject.press, userID: "U1" })).toBe(204);
    await waitForState(url, (state) => buttonsOf(state).length === 0);
  });

  test.skipIf(CHROMIUM === undefined)(
    "keeps threads closed, shows what a locked phone shows, and is dark where the system is, in Chromium",
    async () => {
      await using browser = await openBrowser(CHROMIUM ?? "", url);
      await browser.prefer("dark");
      expect(await act(url, { kind: "start", opencode: 1, label: "Write a long file" })).toBe(204);
      const sees = async (selector: string) =>
        browser.until(`document.querySelector("${selector}")?.innerText`);
      expect(await sees(".thread > button")).toBe("1 reply");
      expect(await browser.evaluate(`document.querySelector(".thread .message")`)).toBeNull();
      await browser.evaluate(`document.querySelector(".thread > button").click()`);
      expect(await sees(".thread .message")).toContain("OpenCode");

      const text = newestCard(await waitForState(url, (state) => buttonsOf(state).length > 0))?.text ?? "";
      expect(text).toContain("towns.txt");
      // Whom a new card mentions, a person reads by name.
      const notified = JSON.stringify(readable(text).replaceAll("@U1", "@Ann"));
      await browser.until(`document.querySelector(".notified")?.innerText === ${notified}`);

      const theme = `document.documentElement.dataset.theme`;
      const brightness = `getComputedStyle(document.querySelector(".slack")).backgroundColor`;
      expect(await browser.evaluate(theme)).toBe("dark");
      const dark = await browser.evaluate(brightness);
      await browser.evaluate(`document.querySelector(".theme").click()`);
      await browser.until(`${theme} === "light"`);
      expect(await browser.evaluate(brightness)).not.toBe(dark);
    },
  );

  test("has two OpenCodes that share one connection: a press reaches the one that asked, and one closes the other's cards", async () => {
    expect(await act(url, { kind: "launch", opencode: 2 })).toBe(204);
    expect(await act(url, { kind: "start", opencode: 1, label: "Run a command" })).toBe(204);
    const [first] = buttonsOf(await waitForState(url, (state) => buttonsOf(state).length > 0));
    expect(await act(url, { kind: "start", opencode: 2, label: "Run a command" })).toBe(204);
    const isOfSecond = ({ press }: { press: { ts: string } }) => press.ts !== first?.press.ts;
    const asked = await waitForState(url, (state) => buttonsOf(state).some(isOfSecond));
    expect(asked.slack?.connections).toBe(1);
    const once = buttonsOf(asked).find(isOfSecond);
    if (once === undefined) throw new Error("The second card has no buttons");

    expect(await act(url, { ...once.press, userID: "U1" })).toBe(204);
    const done = await waitForState(url, (state) => callsOf(state).at(-1)?.status === "completed");
    expect(callsOf(done).slice(-2)).toMatchObject([{ status: "running" }, { status: "completed" }]);

    expect(await act(url, { kind: "kill", opencode: 1 })).toBe(204);
    const closed = await waitForState(url, (state) => buttonsOf(state).length === 0);
    expect(JSON.stringify(closed.slack)).toContain("OpenCode quit. Nothing will run.");
    expect(closed.opencodes.map(({ status }) => status)).toEqual(["killed", "running"]);

    expect(await act(url, { kind: "launch", opencode: 1 })).toBe(204);
    expect(await act(url, { kind: "start", opencode: 1, label: "Run a command" })).toBe(204);
    const again = await waitForState(url, (state) => buttonsOf(state).length > 0);
    expect(again.slack?.connections).toBe(1);
  });

  test("leaves nothing behind when its terminal is closed", async () => {
    const descendants = await descendantsOf(demo.pid);
    expect(descendants.length).toBeGreaterThan(0);
    demo.closeTerminal();
    expect(await demo.ended).toBe(0);
    await until("nothing that the demo started runs on", () => !descendants.some(isRunning));
    expect(await readdir(demo.temporary)).toEqual([]);
  });
});

test("leaves nothing behind at Ctrl-C while it starts OpenCode", async () => {
  await using demo = await startDemo({ PORT: "0" });
  await demo.says(/Starting the real OpenCode/);
  await until("OpenCode's home is being made", async () =>
    (await readdir(demo.temporary, { recursive: true })).some((name) => /[/\\]opencode-[^/\\]+$/.test(name)),
  );
  demo.interrupt();
  expect(await demo.ended).toBe(0);
  expect(await readdir(demo.temporary)).toEqual([]);
});

test("says in plain words that npm cannot reach its registry, and what to do", async () => {
  await using folder = await temporaryFolder();
  await copyRepository(folder.path);
  await symlink(path.join(REPOSITORY, "node_modules"), path.join(folder.path, "node_modules"));
  // OpenCode was started on this machine, and the plugin was not installed.
  await mkdir(path.join(folder.path, ".cache"));
  await symlink(path.join(REPOSITORY, ".cache/opencode"), path.join(folder.path, ".cache/opencode"));
  const cache = path.join(folder.path, "npm");
  const env = { PORT: "0", ...(await unreachableRegistry()), npm_config_cache: cache };
  await using demo = await startDemo(env, [], { directory: folder.path });
  const [, url = ""] = await demo.says(/Open (http:\S+)/);
  const { startup } = await waitForState(url, (state) => state.startup.problem !== undefined);
  expect(startup.steps.map(({ status }) => status)).toEqual(["failed", "waiting"]);
  expect(startup.problem).toContain("npm's registry cannot be reached");
  await demo.says(
    /The plugin could not be installed\.\nnpm's registry cannot be reached \(ECONNREFUSED\)\.\nConnect/,
  );
  expect(await demo.ended).toBe(1);
  expect(demo.output()).not.toContain("    at ");
});

test("says the same before OpenCode's first start, and where the packages are to be installed", async () => {
  await using folder = await temporaryFolder();
  const env = { PORT: "0", ...(await unreachableRegistry()) };
  await copyRepository(folder.path);
  await using installing = await startDemo(env, [], { directory: folder.path, script: SET_UP });
  await installing.says(
    /The installation failed\. npm's registry cannot be reached \(ECONNREFUSED\)\.\nConnect/,
  );
  expect(await installing.ended).toBe(1);

  await rm(path.join(folder.path, "node_modules"), { recursive: true, force: true });
  await symlink(path.join(REPOSITORY, "node_modules"), path.join(folder.path, "node_modules"));
  await using starting = await startDemo(env, [], { directory: folder.path });
  await starting.says(
    /OpenCode's first start on this machine installs its SDK, once\.\nnpm's registry cannot/,
  );
  expect(await starting.ended).toBe(1);
  expect(starting.output()).not.toContain("    at ");
});

test("does not know other arguments, and says which one there is", async () => {
  await using demo = await startDemo({ PORT: "0" }, ["--standin"]);
  await demo.says(/The demo does not know "--standin"\. It takes one argument:\n.*-- --stand-in/);
  expect(await demo.ended).toBe(1);
});

test("with one of the two Slack tokens, the demo says what else real Slack needs", async () => {
  await using demo = await startDemo({ PORT: "0", SLACK_BOT_TOKEN: "xoxb-1" });
  await demo.says(/SLACK_BOT_TOKEN is set, so real Slack is used\. Without it: npm run demo -- --stand-in/);
  await demo.says(/SLACK_APP_TOKEN is not set/);
  await demo.says(/SLACK_CHANNEL_ID is not set/);
  expect(await demo.ended).toBe(1);
});

/** What the demo is started from, without what is installed. */
async function copyRepository(folder: string): Promise<void> {
  for (const name of ["package.json", "package-lock.json", "tsconfig.json", "src", "test"]) {
    await cp(path.join(REPOSITORY, name), path.join(folder, name), { recursive: true });
  }
}

/** For npm: a port at which nobody listens. */
async function unreachableRegistry(): Promise<Record<string, string>> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = portOf(server);
  server.close();
  await once(server, "close");
  return { npm_config_registry: `http://127.0.0.1:${port}/` };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
