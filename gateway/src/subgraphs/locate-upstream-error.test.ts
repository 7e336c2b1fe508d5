import { AppError } from "@allfunds/contract/errors";
import { expect, it } from "vitest";
import { locateUpstreamError } from "./locate-upstream-error.ts";

const gone = new AppError("UPSTREAM_UNAVAILABLE", "The metrics service is not available.");
const pathsOf = (query: string, representations?: number) =>
  locateUpstreamError(gone, query, representations).map(({ path }) => path);

it("names every root field an operation would have filled, by its response key", () => {
  expect(pathsOf("{ fund(id: 1) { id } all: funds { id } __typename }")).toEqual([
    ["fund"],
    ["all"],
  ]);
});

it("names every field of every entity", () => {
  const query = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Fund { metrics { cash } forecast { method } } }
  }`;
  expect(pathsOf(query, 2)).toEqual([
    ["_entities", 0, "metrics"],
    ["_entities", 0, "forecast"],
    ["_entities", 1, "metrics"],
    ["_entities", 1, "forecast"],
  ]);
});

it("stops naming places where a list is long", () => {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Fund { metrics { cash } } } }`;
  expect(pathsOf(query, 5_000)).toHaveLength(20);
});

it("says the code and the public sentence, not the detail", () => {
  expect(
    locateUpstreamError(
      new AppError("UPSTREAM_TIMEOUT", "Late.", { detail: "10.0.0.1" }),
      "{ a }",
      undefined,
    ),
  ).toEqual([{ message: "Late.", path: ["a"], extensions: { code: "UPSTREAM_TIMEOUT" } }]);
});
