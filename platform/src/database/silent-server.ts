import type pg from "pg";
import { DatabaseWatch, streamOf, type Silenced, type WatchLogger } from "./database-watch.ts";
import { timeLeftMs } from "./request-time.ts";
import { limitQueries, setScope } from "./scoped-query.ts";
import { pinSettings } from "./session-settings.ts";

export { databaseReady, DatabaseWatch, PROBE_LIMIT_MS } from "./database-watch.ts";

type Lent = (
  error: Error | undefined,
  client?: pg.PoolClient,
  release?: (error?: Error) => void,
) => void;

const outliving = new WeakSet<pg.Pool>();

/** Whether the work of a pool ends with the request in whose course it is done. */
export const endsWithRequest = (pool: pg.Pool): boolean => !outliving.has(pool);

export interface GuardOptions {
  readonly logger?: WatchLogger | undefined;
  /** For work on behalf of many requests, which the end of one must not end. */
  readonly outlivesRequests?: boolean | undefined;
}

/**
 * Pins the settings of a pool's connections, ends them when their server falls silent, and keeps what they run
 * within the time of its request.
 */
export function guardPool(
  pool: pg.Pool,
  url: string,
  { logger, outlivesRequests = false }: GuardOptions = {},
): void {
  if (outlivesRequests) outliving.add(pool);
  else pool.on("connect", limitQueries);
  pool.on("release", (_error, client) => setScope(client, undefined));
  // The driver waits for the promise, of which its published types have nothing.
  Object.assign(pool.options, { onConnect: (client: pg.PoolClient) => pinSettings(client, url) });
  endWhenSilent(pool, DatabaseWatch.of(url, logger));
}

/**
 * Ends what a pool has lent when its server falls silent, and lends nothing until it answers. Waiting for a
 * connection ends, too.
 */
function endWhenSilent(pool: pg.Pool, watch: DatabaseWatch): void {
  const clients = new Set<pg.PoolClient>();
  const waiting = new Set<(error: Error) => void>();
  const silenced: Silenced = {
    get isBusy() {
      return pool.totalCount > pool.idleCount || pool.waitingCount > 0;
    },
    silence: (error) => {
      for (const client of clients) streamOf(client).destroy(error);
      for (const refuse of waiting) refuse(error);
    },
  };
  watch.add(silenced);
  pool.on("connect", (client) => void clients.add(client));
  pool.on("remove", (client) => void clients.delete(client));
  const end = pool.end.bind<() => Promise<void>>(pool);
  pool.end = async (): Promise<void> => {
    watch.remove(silenced);
    await end();
  };
  const lend = pool.connect.bind<() => Promise<pg.PoolClient>>(pool);
  const lendUnlessSilent = (): Promise<pg.PoolClient> => {
    if (watch.silent !== undefined) return Promise.reject(watch.silent);
    return unlessRefused(lend(), waiting, endsWithRequest(pool) ? timeLeftMs() : undefined);
  };
  // The pool's own `query` passes a callback.
  pool.connect = ((borrow?: Lent) => {
    const client = lendUnlessSilent();
    if (borrow === undefined) return client;
    client.then(
      (lent) => borrow(undefined, lent, (error) => lent.release(error)),
      (error: Error) => borrow(error),
    );
    return undefined;
  }) as pg.Pool["connect"];
}

/** All connections are in use, which is too many connections (53300) for this pool. */
class NoConnectionInTime extends Error {
  readonly code = "53300";

  constructor() {
    super("no connection was free in the time of the request");
  }
}

/** A connection that comes after its borrower was refused goes back. */
const unlessRefused = (
  lent: Promise<pg.PoolClient>,
  waiting: Set<(error: Error) => void>,
  limitMs: number | undefined,
): Promise<pg.PoolClient> =>
  new Promise((resolve, reject) => {
    const refuse = (error: Error): void => {
      clearTimeout(timer);
      waiting.delete(refuse);
      reject(error);
    };
    const timer =
      limitMs === undefined
        ? undefined
        : setTimeout(() => refuse(new NoConnectionInTime()), limitMs);
    waiting.add(refuse);
    const accept = (client: pg.PoolClient): void => {
      clearTimeout(timer);
      if (waiting.delete(refuse)) resolve(client);
      else client.release();
    };
    lent.then(accept, refuse);
  });
