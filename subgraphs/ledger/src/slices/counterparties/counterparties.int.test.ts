import type { TestDatabase } from "@allfunds/platform/testing";
import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportBook } from "../../evidence/export-book.ts";
import { verify } from "../../evidence/offline-log.fixture.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import {
  createLedgerDatabase,
  openSmallFund,
  type SmallFund,
} from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;
let fund: SmallFund;
const ann = signedIn("ann");
const SUPPLIER = "DE02120300000000202051";
const CUSTOMER = "GB82WEST12345698765432";

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  fund = await openSmallFund(graph.books, ann);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const entry = (amount: string, direction: "CRDT" | "DBIT", name: string, iban: string) => {
  const party = direction === "CRDT" ? "Dbtr" : "Cdtr";
  return `<Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd><Sts>BOOK</Sts>
    <BookgDt><Dt>2026-06-10</Dt></BookgDt><ValDt><Dt>2026-06-10</Dt></ValDt>
    <NtryDtls><TxDtls><RltdPties><${party}><Nm>${name}</Nm></${party}>
    <${party}Acct><Id><IBAN>${iban}</IBAN></Id></${party}Acct></RltdPties></TxDtls></NtryDtls></Ntry>`;
};

const balance = (code: string, amount: string) =>
  `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${amount}</Amt>
    <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-06-10</Dt></Dt></Bal>`;

const STATEMENT = `<?xml version="1.0"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>1</Id>
  <Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>
  ${balance("OPBD", "100.00")}${balance("CLBD", "115.00")}
  ${entry("20.00", "CRDT", "A customer", CUSTOMER)}
  ${entry("2.00", "DBIT", "A supplier", SUPPLIER)}
  ${entry("3.00", "DBIT", "A supplier", SUPPLIER)}
</Stmt></BkToCstmrStmt></Document>`;

const set = (more: object, by = ann) =>
  graph.run(
    by,
    `mutation ($input: SetCounterpartyInput!) {
      setCounterparty(input: $input) { id version name ibans isClosed } }`,
    { input: { fundId: fund.fundId, name: "A supplier", ...more } },
  );

async function proposed(): Promise<object[]> {
  const answer = await graph.run(
    ann,
    `query ($id: ID!) { fund(id: $id) {
      proposedCounterparties(first: 10) { iban name lines lastDate } } }`,
    { id: fund.fundId },
  );
  return dataOf<{ proposedCounterparties: object[] }>(answer, "fund").proposedCounterparties;
}

test("lines of statements propose who is no counterparty yet, and the book keeps who is", async () => {
  const imported = await graph.run(
    ann,
    "mutation ($input: ImportStatementInput!) { importStatement(input: $input) { posted } }",
    { input: { accountId: fund.bank, content: STATEMENT } },
  );
  expect(dataOf(imported, "importStatement")).toEqual({ posted: 3 });
  const customer = { iban: CUSTOMER, name: "A customer", lines: 1, lastDate: "2026-06-10" };
  expect(await proposed()).toEqual([
    { iban: SUPPLIER, name: "A supplier", lines: 2, lastDate: "2026-06-10" },
    customer,
  ]);
  const answer = await set({ ibans: ["de02 1203 0000 0000 2020 51"] });
  const { id, ...kept } = dataOf<{ id: string }>(answer, "setCounterparty");
  expect(kept).toEqual({ version: 1, name: "A supplier", ibans: [SUPPLIER], isClosed: false });
  expect(await proposed()).toEqual([customer]);
  expect(codeOf(await set({ ibans: [SUPPLIER] }))).toBe("ALREADY_EXISTS");
  expect(codeOf(await set({ id, replaces: 1, name: "Renamed", ibans: [SUPPLIER] }))).toBe("ok");
  const eve = signedIn("eve", { overrides: { tenantId: newId() } });
  const read = "query ($id: ID!) { counterparty(id: $id) { name } }";
  expect((await graph.run(eve, read, { id })).data).toEqual({ counterparty: null });
  expect((await graph.run(ann, read, { id })).data).toEqual({ counterparty: { name: "Renamed" } });

  const book = { tenantId: ann.tenantId, bookId: fund.fundId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
  const parts: string[] = [];
  await exportBook(database.pool, book, (text) => Promise.resolve(void parts.push(text)));
  expect(verify(parts.join(""))).toBe("sound");
});
