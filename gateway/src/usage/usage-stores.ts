import { access, constants, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Logger } from "@allfunds/platform/logging";
import type { Redis } from "ioredis";
import { z } from "zod";
import { connectRedis } from "@allfunds/platform/redis";

/** How often one client used one field, argument or input type, and when it did last. */
export interface UseCount {
  readonly tenantId: string;
  readonly client: string;
  readonly version: string;
  /** A schema coordinate: `Fund.name`, `Fund.entries(first:)`, `PostTransactionInput`. */
  readonly coordinate: string;
  /** The last day of its use, `2026-11-29`, in UTC. */
  readonly day: string;
  readonly count: number;
}

/** Where the counts are; what was not used for 90 days is dropped. */
export interface UsageStore {
  readonly kept: "memory" | "file" | "redis";
  readonly add: (counts: readonly UseCount[]) => Promise<void>;
  /** What one tenant used since a day, with all its uses; of every tenant when none is given. */
  readonly read: (tenantId: string | undefined, since: string) => Promise<readonly UseCount[]>;
  readonly close: () => Promise<void>;
}

const DAYS = 90;
const MS_PER_DAY = 86_400_000;
/** Clients choose their names and versions; above this many counts new ones are of "(other)". */
const MAX_COUNTS = 200_000;
const OTHER = "(other)";

/** The day so many days before now, `2026-11-29`. */
export const daysAgo = (days: number): string =>
  new Date(Date.now() - days * MS_PER_DAY).toISOString().slice(0, 10);

/** The counts of this process alone. */
export class MemoryUsage implements UsageStore {
  readonly kept: UsageStore["kept"] = "memory";
  readonly #counts = new Map<string, UseCount>();

  async add(counts: readonly UseCount[]): Promise<void> {
    for (const count of counts) this.#add(count);
    const oldest = daysAgo(DAYS);
    for (const [key, { day }] of this.#counts) if (day < oldest) this.#counts.delete(key);
  }

  #add(given: UseCount): void {
    const key = keyOf(given);
    const known = this.#counts.get(key);
    if (known !== undefined || this.#counts.size < MAX_COUNTS) {
      this.#counts.set(key, { ...given, count: given.count + (known?.count ?? 0) });
      return;
    }
    if (given.client !== OTHER) this.#add({ ...given, client: OTHER, version: "" });
  }

  async read(tenantId: string | undefined, since: string): Promise<readonly UseCount[]> {
    return [...this.#counts.values()].filter(
      (one) => one.day >= since && (tenantId === undefined || one.tenantId === tenantId),
    );
  }

  async close(): Promise<void> {
    this.#counts.clear();
  }
}

const keyOf = ({ tenantId, client, version, coordinate }: UseCount): string =>
  JSON.stringify([tenantId, client, version, coordinate]);

const FILE = z.array(
  z.object({
    tenantId: z.string(),
    client: z.string(),
    version: z.string(),
    coordinate: z.string(),
    day: z.iso.date(),
    count: z.number().int().min(1),
  }),
);

/** Reads a file of counts; none when there is no file yet. Throws when it is no such file. */
export async function readUsageFile(file: string): Promise<readonly UseCount[]> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "[]";
    throw error;
  });
  return FILE.parse(JSON.parse(text));
}

/** The counts of one process in a file, which outlives it. */
export class FileUsage implements UsageStore {
  readonly kept = "file";
  readonly #file: string;
  readonly #memory = new MemoryUsage();

  private constructor(file: string) {
    this.#file = file;
  }

  static async open(file: string): Promise<FileUsage> {
    const usage = new FileUsage(file);
    await usage.#memory.add(await readUsageFile(file));
    await access(dirname(file), constants.W_OK);
    return usage;
  }

  async add(counts: readonly UseCount[]): Promise<void> {
    await this.#memory.add(counts);
    const all = await this.#memory.read(undefined, "");
    // A reader never finds half a file.
    const next = `${this.#file}.next`;
    await writeFile(next, JSON.stringify(all), { mode: 0o600 });
    await rename(next, this.#file);
  }

  async read(tenantId: string | undefined, since: string): Promise<readonly UseCount[]> {
    return this.#memory.read(tenantId, since);
  }

  async close(): Promise<void> {
    await this.#memory.close();
  }
}

/** The counts of all replicas: for each tenant a hash of counts, and one of the last days. */
export class RedisUsage implements UsageStore {
  readonly kept = "redis";
  readonly #redis: Redis;

  constructor(url: string, logger: Logger) {
    this.#redis = connectRedis(url, "allfunds:usage:", logger, REDIS_LIMIT_MS);
  }

  async add(counts: readonly UseCount[]): Promise<void> {
    for (const tenantId of new Set(counts.map((count) => count.tenantId))) {
      const [total, days] = [totalsKey(tenantId), daysKey(tenantId)];
      const isFull = (await this.#redis.hlen(total)) >= MAX_COUNTS;
      const pipeline = this.#redis.pipeline();
      for (const { client, version, coordinate, count, day } of counts.filter(ofTenant(tenantId))) {
        const name = JSON.stringify([...(isFull ? [OTHER, ""] : [client, version]), coordinate]);
        pipeline.hincrby(total, name, count);
        pipeline.hset(days, name, day);
      }
      pipeline.sadd(TENANTS, tenantId);
      await pipeline.exec();
    }
  }

  async read(tenantId: string | undefined, since: string): Promise<readonly UseCount[]> {
    const tenants = tenantId === undefined ? await this.#redis.smembers(TENANTS) : [tenantId];
    const read: UseCount[] = [];
    for (const tenant of tenants) {
      const days = await this.#redis.hgetall(daysKey(tenant));
      const totals = await this.#redis.hgetall(totalsKey(tenant));
      for (const [name, day] of Object.entries(days)) {
        if (day < daysAgo(DAYS)) await this.#drop(tenant, name);
        if (day < since) continue;
        const [client, version, coordinate] = JSON.parse(name) as [string, string, string];
        const count = Number(totals[name] ?? 1);
        read.push({ tenantId: tenant, client, version, coordinate, day, count });
      }
    }
    return read;
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }

  async #drop(tenantId: string, name: string): Promise<void> {
    await this.#redis.hdel(totalsKey(tenantId), name);
    await this.#redis.hdel(daysKey(tenantId), name);
  }
}

const REDIS_LIMIT_MS = 5_000;
const TENANTS = "tenants";
const totalsKey = (tenantId: string): string => `totals:${tenantId}`;
const daysKey = (tenantId: string): string => `days:${tenantId}`;
const ofTenant =
  (tenantId: string) =>
  (count: UseCount): boolean =>
    count.tenantId === tenantId;
