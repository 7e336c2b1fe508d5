import { printSubgraph } from "@allfunds/platform";
import { RESOLVERS } from "./schema.ts";

/** The federated schema document, made without a database. */
export const schemaSdl = (): string =>
  printSubgraph({ resolvers: RESOLVERS, referenceResolvers: {} });
