import { newId } from "@allfunds/platform/ids";
import { describe, expect, test } from "vitest";
import { FUND_ID, run, sampleBook } from "../../engine/sample-book.fixture.ts";
import type { SetCounterparty } from "./counterparty.ts";

const IBAN = "DE02120300000000202051";
const OTHER_IBAN = "GB82WEST12345698765432";
const [one, other] = [newId(), newId()];

const set = (more: Partial<SetCounterparty> = {}): SetCounterparty => ({
  kind: "SetCounterparty",
  fundId: FUND_ID,
  counterpartyId: one,
  replaces: 0,
  name: "A supplier",
  ibans: [IBAN],
  note: null,
  isClosed: false,
  ...more,
});

test.each<[string, Partial<SetCounterparty>, string]>([
  ["a sound one", {}, "ok"],
  ["none of its IBANs", { ibans: [] }, "ok"],
  ["wrong check digits", { ibans: ["DE03120300000000202051"] }, "INVALID_INPUT"],
  ["an IBAN with spaces", { ibans: ["DE02 1203 0000 0000 2020 51"] }, "INVALID_INPUT"],
  ["an IBAN twice", { ibans: [IBAN, IBAN] }, "INVALID_INPUT"],
  ["no name", { name: " " }, "INVALID_INPUT"],
  ["a later version first", { replaces: 1 }, "VERSION_CONFLICT"],
  ["another fund", { fundId: newId() }, "FUND_NOT_FOUND"],
])("a counterparty is judged by its form: %s", (_name, more, expected) => {
  expect(run(sampleBook(), set(more))).toBe(expected);
});

describe("an IBAN", () => {
  test("belongs to one counterparty until that one gives it up", () => {
    const state = sampleBook();
    run(state, set());
    expect(run(state, set({ counterpartyId: other }))).toBe("ALREADY_EXISTS");
    expect(run(state, set({ replaces: 1, ibans: [OTHER_IBAN] }))).toBe("ok");
    expect(run(state, set({ counterpartyId: other }))).toBe("ok");
    expect(run(state, set({ replaces: 2, ibans: [IBAN] }))).toBe("ALREADY_EXISTS");
  });

  test("is free when its counterparty is closed", () => {
    const state = sampleBook();
    run(state, set());
    expect(run(state, set({ replaces: 1, isClosed: true }))).toBe("ok");
    expect(run(state, set({ counterpartyId: other }))).toBe("ok");
  });
});
