import { expect, test } from "vitest";
import { eventTypesOf } from "./event-types.ts";

test.each([
  ["", null],
  [" \n", null],
  ["TransactionPosted", ["TransactionPosted"]],
  ["TransactionPosted, PeriodClosed\nTransactionPosted", ["TransactionPosted", "PeriodClosed"]],
])("reads the types %j", (text, types) => {
  expect(eventTypesOf(text)).toEqual(types);
});
