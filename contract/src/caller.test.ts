import { expect, test } from "vitest";
import { grantsOf, maySeeFund, seesFund } from "./caller.ts";

const caller = { funds: ["f1"] };

test("shows a fund only when it was granted to the caller", () => {
  expect(maySeeFund(caller, "f1")).toBe(true);
  expect(maySeeFund(caller, "f2")).toBe(false);
  expect(maySeeFund({ funds: "*" }, "f2")).toBe(true);
  expect(seesFund({ caller }, "f2")).toBe(false);
  expect(seesFund({}, "f2")).toBe(true);
});

test("grants everything where no caller is required", () => {
  expect(grantsOf({ caller })).toEqual(["f1"]);
  expect(grantsOf({})).toBe("*");
});
