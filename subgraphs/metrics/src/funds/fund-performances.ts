import { BatchLoader } from "@allfunds/platform/graphql";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { RequestCompute } from "../compute/request-compute.ts";
import { figureArguments } from "../figures/definitions.ts";
import type { Metric } from "../metric/metric.ts";
import { readFundMovements } from "./fund-movements-sql.ts";
import { fundPerformanceTask, performanceKey } from "./fund-performance-task.ts";
import { fundValuations } from "./fund-valuations.ts";
import type { FundMovements } from "./fund-valuations.ts";

/** Return and risk of the funds of one operation, up to today; their days are read together. */
export class FundPerformances {
  readonly #compute: RequestCompute;
  readonly #asOf: string;
  readonly #movements: BatchLoader<FundMovements>;

  constructor(reads: TenantReads, compute: RequestCompute, tenantId: string, asOf: string) {
    this.#compute = compute;
    this.#asOf = asOf;
    const range = { from: "0001-01-01", to: asOf };
    this.#movements = new BatchLoader((ids) => readFundMovements(reads, tenantId, ids, range));
  }

  /** None for a fund that is not followed. */
  async metricsOf(fundId: string): Promise<Metric[]> {
    const movements = await this.#movements.load(fundId);
    if (movements === undefined) return [];
    const valuations = fundValuations(movements);
    const args = { valuations, benchmark: null, given: figureArguments({}), asOf: this.#asOf };
    return (await this.#compute(fundPerformanceTask, args, performanceKey(args))).metrics;
  }
}
