import { expect, test } from "vitest";
import { loadMessages } from "../language/load-messages.ts";
import { checkImport } from "./check-import.ts";
import { freshImport, readImport, toStatementInput } from "./import-form.ts";

const t = await loadMessages("en", null, "problems");
const started = () => ({ ...freshImport(), accountId: "account-1", content: "YQ==" });

test("leaves out what the file decides", () => {
  expect(checkImport(started(), t)).toEqual({});
  expect(toStatementInput(started(), ".")).toEqual({
    accountId: "account-1",
    comparesPostings: true,
    contentBase64: "YQ==",
    postPossibleDuplicates: false,
    csv: {},
  });
});

test("sends what was entered", () => {
  const values = started();
  values.csv.dateFormat = "DD/MM/YYYY";
  values.csv.minus = "TAKES_BACK";
  values.csv.positiveIsOut = "false";
  values.csv.sheet = "January";
  values.csv.headerLine = "4";
  values.iban = "DE02120300000000202051";
  values.leaveOutOtherCurrencies = true;
  expect(toStatementInput(values, ".")).toMatchObject({
    iban: "DE02120300000000202051",
    csv: {
      dateFormat: "DD/MM/YYYY",
      minus: "TAKES_BACK",
      positiveIsOut: false,
      sheet: "January",
      headerLine: 4,
      leaveOutOtherCurrencies: true,
    },
  });
});

test("accepts one amount column or two, but not both", () => {
  const values = started();
  values.csv.debit = "Out";
  expect(checkImport(values, t)).toHaveProperty(["csv.amount"]);
  values.csv.amount = "Amount";
  expect(checkImport(values, t)).toHaveProperty(["csv.amount"]);
  values.csv.amount = "";
  values.csv.credit = "In";
  expect(checkImport(values, t)).toEqual({});
});

test("reports an empty file and a missing account", () => {
  expect(Object.keys(checkImport(freshImport(), t))).toEqual(["accountId", "file"]);
});

test("reads back the form that was sent", () => {
  const form = new FormData();
  form.set("accountId", "account-1");
  form.set("content", "YQ==");
  form.set("csv.date", " Day ");
  form.set("postPossibleDuplicates", "on");
  expect(readImport(form)).toMatchObject({
    accountId: "account-1",
    content: "YQ==",
    csv: { date: "Day" },
    postPossibleDuplicates: true,
    leaveOutOtherCurrencies: false,
  });
});

test("sends the parts of lines, as the reader writes amounts, and misses what a part lacks", () => {
  const form = new FormData();
  form.set("accountId", "account-1");
  form.set("content", "YQ==");
  const rows = [
    ["1", "rent", "1.450,50"],
    ["2", "fees", "7"],
    ["1", "fees", "50"],
    ["", "", ""],
  ];
  for (const [line = "", account = "", amount = ""] of rows) {
    form.append("part.line", line);
    form.append("part.account", account);
    form.append("part.amount", amount);
  }
  const values = readImport(form);
  expect(checkImport(values, t)).toEqual({});
  expect(toStatementInput(values, ",").splits).toEqual([
    {
      line: 1,
      parts: [
        { accountId: "rent", amount: "1450.50" },
        { accountId: "fees", amount: "50" },
      ],
    },
    { line: 2, parts: [{ accountId: "fees", amount: "7" }] },
  ]);
  for (const missing of [{ line: "" }, { line: "0" }, { accountId: "" }, { amount: "" }]) {
    const [first, ...others] = values.parts;
    if (first === undefined) throw new Error("the form has rows");
    const faulty = { ...values, parts: [{ ...first, ...missing }, ...others] };
    expect(Object.keys(checkImport(faulty, t))).toEqual(["splits"]);
  }
});
