import { setTimeout as pause } from "node:timers/promises";
import { openContext } from "@allfunds/platform/context";
import { withTransaction, type Pool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { expect, vi } from "vitest";
import { lockBook, PreparedStatements } from "../../engine/batched-sql.ts";
import { exportBook } from "../../evidence/export-book.ts";
import { verdictOn } from "../../evidence/offline-log.fixture.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import {
  ask,
  OPEN_ACCOUNT,
  openFund,
  send,
  type Answer,
  type TestService,
} from "../../service.fixture.ts";

const { tenantId } = openContext({});

const IMPORT = `mutation ($input: ImportStatementInput!) { importStatement(input: $input) {
  id posted duplicates possibleDuplicates { fileLine } } }`;
interface Imported {
  readonly id: string;
  readonly posted: number;
  readonly duplicates: number;
  readonly possibleDuplicates: readonly object[];
}
export const csvOf = (...rows: readonly string[]): string =>
  ["Date,Text,Amount", ...rows].join("\n");

export const LINES = `nodes { number fileLine effectiveDate amount { amount } description verdict decision
  transaction { description } earlierTransactionId }`;
const STATEMENT = `id state fileHash from to lineCount posted duplicates possibleDuplicates openLines undoReason
  breaks { kind difference { amount } } lines(first: 200) { ${LINES} } transactions { nodes { id } }`;
export interface Statement extends Record<string, unknown> {
  readonly id: string;
  readonly transactions: { readonly nodes: readonly { readonly id: string }[] };
}

export const JOB = "id state statementId progress { done total } error { code } faults { path }";
export const START = `mutation ($id: ID, $input: StartStatementImportInput!) { startStatementImport(id: $id, input: $input) { id bytes } }`;
export const APPEND = `mutation ($id: ID!, $offset: SafeInt!, $contentBase64: String!) {
  appendStatementImport(id: $id, offset: $offset, contentBase64: $contentBase64) { bytes } }`;
const FINISH = `mutation ($id: ID!) { finishStatementImport(id: $id) { ${JOB} } }`;
interface ImportJob {
  readonly id: string;
  readonly state: string;
  readonly progress: { readonly total: number };
}

/** A thread loads its sources first, on a busy machine for long. */
const THREAD_PATIENTLY = { timeout: 110_000, interval: 100 };

/** Replay and the verifier that needs no service agree on what was written. */
async function expectSoundBook(pool: Pool, bookId: string): Promise<void> {
  const book = { tenantId, bookId };
  expect(await verifyBook(pool, book)).toMatchObject({ sound: true });
  const parts: string[] = [];
  await exportBook(pool, book, (text) => Promise.resolve(void parts.push(text)));
  expect(verdictOn(parts.join(""))).toMatchObject({ sound: true });
}

const IBANS = ["DE89370400440532013000", "DE02120300000000202051"] as const;

/** The IBAN of the other one of two accounts. */
export const otherIban = (own: 0 | 1): string => IBANS[own === 0 ? 1 : 0];

const ofBank = (own: 0 | 1, ...rows: readonly string[]): string =>
  [`Account,${IBANS[own]}`, "", "Date,Text,Amount,Counterparty IBAN", ...rows].join("\n");

interface Opened {
  readonly service: TestService;
  readonly database: TestDatabase;
}

/** What tests of statements do with a service, once it is open. */
export class Statements {
  readonly #opened: () => Opened;

  constructor(opened: () => Opened) {
    this.#opened = opened;
  }

  readonly run = async (
    accountId: string,
    content: string,
    more: object = {},
  ): Promise<Imported> => {
    const input = { accountId, content, ...more };
    const { service } = this.#opened();
    return (await ask<{ importStatement: Imported }>(service, IMPORT, { input })).importStatement;
  };

  readonly balanceOf = async (id: string): Promise<string> => {
    const query = "query ($id: ID!) { account(id: $id) { balance { amount } } }";
    const { service } = this.#opened();
    const found = await ask<{ account: { balance: { amount: string } } }>(service, query, { id });
    return found.account.balance.amount;
  };

  readonly statement = async (id: string): Promise<Statement> => {
    const query = `query ($id: ID!) { statement(id: $id) { ${STATEMENT} } }`;
    return (await ask<{ statement: Statement }>(this.#opened().service, query, { id })).statement;
  };

  readonly undo = (statementId: string, reason = "Wrong account"): Promise<Answer> =>
    this.#change("undoStatement", "UndoStatementInput", { statementId, reason });

  /** Confirms lines; with a reason, rejects them. */
  readonly decide = (statementId: string, lines: number[], reason?: string): Promise<Answer> =>
    reason === undefined
      ? this.#change("confirmStatementLines", "StatementLinesInput", { statementId, lines })
      : this.#change("rejectStatementLines", "RejectStatementLinesInput", {
          statementId,
          lines,
          reason,
        });

  #change(mutation: string, type: string, input: object): Promise<Answer> {
    const text = `mutation ($input: ${type}!) { ${mutation}(input: $input) { state openLines } }`;
    return send(this.#opened().service, text, { input });
  }

  /** Does something while nothing can be written to the book. */
  readonly whileLocked = <T>(bookId: string, work: () => Promise<T>): Promise<T> =>
    withTransaction(this.#opened().database.pool, { tenantId }, async (client) => {
      await lockBook(new PreparedStatements(client), { tenantId, bookId });
      return work();
    });

  /** Commands that arrive while the book stores others: they are decided on together. */
  readonly together = async (
    bookId: string,
    work: () => readonly Promise<Answer>[],
  ): Promise<Answer[]> => {
    const open = `mutation ($input: OpenAccountInput!) { openAccount(input: $input) { id } }`;
    const input = { fundId: bookId, code: "9999", name: "Other", type: "ASSET", currency: "EUR" };
    const answers = await this.whileLocked(bookId, async () => {
      const before = send(this.#opened().service, open, { input });
      await pause(150);
      const started = [before, ...work()];
      await pause(150);
      return started;
    });
    return (await Promise.all(answers)).slice(1);
  };

  readonly expectSound = (bookId: string): Promise<void> =>
    expectSoundBook(this.#opened().database.pool, bookId);

  /** A fund with two accounts of banks, and imports into them. */
  readonly openBanks = async () => {
    const { service } = this.#opened();
    const { fundId, bank } = await openFund(service);
    const input = { fundId, code: "BANK-2", name: "Savings", type: "ASSET" };
    const { openAccount } = await ask<{ openAccount: { id: string } }>(service, OPEN_ACCOUNT, {
      input,
    });
    const more = { takesOverIban: true };
    const importOf = (own: 0 | 1, ...rows: readonly string[]): Promise<Imported> =>
      this.run(own === 0 ? bank : openAccount.id, ofBank(own, ...rows), more);
    const balances = (): Promise<string[]> =>
      Promise.all([bank, openAccount.id].map(this.balanceOf));
    return { fundId, importOf, balances };
  };

  /** Begins an upload and appends the whole file. */
  readonly upload = async (
    accountId: string,
    content: string,
    chunk = 50_000,
    more: object = {},
  ): Promise<string> => {
    const { service } = this.#opened();
    const id = newId();
    await ask(service, START, { id, input: { accountId, ...more } });
    const bytes = Buffer.from(content);
    for (let offset = 0; offset < bytes.length; offset += chunk) {
      const contentBase64 = bytes.subarray(offset, offset + chunk).toString("base64");
      await ask(service, APPEND, { id, offset, contentBase64 });
    }
    return id;
  };

  readonly finish = async (id: string): Promise<ImportJob> => {
    type Finished = { finishStatementImport: ImportJob };
    return (await ask<Finished>(this.#opened().service, FINISH, { id })).finishStatementImport;
  };

  /** Finishes an upload and waits for the end of its job. */
  readonly finished = async (uploadId: string): Promise<ImportJob> => {
    const { id } = await this.finish(uploadId);
    return this.#jobWhen(id, ({ state }) => ["SUCCEEDED", "FAILED", "CANCELLED"].includes(state));
  };

  /** Waits until the job has read its file. */
  readonly reading = (jobId: string): Promise<ImportJob> =>
    this.#jobWhen(jobId, ({ progress }) => progress.total > 0);

  async #jobWhen(id: string, is: (job: ImportJob) => boolean): Promise<ImportJob> {
    const query = `query ($id: ID!) { statementImportJob(id: $id) { ${JOB} } }`;
    type Found = { statementImportJob: ImportJob };
    const read = async (): Promise<ImportJob> =>
      (await ask<Found>(this.#opened().service, query, { id })).statementImportJob;
    let seen = await read();
    await vi.waitUntil(async () => is((seen = await read())), THREAD_PATIENTLY);
    return seen;
  }

  /** Has an import undone by a job and waits for its end. */
  readonly undoneByJob = async (statementId: string): Promise<object> => {
    const { service } = this.#opened();
    const begin = `mutation ($input: UndoStatementInput!) { startStatementUndo(input: $input) { id } }`;
    const input = { statementId, reason: "Wrong account" };
    type Begun = { startStatementUndo: { id: string } };
    const { id } = (await ask<Begun>(service, begin, { input })).startStatementUndo;
    const query = `query ($id: ID!) { statementUndoJob(id: $id) {
      state reversed error { code } progress { done total } obstacles { path } statement { state } } }`;
    type Found = { statementUndoJob: { state: string } };
    const read = async () => (await ask<Found>(service, query, { id })).statementUndoJob;
    let seen = await read();
    const isOver = () => ["SUCCEEDED", "FAILED", "CANCELLED"].includes(seen.state);
    await vi.waitUntil(async () => ((seen = await read()), isOver()), THREAD_PATIENTLY);
    return seen;
  };

  /** How far the index of terms has a book. */
  readonly indexedTo = (bookId: string): Promise<number> =>
    withTransaction(this.#opened().database.pool, { tenantId }, async (client) => {
      const sql = `SELECT position FROM projection
        WHERE tenant_id = $1 AND book_id = $2 AND name = 'term-pages' AND active`;
      const { rows } = await client.query<{ position: string }>(sql, [tenantId, bookId]);
      return Number(rows[0]?.position ?? 0);
    });

  readonly storedChunks = (id: string): Promise<number | null> =>
    withTransaction(this.#opened().database.pool, { tenantId }, async (client) => {
      const sql = "SELECT FROM statement_upload_chunk WHERE tenant_id = $1 AND upload_id = $2";
      return (await client.query(sql, [tenantId, id])).rowCount;
    });
}
