import type { RequestContext } from "@allfunds/platform/context";
import type { ComputePool } from "./compute-pool.ts";
import type { ComputeTask } from "./compute-task.ts";
import type { Arguments } from "./flight.ts";

/** Does a task for one request: as its tenant, until nothing waits for the answer any more. */
export type RequestCompute = <Args, Result>(
  task: ComputeTask<Args, Result>,
  args: Arguments<Args>,
  /** Series version, definition and arguments; see `ComputeOptions.key`. */
  key?: string,
) => Promise<Result>;

/** What a resolver receives that computes. */
export interface ComputeContext {
  readonly compute: RequestCompute;
}

export const computeFor =
  (pool: Pick<ComputePool, "run">, { tenantId, signal }: RequestContext): RequestCompute =>
  (task, args, key) =>
    pool.run(task, args, { tenantId, signal, ...(key === undefined ? {} : { key }) });
