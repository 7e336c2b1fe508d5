import fc from "fast-check";
import { expect, test } from "vitest";
import { safeReturnPath, signInPath, stepUpPath } from "./return-path.ts";

const HOME = "http://localhost:3000";

test.each([
  ["/funds/1?after=x#transactions", "/funds/1?after=x#transactions"],
  ["/", "/"],
  [null, "/"],
  ["", "/"],
  ["https://evil.example/", "/"],
  ["//evil.example/", "/"],
  ["/\\evil.example", "/"],
  ["/\t/evil.example", "/"],
  ["/a/..//evil.example", "/"],
  ["javascript:alert(1)", "/"],
  ["/auth/sign-out", "/"],
  ["/sign-in?returnTo=/", "/"],
])("turns the return path %j into %s", (wanted, expected) => {
  expect(safeReturnPath(wanted)).toBe(expected);
});

test("never leaves the app, whatever the return path is", () => {
  const pieces = fc.constantFrom(
    "/",
    "\\",
    "//",
    "..",
    ".",
    "@",
    ":",
    "evil.example",
    "\t",
    "%2f",
    "?",
    "#",
  );
  const paths = fc.oneof(
    fc.string(),
    fc.array(pieces).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(paths, (wanted) => {
      expect(new URL(safeReturnPath(wanted), HOME).origin).toBe(HOME);
    }),
  );
});

test("adds the return path and the reason to the sign-in address", () => {
  expect(signInPath("/")).toBe("/sign-in");
  expect(signInPath("/funds/1?a=b", "ended")).toBe(
    "/sign-in?returnTo=%2Ffunds%2F1%3Fa%3Db&reason=ended",
  );
  expect(stepUpPath("//evil.example")).toBe("/auth/step-up?returnTo=%2F");
});
