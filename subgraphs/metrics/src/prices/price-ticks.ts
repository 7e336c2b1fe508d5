import { AppError } from "@allfunds/contract/errors";
import { NotificationListener, withTransaction } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import type { Pool, SqlStatement } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import { z } from "zod";

/** A price at an instant, as it is recorded live. */
export interface Tick {
  readonly instrumentId: string;
  readonly at: Date;
  /** Decimal string, greater than zero. */
  readonly price: string;
  /** Decimal string; null when it is not known. */
  readonly volume: string | null;
}

const CHANNEL = "metrics_price_tick";
const NOTIFY = `SELECT pg_notify('${CHANNEL}', payload) FROM json_array_elements_text($1) AS payload`;

/** A payload holds 8,000 bytes; a tick takes 76 at most, its numbers 33 digits each. */
const TICKS_PER_PAYLOAD = 70;

const payloadSchema = z.object({
  tenantId: z.string(),
  instrumentId: z.string(),
  ticks: z.array(z.tuple([z.number(), z.string(), z.string().nullable()])),
});

/** The statements that notify every replica of recorded ticks, once the transaction commits. */
export function notifyTicks(tenantId: string, ticks: readonly Tick[]): SqlStatement[] {
  if (ticks.length === 0) return [];
  const payloads: string[] = [];
  for (const [instrumentId, own] of Map.groupBy(ticks, (tick) => tick.instrumentId)) {
    for (let at = 0; at < own.length; at += TICKS_PER_PAYLOAD) {
      const part = own.slice(at, at + TICKS_PER_PAYLOAD);
      const compact = part.map(({ at: time, price, volume }) => [time.getTime(), price, volume]);
      payloads.push(JSON.stringify({ tenantId, instrumentId, ticks: compact }));
    }
  }
  return [{ text: NOTIFY, values: [JSON.stringify(payloads)] }];
}

const keyOf = (tenantId: string, instrumentId: string): string => `${tenantId} ${instrumentId}`;

/** Passes recorded ticks on to this replica's subscribers, whichever replica recorded them. */
export class PriceTicks {
  readonly #pool: Pool;
  readonly #channel: NotificationListener;
  readonly #subscribers = new Map<string, Set<RecentTicks>>();

  constructor(pool: Pool, logger: Logger) {
    this.#pool = pool;
    const onPayload = (payload: string): void => this.#pass(payload);
    this.#channel = new NotificationListener({ pool, logger, channel: CHANNEL, onPayload });
  }

  start(): void {
    this.#channel.start();
  }

  async stop(): Promise<void> {
    for (const subscribers of this.#subscribers.values()) {
      for (const subscriber of subscribers) await subscriber.return();
    }
    await this.#channel.stop();
  }

  /**
   * Ticks of one instrument from now on; a slow reader gets the newest thousand. Throws INSTRUMENT_NOT_FOUND.
   */
  async subscribe(tenantId: string, instrumentId: string): Promise<RecentTicks> {
    if (!(await this.#exists(tenantId, instrumentId))) {
      throw new AppError("INSTRUMENT_NOT_FOUND", "There is no such instrument.");
    }
    const key = keyOf(tenantId, instrumentId);
    const subscribers = this.#subscribers.get(key) ?? new Set();
    this.#subscribers.set(key, subscribers);
    const subscriber = new RecentTicks(() => {
      subscribers.delete(subscriber);
      if (subscribers.size === 0) this.#subscribers.delete(key);
    });
    subscribers.add(subscriber);
    return subscriber;
  }

  async #exists(tenantId: string, instrumentId: string): Promise<boolean> {
    if (!isId(instrumentId)) return false;
    const { rowCount } = await withTransaction(this.#pool, { tenantId }, (client) =>
      client.query("SELECT FROM instrument WHERE tenant_id = $1 AND instrument_id = $2", [
        tenantId,
        instrumentId,
      ]),
    );
    return rowCount === 1;
  }

  #pass(payload: string): void {
    const { tenantId, instrumentId, ticks } = payloadSchema.parse(JSON.parse(payload));
    const subscribers = this.#subscribers.get(keyOf(tenantId, instrumentId));
    if (subscribers === undefined) return;
    for (const [ms, price, volume] of ticks) {
      const tick = { instrumentId, at: new Date(ms), price, volume };
      for (const subscriber of subscribers) subscriber.push(tick);
    }
  }
}

const MOST_UNREAD = 1_000;

/** An async iterator of ticks that drops the oldest when its reader is too slow. */
export class RecentTicks implements AsyncIterableIterator<Tick, undefined> {
  readonly #onEnd: () => void;
  readonly #unread: Tick[] = [];
  #waiting: ((result: IteratorResult<Tick, undefined>) => void) | undefined;
  #ended = false;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  push(tick: Tick): void {
    if (this.#ended) return;
    const deliver = this.#waiting;
    if (deliver !== undefined) {
      this.#waiting = undefined;
      deliver({ done: false, value: tick });
      return;
    }
    if (this.#unread.length === MOST_UNREAD) this.#unread.shift();
    this.#unread.push(tick);
  }

  next(): Promise<IteratorResult<Tick, undefined>> {
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    const value = this.#unread.shift();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  return(): Promise<IteratorResult<Tick, undefined>> {
    if (!this.#ended) {
      this.#ended = true;
      this.#waiting?.({ done: true, value: undefined });
      this.#onEnd();
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
