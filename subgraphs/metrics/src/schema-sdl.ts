import { printSubgraph } from "@allfunds/platform/graphql";
import { SCHEMA_CLASSES } from "./schema.ts";

/** The federated schema document, made without a database. */
export const schemaSdl = (): string => printSubgraph({ ...SCHEMA_CLASSES, referenceResolvers: {} });
