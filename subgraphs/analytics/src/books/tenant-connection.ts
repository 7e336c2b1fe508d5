import type { DatabaseClient } from "@allfunds/platform/database";

/** Reads between transactions, as one tenant. */
export type ReadAs = () => Promise<DatabaseClient>;
