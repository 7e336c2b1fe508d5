import { GraphQLError } from "graphql";
import { expect, it } from "vitest";
import { subgraphRefusals } from "./subgraph-refusals.ts";

const refusal = (path: (string | number)[], code: string, service?: string) =>
  new GraphQLError("no", {
    path,
    extensions: { code, ...(service === undefined ? {} : { service }) },
  });

it("names each place a subgraph has refused once, however many items of a list it was", () => {
  const errors = [
    refusal(["funds", 0, "trail"], "FORBIDDEN", "ledger"),
    refusal(["funds", 1, "trail"], "FORBIDDEN", "ledger"),
    refusal(["funds", 1, "trail"], "STEP_UP_REQUIRED", "ledger"),
  ];
  expect(subgraphRefusals({ errors }, false)).toEqual([
    { place: "funds.trail", code: "FORBIDDEN" },
    { place: "funds.trail", code: "STEP_UP_REQUIRED" },
  ]);
});

it("leaves out what the gateway withheld itself, and the outcome of a mutation's own fields", () => {
  const errors = [
    refusal(["fund", "metrics"], "FORBIDDEN"),
    refusal(["postTransaction"], "FORBIDDEN", "ledger"),
    refusal(["postTransaction", "fund"], "FORBIDDEN", "ledger"),
  ];
  expect(subgraphRefusals({ errors }, true)).toEqual([
    { place: "postTransaction.fund", code: "FORBIDDEN" },
  ]);
});

it("stops at a few places: an answer may hold thousands", () => {
  const errors = Array.from({ length: 500 }, (_, index) =>
    refusal([`a${index}`], "FORBIDDEN", "ledger"),
  );
  expect(subgraphRefusals({ errors }, false).length).toBe(20);
});
