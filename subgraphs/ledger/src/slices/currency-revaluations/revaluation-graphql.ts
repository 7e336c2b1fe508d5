import type { TransactionPosted } from "@allfunds/contract/events";
import { formatAmount, type MoneyJson } from "@allfunds/contract/money";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar, MoneyObject } from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import { REPLAYED } from "../../graph/shared-types.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { FundObject } from "../funds/fund-object.ts";
import { requireFund } from "../funds/fund-sql.ts";
import { toTransactionObject, TransactionObject } from "../transactions/transaction-object.ts";
import { QuotedRateObject, toQuotedRates } from "./quoted-rate-object.ts";
import {
  isMoved,
  revaluingEntries,
  type RevaluedPosition,
  type RevalueCurrencies,
} from "./revaluation.ts";
import { readRevaluation, RESULT_CODES, resultAccountOf } from "./revaluation-sql.ts";

@ObjectType("RevaluedCurrency", {
  description: "A foreign currency of a fund at the rates of a day.",
})
class RevaluedCurrencyObject {
  @Field(() => String, { description: "The foreign currency." })
  currency!: string;

  @Field(() => MoneyObject, {
    description: "The net position: credits less debits of the account 2900 in the currency.",
  })
  position!: MoneyJson;

  @Field(() => MoneyObject, { description: "What the account 1900 carries it at, in base." })
  carried!: MoneyJson;

  @Field(() => MoneyObject, { description: "The position at the rate, rounded once, HALF_UP." })
  value!: MoneyJson;

  @Field(() => MoneyObject, { description: "Value less carried: a gain, or a loss below zero." })
  difference!: MoneyJson;

  @Field(() => MoneyObject, {
    description:
      "The part of the difference that exchanges realised since the last revaluation, by the average cost of the position.",
  })
  realised!: MoneyJson;

  @Field(() => MoneyObject, { description: "The rest of the difference, which is unrealised." })
  unrealised!: MoneyJson;

  @Field(() => [QuotedRateObject], {
    description: "The rate as recorded; two records of a cross rate.",
  })
  rates!: QuotedRateObject[];
}

@ObjectType("CurrencyRevaluation", { description: "What a revaluation did." })
class CurrencyRevaluationObject {
  @Field(() => TransactionObject, {
    nullable: true,
    description: "What was posted; null when everything was carried at its value already.",
  })
  transaction!: TransactionObject | null;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;
}

@InputType({ description: "A day at whose rates to carry the foreign currencies of a fund." })
class RevalueCurrenciesInput {
  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => DateScalar, { description: "Value date; the newest rates up to it count." })
  on!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      "INCOME or EXPENSE account in base currency for unrealised gains; the account 4210 when absent.",
  })
  resultAccountId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      "INCOME or EXPENSE account in base currency for realised gains; the account 4110 when absent. It may be the same. ACCOUNT_NOT_FOUND where there is something realised and no such account.",
  })
  realisedAccountId?: string | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key post once." })
  idempotencyKey?: string | null;
}

@Resolver(() => FundObject)
export class CurrencyRevaluationResolver {
  readonly #books: CommandPort<RevalueCurrencies>;

  constructor({ books }: { readonly books: CommandPort<RevalueCurrencies> }) {
    this.#books = books;
  }

  @FieldResolver(() => [RevaluedCurrencyObject], {
    description:
      "What a revaluation on a day would find, by currency; nothing is posted. RATE_MISSING without a rate up to the day.",
  })
  async currencyRevaluation(
    @Root() fund: FundObject,
    @Arg("on", () => DateScalar, { description: "Value date." }) on: string,
    @Ctx() context: LedgerContext,
  ): Promise<RevaluedCurrencyObject[]> {
    const { positions } = await readRevaluation(context, fund, on);
    return positions.map((position) => toObject(position, fund.currency));
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => CurrencyRevaluationObject, {
    description:
      "Carries the foreign currencies of a fund at the rates of a day: posts each difference between the account 1900 of a currency and its value, in base currency: what exchanges realised since the last revaluation against the realised result, the rest against the unrealised one. ACCOUNT_MANAGED of an administered fund.",
  })
  async revalueCurrencies(
    @Arg("input", () => RevalueCurrenciesInput) input: RevalueCurrenciesInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CurrencyRevaluationObject> {
    const { fundId, on } = input;
    const fund = await requireFund(context, fundId);
    const { positions, accounts, chart } = await readRevaluation(context, fund, on);
    const moved = positions.filter(isMoved);
    const idOf = (isNeeded: boolean, code: string, named: string | null | undefined): string =>
      isNeeded ? resultAccountOf(chart, fund.currency, code, named).id : "";
    const { unrealised, realised } = RESULT_CODES;
    const results = {
      unrealisedId: idOf(
        moved.some((each) => each.differenceMinor !== each.newlyRealisedMinor),
        unrealised,
        input.resultAccountId,
      ),
      realisedId: idOf(
        moved.some((each) => each.newlyRealisedMinor !== 0n),
        realised,
        input.realisedAccountId,
      ),
    };
    const { events, replayed } = await this.#books.carryOut(context.request, {
      bookId: fundId,
      command: {
        kind: "RevalueCurrencies",
        fundId,
        transactionId: newId(),
        effectiveDate: on,
        description: `Currencies revalued on ${on}`,
        reference: null,
        metadata: { currencyRevaluation: positions.map(toMetadata) },
        entries: revaluingEntries(moved, fund.currency, results),
        expected: accounts.map(({ id: accountId, version }) => ({ accountId, version })),
      },
      key: idempotencyKey(context.request, input.idempotencyKey, info.path.key),
      content: {
        fundId,
        on,
        resultAccountId: input.resultAccountId ?? undefined,
        realisedAccountId: input.realisedAccountId ?? undefined,
      },
    });
    const posted = events.find(({ type }) => type === "TransactionPosted");
    return {
      transaction: posted === undefined ? null : toTransactionObject(posted, replayed),
      replayed,
    };
  }
}

const moneyOf = (minor: bigint, currency: string): MoneyJson => ({
  amount: formatAmount(minor, currency),
  currency,
});

const toObject = (of: RevaluedPosition, base: string): RevaluedCurrencyObject => ({
  currency: of.currency,
  position: moneyOf(of.positionMinor, of.currency),
  carried: moneyOf(of.carriedMinor, base),
  value: moneyOf(of.valueMinor, base),
  difference: moneyOf(of.differenceMinor, base),
  realised: moneyOf(of.newlyRealisedMinor, base),
  unrealised: moneyOf(of.differenceMinor - of.newlyRealisedMinor, base),
  rates: toQuotedRates(of.rate),
});

/** What the transaction keeps of a position, so that its figures can be checked without the rates. */
const toMetadata = (of: RevaluedPosition): TransactionPosted["metadata"] => ({
  currency: of.currency,
  position: formatAmount(of.positionMinor, of.currency),
  value: formatAmount(of.valueMinor, of.rate.base),
  realised: formatAmount(of.newlyRealisedMinor, of.rate.base),
  rates: of.rate.records.map(({ base, quote, rate, date, source }) => ({
    base,
    quote,
    rate,
    date,
    source,
  })),
});
