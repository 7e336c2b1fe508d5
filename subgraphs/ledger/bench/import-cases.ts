import { fork } from "node:child_process";
import { once } from "node:events";
import { text, type Table } from "@allfunds/platform/bench";
import { ALL_GRANTED } from "@allfunds/platform/auth";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createPool, type Pool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
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
import type { ImportFigures, ImportRequest } from "./import-process.ts";

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
  const uploader: Uploader = { tenantId: DEMO_TENANT_ID, actor, funds: ALL_GRANTED };
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

/** A process of the service, which imports one upload after the other. */
function startService() {
  // With the memory that the launcher gives the ledger, and without what reads the sources of this one.
  const execArgv = ["--max-semi-space-size=64", "--max-old-space-size=512"];
  const child = fork(new URL("import-process.ts", import.meta.url), { execArgv });
  const importOnce = async (request: ImportRequest): Promise<ImportFigures> => {
    child.send(request);
    const [answer] = (await once(child, "message")) as [ImportFigures | { failed: string }];
    if ("failed" in answer) throw new Error(answer.failed);
    return answer;
  };
  return { importOnce, stop: () => child.kill() };
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
    const { fundId } = fund;
    const service = startService();
    for (const time of ["first", "again"]) {
      const uploadId = await upload(pool, fund, lines);
      const before = await cpuUse(server.pid);
      const done = await service.importOnce({ url: server.ledgerUrl, uploadId, fundId });
      const after = await cpuUse(server.pid);
      const used = ((after.server ?? 0) - (before.server ?? 0)) / 1e6;
      const figures = [done.seconds, done.cpuSeconds, used, done.waitMs];
      rows.push([
        String(lines),
        time,
        String(done.posted),
        ...figures.map((figure) => text(figure, 1)),
        text(done.mostMemoryMb),
      ]);
    }
    service.stop();
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
      "most memory of the service, MB",
    ],
    rows,
  };
}
