import fc from "fast-check";
import { expect, test } from "vitest";
import {
  ACCOUNTS,
  decide,
  evolve,
  FUND_ID,
  run,
  sampleBook,
} from "../../engine/sample-book.fixture.ts";
import type { RenameAccount } from "./account-details.ts";
import { accountOf } from "../accounts/account.ts";

const { bank, dollars, yen, fees } = ACCOUNTS;

const rename = (accountId: string, details: Partial<RenameAccount>): RenameAccount => ({
  kind: "RenameAccount",
  fundId: FUND_ID,
  accountId,
  ...details,
});

test.each<[string, Partial<RenameAccount>, string]>([
  ["another name", { name: "Main bank" }, "ok"],
  ["no name", { name: " " }, "INVALID_INPUT"],
  ["a parent of its type", { parentId: dollars.id }, "ok"],
  ["a parent of another type", { parentId: fees.id }, "INVALID_INPUT"],
  ["itself as parent", { parentId: bank.id }, "INVALID_INPUT"],
  ["a parent that is not there", { parentId: "x" }, "ACCOUNT_NOT_FOUND"],
  ["metadata", { metadata: { iban: "DE02" } }, "ok"],
  ["metadata that is no object", { metadata: [] as never }, "INVALID_INPUT"],
  ["the mark as cash", { countsAsCash: true }, "ok"],
])("an account with %s", (_what, details, expected) => {
  expect(run(sampleBook(), rename(bank.id, details))).toBe(expected);
});

test("only what is given changes, and the same again changes nothing", () => {
  const state = sampleBook();
  run(state, rename(bank.id, { name: "Bank A", metadata: { a: 1 }, parentId: dollars.id }));
  run(state, rename(bank.id, { countsAsCash: false }));
  const details = { name: "Bank A", metadata: { a: 1 }, parentId: dollars.id, countsAsCash: false };
  expect(accountOf(state, bank.id)).toMatchObject({ ...details, version: 3 });
  expect(decide(rename(bank.id, details), state)).toEqual({ accepted: true, events: [] });
  run(state, rename(bank.id, { parentId: null }));
  expect(accountOf(state, bank.id)).toMatchObject({ ...details, parentId: null, version: 4 });
});

test("an account of another type than ASSET is no cash, not even from its opening on", () => {
  const state = sampleBook();
  expect(run(state, rename(fees.id, { countsAsCash: true }))).toBe("INVALID_INPUT");
  const open = { kind: "OpenAccount", fundId: FUND_ID, name: "N", currency: undefined } as const;
  const opening = { ...open, accountId: "018f0000-0000-7000-8000-0000000000b1", code: "CASH-2" };
  expect(run(state, { ...opening, type: "INCOME", countsAsCash: true })).toBe("INVALID_INPUT");
  expect(run(state, { ...opening, type: "INCOME" })).toBe("ok");
});

test.each([
  ["1000", undefined, true],
  ["bank-1", undefined, true],
  ["4711", undefined, false],
  ["4711", true, true],
  ["1000", false, false],
])("an account with the code %s, marked %s, counts as cash: %s", (code, countsAsCash, expected) => {
  const state = sampleBook();
  const accountId = "018f0000-0000-7000-8000-0000000000b1";
  const opening = { fundId: FUND_ID, accountId, code, name: "N", type: "ASSET" } as const;
  run(state, { kind: "OpenAccount", ...opening, currency: undefined, countsAsCash });
  expect(accountOf(state, accountId)?.countsAsCash).toBe(expected);
});

test("an opening recorded before there was a mark counts by its code", () => {
  const state = sampleBook();
  const accountId = "018f0000-0000-7000-8000-0000000000b1";
  const opened = {
    fundId: FUND_ID,
    accountId,
    code: "10",
    name: "N",
    accountType: "ASSET",
  } as const;
  evolve(state, { type: "AccountOpened", ...opened, currency: "EUR", minimumMinor: null });
  expect(accountOf(state, accountId)?.countsAsCash).toBe(true);
});

test("whatever is put under what, no account comes to stand beneath itself", () => {
  const ids = [bank.id, dollars.id, yen.id];
  const id = fc.constantFrom(...ids);
  fc.assert(
    fc.property(fc.array(fc.tuple(id, fc.option(id)), { maxLength: 12 }), (moves) => {
      const state = sampleBook();
      for (const [accountId, parentId] of moves) run(state, rename(accountId, { parentId }));
      for (const start of ids) {
        let above: string | null = start;
        for (let steps = 0; above !== null; steps += 1) {
          expect(steps).toBeLessThan(ids.length);
          above = accountOf(state, above)?.parentId ?? null;
        }
      }
    }),
  );
});
