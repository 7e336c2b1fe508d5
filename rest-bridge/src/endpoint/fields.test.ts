import { AppError } from "@allfunds/contract/errors";
import { expect, test } from "vitest";
import { z } from "zod";
import { describe as describeSchema, selectFields } from "./fields.ts";

const money = z.object({ amount: z.string(), currency: z.string() }).meta({ id: "FieldsMoney" });
const page = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      total: money.nullable(),
      tags: z.record(z.string(), z.string()),
    }),
  ),
  nextCursor: z.string().nullable(),
});
const body = {
  items: [
    { id: "a", total: { amount: "1.00", currency: "EUR" }, tags: { desk: "x", team: "y" } },
    { id: "b", total: null, tags: {} },
  ],
  nextCursor: null,
};

test.each<[fields: string, left: object]>([
  ["nextCursor", { nextCursor: null }],
  ["items.id", { items: [{ id: "a" }, { id: "b" }] }],
  [
    "items.total.amount,items.id",
    {
      items: [
        { id: "a", total: { amount: "1.00" } },
        { id: "b", total: null },
      ],
    },
  ],
  [
    "items.total,items.total.amount",
    {
      items: [{ total: { amount: "1.00", currency: "EUR" } }, { total: null }],
    },
  ],
  [
    "items.total.amount,items.total",
    {
      items: [{ total: { amount: "1.00", currency: "EUR" } }, { total: null }],
    },
  ],
  ["items.tags.desk", { items: [{ tags: { desk: "x" } }, { tags: {} }] }],
  ["items,nextCursor", body],
])("keeps %s and leaves the rest out", (fields, left) => {
  expect(selectFields(body, fields, describeSchema(page))).toEqual(left);
});

test.each([
  "item",
  "items.name",
  "items.total.amount.digits",
  "nextCursor.x",
  "__proto__",
  "items.",
])("refuses %s, which the answer never has", (fields) => {
  const thrown = (() => {
    try {
      return selectFields(body, fields, describeSchema(page));
    } catch (error) {
      return error;
    }
  })();
  expect(thrown).toBeInstanceOf(AppError);
  expect(thrown).toMatchObject({ code: "INVALID_INPUT", violations: [{ path: "fields" }] });
});
