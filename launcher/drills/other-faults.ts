import { open, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeProtectedHeader } from "jose";
import { newTokenOf } from "../e2e/call-every-service.ts";
import { eventually } from "../e2e/running-system.ts";
import { rotateKeyOf } from "../e2e/signing-key.ts";
import { prove, type FaultDrill } from "./drill.ts";
import { onDatabase } from "./ground.ts";

const LIMIT_MS = 90_000;

const killRedis: FaultDrill = {
  name: "kill-redis",
  injects: "SIGKILL of Redis, started again 1 to 4 s later and empty",
  proof: "the gateway was connected, and the process is gone",
  linked: true,
  withRedis: true,
  inject: async ({ redis, links, chance }) => {
    if (redis === undefined) throw new Error("there is no Redis");
    const connections = links.redis?.connections ?? 0;
    prove(connections > 0, "the gateway has no connection to Redis");
    const { pid } = redis;
    await redis.stop();
    await sleep(1_000 + chance(3_000));
    await redis.startAgain();
    prove(redis.pid !== pid, "Redis is the same process");
    return `Redis ended with ${connections} connections, and another process runs`;
  },
};

const freezeRedis: FaultDrill = {
  name: "freeze-redis",
  injects: "SIGSTOP of Redis for 2 to 8 s",
  proof: "the gateway is connected, and the process is stopped",
  linked: true,
  withRedis: true,
  inject: async ({ redis, links, chance }) => {
    if (redis === undefined) throw new Error("there is no Redis");
    prove((links.redis?.connections ?? 0) > 0, "the gateway has no connection to Redis");
    const ms = 2_000 + chance(6_000);
    process.kill(redis.pid, "SIGSTOP");
    await sleep(ms);
    const stat = await readFile(`/proc/${redis.pid}/stat`, "utf8");
    process.kill(redis.pid, "SIGCONT");
    prove(stat.includes(") T "), "Redis was not stopped");
    return `Redis was stopped for ${(ms / 1_000).toFixed(1)} s`;
  },
};

const LEAD_SECONDS = 2;

const keyRotation: FaultDrill = {
  name: "key-rotation",
  injects: "a new signing key of the issuer, while tokens of the old one are in use",
  proof: "tokens name another key than before",
  inject: async ({ system }) => {
    const keyOf = async (): Promise<string | undefined> =>
      decodeProtectedHeader(await newTokenOf(system)).kid;
    const before = await keyOf();
    await rotateKeyOf(system, LEAD_SECONDS);
    const after = await eventually(LIMIT_MS, async () => {
      const key = await keyOf();
      prove(key !== before, "tokens are signed by the key of before");
      return key;
    });
    return `tokens were signed by ${before?.slice(0, 8)}, and are now by ${after?.slice(0, 8)}`;
  },
};

const CROWD = 9;
const CROWD_MS = 15_000;

const tenfoldLoad: FaultDrill = {
  name: "tenfold-load",
  injects: "ten times the clients for 15 s",
  proof: "ten times the requests were waiting for an answer at once",
  inject: async ({ clients }) => {
    const usual = clients.count;
    clients.peakInFlight = 0;
    const end = clients.add(usual * CROWD);
    await sleep(CROWD_MS);
    end();
    prove(clients.peakInFlight >= usual * CROWD, `${clients.peakInFlight} requests waited at once`);
    return `${clients.peakInFlight} requests waited at once instead of ${usual}`;
  },
};

const POISON_MS = { least: 3_000, most: 9_000 };

// The sequence counts refusals: what it gives out is not taken back with the transaction.
const poison = (ms: number): string => `
  CREATE SEQUENCE drill_refusals;
  CREATE FUNCTION drill_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF clock_timestamp() < timestamptz '${new Date(Date.now() + ms).toISOString()}' THEN
        PERFORM nextval('drill_refusals');
        RAISE EXCEPTION 'the drill refuses this event';
      END IF;
      RETURN NEW;
    END $$;
  GRANT USAGE ON SEQUENCE drill_refusals TO PUBLIC;
  CREATE TRIGGER drill_refuse BEFORE UPDATE ON feed_cursor FOR EACH ROW
    WHEN (old.cursor IS DISTINCT FROM new.cursor) EXECUTE FUNCTION drill_refuse()`;

const MEND = `
  DROP TRIGGER drill_refuse ON feed_cursor;
  DROP FUNCTION drill_refuse();
  DROP SEQUENCE drill_refusals`;

const poisonEvent: FaultDrill = {
  name: "poison-event",
  injects: "events that metrics or analytics cannot store for 3 to 9 s",
  proof: "its database has counted the refusals",
  inject: async ({ system, chance }) => {
    const follower = chance(2) === 0 ? "metrics" : "analytics";
    const ms = POISON_MS.least + chance(POISON_MS.most - POISON_MS.least);
    return onDatabase(system, follower, async (client) => {
      await client.query(poison(ms));
      await sleep(ms + 500);
      const { rows } = await client.query<{ n: string; used: boolean }>(
        "SELECT last_value AS n, is_called AS used FROM drill_refusals",
      );
      await client.query(MEND);
      prove(rows[0]?.used ?? false, `${follower} stored every event`);
      return `${follower} could not store events for ${(ms / 1_000).toFixed(1)} s; ${rows[0]?.n} attempts were refused`;
    });
  },
};

const FULL_MS = { least: 3_000, most: 8_000 };
const PIECE = Buffer.alloc(1024 * 1024, 1);

const fullDisk: FaultDrill = {
  name: "full-disk",
  injects: "a full disk beneath database and logs for 3 to 8 s",
  proof: "writing to it fails with ENOSPC",
  smallDisk: true,
  inject: async ({ system, chance }) => {
    const filler = join(system.dataDir, "filler");
    const ms = FULL_MS.least + chance(FULL_MS.most - FULL_MS.least);
    await writeFile(filler, "");
    let isFull = false;
    const end = Date.now() + ms;
    try {
      while (Date.now() < end) {
        isFull = (await fillUp(filler)) || isFull;
        await sleep(100);
      }
      const { bfree } = await statfs(system.dataDir);
      prove(isFull, `the disk has ${bfree} free blocks`);
    } finally {
      await rm(filler, { force: true });
    }
    return `the disk was full for ${(ms / 1_000).toFixed(1)} s`;
  },
};

/** Writes until there is no space; true when that was so. */
async function fillUp(path: string): Promise<boolean> {
  const file = await open(path, "a");
  try {
    for (;;) await file.write(PIECE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    return true;
  } finally {
    await file.close();
  }
}

/** Drills on Redis, keys, load, events and the disk. */
export const OTHER_DRILLS: readonly FaultDrill[] = [
  killRedis,
  freezeRedis,
  keyRotation,
  tenfoldLoad,
  poisonEvent,
  fullDisk,
];
