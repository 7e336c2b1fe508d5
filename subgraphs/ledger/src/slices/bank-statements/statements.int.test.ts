import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import { newId } from "@allfunds/platform/ids";
import { createTestDatabase, type TestDatabase } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LEDGER_TEMPLATE } from "../../ledger-database.fixture.ts";
import {
  ask,
  codeOf,
  openFund,
  openService,
  send,
  type TestService,
} from "../../service.fixture.ts";
import {
  APPEND,
  csvOf,
  JOB,
  LINES,
  otherIban,
  START,
  Statements,
  type Statement,
} from "./statements.fixture.ts";

let database: TestDatabase;
let service: TestService;
beforeAll(async () => {
  database = await createTestDatabase(LEDGER_TEMPLATE);
  service = await openService(OPEN_TO_ALL, database.url);
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

const statements = new Statements(() => ({ service, database }));
const { run, balanceOf, statement, undo, decide, expectSound, upload, finish, finished } =
  statements;
const TEST_LIMIT = 120_000;

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

  test("lets a line come again that was proposed and withdrawn", async () => {
    const { fundId, bank } = await openFund(service);
    const limit = { currency: "EUR", amount: "3.00", fundId };
    const set = `mutation ($input: SetApprovalLimitInput!) { setApprovalLimit(input: $input) { amount } }`;
    await ask(service, set, { input: limit });
    const content = csvOf("2026-03-02,One,5.00");
    const { id } = await run(bank, content);
    expect(codeOf(await undo(id))).toBe("APPROVAL_REQUIRED");
    const { proposals } = await ask<{ proposals: { nodes: { id: string }[] } }>(
      service,
      `query ($id: ID!) { proposals(fundId: $id) { nodes { id } } }`,
      { id: fundId },
    );
    await ask(service, "mutation ($id: ID!) { withdrawProposal(id: $id) { id } }", {
      id: proposals.nodes[0]?.id,
    });
    expect(await run(bank, content)).toMatchObject({ duplicates: 1 });
    expect(codeOf(await undo(id))).toBe("ok");
    await ask(service, set, { input: { ...limit, amount: null } });
    expect(await run(bank, content)).toMatchObject({ posted: 1, duplicates: 0 });
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

describe("changes of a statement that arrive together", () => {
  test("undo it whole, or post the line that a person confirms, and not both", async () => {
    const { fundId, bank } = await openFund(service);
    await run(bank, csvOf("2026-03-02,Rent,5.00"));
    const { id } = await run(bank, csvOf("2026-03-02,RENT March,5.00", "2026-03-09,Fee,-2.00"));
    const answers = await statements.together(fundId, () => [undo(id), decide(id, [1])]);
    expect(answers.map(codeOf).filter((code) => code === "ok")).toHaveLength(1);
    const { state } = await statement(id);
    expect(await balanceOf(bank)).toBe(state === "UNDONE" ? "5.00" : "8.00");
    await expectSound(fundId);
  });

  test("undo it once, though it posted nothing", async () => {
    const { fundId, bank } = await openFund(service);
    const content = csvOf("2026-03-02,Rent,5.00");
    await run(bank, content);
    const { id } = await run(bank, content);
    await statements.together(fundId, () => [undo(id), undo(id)]);
    expect(await statement(id)).toMatchObject({ state: "UNDONE" });
    await expectSound(fundId);
  });

  test("undo it only when nothing of it is reversed in part", async () => {
    const { fundId, bank } = await openFund(service);
    const { id } = await run(bank, csvOf("2026-03-02,Rent,5.00"));
    const [first] = (await statement(id)).transactions.nodes;
    const reverse = `mutation ($input: ReverseTransactionInput!) { reverseTransaction(input: $input) { id } }`;
    const part = { transactionId: first?.id, amount: "2.00" };
    const both = () => [send(service, reverse, { input: part }), undo(id)];
    const answers = await statements.together(fundId, both);
    expect(answers.map(codeOf).filter((code) => code === "ok")).toHaveLength(1);
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

describe("a transfer between two accounts of the fund", () => {
  test("is posted once, and the line of the second statement is a candidate, whatever its day and text", async () => {
    const { fundId, importOf, balances } = await statements.openBanks();
    await importOf(0, "2026-03-01,Opening,500.00,");
    await importOf(1, "2026-03-01,Interest,1.00,");
    const sent = await importOf(0, `2026-03-02,To savings,-100.00,${otherIban(0)}`);
    expect(sent).toMatchObject({ posted: 1, possibleDuplicates: [] });
    expect(await balances()).toEqual(["400.00", "101.00"]);
    const came = await importOf(1, `2026-03-04,From current account,100.00,${otherIban(1)}`);
    expect(came).toMatchObject({ posted: 0, possibleDuplicates: [{}] });
    expect(await balances()).toEqual(["400.00", "101.00"]);
    await expectSound(fundId);
  });

  test("is a candidate, too, when the first statement came before the other account was known", async () => {
    const { fundId, importOf, balances } = await statements.openBanks();
    await importOf(0, "2026-03-01,Opening,500.00,", `2026-03-02,Sent,-70.00,${otherIban(0)}`);
    const came = await importOf(
      1,
      `2026-03-03,Came,70.00,${otherIban(1)}`,
      "2026-03-03,Fee,-1.00,",
    );
    expect(came).toMatchObject({ posted: 1, possibleDuplicates: [{}] });
    expect(await balances()).toEqual(["430.00", "-1.00"]);
    await expectSound(fundId);
  });
});

describe("an uploaded statement", { timeout: TEST_LIMIT }, () => {
  test("is imported whole by a job that another request finds again, and is a duplicate then", async () => {
    const { fundId, bank, capital } = await openFund(service);
    const rows = Array.from(
      { length: 1_150 },
      (_, at) => `2026-03-${10 + (at % 9)},Line ${at},1.50`,
    );
    const part = (amount: string) => ({ accountId: capital, amount });
    const splits = [{ line: 1_101, parts: [part("1.00"), part("0.50")] }];
    const id = await upload(bank, csvOf(...rows), 7_001, { splits });
    const job = await finished(id);
    expect(job).toMatchObject({ state: "SUCCEEDED", statementId: id, progress: { done: 1_150 } });
    expect(await statements.indexedTo(fundId)).toBeGreaterThan(1_150);
    expect(await finished(id)).toMatchObject({ id: job.id, state: "SUCCEEDED" });
    expect(await statement(id)).toMatchObject({ posted: 1_150, lineCount: 1_150, duplicates: 0 });
    expect(await Promise.all([bank, capital].map(balanceOf))).toEqual(["1725.00", "1.50"]);
    expect(await run(bank, csvOf(...rows))).toMatchObject({ posted: 0, duplicates: 1_150 });
    await expectSound(fundId);
    expect(await statements.undoneByJob(id)).toMatchObject({
      state: "SUCCEEDED",
      reversed: 1_150,
      progress: { done: 1_150, total: 1_150 },
      statement: { state: "UNDONE" },
    });
    expect(await Promise.all([bank, capital].map(balanceOf))).toEqual(["0.00", "0.00"]);
    await expectSound(fundId);
  });

  test("posts nothing when the parts of a line do not come to it, and names the line", async () => {
    const { fundId, bank, capital } = await openFund(service);
    const splits = [{ line: 1, parts: [{ accountId: capital, amount: "0.40" }] }];
    const id = await upload(bank, csvOf("2026-03-02,One,1.00"), 7_001, { splits });
    expect(await finished(id)).toMatchObject({
      state: "FAILED",
      error: { code: "INVALID_INPUT" },
      faults: [{ path: "splits.0.parts" }],
    });
    expect(await balanceOf(bank)).toBe("0.00");
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
    const id = await upload(bank, csvOf("2026-03-02,Early,1.00", ...rows));
    expect(await finished(id)).toMatchObject({
      state: "FAILED",
      error: { code: "POSTING_PERIOD_CLOSED" },
      faults: [{ path: "line 2" }],
    });
    expect(await balanceOf(bank)).toBe("0.00");
    expect(await statements.storedChunks(id)).toBe(0);
    expect(
      (await send(service, "query ($id: ID!) { statement(id: $id) { id } }", { id })).data,
    ).toEqual({
      statement: null,
    });
    await expectSound(fundId);
  });
});

describe("an upload", { timeout: TEST_LIMIT }, () => {
  test("goes on where it was interrupted, and takes each chunk once", async () => {
    const { bank } = await openFund(service);
    const id = await upload(bank, "Date,Text,");
    const append = (offset: number, text: string) =>
      send(service, APPEND, { id, offset, contentBase64: Buffer.from(text).toString("base64") });
    const repeated = await append(0, "Date,Text,");
    expect(repeated.data).toMatchObject({ appendStatementImport: { bytes: 10 } });
    const skipping = await append(12, "x");
    expect(codeOf(skipping)).toBe("UPLOAD_OFFSET_MISMATCH");
    expect(skipping.errors?.[0]?.message).toContain("10 bytes");
    expect(codeOf(await append(0, "Date,Text;"))).toBe("UPLOAD_OFFSET_MISMATCH");
    expect(codeOf(await append(10, "Amount"))).toBe("ok");
    expect(codeOf(await append(10, "Amount"))).toBe("ok");
    const query = `query ($id: ID!) { statementUpload(id: $id) { bytes isFinished job { id } } }`;
    expect((await send(service, query, { id })).data).toEqual({
      statementUpload: { bytes: 16, isFinished: false, job: null },
    });
    expect(codeOf(await send(service, START, { id, input: { accountId: bank } }))).toBe("ok");
    const other = { accountId: bank, postPossibleDuplicates: true };
    expect(codeOf(await send(service, START, { id, input: other }))).toBe("IDEMPOTENCY_CONFLICT");
    const { id: used } = await run(bank, csvOf("2026-03-02,One,1.00"));
    expect(codeOf(await send(service, START, { id: used, input: { accountId: bank } }))).toBe(
      "IDEMPOTENCY_CONFLICT",
    );
  });

  test("is imported by one job however often it is finished, and posts nothing when that is cancelled", async () => {
    const { fundId, bank } = await openFund(service);
    const id = await upload(bank, csvOf("2026-03-02,One,1.00"));
    const cancel = `mutation ($id: ID!) { cancelStatementImport(jobId: $id) { ${JOB} } }`;
    const ended = await statements.whileLocked(fundId, async () => {
      const [one, other] = await Promise.all([finish(id), finish(id)]);
      expect(other.id).toBe(one.id);
      await statements.reading(one.id);
      await ask(service, cancel, { id: one.id });
      return finished(id);
    });
    expect(ended).toMatchObject({ state: "CANCELLED", statementId: id });
    expect(codeOf(await send(service, cancel, { id: newId() }))).toBe("NOT_FOUND");
    expect(await balanceOf(bank)).toBe("0.00");
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
      { numRuns: 6 },
    );
  });
});
