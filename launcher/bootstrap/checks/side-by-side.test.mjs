import { describe, expect, it } from "vitest";
import { runSideBySide, selectSteps } from "./side-by-side.mjs";

/** A step that ends when the test ends it. */
function heldStep(name, needs = []) {
  const { promise, resolve } = Promise.withResolvers();
  const step = { name, needs, started: false, end: (ok = true) => resolve({ ok, output: name }) };
  step.run = () => {
    step.started = true;
    return promise;
  };
  return step;
}

const started = (steps) => steps.filter((step) => step.started).map(({ name }) => name);
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("steps side by side", () => {
  it("start as many as allowed, in their order", async () => {
    const steps = ["a", "b", "c"].map((name) => heldStep(name));
    const all = runSideBySide(steps, 2, () => undefined);
    await turn();
    expect(started(steps)).toEqual(["a", "b"]);
    steps[1].end();
    await turn();
    expect(started(steps)).toEqual(["a", "b", "c"]);
    for (const step of steps) step.end();
    expect((await all).map(({ name, ok }) => [name, ok])).toEqual([
      ["a", true],
      ["b", true],
      ["c", true],
    ]);
  });

  it("are reported in their order, whichever ends first", async () => {
    const steps = ["slow", "quick", "last"].map((name) => heldStep(name));
    const reported = [];
    const all = runSideBySide(steps, 2, ({ name }) => reported.push(name));
    steps[1].end();
    await turn();
    expect(reported).toEqual([]);
    steps[0].end();
    await turn();
    expect(reported).toEqual(["slow", "quick"]);
    steps[2].end();
    await all;
    expect(reported).toEqual(["slow", "quick", "last"]);
  });

  it("wait for those they need while others go on", async () => {
    const steps = [heldStep("types"), heldStep("web", ["types"]), heldStep("format")];
    const all = runSideBySide(steps, 2, () => undefined);
    await turn();
    expect(started(steps)).toEqual(["types", "format"]);
    steps[0].end();
    await turn();
    expect(steps[1].started).toBe(true);
    for (const step of steps) step.end();
    await all;
  });

  it("wait for those they come after, and run though these failed", async () => {
    const [types, lint] = [heldStep("types"), { ...heldStep("lint"), after: ["types"] }];
    lint.run = async () => ({ ok: types.started, output: "" });
    const all = runSideBySide([types, lint], 2, () => undefined);
    types.end(false);
    expect(await all).toMatchObject([{ ok: false }, { ok: true }]);
  });

  it("are left out, and count as failed, when what they need failed", async () => {
    const steps = [heldStep("types"), heldStep("graph", ["types"]), heldStep("rest", ["graph"])];
    const all = runSideBySide(steps, 2, () => undefined);
    steps[0].end(false);
    expect(await all).toMatchObject([
      { name: "types", ok: false, output: "types" },
      { name: "graph", ok: false, output: "Not run: types failed." },
      { name: "rest", ok: false, output: "Not run: graph failed." },
    ]);
    expect(started(steps)).toEqual(["types"]);
  });

  it("fail, and stop nothing else, when one throws", async () => {
    const broken = { name: "broken", run: () => Promise.reject(new Error("no such program")) };
    const sound = { name: "sound", run: async () => ({ ok: true, output: "" }) };
    const [first, second] = await runSideBySide([broken, sound], 1, () => undefined);
    expect(first.output).toContain("no such program");
    expect(second.ok).toBe(true);
  });

  it("are refused when they need each other", async () => {
    const steps = [heldStep("a", ["b"]), heldStep("b", ["a"])];
    await expect(runSideBySide(steps, 2, () => undefined)).rejects.toThrow("need each other: a, b");
  });
});

describe("selecting steps by name", () => {
  it("brings those that they wait for, in the order of all", () => {
    const steps = [
      { name: "types" },
      { name: "format" },
      { name: "lint", after: ["types"] },
      { name: "graph", needs: ["types"] },
    ];
    const select = (...names) => selectSteps(steps, names).map(({ name }) => name);
    expect(select("graph")).toEqual(["types", "graph"]);
    expect(select("lint", "format")).toEqual(["types", "format", "lint"]);
  });
});
