import { AppError } from "@allfunds/contract/errors";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import type { AccountObject } from "../accounts/account-object.ts";
import { settleKnownAt } from "../balances/point-in-time.ts";
import { readDebitMinor } from "../balances/balance-sql.ts";
import { rateBetween } from "../exchange-rates/rate-between.ts";
import { readNewestRates } from "../exchange-rates/exchange-rate-sql.ts";
import type { FundObject } from "../funds/fund-object.ts";
import { readFundChart } from "../reports/read-fund-balances.ts";
import { revalue, type RevaluedPosition } from "./revaluation.ts";

/** Codes of the exchange accounts and of the result; behind the first two stands the foreign currency. */
const CODES = { foreign: "2900", base: "1900", result: "4210" } as const;

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
  const positions = pairs
    .map(({ foreign, carried }) => ({
      currency: foreign.currency,
      positionMinor: -(balances.get(foreign.id) ?? 0n),
      carriedMinor: balances.get(carried.id) ?? 0n,
      carriedId: carried.id,
    }))
    .filter(({ positionMinor, carriedMinor }) => positionMinor !== 0n || carriedMinor !== 0n)
    .map((position) => revalue(position, rateBetween(newest, position.currency, fund.currency)));
  return { positions, accounts, chart };
}

function pairsOf(
  chart: readonly AccountObject[],
  base: string,
): { foreign: AccountObject; carried: AccountObject }[] {
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

/** The account that gains and losses go to: the one that was named, else 4210 in base currency. */
export function resultAccountOf(
  chart: readonly AccountObject[],
  base: string,
  namedId: string | null | undefined,
): AccountObject {
  const found = chart.find(({ id, code }) =>
    typeof namedId === "string" ? id === namedId : code === CODES.result,
  );
  if (found?.currency === base && (found.type === "INCOME" || found.type === "EXPENSE")) {
    return found;
  }
  throw new AppError(
    "ACCOUNT_NOT_FOUND",
    `The fund has no income or expense account ${namedId ?? CODES.result} in ${base}.`,
  );
}
