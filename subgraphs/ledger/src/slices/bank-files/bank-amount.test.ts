import { AppError } from "@allfunds/contract/errors";
import { describe, expect, test } from "vitest";
import { parseBankAmount, type DecimalSeparator } from "./bank-amount.ts";

describe("an amount as a bank writes it", () => {
  test.each<[string, DecimalSeparator, bigint]>([
    ["1234.56", ".", 123456n],
    ["-1234.5", ".", -123450n],
    ["+5", ".", 500n],
    ["12.00-", ".", -1200n],
    ["\u221212.00", ".", -1200n],
    ["1,234.56", ".", 123456n],
    ["1,234,567", ".", 123456700n],
    ["1,23,456.00", ".", 12345600n],
    ["1.234,56", ",", 123456n],
    ["-152836,69", ",", -15283669n],
    ["1 234 567,89", ",", 123456789n],
    ["1'234.50", ".", 123450n],
    [" 7,00 ", ",", 700n],
    ["1.234", ",", 123400n],
    ["10.500", ".", 1050n],
    ["\u20ac 1.234,56", ",", 123456n],
    ["5.00 EUR", ".", 500n],
    ["(7.00)", ".", -700n],
    ["5.00 DR", ".", -500n],
    ["5.00CR", ".", 500n],
    ["-\u20ac5.00", ".", -500n],
    ["-,90", ",", -90n],
  ])("%s with %s is %d minor units", (text, separator, minor) => {
    expect(parseBankAmount(text, "EUR", separator)).toBe(minor);
  });

  test.each<[string, DecimalSeparator]>([
    ["", "."],
    ["-", "."],
    ["abc", "."],
    ["1e3", "."],
    ["1.234", "."],
    ["12,34", "."],
    ["1,234.567,00", ","],
    ["1.234.56", "."],
    ["--5", "."],
    ["-5-", "."],
    ["5 USD", "."],
    ["$5.00", "."],
    ["(5.00", "."],
    ["-5.00 DR", "."],
    ["1.0001", "."],
  ])("%s with %s is no amount", (text, separator) => {
    expect(() => parseBankAmount(text, "EUR", separator)).toThrow(AppError);
  });
});
