import { testContext } from "@allfunds/platform/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { signedIn } from "../ledger-graph.fixture.ts";
import { originOf, parseOrigin } from "./origin.ts";

test("an origin says client, acr, factors, address and trace, and what is not known is a dash", () => {
  const by = signedIn("ann", {
    overrides: { clientAddress: "2001:db8::7", traceId: "4bf92f3577b34da6a3ce929d0e0e4736" },
  });
  const text = "web mfa pwd,otp 2001:db8::7 4bf92f3577b34da6a3ce929d0e0e4736";
  expect(originOf(by)).toBe(text);
  expect(originOf(signedIn("bot", { acr: undefined, amr: [], overrides: { traceId: "" } }))).toBe(
    "web - - - -",
  );
  expect(originOf(testContext())).toBeUndefined();
  expect(parseOrigin(text)).toEqual({
    clientId: "web",
    acr: "mfa",
    factors: ["pwd", "otp"],
    address: "2001:db8::7",
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  });
  expect(parseOrigin(null)).toEqual({ factors: [] });
});

test("whatever a client is called, it comes back out of the text", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 60, unit: "binary" }), (clientId) => {
      fc.pre(clientId !== "-");
      const text = originOf(signedIn("ann", { clientId }));
      expect(text?.split(" ")).toHaveLength(5);
      expect(parseOrigin(text ?? "").clientId).toBe(clientId);
    }),
  );
});
