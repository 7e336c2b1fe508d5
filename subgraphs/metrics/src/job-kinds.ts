import { toPriceImportJob } from "./instruments/price-import-object.ts";
import type { MetricsJobKind } from "./jobs/metrics-jobs.ts";
import { priceImportKind } from "./prices/import-job.ts";

interface KindParts {
  /** The database that jobs work in. */
  readonly url: string;
}

/** Every kind of job of this subgraph. */
export const jobKinds = ({ url }: KindParts): readonly MetricsJobKind[] => [
  { kind: priceImportKind({ url }), toObject: toPriceImportJob },
];
