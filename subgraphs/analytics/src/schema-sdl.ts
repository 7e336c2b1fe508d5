import { printSchema } from "./schema.ts";

/** The federated schema document of this subgraph, for composition; touches no database. */
export const schemaSdl = (): string => printSchema();
