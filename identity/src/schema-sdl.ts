import { printSubgraph } from "@allfunds/platform/graphql";
import { SCHEMA_CLASSES } from "./schema.ts";

/** The subgraph's schema document, as composition reads it. */
export const schemaSdl = (): string => printSubgraph(SCHEMA_CLASSES);
