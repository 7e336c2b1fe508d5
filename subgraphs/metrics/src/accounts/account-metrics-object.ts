import { moneyToJson } from "@allfunds/contract/money";
import { DateScalar, MoneyObject, SafeIntScalar } from "@allfunds/platform/graphql/types";
import type { MoneyJson } from "@allfunds/contract/money";
import { Field, ID, ObjectType } from "type-graphql";
import type { Metric } from "../metric/metric.ts";
import type { AccountFigures } from "./account-figures.ts";
import { normalSide } from "./account-figures.ts";
import { accountMetrics } from "./account-metrics.ts";

@ObjectType("AccountMetrics", { description: "An account's figures at one book position." })
export class AccountMetricsObject {
  @Field(() => ID, { description: "UUID of the account." })
  accountId!: string;

  @Field(() => DateScalar, {
    description: "Last effective day with entries in the fund's book, not after today.",
  })
  asOf!: string;

  @Field(() => SafeIntScalar, { description: "Book position the figures include." })
  position!: number;

  @Field(() => String, { description: "The account's ISO 4217 currency." })
  currency!: string;

  @Field(() => MoneyObject, { description: "Balance on the account's normal side." })
  balance!: MoneyJson;

  @Field(() => MoneyObject, { description: "Change of the balance over 30 days." })
  netChange30d!: MoneyJson;

  // Not a field: `values` picks from it.
  metrics!: readonly Metric[];
}

/** Shapes an account's figures for clients. */
export function toAccountMetricsObject(figures: AccountFigures): AccountMetricsObject {
  const { accountId, asOf, position, currency, type, total, last30d } = figures;
  return {
    accountId,
    asOf,
    position,
    currency,
    balance: moneyToJson({ minor: normalSide(type, total), currency }),
    netChange30d: moneyToJson({ minor: normalSide(type, last30d), currency }),
    metrics: accountMetrics(figures),
  };
}
