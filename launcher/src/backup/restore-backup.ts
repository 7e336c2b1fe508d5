import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Client, escapeIdentifier } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { readMigrations, readQueueVersion, readTables } from "./catalog.ts";
import type { BackedUpDatabase } from "./databases.ts";
import {
  checkFiles,
  readManifest,
  type DatabaseManifest,
  type Manifest,
  type TableManifest,
} from "./manifest.ts";

export interface RestoreRequest {
  readonly from: string;
  readonly targets: readonly BackedUpDatabase[];
  /** Whether what the targets have is deleted. */
  readonly replace: boolean;
  /** Rejects with a sentence when this build lacks one of the migrations. */
  readonly checkMigrations: (
    target: BackedUpDatabase,
    migrations: readonly string[],
  ) => Promise<void>;
  /** Creates the schema by exactly these migrations, and the job queue's. */
  readonly migrate: (target: BackedUpDatabase, migrations: readonly string[]) => Promise<void>;
  readonly report?: (line: string) => void;
}

/**
 * Restores a backup. Every file is checked before anything is written, and nothing is committed before all
 * databases are loaded; then the ledger comes first, so that no follower is ever ahead of it.
 */
export async function restoreBackup(request: RestoreRequest): Promise<Manifest> {
  const manifest = await readManifest(request.from);
  refuseFollowersAhead(manifest);
  const pairs = manifest.databases.map((database) => ({
    database,
    target: targetOf(request, database),
  }));
  await checkFiles(request.from, manifest);
  for (const { target, database } of pairs)
    await request.checkMigrations(target, database.migrations);
  for (const target of request.targets) await refuseUnlessReady(target, request.replace);
  for (const target of request.targets.filter(({ name }) => !isIn(manifest, name)))
    if (request.replace) await dropEverything(target);
  for (const { database, target } of pairs) {
    if (request.replace) await dropEverything(target);
    await request.migrate(target, database.migrations);
    request.report?.(`${database.name}: schema made by ${database.migrations.length} migrations`);
  }
  const loaded: LoadedDatabase[] = [];
  try {
    for (const { database, target } of pairs) {
      loaded.push(await LoadedDatabase.load(request.from, database, target));
      request.report?.(`${database.name}: ${database.tables.length} tables loaded`);
    }
    // A crash in between leaves a follower empty, which reads the ledger from the start.
    for (const database of loaded.sort((a, b) => a.rank - b.rank)) await database.commit();
  } finally {
    for (const database of loaded) await database.end();
  }
  return manifest;
}

const isIn = ({ databases }: Manifest, target: string): boolean =>
  databases.some(({ name }) => name === target);

function refuseFollowersAhead({ databases }: Manifest): void {
  const ends = new Map(
    databases.filter(isFollowed).map(({ name, feedPosition }) => [name, feedPosition]),
  );
  for (const { name, feedPosition, feedPositions } of databases.filter((one) => !isFollowed(one))) {
    for (const [ledger, place] of Object.entries({ ledger: feedPosition, ...feedPositions })) {
      const end = ends.get(ledger);
      if (place === null || end === null || end === undefined || place <= end) continue;
      throw new Error(
        `${name} is at feed position ${place}, the ${ledger} at ${end}: this backup is not of one moment.`,
      );
    }
  }
}

const isFollowed = ({ tables }: DatabaseManifest): boolean =>
  tables.some(({ name }) => name === "feed_head");

function targetOf({ targets }: RestoreRequest, { name }: DatabaseManifest): BackedUpDatabase {
  const target = targets.find((one) => one.name === name);
  if (target !== undefined) return target;
  const further = /^ledger-(.+)$/.exec(name)?.[1];
  throw new Error(
    further === undefined
      ? `The backup has a database ${name} that this version does not know.`
      : `The backup has a ledger database ${further}: name it in DATABASE_URLS_LEDGER.`,
  );
}

const OTHER_CLIENTS = `
  SELECT count(*)::integer AS n FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;

async function refuseUnlessReady(target: BackedUpDatabase, replace: boolean): Promise<void> {
  await withClient(target.administratorUrl, async (client) => {
    const { rows } = await client.query<{ n: number }>(OTHER_CLIENTS);
    const others = rows[0]?.n ?? 0;
    if (others > 0) {
      throw new Error(
        `${target.name} has ${others} connections. Stop the services first; nothing was changed.`,
      );
    }
    const tables = await readTables(client);
    if (tables.length > 0 && !replace) {
      throw new Error(
        `${target.name} is not empty (${tables.length} tables), so nothing was changed. To delete what all ` +
          "databases have and put the backup in its place, add --replace-all-data.",
      );
    }
  });
}

/** As the service's role, which owns everything that its migrations made. */
const dropEverything = (target: BackedUpDatabase): Promise<void> =>
  withClient(target.url, async (client) => {
    await client.query("DROP OWNED BY CURRENT_USER CASCADE");
  });

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A connection that is lost fails its query; without a listener it would end the process first.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

const AGGREGATES = `
  SELECT format('%I.%I', view_schema, view_name) AS name FROM timescaledb_information.continuous_aggregates`;

/** A database whose rows are written and not yet committed. */
class LoadedDatabase {
  /** Smaller ones are committed first: the ledger, what does not follow, followers. */
  readonly rank: number;
  readonly #client: Client;

  private constructor(client: Client, database: DatabaseManifest) {
    this.#client = client;
    this.rank = isFollowed(database) ? 0 : database.feedPosition === null ? 1 : 2;
  }

  static async load(
    from: string,
    database: DatabaseManifest,
    target: BackedUpDatabase,
  ): Promise<LoadedDatabase> {
    const client = await connect(target.administratorUrl);
    try {
      await refuseOtherSchema(client, database);
      await client.query("BEGIN");
      // Triggers and foreign keys were obeyed when the rows were first written.
      await client.query(
        "SET LOCAL session_replication_role = replica; SET LOCAL statement_timeout = 0",
      );
      // Migrations write rows of their own, which the backup has as well.
      const names = database.tables.map(qualified);
      if (names.length > 0) await client.query(`TRUNCATE ${names.join(", ")} CASCADE`);
      for (const table of database.tables) await loadTable(client, table, from);
      for (const { schema, name, last } of database.sequences) {
        await client.query("SELECT setval($1::regclass, $2::bigint)", [
          qualified({ schema, name }),
          last,
        ]);
      }
      return new LoadedDatabase(client, database);
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  async commit(): Promise<void> {
    await this.#client.query("COMMIT");
    // A planner without statistics reads whole tables.
    await this.#client.query("ANALYZE");
    const { rows: extension } = await this.#client.query(
      "SELECT FROM pg_extension WHERE extname = 'timescaledb'",
    );
    if (extension.length === 0) return;
    const { rows } = await this.#client.query<{ name: string }>(AGGREGATES);
    for (const { name } of rows) {
      await this.#client.query(`CALL refresh_continuous_aggregate('${name}', NULL, NULL)`);
    }
  }

  end(): Promise<void> {
    return this.#client.end();
  }
}

async function refuseOtherSchema(client: Client, database: DatabaseManifest): Promise<void> {
  const [has, queue] = [await readMigrations(client), await readQueueVersion(client)];
  const isSame =
    has.length === database.migrations.length &&
    has.every((name) => database.migrations.includes(name));
  if (!isSame)
    throw new Error(`The schema of ${database.name} is not the backup's; nothing was loaded.`);
  if (database.queueVersion !== null && queue !== database.queueVersion) {
    throw new Error(
      `The job queue of ${database.name} has schema ${queue} in this version and ${database.queueVersion} in the backup. ` +
        "Restore with the version that took the backup; nothing was loaded.",
    );
  }
}

const qualified = ({ schema, name }: { readonly schema: string; readonly name: string }): string =>
  `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;

async function loadTable(client: Client, table: TableManifest, from: string): Promise<void> {
  const columns = table.columns.map((column) => escapeIdentifier(column)).join(", ");
  const target = client.query(
    copyFrom(`COPY ${qualified(table)} (${columns}) FROM STDIN (FORMAT binary)`),
  );
  const hash = createHash("sha256");
  const hashed = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(createReadStream(join(from, table.file.name)), hashed, target);
  if (hash.digest("hex") !== table.file.sha256 || target.rowCount !== table.rows) {
    throw new Error(`${table.file.name} changed while it was restored; nothing was loaded.`);
  }
}
