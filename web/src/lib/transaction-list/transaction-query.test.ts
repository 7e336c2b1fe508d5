import { en } from "../language/catalogue/books/en.ts";
import { translator } from "../language/messages.ts";
import { expect, test } from "vitest";
import {
  checkTransactionQuery,
  knownAtOf,
  readTransactionQuery,
  toTransactionFilter,
  transactionSearch,
} from "./transaction-query.ts";

const t = translator("en", en);

const read = (search: string) => readTransactionQuery(new URLSearchParams(search));

test("turns a filter as entered into one for the graph", () => {
  const query = read("text=rent&amountFrom=1.234,50&side=DEBIT&reversed=no&from=2026-01-02&to=");
  expect(checkTransactionQuery(query, "en", t)).toEqual({});
  expect(toTransactionFilter(query, ".")).toEqual({
    text: "rent",
    amountFrom: "1234.50",
    side: "DEBIT",
    isReversed: false,
    effectiveFrom: "2026-01-02",
  });
});

test("turns what a figure of a report links to into a filter of its entries", () => {
  const query = read("without=project,costCentre&cash=yes&yearEnd=no&knownAt=12");
  expect(toTransactionFilter(query, ".")).toEqual({
    withoutDimensions: ["project", "costCentre"],
    movesCash: true,
    isYearEnd: false,
  });
  expect(knownAtOf(query)).toBe(12);
});

test.each([
  ["amountFrom=much", "amountFrom"],
  ["amountTo=-5", "amountTo"],
  ["from=tomorrow", "from"],
  ["from=2026-02-01&to=2026-01-01", "to"],
  ["account=1", "account"],
  ["knownAt=-1", "knownAt"],
  ["text=%2B", "text"],
])("refuses %s at its field", (search, field) => {
  expect(Object.keys(checkTransactionQuery(read(search), "en", t))).toEqual([field]);
});

test("writes the query into an address that reads as the same query", () => {
  const query = read("text=a+b&order=POSITION_ASC");
  expect(read(transactionSearch(query, { after: "x" }))).toEqual(query);
  expect(transactionSearch(read(""), {})).toBe("?");
});
