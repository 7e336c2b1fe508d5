import { moneyToJson } from "@allfunds/contract/money";
import { seesFund } from "@allfunds/platform/auth";
import { isId } from "@allfunds/platform/ids";
import type { BatchLoader } from "@allfunds/platform/graphql";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar, MoneyObject, SafeIntScalar } from "@allfunds/platform/graphql/types";
import type { MoneyJson } from "@allfunds/contract/money";
import {
  Args,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import { AccountEntity } from "../books/entities.ts";
import { accountNotFound } from "../books/followed-books.ts";
import type { FundContext } from "@allfunds/platform/feed";
import { MetricObject, MetricSelectionArgs, toMetricObject } from "../metric/metric-graphql.ts";
import { selectMetrics } from "../metric/metric.ts";
import type { Metric } from "../metric/metric.ts";
import { accountMetrics, normalSide } from "./account-metrics.ts";
import type { AccountFigures } from "./account-metrics.ts";

@ObjectType("AccountMetrics", { description: "An account's figures at one book position." })
class AccountMetricsObject {
  @Field(() => ID, { description: "UUID of the account." })
  accountId!: string;

  @Field(() => DateScalar, {
    description:
      "The reader's day in UTC, which the figures are of. Entries of later effective days do not count yet.",
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
function toAccountMetricsObject(figures: AccountFigures): AccountMetricsObject {
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

/** What the resolvers of an account's figures receive. */
export interface AccountFiguresContext extends FundContext {
  readonly accountFigures: Pick<BatchLoader<AccountFigures>, "load">;
}

@Resolver(() => AccountEntity)
export class AccountMetricsResolver {
  @Directive('@requires(fields: "fund { id position }")')
  @RequiresScopes("metrics:read")
  @Directive("@cost(weight: 35)")
  @FieldResolver(() => AccountMetricsObject, {
    nullable: true,
    description:
      "Balance and movements. Waits up to 1.5 s for the book position, then fails with CONSISTENCY_TIMEOUT.",
  })
  async metrics(
    @Root() account: AccountEntity,
    @Ctx() { request, awaitFund, accountFigures }: AccountFiguresContext,
  ): Promise<AccountMetricsObject> {
    await awaitFund(account.fund);
    const figures = isId(account.id) ? await accountFigures.load(account.id) : undefined;
    // The book the account is in decides, whatever book the request names.
    if (figures === undefined || !seesFund(request, figures.fundId)) throw accountNotFound();
    return toAccountMetricsObject(figures);
  }
}

@Resolver(() => AccountMetricsObject)
export class AccountMetricValuesResolver {
  @Directive("@listSize(assumedSize: 4)")
  @FieldResolver(() => [MetricObject], {
    description: "The figures with their method; all of them unless `metrics` are given.",
  })
  values(
    @Root() { metrics }: AccountMetricsObject,
    @Args(() => MetricSelectionArgs) selection: MetricSelectionArgs,
  ): MetricObject[] {
    return selectMetrics(metrics, selection).map(toMetricObject);
  }
}
