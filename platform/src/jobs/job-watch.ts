import type { Logger } from "../logging.ts";
import { isFinal, type Job } from "./job-table.ts";
import { JobUpdates } from "./job-updates.ts";
import type { TenantReads } from "../tenancy/tenant-pool.ts";
import { readJobs } from "./read-jobs.ts";

export interface JobWatchOptions {
  /** Reads of the service itself; whether a caller may see a job is decided before it is watched. */
  readonly reads: TenantReads;
  readonly logger: Logger;
  /** How often watched jobs are read, in milliseconds. */
  readonly tickMs?: number;
}

const TICK_MS = 500;

/**
 * Follows jobs until they have finished, whichever instance runs them. Each tick reads all watched jobs of a
 * tenant at once; without watchers nothing is read.
 */
export class JobWatch {
  readonly #options: JobWatchOptions;
  readonly #tenants = new Map<string, Set<JobUpdates>>();
  #timer: NodeJS.Timeout | undefined;
  #isReading = false;

  constructor(options: JobWatchOptions) {
    this.#options = options;
  }

  /** The job now and after each change that is seen, the last time when it has finished. A slow reader gets the newest. */
  watch(tenantId: string, job: Job): JobUpdates {
    const updates: JobUpdates = new JobUpdates(job, () => {
      const watched = this.#tenants.get(tenantId);
      watched?.delete(updates);
      if (watched?.size === 0) this.#tenants.delete(tenantId);
      if (this.#tenants.size === 0) this.stop();
    });
    if (isFinal(job.state)) return updates;
    this.#tenants.set(tenantId, (this.#tenants.get(tenantId) ?? new Set()).add(updates));
    const { tickMs = TICK_MS } = this.#options;
    this.#timer ??= setInterval(() => void this.#tick(), tickMs).unref();
    return updates;
  }

  /** Stops reading; what is watched changes no more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #tick(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      for (const [tenantId, watched] of this.#tenants) await this.#read(tenantId, [...watched]);
    } catch (error) {
      this.#options.logger.debug({ err: error }, "could not read watched jobs");
    } finally {
      this.#isReading = false;
    }
  }

  async #read(tenantId: string, watched: readonly JobUpdates[]): Promise<void> {
    const ids = [...new Set(watched.map(({ id }) => id))];
    const jobs = await readJobs(this.#options.reads, tenantId, ids);
    const byId = new Map(jobs.map((job) => [job.id, job]));
    for (const updates of watched) updates.offer(byId.get(updates.id));
  }
}
