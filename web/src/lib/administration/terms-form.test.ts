import { expect, test } from "vitest";
import { isFlat, readShareClass, readTerms } from "./terms-form.ts";

function formOf(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

test("reads holidays and sources as lists, and empty limits as none", () => {
  const terms = readTerms(
    formOf({
      holidays: "2026-12-25, 2026-12-26\n2027-01-01",
      priceSources: "Exchange, Custodian A",
    }),
    "fund-1",
  );
  expect(terms).toMatchObject({
    holidays: ["2026-12-25", "2026-12-26", "2027-01-01"],
    priceSources: ["Exchange", "Custodian A"],
    priceMoveLimit: null,
    shortSales: false,
    lei: null,
  });
  expect(terms.noticeDays).toBeUndefined();
});

test("leaves a fee without a field as it is, and takes an empty field as none", () => {
  expect(readTerms(formOf({}), "fund-1")).not.toHaveProperty("custodyFee");
  const terms = readTerms(formOf({ custodyFee: "", administrationFee: "0.0025" }), "fund-1");
  expect(terms.custodyFee).toBeNull();
  expect(terms.administrationFee).toEqual({
    tiers: [{ from: "0", rate: "0.0025" }],
    dayCount: "ACT_365F",
  });
});

test("shows a fee in one field only when one rate is all of it", () => {
  const tier = { from: "0", rate: "0.01" };
  expect(isFlat(null)).toBe(true);
  expect(isFlat({ tiers: [tier], dayCount: "ACT_365F" })).toBe(true);
  expect(isFlat({ tiers: [tier], dayCount: "ACT_360" })).toBe(false);
  expect(isFlat({ tiers: [tier, tier], dayCount: "ACT_365F" })).toBe(false);
});

test("opens a class with the defaults of the ledger where nothing is entered", () => {
  const input = readShareClass(formOf({ code: "a", isin: "lu0000000001" }), "fund-1");
  expect(input).toMatchObject({ code: "A", isin: "LU0000000001", distribution: "ACCUMULATING" });
  expect(input).not.toHaveProperty("entryCharge");
  expect(input.currency).toBeUndefined();
});
