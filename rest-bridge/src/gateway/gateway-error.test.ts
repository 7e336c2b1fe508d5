import { expect, it } from "vitest";
import { refusalOf } from "./gateway-error.ts";

it.each([
  ["a field did not find what the client named", ["webhook"], "NOT_FOUND"],
  ["the gateway did not find the address", undefined, "INTERNAL_ERROR"],
])("of NOT_FOUND, when %s", (_when, path, code) => {
  const error = { message: "There is none.", extensions: { code: "NOT_FOUND" }, path };
  expect(refusalOf([error])).toMatchObject({ code });
});

it("of a request that was damaged on its way is one that can be repeated", () => {
  const error = { message: "Not HTTP.", extensions: { code: "MALFORMED_REQUEST" } };
  expect(refusalOf([error])).toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
});
