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

/** Reads what several fields of a request need at the same time once for all of them. */
export type ReadOnce = <Result>(key: string, read: () => Promise<Result>) => Promise<Result>;

/** What a resolver receives that computes. */
export interface ComputeContext {
  readonly compute: RequestCompute;
  readonly readOnce: ReadOnce;
}

/** Keeps nothing that was read: a subscription lives for hours, and must see what is new. */
export function createReadOnce(): ReadOnce {
  const reading = new Map<string, Promise<unknown>>();
  return async <Result>(key: string, read: () => Promise<Result>): Promise<Result> => {
    const shared = reading.get(key);
    if (shared !== undefined) return shared as Promise<Result>;
    const own = read().finally(() => reading.delete(key));
    reading.set(key, own);
    return own;
  };
}

export const computeFor =
  (pool: Pick<ComputePool, "run">, { tenantId, signal }: RequestContext): RequestCompute =>
  (task, args, key) =>
    pool.run(task, args, { tenantId, signal, ...(key === undefined ? {} : { key }) });
