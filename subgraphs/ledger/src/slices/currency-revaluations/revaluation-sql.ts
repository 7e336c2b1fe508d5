import { AppError } from "@allfunds/contract/errors";
import { parseAmount } from "@allfunds/contract/money";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import type { AccountObject } from "../accounts/account-object.ts";
import { settleKnownAt } from "../balances/point-in-time.ts";
import { readDebitMinor } from "../balances/balance-sql.ts";
import { requireRateBetween } from "../exchange-rates/rate-between.ts";
import { readNewestRates } from "../exchange-rates/exchange-rate-sql.ts";
import type { FundObject } from "../funds/fund-object.ts";
import { readFundChart } from "../reports/read-fund-balances.ts";
import { currencyResult, type CurrencyResult } from "./realised.ts";
import { revalue, type RevaluedPosition } from "./revaluation.ts";

/** Codes of the exchange accounts and of the result; behind the first two stands the foreign currency. */
const CODES = { foreign: "2900", base: "1900" } as const;

/** Codes of the accounts of unrealised and of realised results. */
export const RESULT_CODES = { unrealised: "4210", realised: "4110" } as const;

// What each transaction up to a day moved on the two accounts; of a revaluation, what it stated as realised.
const READ_MOVES = `
  WITH moves AS (
    SELECT n.effective_date, n.position,
      coalesce(-sum(n.amount) FILTER (WHERE n.account_id = $3), 0)::text AS moved,
      coalesce(sum(n.amount) FILTER (WHERE n.account_id = $4), 0)::text AS base
    FROM entry n
    WHERE n.tenant_id = $1 AND n.book_id = $2 AND n.account_id IN ($3, $4)
      AND n.effective_date <= $6::date AND n.position <= $7
    GROUP BY n.effective_date, n.position
  )
  SELECT t.id AS "transactionId", t.reverses, m.moved, m.base,
    (SELECT r.each->>'realised' FROM jsonb_array_elements(
        CASE WHEN jsonb_typeof(v.revalued) = 'array' THEN v.revalued ELSE '[]'::jsonb END
      ) AS r (each) WHERE r.each->>'currency' = $5 LIMIT 1) AS realised,
    v.revalued IS NOT NULL AS "isRevaluation"
  FROM moves m
  JOIN transaction t ON t.tenant_id = $1 AND t.book_id = $2
    AND t.effective_date = m.effective_date AND t.position = m.position
  JOIN event e ON e.tenant_id = $1 AND e.book_id = $2 AND e.position = m.position
  CROSS JOIN LATERAL (
    SELECT (e.payload->'metadata'->'currencyRevaluation')::jsonb AS revalued) v
  ORDER BY m.effective_date, m.position`;

interface MoveRow {
  readonly transactionId: string;
  readonly reverses: string | null;
  readonly moved: string;
  readonly base: string;
  readonly realised: string | null;
  readonly isRevaluation: boolean;
}

interface Pair {
  readonly foreign: AccountObject;
  readonly carried: AccountObject;
}

/** What the exchanges of a currency realised up to a day, and what revaluations posted of it. */
async function readResult(
  reads: TenantReads,
  { tenantId, bookId }: { readonly tenantId: string; readonly bookId: string },
  { foreign, carried }: Pair,
  { asOf, knownAt }: { readonly asOf: string; readonly knownAt: number },
): Promise<CurrencyResult> {
  const { rows } = await reads.query<MoveRow>(READ_MOVES, [
    tenantId,
    bookId,
    foreign.id,
    carried.id,
    foreign.currency,
    asOf,
    knownAt,
  ]);
  return currencyResult(
    rows.map(({ transactionId, reverses, moved, base, realised, isRevaluation }) => ({
      transactionId,
      reverses,
      positionMinor: BigInt(moved),
      baseMinor: BigInt(base),
      // Those of earlier versions posted all of their difference as unrealised.
      realisedMinor: isRevaluation ? parseAmount(realised ?? "0", carried.currency) : undefined,
    })),
  );
}

/** The positions of a fund at the rates of a day, and the accounts that a revaluation moves. */
export interface Revaluation {
  readonly positions: readonly RevaluedPosition[];
  readonly accounts: readonly AccountObject[];
  readonly chart: readonly AccountObject[];
}

/** Every foreign currency with exchange accounts; RATE_MISSING when a position has no rate up to the day. */
export async function readRevaluation(
  context: LedgerContext,
  fund: FundObject,
  on: string,
): Promise<Revaluation> {
  const { request, stores } = context;
  const { tenantId } = request;
  const chart = await readFundChart(stores, { tenantId, fundId: fund.id });
  const pairs = pairsOf(chart, fund.currency);
  const accounts = pairs.flatMap(({ foreign, carried }) => [foreign, carried]);
  const knownAt = await settleKnownAt(context, fund.id, null);
  const balances = await readDebitMinor(
    stores.pool,
    { tenantId, bookId: fund.id },
    accounts.map(({ id }) => id),
    { asOf: on, knownAt },
  );
  const newest = await readNewestRates(stores.pool, tenantId, { asOf: on });
  const book = { tenantId, bookId: fund.id };
  const found = await Promise.all(
    pairs.map(async (pair) => {
      const { foreign, carried } = pair;
      const result = await readResult(stores.pool, book, pair, { asOf: on, knownAt });
      return {
        currency: foreign.currency,
        positionMinor: -(balances.get(foreign.id) ?? 0n),
        carriedMinor: balances.get(carried.id) ?? 0n,
        carriedId: carried.id,
        realisedMinor: result.realisedMinor,
        postedRealisedMinor: result.postedRealisedMinor,
      };
    }),
  );
  const positions = found
    .filter(
      ({ positionMinor, carriedMinor, realisedMinor, postedRealisedMinor }) =>
        positionMinor !== 0n || carriedMinor !== 0n || realisedMinor !== postedRealisedMinor,
    )
    .map((position) =>
      revalue(position, requireRateBetween(newest, position.currency, fund.currency)),
    );
  return { positions, accounts, chart };
}

function pairsOf(chart: readonly AccountObject[], base: string): Pair[] {
  const byCode = new Map(chart.map((account) => [account.code, account]));
  return chart
    .filter(({ code, currency }) => code === `${CODES.foreign}-${currency}` && currency !== base)
    .map((foreign) => {
      const code = `${CODES.base}-${foreign.currency}`;
      const carried = byCode.get(code);
      if (carried?.currency === base) return { foreign, carried };
      throw new AppError("ACCOUNT_NOT_FOUND", `The fund has no account ${code} in ${base}.`);
    });
}

/** The account that gains and losses go to: the one that was named, else that of a code in base currency. */
export function resultAccountOf(
  chart: readonly AccountObject[],
  base: string,
  usualCode: string,
  namedId: string | null | undefined,
): AccountObject {
  const found = chart.find(({ id, code }) =>
    typeof namedId === "string" ? id === namedId : code === usualCode,
  );
  if (found?.currency === base && (found.type === "INCOME" || found.type === "EXPENSE")) {
    return found;
  }
  const input = usualCode === RESULT_CODES.realised ? "realisedAccountId" : "resultAccountId";
  throw new AppError(
    "ACCOUNT_NOT_FOUND",
    `The fund has no income or expense account ${namedId ?? usualCode} in ${base}: open it, or name another one.`,
    { violations: [{ path: input, message: `names no income or expense account in ${base}` }] },
  );
}
