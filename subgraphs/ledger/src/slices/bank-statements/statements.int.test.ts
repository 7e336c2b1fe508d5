import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import { openContext } from "@allfunds/platform/context";
import { createTestDatabase, type TestDatabase } from "@allfunds/platform/testing";
import { newId } from "@allfunds/platform/ids";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { exportBook } from "../../evidence/export-book.ts";
import { verdictOn } from "../../evidence/offline-log.fixture.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import {
  ask,
  codeOf,
  openFund,
  openService,
  send,
  type TestService,
} from "../../service.fixture.ts";

let database: TestDatabase;
let service: TestService;
beforeAll(async () => {
  database = await createTestDatabase();
  service = await openService(OPEN_TO_ALL, database.url);
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

const IMPORT = `mutation ($input: ImportStatementInput!) { importStatement(input: $input) {
  id posted duplicates possibleDuplicates { fileLine } } }`;
interface Imported {
  readonly importStatement: {
    readonly id: string;
    readonly posted: number;
    readonly duplicates: number;
    readonly possibleDuplicates: readonly object[];
  };
}
const csvOf = (...rows: readonly string[]): string => ["Date,Text,Amount", ...rows].join("\n");
const run = async (accountId: string, content: string, more: object = {}) =>
  (await ask<Imported>(service, IMPORT, { input: { accountId, content, ...more } }))
    .importStatement;

const LINES = `nodes { number fileLine effectiveDate amount { amount } description verdict decision
  transaction { description } earlierTransactionId }`;
const STATEMENT = `id state fileHash from to lineCount posted duplicates possibleDuplicates openLines undoReason
  breaks { kind difference { amount } } lines(first: 200) { ${LINES} } transactions { nodes { id } }`;
const balanceOf = async (id: string): Promise<string> =>
  (
    await ask<{ account: { balance: { amount: string } } }>(
      service,
      "query ($id: ID!) { account(id: $id) { balance { amount } } }",
      { id },
    )
  ).account.balance.amount;

interface Statement {
  readonly id: string;
  readonly transactions: { readonly nodes: readonly { readonly id: string }[] };
}
const statement = async (id: string) =>
  (
    await ask<{ statement: Statement & Record<string, unknown> }>(
      service,
      `query ($id: ID!) { statement(id: $id) { ${STATEMENT} } }`,
      { id },
    )
  ).statement;
const change = (mutation: string, type: string, input: object) =>
  send(service, `mutation ($input: ${type}!) { ${mutation}(input: $input) { state openLines } }`, {
    input,
  });
const undo = (statementId: string, reason = "Wrong account") =>
  change("undoStatement", "UndoStatementInput", { statementId, reason });
const decide = (statementId: string, lines: number[], reason?: string) =>
  reason === undefined
    ? change("confirmStatementLines", "StatementLinesInput", { statementId, lines })
    : change("rejectStatementLines", "RejectStatementLinesInput", { statementId, lines, reason });

/** Replay and the verifier that needs no service agree on what was written. */
async function expectSound(bookId: string): Promise<void> {
  const book = { tenantId: openContext({}).tenantId, bookId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
  const parts: string[] = [];
  await exportBook(database.pool, book, (text) => Promise.resolve(void parts.push(text)));
  expect(verdictOn(parts.join(""))).toMatchObject({ sound: true });
}

describe("an imported statement", () => {
  test("is listed with its lines, each with its verdict and its transaction, page by page", async () => {
    const { fundId, bank } = await openFund(service);
    const rows = Array.from({ length: 250 }, (_, at) => `2026-03-${10 + (at % 9)},Line ${at},1.50`);
    const whole = await run(bank, csvOf(...rows));
    const again = await run(bank, csvOf(...rows.slice(0, 2), "2026-03-30,Late,7.00"));
    const { fund } = await ask<{ fund: { statements: { nodes: Statement[] } } }>(
      service,
      `query ($id: ID!) { fund(id: $id) { statements { nodes { id lineCount from to state } } } }`,
      { id: fundId },
    );
    expect(fund.statements.nodes).toEqual([
      { id: again.id, lineCount: 3, from: "2026-03-10", to: "2026-03-30", state: "IMPORTED" },
      { id: whole.id, lineCount: 250, from: "2026-03-10", to: "2026-03-18", state: "IMPORTED" },
    ]);
    const page = await ask<{
      statement: { lines: { nodes: { number: number; transaction: object }[] } };
    }>(
      service,
      `query ($id: ID!, $after: Cursor) { statement(id: $id) { lines(first: 60, after: $after) { ${LINES} pageInfo { endCursor hasNextPage } } } }`,
      { id: whole.id, after: Buffer.from("[190]").toString("base64url") },
    );
    const { nodes } = page.statement.lines;
    expect(nodes.map(({ number }) => number)).toEqual(
      Array.from({ length: 60 }, (_, at) => 191 + at),
    );
    expect(nodes[0]).toMatchObject({ verdict: "NEW", transaction: { description: "Line 190" } });
    expect((await statement(again.id))["lines"]).toMatchObject({
      nodes: [{ verdict: "DUPLICATE", transaction: null }, {}, { verdict: "NEW" }],
    });
    await expectSound(fundId);
  });

  test("is found again by the hash of its file", async () => {
    const { bank } = await openFund(service);
    const { id } = await run(bank, csvOf("2026-03-02,One,1.00"));
    await run(bank, csvOf("2026-03-03,Two,2.00"));
    const { fileHash } = await statement(id);
    const { account } = await ask<{ account: { statements: { nodes: object[] } } }>(
      service,
      `query ($id: ID!, $hash: String) { account(id: $id) { statements(fileHash: $hash) { nodes { id } } } }`,
      { id: bank, hash: fileHash },
    );
    expect(account.statements.nodes).toEqual([{ id }]);
  });
});

describe("undoing a statement", () => {
  test("reverses what it posted, once, and its lines can come again", async () => {
    const { fundId, bank } = await openFund(service);
    const content = csvOf("2026-03-02,One,1.00", "2026-03-03,Two,-4.00");
    const { id } = await run(bank, content);
    expect(await balanceOf(bank)).toBe("-3.00");
    expect((await undo(id)).data).toMatchObject({ undoStatement: { state: "UNDONE" } });
    expect(await balanceOf(bank)).toBe("0.00");
    expect(codeOf(await undo(id, "Once more"))).toBe("ok");
    expect(await statement(id)).toMatchObject({ state: "UNDONE", undoReason: "Wrong account" });
    expect(await run(bank, content)).toMatchObject({ posted: 2, duplicates: 0 });
    expect(await run(bank, content)).toMatchObject({ posted: 0, duplicates: 2 });
    expect(await balanceOf(bank)).toBe("-3.00");
    await expectSound(fundId);
  });

  test("is refused with the list of what was touched since, and writes nothing", async () => {
    const { fundId, bank } = await openFund(service);
    const { id } = await run(bank, csvOf("2026-03-02,One,1.00", "2026-04-03,Two,4.00"));
    const [first] = (await statement(id)).transactions.nodes;
    await ask(
      service,
      `mutation ($input: ClosePeriodInput!) { closePeriod(input: $input) { id } }`,
      { input: { fundId, to: "2026-03-31" } },
    );
    const closed = await undo(id);
    expect(codeOf(closed)).toBe("POSTING_PERIOD_CLOSED");
    expect(JSON.stringify(closed.errors)).toContain(`transaction ${first?.id}`);
    await ask(
      service,
      `mutation ($input: ReverseTransactionInput!) { reverseTransaction(input: $input) { id } }`,
      { input: { transactionId: (await statement(id)).transactions.nodes[1]?.id } },
    );
    expect(codeOf(await undo(id))).toBe("ALREADY_REVERSED");
    expect(await balanceOf(bank)).toBe("1.00");
    expect(codeOf(await undo(newId()))).toBe("NOT_FOUND");
    await expectSound(fundId);
  });
});

describe("a possible duplicate", () => {
  test("is posted when a person confirms it, stays out when one rejects it, and is decided once", async () => {
    const { fundId, bank } = await openFund(service);
    await run(bank, csvOf("2026-03-02,Rent,5.00", "2026-03-02,Fee,2.00"));
    const { id, posted } = await run(
      bank,
      csvOf("2026-03-02,RENT March,5.00", "2026-03-02,FEE,2.00"),
    );
    expect(posted).toBe(0);
    expect(await statement(id)).toMatchObject({ openLines: 2, possibleDuplicates: 2 });
    expect(codeOf(await decide(id, [1]))).toBe("ok");
    expect(codeOf(await decide(id, [2], "The same fee"))).toBe("ok");
    expect(await balanceOf(bank)).toBe("12.00");
    expect(await statement(id)).toMatchObject({
      openLines: 0,
      lines: {
        nodes: [
          { decision: "CONFIRMED", transaction: { description: "RENT March" } },
          { decision: "REJECTED", transaction: null },
        ],
      },
    });
    expect(codeOf(await decide(id, [1]))).toBe("STATEMENT_INVALID");
    expect(codeOf(await decide(id, [2], "Again"))).toBe("ok");
    expect(codeOf(await decide(id, [3]))).toBe("STATEMENT_INVALID");
    const again = await run(bank, csvOf("2026-03-02,RENT March,5.00"));
    expect(again).toMatchObject({ posted: 0, duplicates: 1 });
    expect(codeOf(await undo(id))).toBe("ok");
    expect(await balanceOf(bank)).toBe("7.00");
    await expectSound(fundId);
  });
});

const JOB = "id state statementId progress { done total } error { code } faults { path }";
const START = `mutation ($id: ID, $input: StartStatementImportInput!) { startStatementImport(id: $id, input: $input) { id bytes } }`;
const APPEND = `mutation ($id: ID!, $offset: SafeInt!, $contentBase64: String!) {
  appendStatementImport(id: $id, offset: $offset, contentBase64: $contentBase64) { bytes } }`;
const FINISH = `mutation ($id: ID!) { finishStatementImport(id: $id) { ${JOB} } }`;
interface ImportJob {
  readonly id: string;
  readonly state: string;
}

/** A thread loads its sources first, on a busy machine for long. */
const THREAD_PATIENTLY = { timeout: 110_000, interval: 100 };
const TEST_LIMIT = 120_000;

async function upload(accountId: string, content: string, chunk = 50_000): Promise<string> {
  const id = newId();
  await ask(service, START, { id, input: { accountId } });
  const bytes = Buffer.from(content);
  for (let offset = 0; offset < bytes.length; offset += chunk) {
    const contentBase64 = bytes.subarray(offset, offset + chunk).toString("base64");
    await ask(service, APPEND, { id, offset, contentBase64 });
  }
  return id;
}

async function finished(id: string): Promise<ImportJob> {
  const { finishStatementImport: job } = await ask<{ finishStatementImport: ImportJob }>(
    service,
    FINISH,
    { id },
  );
  let seen = job;
  await vi.waitUntil(async () => {
    const query = `query ($id: ID!) { statementImportJob(id: $id) { ${JOB} } }`;
    const { statementImportJob } = await ask<{ statementImportJob: ImportJob }>(service, query, {
      id: job.id,
    });
    seen = statementImportJob;
    return ["SUCCEEDED", "FAILED", "CANCELLED"].includes(seen.state);
  }, THREAD_PATIENTLY);
  return seen;
}

describe("an uploaded statement", { timeout: TEST_LIMIT }, () => {
  test("is imported whole by a job that another request finds again, and is a duplicate then", async () => {
    const { fundId, bank } = await openFund(service);
    const rows = Array.from(
      { length: 1_150 },
      (_, at) => `2026-03-${10 + (at % 9)},Line ${at},1.50`,
    );
    const id = await upload(bank, csvOf(...rows), 7_001);
    const job = await finished(id);
    expect(job).toMatchObject({ state: "SUCCEEDED", statementId: id, progress: { done: 1_150 } });
    expect(await finished(id)).toMatchObject({ id: job.id, state: "SUCCEEDED" });
    expect(await statement(id)).toMatchObject({ posted: 1_150, lineCount: 1_150, duplicates: 0 });
    expect(await balanceOf(bank)).toBe("1725.00");
    expect(await run(bank, csvOf(...rows))).toMatchObject({ posted: 0, duplicates: 1_150 });
    await expectSound(fundId);
  });

  test("posts nothing when a line far into it is refused, and names the line", async () => {
    const { fundId, bank } = await openFund(service);
    await ask(
      service,
      `mutation ($input: ClosePeriodInput!) { closePeriod(input: $input) { id } }`,
      { input: { fundId, to: "2026-03-31" } },
    );
    const rows = Array.from(
      { length: 1_150 },
      (_, at) => `2026-04-${10 + (at % 9)},Line ${at},1.50`,
    );
    const id = await upload(
      bank,
      csvOf("2026-03-02,Early,1.00", ...rows).replace("Text\n", "Text\n"),
    );
    expect(await finished(id)).toMatchObject({
      state: "FAILED",
      error: { code: "POSTING_PERIOD_CLOSED" },
      faults: [{ path: "line 2" }],
    });
    expect(await balanceOf(bank)).toBe("0.00");
    expect(
      (await send(service, "query ($id: ID!) { statement(id: $id) { id } }", { id })).data,
    ).toEqual({
      statement: null,
    });
    await expectSound(fundId);
  });
});

const dayLines = fc.array(
  fc.record({
    text: fc.constantFrom("Rent", "Coffee", "Fee", "Müller; Co"),
    cents: fc.integer({ min: -900, max: 900 }).filter((cents) => cents !== 0),
  }),
  { minLength: 1, maxLength: 4 },
);
const month = fc.array(dayLines, { minLength: 2, maxLength: 6 });
const files = fc.array(fc.tuple(fc.nat(5), fc.nat(5), fc.integer()), { maxLength: 3 });
const SEED = Number(process.env["STATEMENT_SEED"] ?? 17);

const rowsOf = (days: readonly (readonly { text: string; cents: number }[])[]): string[][] =>
  days.map((lines, day) =>
    lines.map(({ text, cents }) => `2026-03-${10 + day},"${text}",${(cents / 100).toFixed(2)}`),
  );
const turned = (rows: readonly string[], by: number): string[] =>
  [...rows].sort((one, other) => (one < other === by % 2 > 0 ? 1 : -1));

async function postedIn(account: string): Promise<string[]> {
  const { account: found } = await ask<{
    account: {
      entries: {
        nodes: {
          amount: { amount: string };
          side: string;
          transaction: { description: string; effectiveDate: string };
        }[];
      };
    };
  }>(
    service,
    `query ($id: ID!) { account(id: $id) { entries(first: 200) { nodes { side amount { amount } transaction { description effectiveDate } } } } }`,
    { id: account },
  );
  return found.entries.nodes
    .map(
      ({ side, amount, transaction }) =>
        `${transaction.effectiveDate} ${transaction.description} ${side} ${amount.amount}`,
    )
    .sort();
}

describe("the lines of one month", () => {
  test("make the same book in whatever files of whole days they come, repeated, overlapping and in any order", async () => {
    await fc.assert(
      fc.asyncProperty(month, files, async (days, cuts) => {
        const rows = rowsOf(days);
        const [whole, parts] = [await openFund(service), await openFund(service)];
        const more = { postPossibleDuplicates: true };
        await run(whole.bank, csvOf(...rows.flat()), more);
        for (const [from, length, by] of cuts) {
          const some = rows.slice(from, from + length + 1).flat();
          if (some.length > 0) await run(parts.bank, csvOf(...turned(some, by)), more);
        }
        await run(parts.bank, csvOf(...turned(rows.flat(), 1)), more);
        expect(await postedIn(parts.bank)).toEqual(await postedIn(whole.bank));
      }),
      { seed: SEED, numRuns: 6 },
    );
  });
});
