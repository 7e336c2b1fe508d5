import { expect, test } from "vitest";
import { readPastedLines } from "./paste-lines.ts";

const account = (id: string, code: string, name: string) => ({ id, code, name, currency: "EUR" });
const accounts = [account("a", "1000", "Cash at bank"), account("b", "5100", "Charges")];

test("reads cells of a spreadsheet as lines, without its headings", () => {
  const text = "Account\tDebit\tCredit\r\n5100\t1.234,50\t\r\ncash at bank\t0,00\t1,234.50\r\n";
  expect(readPastedLines(text, accounts, ".")).toEqual([
    { accountId: "b", debit: "1.234,50", credit: "" },
    { accountId: "a", debit: "", credit: "1,234.50" },
  ]);
});

test("reads one column of signed amounts, and keeps a line without its account", () => {
  expect(readPastedLines("5100 Charges\t12.50\nUnknown\t\u221212,50", accounts, ".")).toEqual([
    { accountId: "b", debit: "12.50", credit: "" },
    { accountId: "", debit: "", credit: "12.50" },
  ]);
});

test.each(["12.50", "5100", "a\tb", ""])("leaves %j to the field it is pasted into", (text) => {
  expect(readPastedLines(text, accounts, ".")).toBeUndefined();
});

test("writes the sign that it took from an amount in the notation of the reader", () => {
  const dinars = [{ ...account("a", "1000", "Cash at bank"), currency: "KWD" }];
  expect(readPastedLines("1000\t-1,234", dinars, ",")).toEqual([
    { accountId: "a", debit: "", credit: "1,234" },
  ]);
});
