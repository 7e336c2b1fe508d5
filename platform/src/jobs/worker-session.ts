import type { PoolClient } from "pg";
import type { Pool } from "../database/pool.ts";

const WORKER_CLASS = 20_311;
const JOB_CLASS = 20_312;

// By itself a server takes hours to see that a client's machine is gone.
const KEEP_ALIVE = `
  SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3`;

/** Rows that a worker has locked so recently that it may not have shown yet that it is there. */
const GRACE_MS = 3_000;

// The locks are held on the connections of the workers that are there, so those which can be had are nobody's;
// but for this connection's own, which it can have again and again.
const UNLOCK_GONE = `
  SELECT graphile_worker.force_unlock_workers(array_agg(locked_by)), count(*)::integer AS n FROM (
    SELECT locked_by FROM graphile_worker.jobs WHERE locked_by <> $1
    GROUP BY locked_by HAVING max(locked_at) < now() - interval '${GRACE_MS} milliseconds'
  ) worker WHERE pg_try_advisory_xact_lock_shared(${WORKER_CLASS}, hashtext(locked_by))
  HAVING count(*) > 0`;

/**
 * The one connection by which the others see that this worker is there: the server holds its locks for
 * as long as the connection lasts, and not a moment longer.
 */
export class WorkerSession {
  readonly #client: PoolClient;
  /** Aborted when the connection is gone. */
  readonly #lost = new AbortController();
  /** The server lets a session have a lock again that it has already. */
  readonly #taken = new Set<string>();
  #isClosed = false;

  private constructor(client: PoolClient) {
    this.#client = client;
    const onEnd = (error?: Error): void => {
      this.#lost.abort(error ?? new Error("the connection of the worker ended"));
    };
    client.on("error", onEnd);
    client.on("end", () => onEnd());
  }

  static async open(pool: Pool): Promise<WorkerSession> {
    const client = await pool.connect();
    const session = new WorkerSession(client);
    try {
      await client.query(KEEP_ALIVE);
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Shows the others that the worker of this name is there. */
  async showWorker(name: string): Promise<void> {
    await this.#client.query(`SELECT pg_advisory_lock(${WORKER_CLASS}, hashtext($1))`, [name]);
  }

  /** False while another run of the job goes on, whatever the queue holds. */
  async takeJob(jobId: string): Promise<boolean> {
    if (this.#taken.has(jobId)) return false;
    this.#taken.add(jobId);
    try {
      const { rows } = await this.#client.query<{ taken: boolean }>(
        `SELECT pg_try_advisory_lock(${JOB_CLASS}, hashtext($1)) AS taken`,
        [jobId],
      );
      if (rows[0]?.taken === true) return true;
    } catch (error) {
      this.#taken.delete(jobId);
      throw error;
    }
    this.#taken.delete(jobId);
    return false;
  }

  async leaveJob(jobId: string): Promise<void> {
    await this.#client.query(`SELECT pg_advisory_unlock(${JOB_CLASS}, hashtext($1))`, [jobId]);
    this.#taken.delete(jobId);
  }

  /** Puts back on the queue what was locked by other workers that are gone; resolves with their number. */
  async unlockGone(own: string): Promise<number> {
    const { rows } = await this.#client.query<{ n: number }>(UNLOCK_GONE, [own]);
    return rows[0]?.n ?? 0;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // A connection that goes back to the pool would keep the locks.
    this.#client.release(true);
  }
}
