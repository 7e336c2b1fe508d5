import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import {
  chmod,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { settleAll } from "@allfunds/platform/settle-all";
import { Client, escapeIdentifier } from "pg";
import { to as copyTo } from "pg-copy-streams";
import {
  readFeedPositions,
  readMigrations,
  readQueueVersion,
  readSequences,
  readTables,
  type Table,
} from "./catalog.ts";
import {
  MANIFEST_FILE,
  manifestText,
  type DatabaseManifest,
  type FileManifest,
  type Manifest,
  type TableManifest,
} from "./manifest.ts";

/** Connections that read one database at a time, beside the one that holds the snapshot. */
const READERS = 2;

export interface BackupRequest {
  /** In this order their snapshots are taken: followers before what they follow. */
  readonly databases: readonly { readonly name: string; readonly url: string }[];
  /**
   * Reads which database has what, and throws when none can be copied now. It must be the same before and
   * after the snapshots: each database is of a moment of its own.
   */
  readonly arrangement?: () => Promise<string>;
  /** The directory to make; it must not exist, or be empty. */
  readonly to: string;
  /** Files to copy along. */
  readonly secrets?: readonly string[];
  readonly report?: (line: string) => void;
}

/**
 * Copies databases while they are written to, each as it was at one moment. The snapshots are taken one after
 * the other before the first row is copied, so a follower's lies before the ledger's. The directory gets its
 * name when everything is on the disk. Throws when a role cannot see all rows.
 */
export async function takeBackup(request: BackupRequest): Promise<Omit<Manifest, "format">> {
  const to = resolve(request.to);
  await refuseFilled(to);
  const unfinished = join(dirname(to), `.${basename(to)}.unfinished`);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const snapshots: Snapshot[] = [];
  try {
    const before = await request.arrangement?.();
    for (const { name, url } of request.databases) snapshots.push(await Snapshot.open(name, url));
    if ((await request.arrangement?.()) !== before)
      throw new Error(
        "A tenant was moved meanwhile, so nothing was copied. Make the backup again.",
      );
    const databases: DatabaseManifest[] = [];
    for (const snapshot of snapshots) {
      databases.push(await snapshot.copy(unfinished));
      request.report?.(summaryOf(databases.at(-1)));
    }
    const secrets = await copySecrets(request.secrets ?? [], unfinished);
    const content = { takenAt: new Date().toISOString(), databases, secrets };
    await writeFile(join(unfinished, MANIFEST_FILE), manifestText(content), {
      flush: true,
      mode: 0o600,
    });
    await sync(unfinished);
    await rm(to, { recursive: true, force: true });
    await rename(unfinished, to);
    await sync(dirname(to));
    return content;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  } finally {
    await settleAll(snapshots.map((snapshot) => snapshot.end()));
  }
}

async function refuseFilled(to: string): Promise<void> {
  const entries = await readdir(to).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (entries.length > 0)
    throw new Error(`${to} is not empty. Name a directory that does not exist yet.`);
}

function summaryOf(done: DatabaseManifest | undefined): string {
  const { name, tables, feedPosition } = done ?? { name: "", tables: [], feedPosition: null };
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const bytes = tables.reduce((sum, { file }) => sum + file.bytes, 0);
  const feed = feedPosition === null ? "" : `, feed position ${feedPosition}`;
  return `${name}: ${rows} rows of ${tables.length} tables, ${(bytes / 1e6).toFixed(1)} MB${feed}`;
}

/** A database as it was at one moment, held by a transaction that other connections join. */
class Snapshot {
  readonly #name: string;
  readonly #url: string;
  readonly #holder: Client;
  readonly #id: string;
  readonly #at: string;
  readonly #tables: readonly Table[];

  private constructor(
    source: { readonly name: string; readonly url: string },
    holder: Client,
    { id, at, tables }: { id: string; at: Date; tables: readonly Table[] },
  ) {
    this.#name = source.name;
    this.#url = source.url;
    this.#holder = holder;
    this.#id = id;
    this.#at = at.toISOString();
    this.#tables = tables;
  }

  static async open(name: string, url: string): Promise<Snapshot> {
    const holder = await connect(url);
    try {
      const tables = await readTables(holder);
      await beginReading(holder);
      // Before the snapshot: a TRUNCATE that came between would show an empty table to it.
      const names = tables.map(qualified);
      if (names.length > 0)
        await holder.query(`LOCK TABLE ${names.join(", ")} IN ACCESS SHARE MODE`);
      const { rows } = await holder.query<{ id: string; at: Date }>(
        "SELECT pg_export_snapshot() AS id, clock_timestamp() AS at",
      );
      const [taken] = rows;
      if (taken === undefined) throw new Error(`${name} gave no snapshot`);
      return new Snapshot({ name, url }, holder, { ...taken, tables });
    } catch (error) {
      await holder.end();
      throw error;
    }
  }

  async copy(directory: string): Promise<DatabaseManifest> {
    const waiting = [...this.#tables];
    const done: TableManifest[] = [];
    const readers: Client[] = [];
    const failed = new AbortController();
    const copyWaiting = async (reader: Client): Promise<void> => {
      try {
        for (let table = waiting.shift(); table !== undefined; table = waiting.shift()) {
          done.push(await copyTable(reader, table, directory, this.#name, failed.signal));
        }
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    };
    try {
      while (readers.length < READERS) {
        const reader = await connect(this.#url);
        readers.push(reader);
        await beginReading(reader);
        await reader.query(`SET TRANSACTION SNAPSHOT '${this.#id}'`);
      }
      // The directory may be removed after a failure, so no reader may still write into it.
      await settleAll(readers.map(copyWaiting));
    } finally {
      await settleAll(readers.map((reader) => reader.end()));
    }
    return {
      name: this.#name,
      migrations: await readMigrations(this.#holder),
      queueVersion: await readQueueVersion(this.#holder),
      ...(await readFeedPositions(this.#holder)),
      snapshotAt: this.#at,
      tables: done.sort((a, b) => qualified(a).localeCompare(qualified(b))),
      // Read last: sequences are in no snapshot, and a higher number only leaves a gap.
      sequences: await readSequences(this.#holder),
    };
  }

  end(): Promise<void> {
    return this.#holder.end();
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A connection that is lost fails its query; without a listener it would end the process first.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

// With row security off the server refuses a query whose rows a policy would hide.
async function beginReading(client: Client): Promise<void> {
  await client.query("SET row_security = off; SET statement_timeout = 0");
  await client.query("SET idle_in_transaction_session_timeout = 0");
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

const qualified = ({ schema, name }: { schema: string; name: string }): string =>
  `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;

async function copyTable(
  client: Client,
  table: Table,
  directory: string,
  database: string,
  signal: AbortSignal,
): Promise<TableManifest> {
  signal.throwIfAborted();
  const columns = table.columns.map((column) => escapeIdentifier(column)).join(", ");
  const file = `${database}.${table.schema}.${table.name}.copy`;
  // From a query, because a partitioned table or a hypertable has no rows of its own.
  const rows = client.query(
    copyTo(`COPY (SELECT ${columns} FROM ${qualified(table)}) TO STDOUT (FORMAT binary)`),
  );
  const hash = createHash("sha256");
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const target = createWriteStream(join(directory, file), { flush: true, mode: 0o600 });
  try {
    await pipeline(rows, count, target, { signal });
  } catch (error) {
    throw explained(error, database);
  }
  const { schema, name } = table;
  const written = { name: file, bytes, sha256: hash.digest("hex") };
  return { schema, name, columns: [...table.columns], rows: rows.rowCount, file: written };
}

const POLICY_HIDES_ROWS = "42501";

function explained(error: unknown, database: string): unknown {
  if ((error as { code?: string }).code !== POLICY_HIDES_ROWS) return error;
  return new Error(
    `The role in the address of ${database} may not read every row (${(error as Error).message}). ` +
      `Set ADMIN_DATABASE_URL_${database.toUpperCase()} to a role with BYPASSRLS.`,
    { cause: error },
  );
}

async function copySecrets(files: readonly string[], directory: string): Promise<FileManifest[]> {
  const copied: FileManifest[] = [];
  for (const path of files) {
    const name = basename(path);
    const target = join(directory, name);
    await copyFile(path, target);
    await chmod(target, 0o600);
    await sync(target);
    const content = await readFile(target);
    const sha256 = createHash("sha256").update(content).digest("hex");
    copied.push({ name, bytes: content.length, sha256 });
  }
  return copied;
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
