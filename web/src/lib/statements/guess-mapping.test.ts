import { expect, test } from "vitest";
import { guessMapping } from "./guess-mapping.ts";

test("maps a European statement from its first two lines", () => {
  const { columns, csv } = guessMapping(
    '\uFEFF"Booking date";Value date;Amount;Counterparty;Remittance information\r\n' +
      "01.11.2024;02.11.2024;42000000,00;Founders;Seed capital\r\n",
  );
  expect(columns[0]).toBe("Booking date");
  expect(csv).toEqual({
    delimiter: ";",
    date: "Booking date",
    description: "Remittance information",
    amount: "Amount",
    debit: "",
    credit: "",
    reference: "",
    counterparty: "Counterparty",
    dateFormat: "DD.MM.YYYY",
    decimalSeparator: ",",
  });
});

test("maps debit and credit when there is no amount", () => {
  const { csv } = guessMapping("Date,Details,Debit,Credit\n2026-11-22,Fee,12.50,");
  expect(csv).toMatchObject({
    amount: "",
    debit: "Debit",
    credit: "Credit",
    dateFormat: "YYYY-MM-DD",
    decimalSeparator: ".",
  });
});

test("proposes nothing for an empty file", () => {
  expect(guessMapping("")).toMatchObject({ csv: { date: "", amount: "", delimiter: "," } });
});
