import { moneyToJson } from "@allfunds/contract/money";
import { seesFund } from "@allfunds/platform/auth";
import type { Pool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import type { BatchLoader } from "@allfunds/platform/graphql";
import { CacheControl, RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar, MoneyObject, SafeIntScalar } from "@allfunds/platform/graphql/types";
import { grantsOf } from "@allfunds/platform/tenancy";
import type { MoneyJson } from "@allfunds/contract/money";
import {
  Arg,
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
import type { PerformanceContext } from "../performance/performance-graphql.ts";
import { MetricObject, MetricSelectionArgs, toMetricObject } from "../metric/metric-graphql.ts";
import { selectMetrics } from "../metric/metric.ts";
import type { Metric } from "../metric/metric.ts";
import { performanceRange, Performances } from "../performance/performances.ts";
import { CURRENCY_ARGUMENT, readerCurrency } from "../prices/conversion-graphql.ts";
import { readPairSteps } from "../rates/reader-rates-sql.ts";
import { ReaderRates } from "../rates/reader-rates.ts";
import { addDays } from "../series/calendar.ts";
import { MOVEMENT_DAYS, readAccountChanges } from "./account-figures-sql.ts";
import { accountMetrics, normalSide } from "./account-metrics.ts";
import type { AccountFigures, ReaderOfAccount } from "./account-metrics.ts";
import { readAccountMovements } from "./account-movements-sql.ts";

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

  @Field(() => MoneyObject, {
    description: "Balance on the account's normal side, always in the account's currency.",
  })
  balance!: MoneyJson;

  @Field(() => MoneyObject, {
    description: "Change of the balance over 30 days, always in the account's currency.",
  })
  netChange30d!: MoneyJson;

  // Not fields: `values` picks from them.
  metrics!: readonly Metric[];
  reader!: string | null;
}

/** Shapes an account's figures for clients. */
function toAccountMetricsObject(
  figures: AccountFigures,
  reader: ReaderOfAccount | null,
): AccountMetricsObject {
  const { accountId, asOf, position, currency, type, total, last30d } = figures;
  return {
    accountId,
    asOf,
    position,
    currency,
    balance: moneyToJson({ minor: normalSide(type, total), currency }),
    netChange30d: moneyToJson({ minor: normalSide(type, last30d), currency }),
    metrics: accountMetrics(figures, reader),
    reader: reader?.currency ?? null,
  };
}

/** What the resolvers of an account's figures receive. */
export interface AccountFiguresContext extends PerformanceContext {
  readonly accountFigures: Pick<BatchLoader<AccountFigures>, "load">;
}

@Resolver(() => AccountEntity)
export class AccountMetricsResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive('@requires(fields: "fund { id position }")')
  @RequiresScopes("metrics:read")
  @CacheControl({ maxAgeSeconds: 5 })
  @Directive("@cost(weight: 25)")
  @FieldResolver(() => AccountMetricsObject, {
    nullable: true,
    description:
      "Balance and movements. In a reader's currency, `values` are converted, each amount by the newest rate of the seven days up to its day: that of the books, else that of currency pairs. Waits up to 1.5 s for the book position, then fails with CONSISTENCY_TIMEOUT.",
  })
  async metrics(
    @Root() account: AccountEntity,
    @Arg("currency", () => String, CURRENCY_ARGUMENT) currency: string | null | undefined,
    @Ctx() { request, awaitBook, accountFigures, reads }: AccountFiguresContext,
  ): Promise<AccountMetricsObject> {
    await awaitBook(account.fund);
    const figures = isId(account.id) ? await accountFigures.load(account.id) : undefined;
    // The book the account is in decides, whatever book the request names.
    if (figures === undefined || !seesFund(request, figures.fundId)) throw accountNotFound();
    const reader = readerCurrency(currency, figures.currency);
    if (reader === null) return toAccountMetricsObject(figures, null);
    const { tenantId } = request;
    const granted = reads.seeing(grantsOf(request));
    const { days, rates } = await readAccountChanges(granted, tenantId, figures, reader);
    const range = { from: addDays(figures.asOf, -MOVEMENT_DAYS), to: figures.asOf };
    const wanted = { from: [figures.currency], to: reader };
    const steps = await readPairSteps(this.#pool, tenantId, wanted, range);
    const of = { currency: reader, days, rates: new ReaderRates(rates, steps) };
    return toAccountMetricsObject(figures, of);
  }
}

@Resolver(() => AccountMetricsObject)
export class AccountMetricValuesResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive("@listSize(assumedSize: 4)")
  @FieldResolver(() => [MetricObject], {
    description:
      "The figures with their method; unless `metrics` are given, those of the balance. Return and risk are given by name, or all of them by `Account.performance`.",
  })
  async values(
    @Root() { accountId, asOf, metrics, reader }: AccountMetricsObject,
    @Args(() => MetricSelectionArgs) selection: MetricSelectionArgs,
    @Ctx() { request, reads, compute }: AccountFiguresContext,
  ): Promise<MetricObject[]> {
    const held = new Set<string>(metrics.map(({ name }) => name));
    const wanted = selection.metrics ?? selection.names ?? [];
    if (wanted.every((name) => held.has(name))) {
      return selectMetrics(metrics, selection).map(toMetricObject);
    }
    const { tenantId } = request;
    const granted = reads.seeing(grantsOf(request));
    const range = performanceRange({}, asOf);
    const movements = await readAccountMovements(granted, tenantId, accountId, range, reader);
    if (movements === undefined) throw accountNotFound();
    const performances = new Performances(this.#pool, compute);
    const of = { subject: "ACCOUNT", tenantId, movements, reader } as const;
    const performance = await performances.of(of, {}, asOf);
    return selectMetrics([...metrics, ...performance.metrics], selection).map(toMetricObject);
  }
}
