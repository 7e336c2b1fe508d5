import type { Pool } from "@allfunds/platform/database";
import type { ComputePool } from "./compute/compute-pool.ts";
import { toPriceImportJob } from "./instruments/price-import-object.ts";
import type { ShownJobKind } from "@allfunds/platform/jobs";
import type { TenantPool } from "@allfunds/platform/tenancy";
import { priceImportKind } from "./prices/import-job.ts";
import { toSimulationObject } from "./simulation/simulation-object.ts";
import { simulationKind } from "./simulation/simulation.ts";

interface KindParts {
  /** The database that jobs work in. */
  readonly url: string;
  readonly pool: Pool;
  readonly reads: Pick<TenantPool, "seeing">;
  readonly compute: Pick<ComputePool, "run">;
}

/** Every kind of job of this subgraph. */
export const jobKinds = ({ url, ...parts }: KindParts): readonly ShownJobKind[] => [
  { kind: priceImportKind({ url }), toObject: toPriceImportJob },
  { kind: simulationKind(parts), toObject: toSimulationObject },
];
