import type { MetricsJobKind } from "./jobs/metrics-jobs.ts";

/** Every kind of job of this subgraph. */
export const jobKinds = (): readonly MetricsJobKind[] => [];
