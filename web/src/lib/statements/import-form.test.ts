import { expect, test } from "vitest";
import { checkImport, freshImport, readImport, toStatementInput } from "./import-form.ts";

test("leaves out empty columns", () => {
  const values = { ...freshImport(), accountId: "account-1" };
  expect(checkImport(values, 10)).toEqual({});
  expect(toStatementInput(values, "date,description,amount")).toEqual({
    accountId: "account-1",
    format: "CSV",
    content: "date,description,amount",
    csv: {
      date: "date",
      description: "description",
      amount: "amount",
      dateFormat: "YYYY-MM-DD",
      decimalSeparator: ".",
      delimiter: ",",
    },
  });
});

test("needs no columns for a camt.053 file", () => {
  const values = { ...freshImport(), accountId: "account-1", format: "CAMT_053" as const };
  values.csv.date = "";
  expect(checkImport(values, 10)).toEqual({});
  expect(toStatementInput(values, "<Document/>")).not.toHaveProperty("csv");
});

test("accepts one amount column or two, but not both", () => {
  const values = { ...freshImport(), accountId: "account-1" };
  values.csv.debit = "Out";
  expect(checkImport(values, 10)).toHaveProperty(["csv.amount"]);
  values.csv.amount = "";
  expect(checkImport(values, 10)).toHaveProperty(["csv.amount"]);
  values.csv.credit = "In";
  expect(checkImport(values, 10)).toEqual({});
});

test("reports an empty file and a missing account", () => {
  expect(Object.keys(checkImport(freshImport(), 0))).toEqual(["accountId", "file"]);
});

test("reads back the form that was sent", () => {
  const form = new FormData();
  form.set("accountId", "account-1");
  form.set("format", "CAMT_053");
  form.set("csv.date", " Day ");
  const values = readImport(form);
  expect(values.format).toBe("CAMT_053");
  expect(values.csv.date).toBe("Day");
});
