import { AppError } from "@allfunds/contract/errors";
import type { CurrencyTradeRecorded } from "@allfunds/contract/events";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  DateScalar,
  DecimalScalar,
  MoneyObject,
} from "@allfunds/platform/graphql/types";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { find, type BatchRead, type LedgerContext } from "../../graph/ledger-context.ts";
import type { PageRequest } from "../../graph/page-args.ts";
import { NodeObject } from "../../graph/shared-types.ts";
import { recordCursor } from "../exchange-rates/exchange-rate-sql.ts";
import {
  CURRENCY_TRADE_STATUSES,
  noSuchTrade,
  type CurrencyTradeStatus,
} from "./currency-trade-state.ts";

registerEnumType(CURRENCY_TRADE_STATUSES, {
  name: "CurrencyTradeStatus",
  description: "What became of an exchange of currencies.",
  valuesConfig: {
    BOOKED: { description: "It counts; both currencies are owed until it is settled." },
    SETTLED: { description: "Cash was exchanged." },
    CANCELLED: { description: "It was taken back by a reversal." },
  },
});

@RequiresScopes("ledger:read")
@Directive('@key(fields: "id")')
@ObjectType("CurrencyTrade", {
  implements: NodeObject,
  description:
    "One currency sold for another at once (a spot deal), counted from its trade date on.",
})
export class CurrencyTradeObject extends NodeObject {
  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => DateScalar, { description: "Trade date." })
  tradeDate!: string;

  @Field(() => DateScalar, { description: "Value date of what it posted." })
  bookedOn!: string;

  @Field(() => DateScalar, { description: "Day on which both currencies are due." })
  settlementDate!: string;

  @Field(() => MoneyObject, { description: "What it sold." })
  sold!: MoneyObject;

  @Field(() => MoneyObject, { description: "What it bought." })
  bought!: MoneyObject;

  @Field(() => MoneyObject, { description: "Transaction costs, in the currency sold." })
  costs!: MoneyObject;

  @Field(() => DecimalScalar, {
    description:
      "What was exchanged is worth in the fund's base currency: the base side as executed, else what was sold at the rate of the trade date.",
  })
  soldBase!: string;

  @Field(() => CURRENCY_TRADE_STATUSES, { description: "What became of it." })
  status!: CurrencyTradeStatus;

  @Field(() => DateScalar, {
    nullable: true,
    description: "Value date of the settlement, or of the reversal.",
  })
  endedOn!: string | null;

  @Field(() => String, { nullable: true, description: "The caller's own, unique in the fund." })
  reference!: string | null;

  @Field(() => ID, { description: "The transaction that it posted." })
  transactionId!: string;

  @Field(() => Int, { description: "Position of its event in the fund's book." })
  position!: number;
}

export const CurrencyTradeConnection = connectionType("CurrencyTrade", CurrencyTradeObject);

interface CurrencyTradeRow {
  readonly payload: CurrencyTradeRecorded;
  readonly position: number;
  readonly status: CurrencyTradeStatus;
  readonly endedOn: string | null;
}

function toCurrencyTrade({ payload, ...row }: CurrencyTradeRow): CurrencyTradeObject {
  const { soldCurrency, boughtCurrency } = payload;
  return Object.assign(new CurrencyTradeObject(), {
    ...row,
    id: payload.tradeId,
    fundId: payload.fundId,
    tradeDate: payload.tradeDate,
    bookedOn: payload.bookedOn,
    settlementDate: payload.settlementDate,
    sold: { amount: payload.sold, currency: soldCurrency },
    bought: { amount: payload.bought, currency: boughtCurrency },
    costs: { amount: payload.costs, currency: soldCurrency },
    soldBase: payload.soldBase,
    reference: payload.reference,
    transactionId: payload.transactionId,
  });
}

const READ = `
  SELECT e.payload, t.position::int, t.status, t.ended_on::text AS "endedOn"
  FROM currency_trade t JOIN event e USING (tenant_id, book_id, position)`;

const READ_BY_IDS = `${READ} WHERE t.tenant_id = $1 AND t.id = ANY ($2::uuid[])`;

const tradesById: BatchRead<CurrencyTradeObject> = async ({ request, stores }, ids) => {
  const { rows } = await stores.pool.query<CurrencyTradeRow>(READ_BY_IDS, [
    request.tenantId,
    [...ids],
  ]);
  return new Map(rows.map((row) => [row.payload.tradeId, toCurrencyTrade(row)]));
};

/** The exchange with this id, null when there is none. */
export const findCurrencyTrade = (
  context: LedgerContext,
  id: string,
): Promise<CurrencyTradeObject | null> => find(context, tradesById, id);

/** TRADE_NOT_FOUND when there is none that the caller may see. */
export async function requireCurrencyTrade(
  context: LedgerContext,
  id: string,
): Promise<CurrencyTradeObject> {
  const trade: CurrencyTradeObject | AppError =
    (await findCurrencyTrade(context, id)) ?? noSuchTrade(id);
  if (trade instanceof AppError) throw trade;
  return trade;
}

const READ_PAGE = `
  ${READ} WHERE t.tenant_id = $1 AND t.book_id = $2 AND ($3::text IS NULL OR t.status = $3)
    AND ($4::bigint IS NULL OR t.position < $4)
  ORDER BY t.position DESC LIMIT $5`;

/** Exchanges of a fund, the last recorded first; one more than `first`. */
export async function readCurrencyTrades(
  reads: TenantReads,
  tenantId: string,
  fundId: string,
  status: CurrencyTradeStatus | null,
  { first, after }: PageRequest,
): Promise<CurrencyTradeObject[]> {
  const [position] = recordCursor(after);
  const parameters = [tenantId, fundId, status, position, first + 1] as const;
  const { rows } = await reads.query<CurrencyTradeRow>(READ_PAGE, [...parameters]);
  return rows.map(toCurrencyTrade);
}
