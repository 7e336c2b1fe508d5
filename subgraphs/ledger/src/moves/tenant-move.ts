import { setTimeout as sleep } from "node:timers/promises";
import { FIRST_DATABASE } from "@allfunds/platform/database-addresses";
import { isId } from "@allfunds/platform/ids";
import pg from "pg";
import { PLACES_HOLD_MS } from "../databases/tenant-directory.ts";
import { assignSequence } from "../feed/assign-sequence.ts";
import { alterTable } from "./alter-table.ts";
import {
  compareAll,
  copyAll,
  copyChanges,
  noteChanges,
  noteNoChanges,
  removeAll,
  type Ends,
} from "./copy-rows.ts";
import { moveFeed, moveRanges } from "./move-feed.ts";
import {
  buildFences,
  closeFence,
  closeForGood,
  isAnyLeaving,
  keepClosed,
  openFence,
  removeFence,
} from "./tenant-fence.ts";
import { moveJobs, removeQueued } from "./move-jobs.ts";
import { readPlace, setPlace, type ListedPlace } from "./tenant-places.ts";
import { readTenantTables, refuseOtherSchema, type TenantTable } from "./tenant-tables.ts";

/** A ledger database as a role that sees every row, and may set triggers aside. */
export interface AdministeredDatabase {
  readonly name: string;
  readonly url: string;
}

interface MoveOptions {
  readonly tenantId: string;
  /** The name of the database to move to. */
  readonly to: string;
  readonly databases: readonly AdministeredDatabase[];
  readonly report?: (line: string) => void;
  /** When every instance is sure to have seen that the move has begun, in milliseconds. */
  readonly seenAfterMs?: number;
}

const SEEN_AFTER_MS = PLACES_HOLD_MS + 500;
/** Fewer rows than these are copied with the fence closed. */
const FEW_ROWS = 500;
const MOST_ROUNDS = 20;

/**
 * Moves a tenant to another database while it is written to: copies, catches up, closes the fence, copies the rest,
 * compares, switches, and opens it in its new place. May be repeated after an interruption at any point; what is
 * acknowledged is in exactly one place at any time. Resolves to what the fence cost, in milliseconds.
 */
export async function moveTenant(options: MoveOptions): Promise<{ readonly closedMs: number }> {
  const {
    tenantId,
    to,
    databases,
    report = () => undefined,
    seenAfterMs = SEEN_AFTER_MS,
  } = options;
  checkedTenant(tenantId);
  const clients = new Clients(databases);
  try {
    const directory = await clients.open(FIRST_DATABASE);
    await lockMove(directory, tenantId);
    const place = await readPlace(directory, tenantId);
    if (place.database === to && place.movingTo !== to) {
      await stay(clients, directory, tenantId, place);
      report(`${tenantId} lives in ${to}`);
      return { closedMs: 0 };
    }
    if (place.movingTo !== null && place.movingTo !== to) {
      throw new Error(`The tenant is on its way to ${place.movingTo}. Finish that move first.`);
    }
    const from = place.database === to ? place.movedFrom : place.database;
    const ends = { source: await clients.open(from), target: await clients.open(to), tenantId };
    const renewing = await clients.openAnother(from);
    const move = new Move({ ends, renewing, directory, from, to, report, seenAfterMs });
    const closedMs = place.database === to ? 0 : await move.copyAndSwitch();
    await move.arrive();
    report(`${tenantId} lives in ${to} now`);
    return { closedMs };
  } finally {
    await clients.close();
  }
}

/** Gives up a move that has not switched yet. */
async function stay(
  clients: Clients,
  directory: pg.Client,
  tenantId: string,
  place: ListedPlace,
): Promise<void> {
  if (place.movingTo === null) return;
  const source = await clients.open(place.database);
  await setPlace(directory, tenantId, { ...place, movingTo: null });
  await removeFence(source, tenantId, () => Promise.resolve());
}

/** Where a tenant lives, in a sentence. */
export async function describePlace({
  tenantId,
  databases,
}: Pick<MoveOptions, "tenantId" | "databases">): Promise<string> {
  const clients = new Clients(databases);
  try {
    const place = await readPlace(await clients.open(FIRST_DATABASE), checkedTenant(tenantId));
    const isMoving = place.movingTo !== null && place.movingTo !== place.database;
    return `${tenantId} lives in ${place.database}${isMoving ? `, on the way to ${place.movingTo}` : ""}`;
  } finally {
    await clients.close();
  }
}

function checkedTenant(tenantId: string): string {
  if (isId(tenantId)) return tenantId;
  throw new Error(`${tenantId} is not the id of a tenant`);
}

/** Removes what a tenant left behind in a database where it no longer lives. */
export async function dropMoved(
  options: Omit<MoveOptions, "to"> & { readonly from: string },
): Promise<number> {
  const { tenantId, from, databases } = options;
  checkedTenant(tenantId);
  const clients = new Clients(databases);
  try {
    const directory = await clients.open(FIRST_DATABASE);
    await lockMove(directory, tenantId);
    const place = await readPlace(directory, tenantId);
    if (place.database === from || place.movingTo !== null) {
      throw new Error(`The tenant lives in ${from}, or is being moved: nothing was removed.`);
    }
    const client = await clients.open(from);
    return await removeAll(client, tenantId, await readTenantTables(client));
  } finally {
    await clients.close();
  }
}

interface MoveParts {
  readonly ends: Ends;
  /** A second connection to the source. */
  readonly renewing: pg.Client;
  readonly directory: pg.Client;
  readonly from: string;
  readonly to: string;
  readonly report: (line: string) => void;
  readonly seenAfterMs: number;
}

class Move {
  readonly #parts: MoveParts;
  readonly #startedMs = performance.now();

  constructor(parts: MoveParts) {
    this.#parts = parts;
  }

  /** Returns for how long the tenant was written to nowhere. */
  async copyAndSwitch(): Promise<number> {
    const { ends, directory, from, to, report, seenAfterMs } = this.#parts;
    const { source, target, tenantId } = ends;
    await refuseOtherSchema(source, target);
    const tables = await readTenantTables(source);
    await setPlace(directory, tenantId, { database: from, movingTo: to, movedFrom: from });
    await this.#prepare(tables);
    report(`${await copyAll(ends, tables)} rows copied from ${from} to ${to}`);
    await this.#catchUp(tables);
    // What can be done before the fence is closed does not lengthen it: all rows are compared, and most ranges of the
    // feed are there, while the tenant is written to.
    await copyChanges(ends, tables, async () => {
      await compareAll(ends, tables);
      await moveRanges(ends);
    });
    report(`all rows in ${from} and ${to} are equal`);
    await this.#catchUp(tables);
    await sleep(Math.max(0, this.#startedMs + seenAfterMs - performance.now()));
    const closedAtMs = performance.now();
    const endRenewing = await closeFence(source, this.#parts.renewing, tenantId);
    try {
      report(`${await copyChanges(ends, tables)} rows copied behind the closed fence`);
      await this.#finish();
    } catch (error) {
      endRenewing();
      await openFence(source, tenantId).catch(() => undefined);
      throw error;
    }
    endRenewing();
    await keepClosed(source, tenantId);
    await setPlace(directory, tenantId, { database: to, movingTo: to, movedFrom: from });
    report(`switched from ${from} to ${to}`);
    return performance.now() - closedAtMs;
  }

  /** Opens the tenant in its new place, and ends the move. */
  async arrive(): Promise<void> {
    const { ends, directory, from, to } = this.#parts;
    const { source, target, tenantId } = ends;
    await removeFence(target, tenantId, () => moveJobs(ends));
    await removeQueued(source, tenantId);
    await setPlace(directory, tenantId, { database: to, movingTo: null, movedFrom: from });
    await this.#endNoting();
  }

  /** From here on the target takes no writes of the tenant, and the source notes its. */
  async #prepare(tables: readonly TenantTable[]): Promise<void> {
    const { source, target, tenantId } = this.#parts.ends;
    await buildFences(target, tables);
    await closeForGood(target, tenantId);
    await buildFences(source, tables);
    for (const table of tables) await alterTable(source, noteChanges(table));
    await openFence(source, tenantId);
    await source.query("DELETE FROM moved_row WHERE tenant = $1", [tenantId]);
  }

  async #catchUp(tables: readonly TenantTable[]): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const copied = await copyChanges(this.#parts.ends, tables);
      this.#parts.report(`${copied} rows caught up`);
      if (copied < FEW_ROWS) return;
    }
  }

  async #finish(): Promise<void> {
    const { ends, from, to } = this.#parts;
    const { source, tenantId } = ends;
    const { rows: books } = await source.query<{ id: string }>(
      "SELECT id FROM book WHERE tenant_id = $1",
      [tenantId],
    );
    await assignSequence(
      source,
      books.map(({ id }) => ({ tenantId, bookId: id })),
    );
    await moveFeed(ends, { from, to });
  }

  async #endNoting(): Promise<void> {
    const { source } = this.#parts.ends;
    if (await isAnyLeaving(source)) return;
    for (const table of await readTenantTables(source))
      await alterTable(source, noteNoChanges(table));
  }
}

const LOCK_MOVE = "SELECT pg_try_advisory_lock(20215, hashtext($1)) AS locked";

async function lockMove(directory: pg.Client, tenantId: string): Promise<void> {
  const { rows } = await directory.query<{ locked: boolean }>(LOCK_MOVE, [tenantId]);
  if (rows[0]?.locked !== true) throw new Error("The tenant is being moved already.");
}

/** The connections of a move. */
class Clients {
  readonly #databases: readonly AdministeredDatabase[];
  readonly #first = new Map<string, pg.Client>();
  readonly #open: pg.Client[] = [];

  constructor(databases: readonly AdministeredDatabase[]) {
    this.#databases = databases;
  }

  async open(name: string): Promise<pg.Client> {
    const known = this.#first.get(name);
    if (known !== undefined) return known;
    const client = await this.openAnother(name);
    this.#first.set(name, client);
    return client;
  }

  async openAnother(name: string): Promise<pg.Client> {
    const database = this.#databases.find((one) => one.name === name);
    if (database === undefined) throw new Error(`No ledger database is named ${name}.`);
    const client = new pg.Client({ connectionString: database.url, pipeline: true });
    // A lost connection fails its next query.
    client.on("error", () => undefined);
    await client.connect();
    this.#open.push(client);
    await client.query("SET session_replication_role = replica").catch((error: unknown) => {
      const line = `The role of ${name} may not set triggers aside: name a superuser in ADMIN_DATABASE_URL_LEDGER and ADMIN_DATABASE_URLS_LEDGER.`;
      throw new Error(line, { cause: error });
    });
    await client.query("SET statement_timeout = 0");
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((client) => client.end().catch(() => undefined)));
  }
}
