import type { RequestContext } from "@allfunds/platform/context";
import type { Follower } from "@allfunds/platform/feed";
import { createBookContext } from "@allfunds/platform/feed";
import type { BookContext } from "@allfunds/platform/feed";
import { computeFor, createReadOnce, type ComputeContext } from "./compute/request-compute.ts";
import { CurrencyLoaders } from "./compute/currency-loaders.ts";
import type { ComputePool } from "./compute/compute-pool.ts";
import { BatchLoader } from "@allfunds/platform/graphql";
import type { TenantJobs } from "@allfunds/platform/jobs";
import type { JobQueueContext } from "@allfunds/platform/jobs/queue-resolver";
import type { JobContext } from "@allfunds/platform/jobs/resolver";
import { grantsOf } from "@allfunds/platform/tenancy";
import type { GrantedOrm, TenantPool } from "@allfunds/platform/tenancy";
import type * as entities from "./entities.ts";
import { readAccountFigures } from "./accounts/account-figures-sql.ts";
import type { AccountFiguresContext } from "./accounts/account-graphql.ts";
import type { FundFiguresContext } from "./funds/fund-metrics-graphql.ts";
import type { PriceTickContext } from "./instruments/price-tick-graphql.ts";
import type { PriceTicks } from "./prices/price-ticks.ts";
import type { TickWriter } from "./prices/tick-writer.ts";
import { KeptFigures } from "./funds/kept-figures.ts";
import { readFundMovements } from "./funds/fund-movements-sql.ts";
import type { PerformanceContext } from "./performance/performance-graphql.ts";
import type { LiveFigures } from "./funds/live-figures.ts";
import { utcDate } from "./series/calendar.ts";

/** What resolvers receive with each request. */
export interface MetricsContext
  extends
    BookContext,
    ComputeContext,
    JobContext,
    JobQueueContext,
    FundFiguresContext,
    PerformanceContext,
    AccountFiguresContext,
    PriceTickContext {}

export interface ContextParts {
  readonly follower: Pick<Follower, "waitFor">;
  readonly reads: Pick<TenantPool, "seeing">;
  readonly orm: GrantedOrm<typeof entities>;
  readonly liveFigures: LiveFigures;
  readonly compute: Pick<ComputePool, "run">;
  readonly jobs: TenantJobs;
  readonly tickWriter: TickWriter;
  readonly priceTicks: PriceTicks;
  /** Replaces the time that requests arrived at. */
  readonly now?: (() => Date) | undefined;
}

export const createContext = ({
  follower,
  reads,
  orm,
  liveFigures,
  compute,
  jobs,
  tickWriter,
  priceTicks,
  now: clock,
}: ContextParts) => {
  const keptFigures = new KeptFigures();
  return (received: RequestContext): MetricsContext => {
    const request = clock === undefined ? received : { ...received, now: clock() };
    const { tenantId, now } = request;
    const funds = grantsOf(request);
    const granted = reads.seeing(funds);
    const today = utcDate(now);
    const computeAs = computeFor(compute, request);
    return {
      ...createBookContext(follower, request),
      reads,
      orm: orm.seeing(funds),
      liveFigures,
      compute: computeAs,
      readOnce: createReadOnce(),
      jobs,
      jobQueues: jobs.queues,
      tickWriter,
      priceTicks,
      // However many funds an operation has, their figures are one statement, and one for their positions.
      fundFigures: new CurrencyLoaders((fundIds, reader) =>
        keptFigures.read(granted, { tenantId, fundIds, today, reader }),
      ),
      fundMovements: new CurrencyLoaders((ids, reader) =>
        readFundMovements(granted, tenantId, ids, { from: "0001-01-01", to: today }, reader),
      ),
      accountFigures: new BatchLoader((ids) => readAccountFigures(granted, tenantId, ids, today)),
    };
  };
};
