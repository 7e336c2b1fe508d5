import { describe, expect, it } from "vitest";
import { drawSeed, filesThatDraw, planFuzz } from "./fuzz-plan.mjs";

describe("npm run fuzz", () => {
  it("takes paths and seconds", () => {
    expect(planFuzz([])).toEqual({ paths: [], seconds: 300 });
    expect(planFuzz(["evidence", "--seconds", "20"])).toEqual({ paths: ["evidence"], seconds: 20 });
    expect(planFuzz(["--seconds", "20", "money"])).toEqual({ paths: ["money"], seconds: 20 });
  });

  it.each(["", "soon", "0", "-1"])("refuses %j seconds", (seconds) => {
    expect(planFuzz(["--seconds", seconds])).toBeUndefined();
    expect(planFuzz(["--seconds"])).toBeUndefined();
  });

  it("selects test files that draw random input", () => {
    const sources = {
      "a/money.test.ts": 'import fc from "fast-check";',
      "a/books.int.test.ts": "const random = randomFrom(testSeed());",
      "b/dates.test.ts": 'import { expect } from "vitest";',
    };
    const files = Object.keys(sources);
    const read = (file) => sources[file];
    expect(filesThatDraw(files, [], read)).toEqual(["a/money.test.ts", "a/books.int.test.ts"]);
    expect(filesThatDraw(files, ["books", "b/"], read)).toEqual(["a/books.int.test.ts"]);
  });

  it("draws a seed of at most nine digits", () => {
    expect(drawSeed(() => 0)).toBe(0);
    expect(String(drawSeed(() => 1 - Number.EPSILON))).toHaveLength(9);
  });
});
