import { AppError } from "@allfunds/contract/errors";
import { describe, expect, it } from "vitest";
import { readAnswer, readErrors } from "./read-answer.ts";

const read = (text: string) => readAnswer("ledger", 200, text);

function codeOf(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof AppError) return error.code;
  }
  return "none";
}

describe("an answer of a subgraph", () => {
  it("has data and no errors when errors are null or an empty list", () => {
    expect(read('{"data":{"x":"X"},"errors":null}')).toEqual({ data: { x: "X" } });
    expect(read('{"data":{"x":"X"},"errors":[]}')).toEqual({ data: { x: "X" } });
    expect(read('{"data":null}')).toEqual({ data: null });
  });

  it("keeps an error's message and code when its path is null", () => {
    const { errors } = read(
      '{"errors":[{"message":"no","path":null,"extensions":{"code":"FUND_NOT_FOUND"}}]}',
    );
    expect(errors).toEqual([{ message: "no", extensions: { code: "FUND_NOT_FOUND" } }]);
  });

  it.each([
    ["<html>", "UPSTREAM_UNAVAILABLE"],
    ['{"data":{"x":', "UPSTREAM_UNAVAILABLE"],
    ["{}", "UPSTREAM_UNAVAILABLE"],
    ['{"errors":null}', "UPSTREAM_UNAVAILABLE"],
    ["[]", "UPSTREAM_INVALID"],
    ["null", "UPSTREAM_INVALID"],
    ['"text"', "UPSTREAM_INVALID"],
    ['{"data":[1]}', "UPSTREAM_INVALID"],
    ['{"data":"x"}', "UPSTREAM_INVALID"],
    ['{"data":{},"errors":{}}', "UPSTREAM_INVALID"],
    ['{"data":{},"errors":"x"}', "UPSTREAM_INVALID"],
  ])("is refused with a code when it is %s", (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it("has an error for each item of any kind when errors have wrong shapes", () => {
    expect(readErrors([null, 1, { message: 2, path: "x", extensions: [] }])).toEqual([
      { message: "" },
      { message: "" },
      { message: "" },
    ]);
  });
});

it("a request that was damaged on its way was refused by no field", () => {
  const body = JSON.stringify({
    errors: [{ message: "Not HTTP.", extensions: { code: "MALFORMED_REQUEST" } }],
  });
  expect(() => readAnswer("ledger", 400, body)).toThrow(
    expect.objectContaining({ code: "UPSTREAM_UNAVAILABLE" }),
  );
});
