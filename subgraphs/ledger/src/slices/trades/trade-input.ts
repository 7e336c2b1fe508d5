import { AppError, invalidInput } from "@allfunds/contract/errors";
import { formatScaled } from "@allfunds/contract/money";
import { DateScalar, DecimalScalar } from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import { Field, ID, InputType } from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { readNewestRates } from "../exchange-rates/exchange-rate-sql.ts";
import { requireRateBetween } from "../exchange-rates/rate-between.ts";
import { PAR, type RateRecord } from "../lots/portfolio-fact.ts";
import { readTerms } from "../fund-terms/fund-terms-sql.ts";
import { readSecurities } from "../securities/security-sql.ts";
import { TRADE_SIDES, UNITS_BASES } from "./trade-object.ts";
import { naming, type TradeOrder } from "./trade.ts";

@InputType({ description: "A lot that a sale closes." })
class NamedLotInput {
  @Field(() => ID, { description: "UUID of the lot." })
  lotId!: string;

  @Field(() => DecimalScalar, { description: "Units of it, above zero." })
  quantity!: string;
}

@InputType({ description: "A trade of a security that the tenant described." })
export class TradeInput {
  @Field(() => ID, { nullable: true, description: "UUID; made by the ledger when absent." })
  id?: string | null;

  @Field(() => String, { description: "ISIN of the security." })
  isin!: string;

  @Field(() => TRADE_SIDES, { description: "Whether it buys or sells." })
  side!: "BUY" | "SELL";

  @Field(() => DateScalar, { description: "Trade date." })
  tradeDate!: string;

  @Field(() => DateScalar, { description: "Day on which cash is due." })
  settlementDate!: string;

  @Field(() => String, {
    nullable: true,
    description: "Local time of execution, HH:MM:SS; orders the trades of a day.",
  })
  time?: string | null;

  @Field(() => UNITS_BASES, {
    nullable: true,
    defaultValue: "NEW",
    description: "Which units it counts on a day of a corporate action.",
  })
  unitsBasis?: "NEW" | "OLD" | null;

  @Field(() => DecimalScalar, { description: "Units, above zero; of a bond its nominal." })
  quantity!: string;

  @Field(() => DecimalScalar, {
    description: "Of one unit in the currency of the security; of a bond percent of the nominal.",
  })
  price!: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "As executed, without costs and interest; quantity x price when absent.",
  })
  gross?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    defaultValue: "0",
    description: "Transaction costs in the currency of the security, zero or more.",
  })
  costs?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "Accrued interest; by the bond's terms to the settlement date when absent.",
  })
  accrued?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "Units of the currency for one of the fund's base currency; the newest rate of the trade date when absent.",
  })
  exchangeRate?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "Instead of `exchangeRate`: units of the currency for `ratePer` of base, which states a cross rate exactly.",
  })
  rateUnits?: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Goes with `rateUnits`." })
  ratePer?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Your own, unique in the fund, 1 to 140 characters.",
  })
  reference?: string | null;

  @Field(() => [NamedLotInput], {
    nullable: true,
    description: "Which lots it closes, in a fund whose lot method is SPECIFIC.",
  })
  lots?: NamedLotInput[] | null;
}

/** Trades with the security and the rate of each by value: SECURITY_NOT_FOUND or RATE_MISSING when there is none. */
export async function toOrders(
  context: LedgerContext,
  fund: RatedFund,
  trades: readonly TradeInput[],
): Promise<TradeOrder[]> {
  const { request, stores } = context;
  const isins = [...new Set(trades.map(({ isin }) => isin))];
  const securities = await readSecurities(stores.pool, request.tenantId, isins);
  const orders: TradeOrder[] = [];
  const rates = new RatesByDay(context, fund);
  for (const [index, trade] of trades.entries()) {
    const { position: _position, ...security } =
      securities.get(trade.isin) ?? noSecurity(index, trade.isin);
    const { currency } = security;
    const given = statedRate(trade, index);
    const find = (): Promise<RateRecord> =>
      given === undefined ? rates.of(currency, trade.tradeDate) : Promise.resolve(given);
    orders.push(toOrder(trade, security, await find()));
  }
  return orders;
}

function noSecurity(index: number, isin: string): never {
  const path = `trades.${index}`;
  return naming(path, () => {
    throw new AppError("SECURITY_NOT_FOUND", `There is no security ${isin.slice(0, 20)}.`, {
      violations: [{ path: "isin", message: "is not one that the tenant described" }],
    });
  });
}

/** The rate that a trade states, as a number or as a fraction; undefined when it states none. */
function statedRate(
  { exchangeRate = null, rateUnits = null, ratePer = null }: TradeInput,
  index: number,
): RateRecord | undefined {
  if (
    (rateUnits === null) !== (ratePer === null) ||
    (rateUnits !== null && exchangeRate !== null)
  ) {
    throw invalidInput(`trades.${index}.rateUnits`, "goes with ratePer, and without exchangeRate");
  }
  if (rateUnits !== null && ratePer !== null) return { ...givenRate(rateUnits), per: ratePer };
  return exchangeRate === null ? undefined : givenRate(exchangeRate);
}

export const givenRate = (units: string): RateRecord => ({ ...PAR, units, source: "TRADE" });

/** A fund and its base currency. */
interface RatedFund {
  readonly id: string;
  readonly currency: string;
}

/** Rates of days by the sources that the fund prefers, each day read once. */
export class RatesByDay {
  readonly #context: LedgerContext;
  readonly #fund: RatedFund;
  readonly #newest = new Map<string, ReturnType<typeof readNewestRates>>();

  constructor(context: LedgerContext, fund: RatedFund) {
    this.#context = context;
    this.#fund = fund;
  }

  async of(currency: string, date: string): Promise<RateRecord> {
    const { currency: base } = this.#fund;
    if (currency === base) return PAR;
    let newest = this.#newest.get(date);
    if (newest === undefined) {
      newest = this.#read(date);
      this.#newest.set(date, newest);
    }
    const { quotation, date: on, records } = requireRateBetween(await newest, currency, base);
    const { units, per } = quotation;
    return {
      units: formatScaled(units.unscaled, units.scale),
      per: formatScaled(per.unscaled, per.scale),
      date: on,
      source: records[0]?.source ?? null,
    };
  }

  async #read(asOf: string): ReturnType<typeof readNewestRates> {
    const { request, stores } = this.#context;
    const { tenantId } = request;
    const dated = await readTerms(stores.pool, tenantId, this.#fund.id, asOf);
    const sources = dated?.terms.priceSources ?? [];
    return readNewestRates(stores.pool, tenantId, { asOf, sources });
  }
}

const toOrder = (
  trade: TradeInput,
  security: TradeOrder["security"],
  rate: RateRecord,
): TradeOrder => ({
  tradeId: trade.id ?? newId(),
  security,
  side: trade.side,
  tradeDate: trade.tradeDate,
  settlementDate: trade.settlementDate,
  time: trade.time ?? null,
  unitsBasis: trade.unitsBasis ?? "NEW",
  quantity: trade.quantity,
  price: trade.price,
  gross: trade.gross ?? null,
  costs: trade.costs ?? "0",
  accrued: trade.accrued ?? null,
  rate,
  reference: trade.reference ?? null,
  lots: (trade.lots ?? []).map(({ lotId, quantity }) => ({ lotId, quantity })),
});
