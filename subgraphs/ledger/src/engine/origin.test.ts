import type { Caller } from "@allfunds/platform/auth";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyText } from "./any-text.fixture.ts";
import { originOf, parseOrigin } from "./origin.ts";

const CALLER: Caller = {
  kind: "user",
  tenantId: "t",
  subject: "ann",
  clientId: "web",
  roles: [],
  scopes: [],
  funds: "*",
  acr: "mfa",
  amr: ["pwd", "otp"],
  expiresAt: new Date("2100-01-01"),
};
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

test("an origin has client, acr, factors, address and trace, and what is not known is a dash", () => {
  const text = `web mfa pwd,otp 2001:db8::7 ${TRACE}`;
  const from = { clientAddress: "2001:db8::7", traceId: TRACE };
  expect(originOf({ ...from, caller: CALLER })).toBe(text);
  const robot = { ...CALLER, clientId: "robot", acr: undefined, amr: [] };
  expect(originOf({ caller: robot, traceId: "" })).toBe("robot - - - -");
  expect(originOf(from)).toBeUndefined();
  expect(parseOrigin(text)).toEqual({
    clientId: "web",
    acr: "mfa",
    factors: ["pwd", "otp"],
    address: "2001:db8::7",
    traceId: TRACE,
  });
  expect(parseOrigin(null)).toEqual({ factors: [] });
});

test("whatever a client is called, it comes back out of the text", () => {
  fc.assert(
    fc.property(anyText({ minLength: 1, maxLength: 60 }), (clientId) => {
      fc.pre(clientId !== "-");
      const text = originOf({ caller: { ...CALLER, clientId }, traceId: TRACE });
      expect(text?.split(" ")).toHaveLength(5);
      expect(parseOrigin(text ?? "").clientId).toBe(clientId);
    }),
  );
});
