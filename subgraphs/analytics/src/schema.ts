import "reflect-metadata";
import { buildSubgraph, printSubgraph } from "@allfunds/platform/graphql";
import type { SubgraphDefinition } from "@allfunds/platform/graphql";
import type { GraphQLSchema } from "graphql";
import { AnalysisResolver } from "./analysis/analysis-resolver.ts";
import { CategoryResolver } from "./categories/category-resolver.ts";
import { FundEntity, TransactionEntity } from "./entities.ts";
import { InsightResolver } from "./insights/insight-resolver.ts";
import { FundPredictionsResolver } from "./predictions/fund-predictions-resolver.ts";
import { PredictionResolver } from "./predictions/prediction-resolver.ts";

const RESOLVERS = [
  CategoryResolver,
  InsightResolver,
  PredictionResolver,
  FundPredictionsResolver,
  AnalysisResolver,
] as const;

/** Resolver instances, wired in main.ts. */
export type Resolvers = readonly InstanceType<(typeof RESOLVERS)[number]>[];

const shape: SubgraphDefinition = {
  resolvers: [...RESOLVERS],
  orphanedTypes: [FundEntity, TransactionEntity],
  // The gateway sends the key and the required fields: that is the whole entity here.
  referenceResolvers: {
    Fund: (reference: never) => reference,
    Transaction: (reference: never) => reference,
  },
};

/** The executable schema over wired resolvers. */
export function buildSchema(resolvers: Resolvers): GraphQLSchema {
  return buildSubgraph({
    ...shape,
    container: {
      get: (wanted: Function) => resolvers.find((each) => each instanceof wanted),
    },
  });
}

/** The schema document; needs no database. */
export const printSchema = (): string => printSubgraph(shape);
