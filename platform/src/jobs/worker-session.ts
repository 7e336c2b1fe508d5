import type { PoolClient } from "pg";
import type { Pool } from "../database/pool.ts";

const WORKER_CLASS = 20_311;
const JOB_CLASS = 20_312;

// By default a server takes hours to detect that a client's machine is gone.
const KEEP_ALIVE = `
  SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3`;

/** Jobs locked more recently are skipped, because their worker may not hold its own lock yet. */
const GRACE_MS = 3_000;

// Live workers hold their locks on their connections, so a lock that can be taken belongs to a dead worker.
// This session's own lock is excluded, because a session can take its own lock again.
const UNLOCK_DEAD = `
  SELECT graphile_worker.force_unlock_workers(array_agg(locked_by)), count(*)::integer AS n FROM (
    SELECT locked_by FROM graphile_worker.jobs WHERE locked_by <> $1
    GROUP BY locked_by HAVING max(locked_at) < now() - interval '${GRACE_MS} milliseconds'
  ) worker WHERE pg_try_advisory_xact_lock_shared(${WORKER_CLASS}, hashtext(locked_by))
  HAVING count(*) > 0`;

/**
 * The connection that proves that this worker is alive: the server holds its advisory locks exactly as long
 * as the connection lasts.
 */
export class WorkerSession {
  readonly #client: PoolClient;
  /** Aborted when the connection is gone. */
  readonly #lost = new AbortController();
  /** Job ids whose lock this session holds, because the server would grant it again. */
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

  /** Takes the lock that marks the worker of this name as alive. */
  async showWorker(name: string): Promise<void> {
    await this.#client.query(`SELECT pg_advisory_lock(${WORKER_CLASS}, hashtext($1))`, [name]);
  }

  /** Takes the lock of a job; false while another run of the job holds it. */
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

  /** Unlocks the jobs of other workers that are dead; resolves with the number of those workers. */
  async unlockDead(own: string): Promise<number> {
    const { rows } = await this.#client.query<{ n: number }>(UNLOCK_DEAD, [own]);
    return rows[0]?.n ?? 0;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // Closes the connection, which would keep the locks if it returned to the pool.
    this.#client.release(true);
  }
}
