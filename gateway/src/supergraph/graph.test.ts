import { isInterfaceType, parse, validate } from "graphql";
import { expect, it } from "vitest";
import { ownGraph } from "./own-graph.fixture.ts";

const { apiSchema, accessRules } = ownGraph();

const problemsOf = (selection: string): string[] =>
  validate(apiSchema, parse(`subscription { ledgerEvents { cursor ${selection} } }`)).map(
    ({ message }) => message,
  );

it("hides the raw batches of the event feed when a client reads its events", () => {
  expect(problemsOf("events { cursor position payload }")).toEqual([]);
  expect(problemsOf("whole")).toEqual(['Cannot query field "whole" on type "LedgerEventBatch".']);
});

it("requires for a job only what the field requires that returns it", () => {
  const job = apiSchema.getType("Job");
  const kinds = isInterfaceType(job) ? apiSchema.getPossibleTypes(job) : [];
  expect(kinds.length).toBeGreaterThan(1);
  const types = ["Job", "JobProgress", "WorkProgress", ...kinds.map(({ name }) => name)];
  expect(types.filter((name) => accessRules.has(name))).toEqual([]);
});
