import { testContext } from "@allfunds/platform/testing";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type AccessPolicy, standingOf } from "./caller-access.ts";

const POLICY: AccessPolicy = {
  deny: "field",
  policies: {},
  isAuthenticated: () => true,
};

/** A caller's scopes as its issuer sent them, in any order. */
const callers = fc.record({
  scopes: fc
    .subarray(["a", "b", "a b", "a,b", '"', "ledger:read", "ledger:write"])
    .chain((set) => fc.shuffledSubarray(set, { minLength: set.length })),
  isSignedIn: fc.boolean(),
});

function standing({ scopes, isSignedIn }: { scopes: string[]; isSignedIn: boolean }): number {
  return standingOf(testContext({ scopes }), { ...POLICY, isAuthenticated: () => isSignedIn });
}

it("is one number for the same scopes and sign-in, and another for any others", () => {
  fc.assert(
    fc.property(callers, callers, (one, other) => {
      const isSame =
        one.isSignedIn === other.isSignedIn &&
        [...one.scopes].sort().join("\n") === [...other.scopes].sort().join("\n");
      expect(standing(one) === standing(other)).toBe(isSame);
    }),
    { numRuns: 1_000 },
  );
});

it("gives no number twice when more sets of scopes came than are kept", () => {
  const numbers = new Set<number>();
  const first = standingOf(testContext({ scopes: ["set 0"] }), POLICY);
  for (let nth = 0; nth < 25_000; nth += 1)
    numbers.add(standingOf(testContext({ scopes: [`set ${nth}`] }), POLICY));
  expect(numbers.size).toBe(25_000);
  const again = standingOf(testContext({ scopes: ["set 0"] }), POLICY);
  expect(again === first || !numbers.has(again)).toBe(true);
});
