import { describe, expect, it } from "vitest";
import { planTests } from "./test-plan.mjs";

const SYSTEMS = ["launcher/e2e/system.e2e.test.ts", "web/e2e/pages.e2e.test.ts"];
const ORDINARY = ["unit", "int", "e2e"].flatMap((kind) => ["--project", kind]);
const plan = (...args) => planTests(args, SYSTEMS);

describe("npm test", () => {
  it("runs everything, whole systems beside the rest, when nothing is named", () => {
    expect(plan()).toEqual({
      web: true,
      foreground: ["run", "--project", "unit", "--project", "int"],
      beside: ["run", "--project", "e2e"],
    });
  });

  it.each([
    ["unit", ["--project", "unit"], false],
    ["int", ["--project", "int"], false],
    ["e2e", ["--project", "e2e"], true],
    ["long", ["--project", "long"], true],
  ])("runs one kind when %s is named", (kind, project, web) => {
    expect(plan(kind)).toEqual({ web, foreground: ["run", ...project] });
  });

  it("runs several kinds, and paths within them", () => {
    const args = ["run", "--project", "unit", "--project", "int", "gateway/src"];
    expect(plan("int", "unit", "gateway/src").foreground).toEqual(args);
  });

  it.each([
    ["gateway/src", false],
    ["web/e2e", true],
    ["launcher", true],
    ["system", true],
  ])("builds the web app when %s selects a whole-system test: %s", (path, web) => {
    expect(plan(path)).toEqual({ web, foreground: ["run", ...ORDINARY, path] });
  });

  it("passes options on to Vitest, whose values are no paths", () => {
    expect(plan("gateway", "-t", "refuses")).toEqual({
      web: false,
      foreground: ["run", ...ORDINARY, "gateway", "-t", "refuses"],
    });
    expect(plan("-t", "refuses").web).toBe(true);
  });

  it("watches unit and integration tests when only --watch is given", () => {
    expect(plan("--watch")).toEqual({
      web: false,
      foreground: ["watch", "--project", "unit", "--project", "int"],
    });
    expect(plan("--watch", "gateway/src")).toEqual({
      web: false,
      foreground: ["watch", ...ORDINARY, "gateway/src"],
    });
  });
});
