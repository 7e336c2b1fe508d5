import { expect, test } from "vitest";
import { en } from "../language/catalogue/books/en.ts";
import { translator } from "../language/messages.ts";
import { conditionsText, readRule, toInput } from "./rule-form.ts";

const t = translator("en", en);
const FUND = { id: "018f0000-0000-7000-8000-0000000000f1", currency: "EUR" };

const formOf = (fields: Readonly<Record<string, string>>): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
};

test("a form of one condition is a rule of the fund with everything else absent", () => {
  const form = formOf({ name: "Taxis", category: "TRAVEL", textWords: "taxi", enabled: "on" });
  expect(readRule(form, FUND)).toEqual({
    id: null,
    name: "Taxis",
    category: "TRAVEL",
    fundId: FUND.id,
    rank: null,
    enabled: true,
    idempotencyKey: null,
    conditions: {
      textContains: null,
      textWords: ["taxi"],
      payee: null,
      direction: null,
      currency: null,
      minAmount: null,
      maxAmount: null,
      accountId: null,
    },
  });
});

test("amounts are in the fund's currency unless another is given", () => {
  const amounts = { minAmount: "10.00", rank: "3", reach: "ALL", direction: "OUT" };
  expect(readRule(formOf(amounts), FUND)).toMatchObject({
    fundId: null,
    rank: 3,
    enabled: false,
    conditions: { minAmount: "10.00", maxAmount: null, currency: "EUR", direction: "OUT" },
  });
  const inDollars = readRule(formOf({ ...amounts, currency: "usd", direction: "UP" }), FUND);
  expect(inDollars.conditions).toMatchObject({ currency: "USD", direction: null });
});

test("a stored rule is the form's input again, its fund and place included", () => {
  const conditions = { ...readRule(formOf({ textWords: "taxi" }), FUND).conditions };
  const stored = {
    id: "r-1",
    name: "Taxis",
    rank: 2,
    enabled: false,
    applied: 0,
    category: { code: "TRAVEL", name: "Travel" },
    fund: { id: FUND.id },
    conditions: conditions as never,
  };
  expect(toInput(stored)).toMatchObject({
    id: "r-1",
    category: "TRAVEL",
    fundId: FUND.id,
    rank: 2,
  });
});

test("conditions are shown as one line", () => {
  const conditions = {
    textContains: "card payment",
    textWords: ["taxi", "cab"],
    payee: null,
    direction: "OUT" as const,
    currency: "EUR",
    minAmount: null,
    maxAmount: "50.00",
    accountId: null,
  };
  expect(conditionsText({ conditions }, t)).toBe(
    "text has “card payment”, words “taxi” “cab”, Money out, up to 50.00 EUR",
  );
  const any = { ...conditions, textContains: null, textWords: null, direction: null };
  expect(conditionsText({ conditions: { ...any, maxAmount: null } }, t)).toBe("in EUR");
});
