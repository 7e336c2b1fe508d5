import type pg from "pg";
import type { Logger } from "../logging.ts";
import { DatabaseWatch, streamOf, type Silenced } from "./database-watch.ts";
import { pinSettings } from "./session-settings.ts";

type Lent = (
  error: Error | undefined,
  client?: pg.PoolClient,
  release?: (error?: Error) => void,
) => void;

/** Pins the settings of a pool's connections, and ends them when their server falls silent. */
export function guardPool(pool: pg.Pool, url: string, logger?: Logger): void {
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
    return unlessRefused(lend(), waiting);
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

/** A connection that comes after its borrower was refused goes back. */
const unlessRefused = (
  lent: Promise<pg.PoolClient>,
  waiting: Set<(error: Error) => void>,
): Promise<pg.PoolClient> =>
  new Promise((resolve, reject) => {
    const refuse = (error: Error): void => {
      waiting.delete(refuse);
      reject(error);
    };
    waiting.add(refuse);
    const accept = (client: pg.PoolClient): void => {
      if (waiting.delete(refuse)) resolve(client);
      else client.release();
    };
    lent.then(accept, refuse);
  });
