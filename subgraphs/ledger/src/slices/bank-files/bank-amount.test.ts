import { AppError } from "@allfunds/contract/errors";
import { describe, expect, test } from "vitest";
import { parseBankAmount, type DecimalSeparator } from "./csv.ts";

describe("an amount as a bank writes it", () => {
  test.each<[string, DecimalSeparator, bigint]>([
    ["1234.56", ".", 123456n],
    ["-1234.5", ".", -123450n],
    ["+5", ".", 500n],
    ["12.00-", ".", -1200n],
    ["\u221212.00", ".", -1200n],
    ["1,234.56", ".", 123456n],
    ["1,234,567", ".", 123456700n],
    ["1.234,56", ",", 123456n],
    ["-152836,69", ",", -15283669n],
    ["1 234 567,89", ",", 123456789n],
    ["1'234.50", ".", 123450n],
    [" 7,00 ", ",", 700n],
    ["1.234", ",", 123400n],
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
    ["1,23,456.00", "."],
    ["1,234.567,00", ","],
    ["1.234.56", "."],
    ["--5", "."],
    ["-5-", "."],
    ["5 EUR", "."],
  ])("%s with %s is no amount", (text, separator) => {
    expect(() => parseBankAmount(text, "EUR", separator)).toThrow(AppError);
  });
});
