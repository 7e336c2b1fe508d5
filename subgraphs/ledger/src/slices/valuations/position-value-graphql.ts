import {
  moneyToJson,
  parseAmount,
  parseDecimal,
  rateBetween,
  type MoneyJson,
} from "@allfunds/contract/money";
import { MoneyObject } from "@allfunds/platform/graphql/types";
import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { readNewestRates } from "../exchange-rates/exchange-rate-sql.ts";
import type { KnownRate } from "../exchange-rates/rate-between.ts";
import { readTerms } from "../fund-terms/fund-terms-sql.ts";
import { SecurityPriceObject } from "../prices/price-object.ts";
import { readNewestPrices, type KnownPrice } from "../prices/price-sql.ts";
import { PositionObject, type PositionPage } from "../trades/trade-object.ts";
import { marketValue, toBase } from "./strike.ts";
import { toStrikePrice, usedPrice } from "./valuation-inputs.ts";

/** What values of a day are computed from. */
interface Quotes {
  readonly prices: ReadonlyMap<string, KnownPrice>;
  readonly rates: readonly KnownRate[];
}

const NO_QUOTES: Quotes = { prices: new Map(), rates: [] };
/** Behind every day that has a price. */
const END_OF_DAYS = "9999-12-31";

const read = new WeakMap<PositionPage, Promise<Quotes>>();

/** Reads the prices and rates of a page of positions once, when the first of them is wanted. */
function quotesOf(page: PositionPage | undefined, context: LedgerContext): Promise<Quotes> {
  // Which of the tenant's prices stood beside an earlier state of the book is kept with published NAVs only.
  if (page === undefined || page.isPast) return Promise.resolve(NO_QUOTES);
  let quotes = read.get(page);
  if (quotes === undefined) read.set(page, (quotes = readQuotes(page, context)));
  return quotes;
}

async function readQuotes(
  { fund, isins, asOf: day }: PositionPage,
  { request: { tenantId }, stores: { pool } }: LedgerContext,
): Promise<Quotes> {
  const asOf = day ?? END_OF_DAYS;
  const dated = await readTerms(pool, tenantId, fund.id, asOf);
  const sources = dated?.terms.priceSources ?? [];
  const [prices, rates] = await Promise.all([
    readNewestPrices(pool, tenantId, isins, { fundId: fund.id, asOf, sources }),
    readNewestRates(pool, tenantId, { asOf, sources }),
  ]);
  return { prices, rates };
}

/** Market value in minor units of the position's currency; undefined without a price in it. */
function valueOf(
  { isin, quantity, cost: { currency } }: PositionObject,
  { prices }: Quotes,
): bigint | undefined {
  const price = usedPrice(prices.get(isin), currency);
  if (price === null) return undefined;
  const of = { isin, currency, quantity: parseDecimal(quantity), price: toStrikePrice(price) };
  return marketValue(of);
}

/** The value of a position as a valuation of the same day would compute it. */
@Resolver(() => PositionObject)
export class PositionValueResolver {
  @FieldResolver(() => SecurityPriceObject, {
    nullable: true,
    description:
      "The newest price on or before the day of `asOf`, by the precedence of the fund's terms. Null when there is none, and with `knownAt`.",
  })
  async price(
    @Root() { isin, page }: PositionObject,
    @Ctx() context: LedgerContext,
  ): Promise<SecurityPriceObject | null> {
    const price = (await quotesOf(page, context)).prices.get(isin);
    return price === undefined ? null : Object.assign(new SecurityPriceObject(), price);
  }

  @FieldResolver(() => MoneyObject, {
    nullable: true,
    description:
      "Quantity x price, in the currency of the position, without accrued interest. Null without a price in that currency.",
  })
  async value(
    @Root() position: PositionObject,
    @Ctx() context: LedgerContext,
  ): Promise<MoneyJson | null> {
    const minor = valueOf(position, await quotesOf(position.page, context));
    return minor === undefined ? null : moneyToJson({ minor, currency: position.cost.currency });
  }

  @FieldResolver(() => MoneyObject, {
    nullable: true,
    description: "Value less cost, in the currency of the position. Null where there is no value.",
  })
  async unrealisedGain(
    @Root() position: PositionObject,
    @Ctx() context: LedgerContext,
  ): Promise<MoneyJson | null> {
    const minor = valueOf(position, await quotesOf(position.page, context));
    if (minor === undefined) return null;
    const { amount, currency } = position.cost;
    return moneyToJson({ minor: minor - parseAmount(amount, currency), currency });
  }

  @FieldResolver(() => MoneyObject, {
    nullable: true,
    description:
      "The value in the fund's base currency, at the newest exchange rate on or before the day of `asOf`. Null where there is no value or no rate.",
  })
  async valueBase(
    @Root() position: PositionObject,
    @Ctx() context: LedgerContext,
  ): Promise<MoneyJson | null> {
    const quotes = await quotesOf(position.page, context);
    const minor = valueOf(position, quotes);
    const base = position.page?.fund.currency;
    if (minor === undefined || base === undefined) return null;
    const { currency } = position.cost;
    const rate = rateBetween(quotes.rates, currency, base);
    if (rate === null) return null;
    const rates = new Map([[currency, rate.quotation]]);
    const inBase = toBase(minor, currency, { baseCurrency: base, rates });
    return moneyToJson({ minor: inBase, currency: base });
  }
}
