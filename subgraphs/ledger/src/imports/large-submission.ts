import { createPool, type Pool } from "@allfunds/platform/database";
import type { RequestContext } from "@allfunds/platform/context";
import { createLogger } from "@allfunds/platform/logging";
import { settleAll } from "@allfunds/platform/settle-all";
import { createWritePool } from "../engine/batched-sql.ts";
import type { BookId } from "../engine/book.ts";
import { toEnvelope, type CommandRequest } from "../engine/command-bus.ts";
import type { Envelope } from "../engine/event-log.ts";
import { advance } from "../projections/advance.ts";
import type { Projection } from "../projections/projection.ts";
import { PROJECTIONS } from "../slices/model.ts";

export interface Pools {
  readonly pool: Pool;
  readonly writes: Pool;
}

/** Connections of this run's own, so that neither postings nor reads wait for one. */
export async function withPools<Result>(
  url: string,
  work: (pools: Pools) => Promise<Result>,
): Promise<Result> {
  const logger = createLogger("ledger", "warn");
  const pool = createPool({ url, logger, max: PROJECTIONS.length });
  const writes = createWritePool(url, logger);
  try {
    return await work({ pool, writes });
  } finally {
    await settleAll([pool.end(), writes.end()]);
  }
}

/**
 * Takes the read models of a book to its end, so that what a job wrote is found when the job is done: all of it came
 * at once, and the service follows in small steps beside its requests.
 */
export async function follow({ pool }: Pools, book: BookId, signal: AbortSignal): Promise<void> {
  const toEnd = async (projection: Projection): Promise<void> => {
    while (!signal.aborted && !(await advance(pool, book, projection)).done);
  };
  // What fails here the service does later.
  await Promise.allSettled(PROJECTIONS.map(toEnd));
}

/** Who requested a job, and when. */
export interface Requested {
  readonly tenantId: string;
  readonly actor: string;
  readonly traceId: string;
  readonly now: Date;
  readonly owner: string | undefined;
}

/** A command as the book takes it from a job. */
export function envelopeOf<Command extends { readonly kind: string }>(
  { tenantId, actor, traceId, now, owner }: Requested,
  origin: string | undefined,
  request: CommandRequest<Command>,
): Envelope {
  const context: RequestContext = {
    tenantId,
    actor,
    scopes: [],
    traceId,
    now,
    idempotencyKey: undefined,
  };
  return { ...toEnvelope(context, origin, request), owner };
}
