import type { Pool } from "@allfunds/platform/database";
import { fundNotFound } from "@allfunds/platform/feed";
import type { FundContext } from "@allfunds/platform/feed";
import { CacheControl, RequiresScopes } from "@allfunds/platform/graphql";
import { CursorScalar } from "@allfunds/platform/graphql/types";
import type { Connection } from "@allfunds/platform/graphql/types";
import { grantsOf } from "@allfunds/platform/tenancy";
import type { TenantPool } from "@allfunds/platform/tenancy";
import {
  Arg,
  Args,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  Int,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import { FundEntity } from "../books/entities.ts";
import type { ComputeContext } from "../compute/request-compute.ts";
import { FigureArgs, RollingArgs } from "../figures/figure-graphql.ts";
import type { RollingPointObject } from "../figures/figure-graphql.ts";
import { RollingConnection } from "../instruments/instrument-figures-graphql.ts";
import { performanceResolver, PerformanceObject } from "../performance/performance-graphql.ts";
import { performanceRange, Performances } from "../performance/performances.ts";
import { readerCurrency } from "../prices/conversion-graphql.ts";
import { utcDate } from "../series/calendar.ts";
import { readFundMovements } from "./fund-movements-sql.ts";
import type { FundMovements } from "./fund-movements-sql.ts";

/** What the resolvers of a performance receive. */
export interface PerformanceContext extends FundContext, ComputeContext {
  readonly reads: Pick<TenantPool, "seeing">;
}

@ObjectType("FundPerformance", {
  description:
    "Return and risk of a fund, revalued every day at the rates of that day. Capital that comes in counts at the start of its day, capital that goes out at the end.",
})
class FundPerformanceObject extends PerformanceObject {
  @Field(() => ID, { description: "UUID of the fund." })
  fundId!: string;
}

/** The fields of a fund's performance. */
export const FundPerformanceValuesResolver = performanceResolver(FundPerformanceObject);

@Resolver(() => FundEntity)
export class FundPerformanceResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive('@requires(fields: "position")')
  @RequiresScopes("metrics:read")
  @CacheControl({ maxAgeSeconds: 5 })
  @Directive("@cost(weight: 800)")
  @FieldResolver(() => FundPerformanceObject, {
    nullable: true,
    description:
      "Time- and money-weighted return and the figures of risk, from the first entry to today by default, over ten years at most. In a reader's currency, each day is converted by the latest rate of the seven days up to it: the book's, else that of currency pairs.",
  })
  async performance(
    @Root() fund: FundEntity,
    @Args(() => FigureArgs) args: FigureArgs,
    @Ctx() context: PerformanceContext,
  ): Promise<FundPerformanceObject> {
    const { from: _from, to: _to, benchmarkId, currency, ...given } = args;
    const { movements, asOf } = await readMovements(fund, args, context);
    const reader = readerCurrency(currency, movements.currency);
    const { tenantId } = context.request;
    const request = { subject: "FUND", tenantId, movements, reader, benchmarkId } as const;
    const performances = new Performances(this.#pool, context.compute);
    return {
      fundId: fund.id,
      asOf,
      position: movements.position,
      currency: reader ?? movements.currency,
      from: movements.range?.from ?? null,
      performance: await performances.of(request, given, asOf),
    };
  }

  @Directive('@requires(fields: "position")')
  @RequiresScopes("metrics:read")
  @Directive("@cost(weight: 500)")
  @FieldResolver(() => RollingConnection, {
    nullable: true,
    description:
      "A figure of a window that moves over the value of one unit, by day, oldest first; over ten years at most.",
  })
  async rolling(
    @Root() fund: FundEntity,
    @Args(() => RollingArgs) args: RollingArgs,
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after: string | null | undefined,
    @Ctx() context: PerformanceContext,
  ): Promise<Connection<RollingPointObject>> {
    const { movements, asOf } = await readMovements(fund, args, context);
    const reader = readerCurrency(args.currency, movements.currency);
    const { tenantId } = context.request;
    const { benchmarkId } = args;
    const request = { subject: "FUND", tenantId, movements, reader, benchmarkId } as const;
    const performances = new Performances(this.#pool, context.compute);
    return performances.rolling(request, args, { first, after, asOf });
  }
}

async function readMovements(
  fund: FundEntity,
  args: Pick<FigureArgs, "from" | "to" | "currency">,
  { request, awaitFund, reads }: PerformanceContext,
): Promise<{ movements: FundMovements; asOf: string }> {
  await awaitFund(fund);
  const range = performanceRange(args, utcDate(request.now));
  const granted = reads.seeing(grantsOf(request));
  const reader = readerCurrency(args.currency);
  const all = await readFundMovements(granted, request.tenantId, [fund.id], range, reader);
  const movements = all.get(fund.id);
  if (movements === undefined) throw fundNotFound();
  return { movements, asOf: range.to };
}
