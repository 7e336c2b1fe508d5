import type { RequestContext } from "../context.ts";
import type { Logger } from "../logging.ts";

/** One kind of job: its name, and what is done when one runs. */
export interface JobKind<Payload = unknown, Result = unknown> {
  readonly name: string;
  /**
   * Does the work of one job and resolves with its result. It may be begun again from the start, in another
   * process, when an earlier run did not come to its end. An AppError is the job's public failure.
   */
  readonly run: (run: JobRun<Payload, Result>) => Promise<Result>;
}

/** One run of a job, as its kind sees it. */
export interface JobRun<Payload = unknown, Result = unknown> {
  readonly payload: Payload;
  /** Who asked for it, for which tenant and under which trace. It carries no scopes. */
  readonly context: RequestContext;
  /** Aborted when the job is cancelled, the service stops, or the job is lost to another instance. */
  readonly signal: AbortSignal;
  /** Reports the progress, and what was found so far. Cheap: only the newest is stored, about once a second. */
  readonly report: (progress: {
    readonly done: number;
    readonly total: number;
    readonly result?: Result;
  }) => void;
  readonly logger: Logger;
}

export const defineJobKind = <Payload, Result>(kind: JobKind<Payload, Result>): JobKind =>
  kind as unknown as JobKind;
