import { parseDecimal, quoted } from "@allfunds/contract/money";
import fc from "fast-check";
import { expect, test } from "vitest";
import { newId } from "@allfunds/platform/ids";
import { ACCOUNTS, FUND_ID, run, sampleBook } from "../../engine/sample-book.fixture.ts";
import { accountOf } from "../accounts/account.ts";
import type { RateUsed } from "../exchange-rates/rate-between.ts";
import { revalue, revaluingEntries, type RevalueCurrencies } from "./revaluation.ts";

const rate = (currency: string, units: string): RateUsed => ({
  currency,
  base: "EUR",
  quotation: quoted(parseDecimal(units)),
  date: "2026-06-30",
  records: [],
});

const position = (currency: string, positionMinor: bigint, carriedMinor: bigint) => ({
  currency,
  positionMinor,
  carriedMinor,
  carriedId: ACCOUNTS.bank.id,
  realisedMinor: 0n,
  postedRealisedMinor: 0n,
});

test.each<[string, string, bigint, bigint, bigint]>([
  ["USD", "1.0800", 4_000n, 3_704n, 0n],
  ["USD", "1.0800", 4_000n, 3_600n, 104n],
  ["USD", "1.0800", -4_000n, -3_600n, -104n],
  ["JPY", "161.5", 10_000n, 6_000n, 192n],
  ["USD", "1.0800", 0n, 50n, -50n],
])("%s at %s, %s carried at %s, differs by %s", (currency, units, held, carried, expected) => {
  const { differenceMinor } = revalue(position(currency, held, carried), rate(currency, units));
  expect(differenceMinor).toBe(expected);
});

test("a revaluation balances in base currency, and carries each position at its value", () => {
  const positions = fc.array(
    fc.tuple(
      fc.constantFrom("USD", "JPY"),
      fc.bigInt(-1_000_000n, 1_000_000n),
      fc.bigInt(-1_000_000n, 1_000_000n),
      fc.integer({ min: 1, max: 30_000 }),
    ),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(positions, (rows) => {
      const revalued = rows.map(([currency, held, carried, units]) =>
        revalue(position(currency, held, carried), rate(currency, `${units / 100}`)),
      );
      const entries = revaluingEntries(revalued, "EUR", {
        unrealisedId: ACCOUNTS.fees.id,
        realisedId: ACCOUNTS.capital.id,
      });
      const state = sampleBook();
      const expected = entries.length === 0 ? 0n : sum(revalued.map((row) => row.differenceMinor));
      expect(run(state, revaluing({ entries }))).toBe("ok");
      expect(accountOf(state, ACCOUNTS.bank.id)?.balanceMinor).toBe(expected);
      expect(accountOf(state, ACCOUNTS.fees.id)?.balanceMinor).toBe(-expected);
      for (const row of revalued) {
        const again = revalue({ ...row, carriedMinor: row.valueMinor }, row.rate);
        expect(again.differenceMinor).toBe(0n);
      }
    }),
    { numRuns: 50 },
  );
});

const sum = (minors: readonly bigint[]): bigint => minors.reduce((a, b) => a + b, 0n);

const revaluing = (more: Partial<RevalueCurrencies>): RevalueCurrencies => ({
  kind: "RevalueCurrencies",
  fundId: FUND_ID,
  transactionId: newId(),
  effectiveDate: "2026-06-30",
  description: "Currencies revalued",
  reference: null,
  metadata: {},
  entries: [],
  expected: [],
  ...more,
});

test("a revaluation is refused when an account moved since it was read", () => {
  const expected = [{ accountId: ACCOUNTS.bank.id, version: 2 }];
  expect(run(sampleBook(), revaluing({ expected }))).toBe("VERSION_CONFLICT");
});
