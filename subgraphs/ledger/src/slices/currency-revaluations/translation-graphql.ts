import {
  currencyScale,
  formatAmount,
  parseAmount,
  translate,
  type MoneyJson,
} from "@allfunds/contract/money";
import { DateScalar, MoneyObject } from "@allfunds/platform/graphql/types";
import { Arg, Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { readNewestRates } from "../exchange-rates/exchange-rate-sql.ts";
import { requireRateBetween, type RateUsed } from "../exchange-rates/rate-between.ts";
import { BalanceSheetObject, IncomeStatementObject } from "../reports/report-objects.ts";
import { QuotedRateObject, toQuotedRates } from "./quoted-rate-object.ts";

@ObjectType({ description: "The rates of a translated report." })
abstract class TranslatedReport {
  @Field(() => String, { description: "The currency of its amounts." })
  currency!: string;

  @Field(() => DateScalar, { description: "The newest recorded rates up to this day count." })
  ratesAsOf!: string;

  @Field(() => [QuotedRateObject], { description: "The rates that were used, as recorded." })
  rates!: QuotedRateObject[];
}

@ObjectType("TranslatedBalanceSheet", {
  description: "A balance sheet in the reader's currency, at the rates of its day.",
})
class TranslatedBalanceSheetObject extends TranslatedReport {
  @Field(() => MoneyObject, { description: "What the fund has." })
  assets!: MoneyJson;

  @Field(() => MoneyObject, { description: "What the fund owes." })
  liabilities!: MoneyJson;

  @Field(() => MoneyObject, { description: "What was paid in, less what was paid out." })
  equity!: MoneyJson;

  @Field(() => MoneyObject, { description: "All income less all expenses up to the day." })
  result!: MoneyJson;

  @Field(() => MoneyObject, {
    description: "Assets less the other three: what rounding each currency leaves.",
  })
  rounding!: MoneyJson;
}

@ObjectType("TranslatedIncomeStatement", {
  description: "An income statement in the reader's currency, at the rates of its last day.",
})
class TranslatedIncomeStatementObject extends TranslatedReport {
  @Field(() => MoneyObject, { description: "What was earned." })
  income!: MoneyJson;

  @Field(() => MoneyObject, { description: "What was spent." })
  expenses!: MoneyJson;

  @Field(() => MoneyObject, { description: "Income less expenses, as these amounts have it." })
  net!: MoneyJson;
}

const CURRENCY = "ISO 4217, or an asset with its decimals.";
const REFUSED = "RATE_MISSING when a currency of the report has no recorded rate up to the day.";

/** Sums of a report in another currency, with the rates that were used. */
class Translation {
  readonly #rates: ReadonlyMap<string, RateUsed>;
  readonly #to: string;
  readonly #asOf: string;

  private constructor(rates: ReadonlyMap<string, RateUsed>, to: string, asOf: string) {
    this.#rates = rates;
    this.#to = to;
    this.#asOf = asOf;
  }

  static async read(
    { request, stores }: LedgerContext,
    currencies: readonly string[],
    to: string,
    asOf: string,
  ): Promise<Translation> {
    currencyScale(to);
    const newest = await readNewestRates(stores.pool, request.tenantId, { asOf });
    const rates = new Map(
      currencies.map((currency) => [currency, requireRateBetween(newest, currency, to)]),
    );
    return new Translation(rates, to, asOf);
  }

  /** The sum of amounts, each rounded once, HALF_UP, and then added. */
  sum(amounts: readonly MoneyJson[]): bigint {
    return amounts.reduce((total, { amount, currency }) => {
      const rate = this.#rates.get(currency);
      if (rate === undefined) throw new Error(`no rate was looked up for ${currency}`);
      return total + translate(parseAmount(amount, currency), currency, this.#to, rate.quotation);
    }, 0n);
  }

  money(minor: bigint): MoneyJson {
    return { amount: formatAmount(minor, this.#to), currency: this.#to };
  }

  get facts(): { currency: string; ratesAsOf: string; rates: QuotedRateObject[] } {
    const rates = [...this.#rates.values()].flatMap(toQuotedRates);
    return { currency: this.#to, ratesAsOf: this.#asOf, rates };
  }
}

/** A balance sheet in another currency, which belongs here though it hangs on the report. */
@Resolver(() => BalanceSheetObject)
export class BalanceSheetTranslationResolver {
  @FieldResolver(() => TranslatedBalanceSheetObject, {
    description: `The totals in one currency, each rounded once, HALF_UP, at the rates of its day, or of today. ${REFUSED}`,
  })
  async translated(
    @Root() sheet: BalanceSheetObject,
    @Arg("currency", () => String, { description: CURRENCY }) currency: string,
    @Ctx() context: LedgerContext,
  ): Promise<TranslatedBalanceSheetObject> {
    const totals = sheet.totals();
    const asOf = sheet.asOf ?? context.request.now.toISOString().slice(0, 10);
    const names = totals.map((total) => total.currency);
    const translation = await Translation.read(context, names, currency, asOf);
    const assets = translation.sum(totals.map((total) => total.assets));
    const liabilities = translation.sum(totals.map((total) => total.liabilities));
    const equity = translation.sum(totals.map((total) => total.equity));
    const result = translation.sum(totals.map((total) => total.result));
    return {
      ...translation.facts,
      assets: translation.money(assets),
      liabilities: translation.money(liabilities),
      equity: translation.money(equity),
      result: translation.money(result),
      rounding: translation.money(assets - liabilities - equity - result),
    };
  }
}

/** An income statement in another currency, which belongs here though it hangs on the report. */
@Resolver(() => IncomeStatementObject)
export class IncomeStatementTranslationResolver {
  @FieldResolver(() => TranslatedIncomeStatementObject, {
    description: `The totals in one currency, each rounded once, HALF_UP, at the rates of its last day. ${REFUSED}`,
  })
  async translated(
    @Root() statement: IncomeStatementObject,
    @Arg("currency", () => String, { description: CURRENCY }) currency: string,
    @Ctx() context: LedgerContext,
  ): Promise<TranslatedIncomeStatementObject> {
    const totals = statement.totals();
    const names = totals.map((total) => total.currency);
    const translation = await Translation.read(context, names, currency, statement.to);
    const income = translation.sum(totals.map((total) => total.income));
    const expenses = translation.sum(totals.map((total) => total.expenses));
    return {
      ...translation.facts,
      income: translation.money(income),
      expenses: translation.money(expenses),
      net: translation.money(income - expenses),
    };
  }
}
