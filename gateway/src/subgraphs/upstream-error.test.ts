import { AppError } from "@allfunds/contract/errors";
import { expect, it } from "vitest";
import { locateUpstreamError } from "./upstream-error.ts";

const unavailable = new AppError("UPSTREAM_UNAVAILABLE", "The metrics service is not available.");
const pathsOf = (query: string, representations?: number) =>
  locateUpstreamError(unavailable, query, representations).map(({ path }) => path);

it("locates every root field by its response key when an operation fails", () => {
  expect(pathsOf("{ fund(id: 1) { id } all: funds { id } __typename }")).toEqual([
    ["fund"],
    ["all"],
  ]);
});

it("locates every field of every entity when an entity request fails", () => {
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

it("stops at 20 locations when a list is long", () => {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Fund { metrics { cash } } } }`;
  expect(pathsOf(query, 5_000)).toHaveLength(20);
});

it("names every field once when there are more than 20", () => {
  const fields = Array.from({ length: 30 }, (_, nth) => `f${nth}`);
  expect(pathsOf(`{ ${fields.join(" ")} }`)).toEqual(fields.map((field) => [field]));
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Fund { ${fields.join(" ")} } } }`;
  expect(pathsOf(query, 5_000)).toEqual(fields.map((field) => ["_entities", 0, field]));
});

it("carries the code and the public sentence, not the detail, when an error has both", () => {
  expect(
    locateUpstreamError(
      new AppError("UPSTREAM_TIMEOUT", "Too late.", { detail: "10.0.0.1" }),
      "{ a }",
      undefined,
    ),
  ).toEqual([{ message: "Too late.", path: ["a"], extensions: { code: "UPSTREAM_TIMEOUT" } }]);
});
