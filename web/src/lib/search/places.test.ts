import { expect, test } from "vitest";
import { en } from "../language/catalogue/en.ts";
import { en as ofSearch } from "../language/catalogue/search/en.ts";
import { translator } from "../language/messages.ts";
import { viewerOf } from "../session/viewer.ts";
import { findPlaces, placesOf, type Surroundings } from "./places.ts";

const viewer = (...scopes: string[]) =>
  viewerOf({ subject: "a", name: "A", email: "a@b", roles: [], scopes, acr: undefined });
const at = (changes: Partial<Surroundings> = {}): Surroundings => ({
  viewer: viewer("ledger:read", "ledger:write"),
  funds: [
    { id: "1", name: "Aurora Growth Fund" },
    { id: "2", name: "Überlingen Pension" },
  ],
  fundId: "1",
  transactionId: undefined,
  accounts: [{ id: "7", code: "1000", name: "Cash at bank", fundName: "Aurora Growth Fund" }],
  t: translator("en", { ...en, ...ofSearch }),
  ...changes,
});
const found = (typed: string, changes?: Partial<Surroundings>) =>
  findPlaces(placesOf(at(changes)), typed).map(({ name }) => name);

test("finds pages, funds, accounts and actions by the beginnings of their words", () => {
  expect(found("post")).toEqual(["Post a transaction"]);
  expect(found("transac")).toEqual([
    "Post a transaction",
    "Export transactions as CSV",
    "Export transactions as XLSX",
    "Transactions",
  ]);
  expect(found("uberl")).toEqual(["Überlingen Pension"]);
  expect(found("1000")).toEqual(["1000 Cash at bank"]);
  expect(found("cash aurora")).toEqual(["1000 Cash at bank"]);
  expect(found("nothing like it")).toEqual([]);
});

test("offers a reversal on the page of a transaction, and nothing to change to a viewer", () => {
  expect(found("reverse")).toEqual([]);
  expect(found("reverse", { transactionId: "9" })).toEqual(["Reverse this transaction"]);
  const reader = { viewer: viewer("ledger:read"), transactionId: "9" };
  expect(found("reverse", reader)).toEqual([]);
  expect(found("post", reader)).toEqual([]);
  expect(found("export", reader)).toHaveLength(2);
});

test("offers every page and action, and no account, before something is typed", () => {
  const names = found("");
  expect(names).toContain("Home");
  expect(names).toContain("Periods");
  expect(names).not.toContain("1000 Cash at bank");
});
