import type { TestDatabase } from "@allfunds/platform/testing";
import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportBook } from "../../evidence/export-book.ts";
import { verify } from "../../evidence/offline-log.fixture.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import {
  createLedgerDatabase,
  openSmallFund,
  payIn,
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
const transactionId = newId();
const ann = signedIn("ann");

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  fund = await openSmallFund(graph.books, ann);
  await graph.books.execute(ann, payIn(fund, "5.00", { transactionId }));
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const PDF = Buffer.from("%PDF-1.7 an invoice");

const attach = (more: object = {}, by = ann) =>
  graph.run(
    by,
    `mutation ($input: AttachFileInput!) {
      attachFile(input: $input) { id name mediaType size sha256 replayed } }`,
    {
      input: {
        transactionId,
        name: "invoice.pdf",
        contentBase64: PDF.toString("base64"),
        ...more,
      },
    },
  );

const comment = (text: string, by = ann) =>
  graph.run(
    by,
    `mutation ($input: AddCommentInput!) { addComment(input: $input) { text commentedBy { id } } }`,
    { input: { transactionId, text } },
  );

const ofTransaction = (by = ann) =>
  graph.run(
    by,
    `query ($id: ID!) { transaction(id: $id) {
      attachments(first: 10) { nodes { name contentBase64 attachedBy { id } } }
      comments(first: 10) { nodes { text } } } }`,
    { id: transactionId },
  );

test("a file and comments are read with their transaction, and a repeat attaches once", async () => {
  const idempotencyKey = newId();
  const first = dataOf<{ id: string }>(await attach({ idempotencyKey }), "attachFile");
  const again = dataOf<{ id: string }>(await attach({ idempotencyKey }), "attachFile");
  expect(again).toEqual({ ...first, replayed: true });
  expect(codeOf(await comment("Agreed with the supplier\nby phone"))).toBe("ok");
  expect(dataOf(await ofTransaction(), "transaction")).toEqual({
    attachments: {
      nodes: [
        {
          name: "invoice.pdf",
          contentBase64: PDF.toString("base64"),
          attachedBy: { id: "ann" },
        },
      ],
    },
    comments: { nodes: [{ text: "Agreed with the supplier\nby phone" }] },
  });
});

test.each<[string, object, string]>([
  ["another ending than its content", { name: "invoice.png" }, "INVALID_INPUT"],
  ["a path as its name", { name: "../invoice.pdf" }, "INVALID_INPUT"],
  ["no Base64", { contentBase64: "%%%" }, "INVALID_INPUT"],
  ["nothing in it", { contentBase64: "" }, "INVALID_INPUT"],
  ["too many bytes", { contentBase64: "A".repeat(1_866_672) }, "INVALID_INPUT"],
  ["no transaction", { transactionId: newId() }, "TRANSACTION_NOT_FOUND"],
])("a file with %s is refused, and nothing is stored", async (_name, more, code) => {
  const count = "SELECT count(*)::int AS n FROM attachment_content";
  const before = await database.pool.query<{ n: number }>(count);
  expect(codeOf(await attach(more))).toBe(code);
  expect((await database.pool.query<{ n: number }>(count)).rows).toEqual(before.rows);
});

test("a caller of other funds and one of another tenant see nothing of it", async () => {
  const { id } = dataOf<{ id: string }>(await attach(), "attachFile");
  const read = "query ($id: ID!) { attachment(id: $id) { contentBase64 } }";
  const others = [
    signedIn("eve", { funds: [newId()] }),
    signedIn("eve", { overrides: { tenantId: newId() } }),
  ];
  for (const by of others) {
    expect((await graph.run(by, read, { id })).data).toEqual({ attachment: null });
    expect(codeOf(await attach({}, by))).toBe("TRANSACTION_NOT_FOUND");
    expect(codeOf(await comment("Seen", by))).toBe("TRANSACTION_NOT_FOUND");
  }
});

test("the audit log has both, the book is sound, and changed bytes are named", async () => {
  const log = await graph.run(
    ann,
    "query ($id: ID!) { ledgerTrail(fundId: $id, first: 50) { nodes { type } } }",
    { id: fund.fundId },
  );
  const types = dataOf<{ nodes: { type: string }[] }>(log, "ledgerTrail").nodes;
  expect(types.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["FileAttached", "CommentAdded"]),
  );
  const book = { tenantId: ann.tenantId, bookId: fund.fundId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
  const parts: string[] = [];
  await exportBook(database.pool, book, (text) => Promise.resolve(void parts.push(text)));
  expect(verify(parts.join(""))).toBe("sound");
  await database.asSuperuser("UPDATE attachment_content SET content = 'forged'");
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: false });
});
