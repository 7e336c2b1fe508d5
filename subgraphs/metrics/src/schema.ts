import "reflect-metadata";
import { buildSubgraph } from "@allfunds/platform/graphql";
import type { Pool } from "@allfunds/platform/database";
import type { SubgraphDefinition } from "@allfunds/platform/graphql";
import type { GraphQLSchema } from "graphql";
import {
  AccountMetricsResolver,
  AccountMetricValuesResolver,
} from "./accounts/account-metrics-resolver.ts";
import { AccountEntity } from "./accounts/account-entity.ts";
import { AccountForecastResolver } from "./forecasts/account-forecast-resolver.ts";
import { FundForecastResolver } from "./forecasts/fund-forecast-resolver.ts";
import { InstrumentForecastResolver } from "./forecasts/instrument-forecast-resolver.ts";
import { FundEntity } from "./funds/fund-entity.ts";
import { FundMetricsResolver, FundMetricValuesResolver } from "./funds/fund-metrics-resolver.ts";
import { FundSeriesResolver } from "./funds/fund-series-resolver.ts";
import { IndicatorResolver } from "./indicators/indicator-resolver.ts";
import { InstrumentResolver } from "./instruments/instrument-resolver.ts";
import { InstrumentMetricValuesResolver, PriceResolver } from "./instruments/price-resolver.ts";
import { readInstrument } from "./instruments/read-instruments.ts";
import type { MetricsContext } from "./metrics-context.ts";

const RESOLVERS: SubgraphDefinition["resolvers"] = [
  FundMetricsResolver,
  FundMetricValuesResolver,
  FundSeriesResolver,
  FundForecastResolver,
  AccountMetricsResolver,
  AccountMetricValuesResolver,
  AccountForecastResolver,
  InstrumentResolver,
  PriceResolver,
  InstrumentMetricValuesResolver,
  IndicatorResolver,
  InstrumentForecastResolver,
];

/** The classes that make the schema; no query starts at a fund or an account, so they are named. */
export const SCHEMA_CLASSES = { resolvers: RESOLVERS, orphanedTypes: [FundEntity, AccountEntity] };

/** The executable schema; its resolvers read from `pool`. */
export function createSchema(pool: Pool): GraphQLSchema {
  const instances = new Map<unknown, object>(
    [
      new FundMetricsResolver(pool),
      new FundMetricValuesResolver(),
      new FundSeriesResolver(pool),
      new FundForecastResolver(pool),
      new AccountMetricsResolver(pool),
      new AccountMetricValuesResolver(),
      new AccountForecastResolver(pool),
      new InstrumentResolver(pool),
      new PriceResolver(pool),
      new InstrumentMetricValuesResolver(),
      new IndicatorResolver(pool),
      new InstrumentForecastResolver(pool),
    ].map((instance) => [instance.constructor, instance]),
  );
  return buildSubgraph({
    ...SCHEMA_CLASSES,
    container: { get: (resolver) => instances.get(resolver) },
    referenceResolvers: {
      // The gateway brings what a fund or an account needs: its key and its book position.
      Fund: (fund: object) => fund,
      Account: (account: object) => account,
      Instrument: ({ id }: { id: string }, { request }: MetricsContext) =>
        readInstrument(pool, request.tenantId, id),
    },
  });
}
