import { parse, validate } from "graphql";
import { expect, it } from "vitest";
import { ownGraph } from "./own-graph.fixture.ts";

const { apiSchema } = ownGraph();

const problemsOf = (selection: string): string[] =>
  validate(apiSchema, parse(`subscription { ledgerEvents { cursor ${selection} } }`)).map(
    ({ message }) => message,
  );

it("hides the raw batches of the event feed when a client reads its events", () => {
  expect(problemsOf("events { cursor position payload }")).toEqual([]);
  expect(problemsOf("whole")).toEqual(['Cannot query field "whole" on type "LedgerEventBatch".']);
});
