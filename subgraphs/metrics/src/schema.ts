import "reflect-metadata";
import { buildSubgraph, printSubgraph } from "@allfunds/platform/graphql";
import { WorkProgressObject } from "@allfunds/platform/jobs/graphql";
import { jobQueueResolver } from "@allfunds/platform/jobs/queue-resolver";
import { jobResolver } from "@allfunds/platform/jobs/resolver";
import type { Pool } from "@allfunds/platform/database";
import type { GraphQLSchema } from "graphql";
import { AccountMetricsResolver, AccountMetricValuesResolver } from "./accounts/account-graphql.ts";
import {
  AccountPerformanceResolver,
  AccountPerformanceValuesResolver,
} from "./accounts/account-performance-graphql.ts";
import { AccountEntity, FundEntity, ShareClassEntity } from "./books/entities.ts";
import type { MetricsContext } from "./context.ts";
import {
  AccountForecastResolver,
  FundForecastResolver,
  InstrumentForecastResolver,
} from "./forecasts/forecast-graphql.ts";
import { FundMetricsResolver, FundMetricValuesResolver } from "./funds/fund-metrics-graphql.ts";
import {
  FundPerformanceResolver,
  FundPerformanceValuesResolver,
} from "./funds/fund-performance-graphql.ts";
import { FundSeriesResolver } from "./funds/fund-series-graphql.ts";
import { IndicatorResolver } from "./indicators/indicator-graphql.ts";
import { CorporateActionResolver } from "./instruments/corporate-action-graphql.ts";
import {
  InstrumentFiguresResolver,
  InstrumentMetricValuesResolver,
} from "./instruments/instrument-figures-graphql.ts";
import { InstrumentResolver } from "./instruments/instrument-graphql.ts";
import { readInstrument } from "./instruments/instrument-store.ts";
import { PortfolioRiskResolver } from "./portfolio/portfolio-risk-graphql.ts";
import { PriceImportResolver } from "./instruments/price-import-graphql.ts";
import { PriceImportJobObject } from "./instruments/price-import-object.ts";
import { PriceResolver } from "./instruments/price-graphql.ts";
import { PriceTickResolver } from "./instruments/price-tick-graphql.ts";
import { SimulationResolver } from "./simulation/simulation-graphql.ts";
import { SimulationJobObject } from "./simulation/simulation-object.ts";
import {
  ClassPerformanceResolver,
  ClassPerformanceValuesResolver,
} from "./share-classes/class-performance-graphql.ts";
import type { StorageProfile } from "./storage/profile.ts";

const MetricsJobResolver = jobResolver({
  of: "metrics",
  suchAs: "a simulation",
  mayRead: "metrics:read",
  mayCancel: "metrics:write",
});

const MetricsJobQueueResolver = jobQueueResolver("metrics");

type ResolverClass = new (pool: Pool, profile: StorageProfile) => object;

const RESOLVERS: [ResolverClass, ...ResolverClass[]] = [
  FundMetricsResolver,
  FundMetricValuesResolver,
  FundPerformanceResolver,
  FundPerformanceValuesResolver,
  FundSeriesResolver,
  FundForecastResolver,
  AccountMetricsResolver,
  AccountMetricValuesResolver,
  AccountPerformanceResolver,
  AccountPerformanceValuesResolver,
  AccountForecastResolver,
  ClassPerformanceResolver,
  ClassPerformanceValuesResolver,
  InstrumentResolver,
  PriceResolver,
  InstrumentFiguresResolver,
  InstrumentMetricValuesResolver,
  IndicatorResolver,
  InstrumentForecastResolver,
  PortfolioRiskResolver,
  MetricsJobResolver,
  MetricsJobQueueResolver,
  PriceImportResolver,
  PriceTickResolver,
  CorporateActionResolver,
  SimulationResolver,
];

// No query starts at a fund or an account, and only interfaces lead to a job, so their types are named.
const CLASSES = {
  resolvers: RESOLVERS,
  orphanedTypes: [
    FundEntity,
    AccountEntity,
    ShareClassEntity,
    PriceImportJobObject,
    SimulationJobObject,
    WorkProgressObject,
  ],
};

/** The executable schema; its resolvers read from `pool`, laid out by `profile`. */
export function createSchema(pool: Pool, profile: StorageProfile): GraphQLSchema {
  const instances = new Map<Function, object>(
    RESOLVERS.map((Resolver) => [Resolver, new Resolver(pool, profile)]),
  );
  return buildSubgraph({
    ...CLASSES,
    container: { get: (resolver) => instances.get(resolver) },
    referenceResolvers: {
      // The gateway brings what a fund or an account needs: its key and its book position.
      Fund: (fund: object) => fund,
      Account: (account: object) => account,
      ShareClass: (shareClass: object) => shareClass,
      Instrument: ({ id }: { id: string }, { request }: MetricsContext) =>
        readInstrument(pool, request.tenantId, id),
    },
  });
}

/** The schema document for composition; needs no database. */
export const printSchema = (): string => printSubgraph({ ...CLASSES, referenceResolvers: {} });
