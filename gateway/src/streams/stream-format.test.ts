import { expect, it } from "vitest";
import { streamFormatOf } from "./stream-format.ts";

it.each([
  ["text/event-stream", "text/event-stream"],
  ["application/json, text/event-stream;q=0.5", "text/event-stream"],
  ['multipart/mixed;boundary="graphql";subscriptionSpec="1.0",application/json', "multipart/mixed"],
  ["application/json, multipart/mixed; subscriptionSpec=1.0", "multipart/mixed"],
  ["multipart/mixed, application/json;subscriptionSpec=1.0", undefined],
  ["multipart/mixed;deferSpec=20220824", undefined],
  ["application/json", undefined],
  [undefined, undefined],
])("answers Accept: %s in its format", (accept, type) => {
  expect(streamFormatOf(accept)?.contentType.split(";")[0]).toBe(type);
});

it("reads a header of a megabyte that repeats a type without its parameter", () => {
  expect(streamFormatOf("multipart/mixed;".repeat(60_000))).toBeUndefined();
});
