import { expect, test } from "vitest";
import { readAccountDetails } from "./account-form.ts";

function posted(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

test.each([
  [
    { name: " Main bank ", parentId: "p", countsAsCash: "on" },
    { name: "Main bank", parentId: "p", countsAsCash: true },
  ],
  [
    { name: "Till", parentId: "" },
    { name: "Till", parentId: null, countsAsCash: false },
  ],
  [{}, { name: "", parentId: null, countsAsCash: false }],
])("reads %o as %o", (fields, details) => {
  expect(readAccountDetails(posted(fields))).toEqual(details);
});
