import { setTimeout as sleep } from "node:timers/promises";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createPool, withTransaction, type Pool } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { expect, test } from "vitest";
import { verifyBook } from "../src/evidence/verify-book.ts";
import { askUntilAnswered, underKill } from "./kill.ts";

const id = (last: string): string => `018f0000-0000-7000-8000-0000000000${last}`;
const [FUND, BANK, UPLOAD] = [id("e1"), id("e2"), id("e3")];

const OPEN_FUND =
  'mutation ($id: ID!) { openFund(input: { id: $id, name: "F", currency: "EUR" }) { id } }';
const OPEN_ACCOUNT = "mutation ($input: OpenAccountInput!) { openAccount(input: $input) { id } }";
const START =
  "mutation ($id: ID, $input: StartStatementImportInput!) { startStatementImport(id: $id, input: $input) { id } }";
const APPEND = `mutation ($id: ID!, $content: String!) {
  appendStatementImport(id: $id, offset: 0, contentBase64: $content) { bytes } }`;
const FINISH = "mutation ($id: ID!) { finishStatementImport(id: $id) { id } }";
const JOB = "query ($id: ID!) { statementImportJob(id: $id) { state progress { done } } }";

interface ImportJob {
  readonly statementImportJob: {
    readonly state: string;
    readonly progress: { readonly done: number };
  };
}

async function upload(lines: number): Promise<string> {
  await askUntilAnswered(OPEN_FUND, { id: FUND });
  const input = { id: BANK, fundId: FUND, code: "BANK", name: "Bank", type: "ASSET" };
  await askUntilAnswered(OPEN_ACCOUNT, { input });
  await askUntilAnswered(START, { id: UPLOAD, input: { accountId: BANK } });
  const rows = Array.from({ length: lines }, (_, at) => `2026-03-${10 + (at % 9)},Line ${at},1.50`);
  const content = Buffer.from(["Date,Text,Amount", ...rows].join("\n")).toString("base64");
  await askUntilAnswered(APPEND, { id: UPLOAD, content });
  type Finished = { finishStatementImport: { id: string } };
  return (await askUntilAnswered<Finished>(FINISH, { id: UPLOAD })).finishStatementImport.id;
}

const jobOf = async (jobId: string): Promise<ImportJob["statementImportJob"]> =>
  (await askUntilAnswered<ImportJob>(JOB, { id: jobId })).statementImportJob;

const COUNT = `
  SELECT count(*) FILTER (WHERE type = 'TransactionPosted')::int AS posted,
    count(*) FILTER (WHERE type LIKE 'Statement%')::int AS statements
  FROM event WHERE book_id = $1`;

async function countIn(pool: Pool): Promise<{ posted: number; statements: number }> {
  const found = await withTransaction(pool, { tenantId: DEMO_TENANT_ID }, (client) =>
    client.query<{ posted: number; statements: number }>(COUNT, [FUND]),
  );
  return found.rows[0] ?? { posted: 0, statements: 0 };
}

/** Tests so many kills of the service while it imports a statement of so many lines. */
export function testKilledImports(kills: number, lines: number): void {
  test("an import whose service is killed is whole or absent, and is finished by the next one", async () => {
    const pool = createPool({
      url: underKill().databaseUrl,
      logger: createLogger("test", "silent"),
    });
    const jobId = await upload(lines);
    for (let kill = 0; kill < kills; kill += 1) {
      // Some parts are stored by then, in a transaction that is open.
      for (let job = await jobOf(jobId); job.state !== "SUCCEEDED"; job = await jobOf(jobId)) {
        if (job.progress.done > 0) break;
        await sleep(20);
      }
      await underKill().killService();
      const { posted, statements } = await countIn(pool);
      expect([
        [0, 0],
        [lines, Math.ceil(lines / 100) + 2],
      ]).toContainEqual([posted, statements]);
    }
    for (let job = await jobOf(jobId); job.state !== "SUCCEEDED"; job = await jobOf(jobId)) {
      expect(["WAITING", "RUNNING"]).toContain(job.state);
      await sleep(100);
    }
    expect(await countIn(pool)).toMatchObject({ posted: lines });
    const book = { tenantId: DEMO_TENANT_ID, bookId: FUND };
    expect(await verifyBook(pool, book)).toMatchObject({ sound: true });
    await pool.end();
  });
}
