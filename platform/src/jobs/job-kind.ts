import type { RequestContext } from "../context.ts";
import type { Logger } from "../logging.ts";

/** One kind of job: its name and its work. */
export interface JobKind<Payload = unknown, Result = unknown> {
  readonly name: string;
  /** Whether the jobs of a tenant run one after the other. */
  readonly serial?: true;
  /** Whether its jobs act for who requested them; such a job cannot be redriven, but only requested anew. */
  readonly actsForRequester?: true;
  /**
   * Does the work of one job and resolves with its result. Another process may run it again from the start
   * when an earlier run did not finish. An AppError becomes the job's public failure; after a Postponed the job
   * waits, and runs again.
   */
  readonly run: (run: JobRun<Payload, Result>) => Promise<Result>;
}

/** One run of a job, as its kind receives it. */
export interface JobRun<Payload = unknown, Result = unknown> {
  readonly payload: Payload;
  /** The actor, tenant and trace of the request, without scopes. */
  readonly context: RequestContext;
  /** What lets the run act for who requested it, where the request had a token to exchange. */
  readonly delegation: string | undefined;
  /** Aborted when the job is cancelled, the service stops, or another instance runs the job. */
  readonly signal: AbortSignal;
  /** Reports the progress and an interim result. Cheap: the newest report is stored about once a second. */
  readonly report: (progress: {
    readonly done: number;
    readonly total: number;
    readonly result?: Result;
  }) => void;
  readonly logger: Logger;
}

/** Thrown by a run that can do no more now: the job waits, and runs again after that time. */
export class Postponed extends Error {
  readonly afterMs: number;

  constructor(reason: string, afterMs: number) {
    super(reason);
    this.name = "Postponed";
    this.afterMs = afterMs;
  }
}

export const defineJobKind = <Payload, Result>(kind: JobKind<Payload, Result>): JobKind =>
  kind as unknown as JobKind;
