import { GraphQLError } from "graphql";
import { expect, it } from "vitest";
import { subgraphRefusals } from "./operation-outcomes.ts";

const refusal = (path: (string | number)[], code: string, service?: string) =>
  new GraphQLError("no", {
    path,
    extensions: { code, ...(service === undefined ? {} : { service }) },
  });

it("lists a refused field once when a subgraph refuses it for many items", () => {
  const errors = [
    refusal(["funds", 0, "log"], "FORBIDDEN", "ledger"),
    refusal(["funds", 1, "log"], "FORBIDDEN", "ledger"),
    refusal(["funds", 1, "log"], "STEP_UP_REQUIRED", "ledger"),
  ];
  expect(subgraphRefusals({ errors }, false)).toEqual([
    { field: "funds.log", code: "FORBIDDEN" },
    { field: "funds.log", code: "STEP_UP_REQUIRED" },
  ]);
});

it("leaves out withheld fields and the root fields of a mutation when it lists refusals", () => {
  const errors = [
    refusal(["fund", "metrics"], "FORBIDDEN"),
    refusal(["postTransaction"], "FORBIDDEN", "ledger"),
    refusal(["postTransaction", "fund"], "FORBIDDEN", "ledger"),
  ];
  expect(subgraphRefusals({ errors }, true)).toEqual([
    { field: "postTransaction.fund", code: "FORBIDDEN" },
  ]);
});

it("stops at 20 fields when an answer has hundreds of refusals", () => {
  const errors = Array.from({ length: 500 }, (_, index) =>
    refusal([`a${index}`], "FORBIDDEN", "ledger"),
  );
  expect(subgraphRefusals({ errors }, false).length).toBe(20);
});
