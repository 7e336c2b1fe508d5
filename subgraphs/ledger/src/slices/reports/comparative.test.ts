import fc from "fast-check";
import { expect, test } from "vitest";
import type { AccountObject } from "../accounts/account-object.ts";
import { compareColumns } from "./comparative.ts";
import type { AccountBalance } from "./read-fund-balances.ts";
import { rollUp } from "./rolled-up.ts";

/** Forty accounts of two currencies, each beneath an earlier one or at the top. */
const chart = Array.from(
  { length: 40 },
  (_, n) =>
    ({
      id: `a${n}`,
      code: String(1_000 + n),
      type: "ASSET",
      currency: n % 3 === 0 ? "USD" : "EUR",
      parentId: n % 5 === 0 ? null : `a${Math.floor(n / 2)}`,
    }) as AccountObject,
);

const column = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 39 }), fc.bigInt(-1_000n, 1_000n)))
  .map((rows): AccountBalance[] =>
    [...new Map(rows)].flatMap(([n, minor]) =>
      chart.slice(n, n + 1).map((account) => ({ account, debitMinor: minor, normalMinor: minor })),
    ),
  );

test("each column is what it is by itself, and zero where only another one has an amount", () => {
  const depth = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });
  fc.assert(
    fc.property(fc.array(column, { minLength: 2, maxLength: 4 }), depth, (columns, most) => {
      const rows = compareColumns(chart, columns, most);
      for (const [index, balances] of columns.entries()) {
        const alone = new Map(rollUp(chart, balances, most).map((row) => [row.account.id, row]));
        const shown = rows.map(({ account, columns: all }) => [account.id, all[index]] as const);
        for (const [id, sums] of shown) {
          for (const [currency, minor] of sums ?? []) {
            expect(minor).toBe(alone.get(id)?.sums.get(currency) ?? 0n);
          }
        }
        // Nothing that a column has by itself is left out.
        expect([...alone.keys()].filter((id) => !shown.some(([each]) => each === id))).toEqual([]);
      }
    }),
  );
});
