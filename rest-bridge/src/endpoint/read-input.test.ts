import { expect, test } from "vitest";
import { z } from "zod";
import { readBody, readParameters } from "./read-input.ts";
import { date, id, integer } from "./scalars.ts";

const body = z.strictObject({
  fundId: id("The fund."),
  description: z.string(),
  kind: z.enum(["ONE", "TWO"]),
  lines: z.array(z.strictObject({ accountId: id("The account."), count: z.number() })),
});

const violationsOf = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    return (error as { violations?: unknown }).violations;
  }
};

test("names what is missing, and what it must be", () => {
  expect(violationsOf(() => readBody(body, { lines: [{}] }))).toEqual([
    { path: "fundId", message: "is missing; it must be a UUID" },
    { path: "description", message: "is missing; it must be of type string" },
    { path: "kind", message: "is missing; it must be one of ONE, TWO" },
    { path: "lines.0.accountId", message: "is missing; it must be a UUID" },
    { path: "lines.0.count", message: "is missing; it must be of type number" },
  ]);
  const query = z.strictObject({
    from: date("First day."),
    count: integer({ min: 1, max: 9 }, ""),
  });
  expect(violationsOf(() => readParameters(query, {}))).toEqual([
    { path: "from", message: "is missing; it must be an existing calendar date, YYYY-MM-DD" },
    { path: "count", message: "is missing; it must be an integer from 1 to 9" },
  ]);
});

test("states what a value that was sent must be, in no words of a library", () => {
  const sent = {
    fundId: 1,
    description: 2,
    kind: "three",
    lines: [{ accountId: "x", count: "1" }],
  };
  expect(violationsOf(() => readBody(body, sent))).toEqual([
    { path: "fundId", message: "must be a UUID" },
    { path: "description", message: "must be of type string" },
    { path: "kind", message: "must be one of ONE, TWO" },
    { path: "lines.0.accountId", message: "must be a UUID" },
    { path: "lines.0.count", message: "must be of type number" },
  ]);
  expect(violationsOf(() => readBody(body, { ...sent, lines: "none" }))).toContainEqual({
    path: "lines",
    message: "must be of type array",
  });
});

test("refuses days in the wrong order, whose answer would be empty", () => {
  const query = z.strictObject({
    from: date("First day.").optional(),
    to: date("Last.").optional(),
  });
  const days = { from: "2026-02-01", to: "2026-01-31" };
  expect(violationsOf(() => readParameters(query, days))).toEqual([
    { path: "from", message: "must not lie after `to`" },
  ]);
  for (const fine of [{ from: days.from }, { to: days.to }, { from: days.to, to: days.to }]) {
    expect(readParameters(query, fine)).toEqual(fine);
  }
});
