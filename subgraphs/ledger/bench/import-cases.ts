import { monitorEventLoopDelay } from "node:perf_hooks";
import { text, type Table } from "@allfunds/platform/bench";
import { ALL_FUNDS } from "@allfunds/platform/auth";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createPool, type Pool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import type { JobRun } from "@allfunds/platform/jobs";
// Compiled, as the thread that it starts has to be: nothing prepares sources for that one.
import {
  statementImportKind,
  type StatementImportResult,
} from "../dist/slices/bank-statements/statement-import-job.js";
import {
  appendChunk,
  finishUpload,
  startUpload,
  type Uploader,
} from "../src/slices/bank-statements/statement-upload.ts";
import { openBenchFund, openBooks, type BenchFund } from "./bench-books.ts";
import { benchContext } from "./bench-context.ts";
import { quiet, type BenchServer } from "./bench-server.ts";
import { cpuUse } from "./cpu-use.ts";

const ROWS_OF_CHUNK = 10_000;
const DAYS = 330;
const PARTIES = ["Stadtwerke", "Example Properties", "Nordic Custody", "Hausverwaltung", "Broker"];

const dayOf = (line: number, lines: number): string =>
  new Date(Date.UTC(2026, 0, 1 + Math.floor((line * DAYS) / lines))).toISOString().slice(0, 10);

/** A bank's year with a running balance, in chunks of some thousand lines. */
function* statementOf(lines: number): Generator<Buffer> {
  let rows = "Booking date,Counterparty,Remittance information,Amount,Bank reference,Balance\n";
  let cents = 100_000_000;
  for (let line = 0; line < lines; line += 1) {
    const moved = ((line * 7_919) % 500_000) - 250_000 || 1;
    cents += moved;
    const [amount, balance] = [(moved / 100).toFixed(2), (cents / 100).toFixed(2)];
    rows += `${dayOf(line, lines)},${PARTIES[line % 5]},Invoice ${line} of contract ${line % 997},${amount},R${line},${balance}\n`;
    if ((line + 1) % ROWS_OF_CHUNK !== 0) continue;
    yield Buffer.from(rows);
    rows = "";
  }
  if (rows !== "") yield Buffer.from(rows);
}

async function upload(pool: Pool, fund: BenchFund, lines: number): Promise<string> {
  const { actor } = benchContext(DEMO_TENANT_ID);
  const uploader: Uploader = { tenantId: DEMO_TENANT_ID, actor, funds: ALL_FUNDS };
  const account = { id: fund.accounts[0] ?? "", fundId: fund.fundId, currency: "EUR" };
  const none = { receiptsAccountId: undefined, paymentsAccountId: undefined, rules: [] };
  const { id } = await startUpload(pool, uploader, newId(), {
    target: { account, ...none, postsPossibleDuplicates: false },
    reading: { format: undefined, csv: {}, iban: undefined, takesOverIban: false },
  });
  let offset = 0;
  for (const chunk of statementOf(lines)) {
    await appendChunk(pool, uploader, id, offset, chunk);
    offset += chunk.length;
  }
  await finishUpload(pool, uploader, id, undefined);
  return id;
}

/** The import as the service runs it: in a thread, while this one is free to answer. */
async function importOnce({ ledgerUrl, pid }: BenchServer, uploadId: string, fund: BenchFund) {
  const { run } = statementImportKind({ url: ledgerUrl, onImported: () => undefined });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const before = await cpuUse(pid);
  const startedAt = performance.now();
  delay.enable();
  const importing: JobRun = {
    payload: { uploadId, fundId: fund.fundId, owner: undefined },
    context: benchContext(DEMO_TENANT_ID),
    delegation: undefined,
    signal: new AbortController().signal,
    report: () => undefined,
    logger: quiet,
  };
  const { outcome } = (await run(importing)) as StatementImportResult;
  delay.disable();
  const after = await cpuUse(pid);
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    posted: outcome?.posted ?? 0,
    service: (after.service - before.service) / 1e6,
    server: ((after.server ?? 0) - (before.server ?? 0)) / 1e6,
    waitMs: delay.max / 1e6,
  };
}

/** How long statements of several sizes take, and what they leave of the machine. */
export async function measureImports(
  server: BenchServer,
  sizes: readonly number[],
): Promise<Table> {
  const pool = createPool({ url: server.ledgerUrl, logger: quiet, max: 2 });
  const { books, close } = openBooks(server);
  const rows: string[][] = [];
  for (const lines of sizes) {
    const fund = await openBenchFund(books, benchContext(DEMO_TENANT_ID), 1);
    for (const time of ["first", "again"]) {
      const uploadId = await upload(pool, fund, lines);
      const {
        seconds,
        posted,
        service,
        server: used,
        waitMs,
      } = await importOnce(server, uploadId, fund);
      const figures = [seconds, service, used, waitMs].map((figure) => text(figure, 1));
      const memory = process.resourceUsage().maxRSS / 1_024;
      rows.push([String(lines), time, String(posted), ...figures, text(memory)]);
    }
  }
  await close();
  await pool.end();
  return {
    title: "Importing a bank statement, and the same again",
    columns: [
      "lines",
      "time",
      "posted",
      "seconds",
      "CPU s service",
      "CPU s server",
      "longest wait of the main thread, ms",
      "most memory of the process, MB",
    ],
    rows,
  };
}
