import { once } from "node:events";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import { AppError } from "@allfunds/contract/errors";
import { withTransaction, type Pool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import { verifyFeed } from "../evidence/verify-feed.ts";
import { exportBook } from "../evidence/export-book.ts";
import { importBook } from "../evidence/import-book.ts";
import { verifyAndNote } from "../evidence/verify-book.ts";
import { rebuild } from "../projections/rebuild.ts";
import { PROJECTIONS } from "../slices/model.ts";
import type { CliCommand } from "./arguments.ts";

type CommandOf<Name extends CliCommand["name"]> = Extract<CliCommand, { readonly name: Name }>;

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

/** Runs a command and prints the result; false when a book was found not to be sound. */
export async function runCliCommand(pool: Pool, command: CliCommand): Promise<boolean> {
  switch (command.name) {
    case "verify":
      return verify(pool, command);
    case "export":
      return writeExport(pool, command);
    case "rebuild":
      return rebuildAll(pool, command);
    case "import": {
      const lines = createInterface({ input: createReadStream(command.file), crlfDelay: Infinity });
      const { bookId, head } = await importBook(pool, lines);
      print(`imported ${bookId} up to position ${head.position}, hash ${head.hash}`);
      return true;
    }
  }
}

async function verify(
  pool: Pool,
  { tenantId, fundId, noted: anchor, fromCheckpoint }: CommandOf<"verify">,
): Promise<boolean> {
  const bookIds = fundId === undefined ? await booksOf(pool, tenantId) : [checkedId(fundId)];
  let allSound = true;
  for (const bookId of bookIds) {
    const onProgress = progressOf(bookId);
    const book = { tenantId, bookId };
    const found = await verifyAndNote(pool, book, { anchor, fromCheckpoint, onProgress });
    if (found.sound) {
      print(`${bookId} sound up to position ${found.position}, hash ${found.hash}`);
    } else {
      const { position, kind, what } = found.fault;
      print(`${bookId} NOT SOUND: position ${position}: ${kind}: ${what}`);
      allSound = false;
    }
  }
  const feedFault = await verifyFeed(pool, tenantId);
  if (feedFault !== undefined) print(`feed NOT SOUND: ${feedFault}`);
  return allSound && feedFault === undefined;
}

const PROGRESS_MS = 2_000;

/** Reports at the terminal how far a long verification is. */
function progressOf(bookId: string): (position: number, end: number) => void {
  let next = performance.now() + PROGRESS_MS;
  return (position, end) => {
    if (performance.now() < next) return;
    next = performance.now() + PROGRESS_MS;
    process.stderr.write(`${bookId} replayed up to ${position} of ${end}\n`);
  };
}

async function rebuildAll(
  pool: Pool,
  { tenantId, fundId }: CommandOf<"rebuild">,
): Promise<boolean> {
  const bookIds = fundId === undefined ? await booksOf(pool, tenantId) : [checkedId(fundId)];
  for (const bookId of bookIds) {
    for (const projection of PROJECTIONS) {
      const position = await rebuild(pool, { tenantId, bookId }, projection);
      print(`${bookId} ${projection.name} rebuilt up to position ${position}`);
    }
  }
  return true;
}

async function booksOf(pool: Pool, tenantId: string): Promise<string[]> {
  const { rows } = await withTransaction(pool, { tenantId }, (client) =>
    client.query<{ id: string }>("SELECT id FROM book WHERE tenant_id = $1 ORDER BY id", [
      tenantId,
    ]),
  );
  return rows.map(({ id }) => id);
}

async function writeExport(
  pool: Pool,
  { tenantId, fundId, file }: CommandOf<"export">,
): Promise<boolean> {
  if (existsSync(file))
    throw Object.assign(new Error(`${file} exists already.`), { code: "EEXIST" });
  // What a full disk or an interruption leaves is not called an export.
  const part = `${file}.part`;
  const output = createWriteStream(part, { flush: true });
  const written = finished(output);
  // Its failure also ends the wait for a drain, or comes after the last piece.
  written.catch(() => undefined);
  const position = await exportBook(pool, { tenantId, bookId: checkedId(fundId) }, async (text) => {
    if (!output.write(text)) await Promise.race([once(output, "drain"), written]);
  });
  output.end();
  await written;
  await rename(part, file);
  print(`exported ${fundId} up to position ${position} to ${file}`);
  return true;
}

function checkedId(fundId: string): string {
  if (!isId(fundId)) throw new AppError("FUND_NOT_FOUND", `There is no fund ${fundId}.`);
  return fundId;
}
