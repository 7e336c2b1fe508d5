import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestDatabase } from "@allfunds/platform/testing";
import { escapeLiteral } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
  type SmallFund,
} from "../ledger-database.fixture.ts";
import type { BookId } from "../engine/book.ts";
import { canonicalJson } from "../engine/canonical-json.ts";
import { chainHash } from "../engine/event-log.ts";
import { readEventPages } from "../engine/stored-events.ts";
import { exportBook } from "./export-book.ts";
import type { Verification } from "../engine/verify.ts";
import { atOneInstant } from "./snapshot.ts";
import { verifyBook } from "./verify-book.ts";

interface OfflineVerifier {
  readonly verifyFile: (
    file: string,
    anchor?: { position: number; hash: string },
  ) => Promise<Verification>;
}
const { verifyFile } = (await import(
  new URL("../../verify-book.mjs", import.meta.url).href
)) as OfflineVerifier;

let database: TestDatabase;
let folder: string;
let fund: SmallFund;
let book: BookId;

beforeAll(async () => {
  database = await createLedgerDatabase();
  folder = await mkdtemp(join(tmpdir(), "book-"));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

// Twelve events: the fund, two accounts and nine transactions.
beforeEach(async () => {
  const { books } = openBooks(database);
  fund = await openSmallFund(books);
  book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
  for (let n = 1; n <= 9; n += 1) await books.execute(fund.context, payIn(fund, `${n}.00`));
});

/** What both verifiers find in the book as it is now, the offline one from an export. */
async function verifyBoth(): Promise<{ online: string; offline: string }> {
  const file = join(folder, `${fund.fundId}.ndjson`);
  const parts: string[] = [];
  await exportBook(database.pool, book, (text) => Promise.resolve(void parts.push(text)));
  await writeFile(file, parts.join(""));
  const online = await verifyBook(database.pool, book);
  return { online: short(online), offline: short(await verifyFile(file)) };
}

const short = (verification: Verification): string =>
  verification.sound ? "sound" : `${verification.fault.kind} ${verification.fault.position}`;

/** `$book` in a statement stands for the rows of this book. */
const meddle = (...statements: string[]): Promise<void> =>
  database.asSuperuser(
    ...statements.map((sql) =>
      sql.replaceAll("$book", `tenant_id = '${book.tenantId}' AND book_id = '${book.bookId}'`),
    ),
  );

const swap = (a: number, b: number, columns: string): string => `
  UPDATE event e SET (${columns}) = (SELECT ${columns} FROM event o
    WHERE o.tenant_id = e.tenant_id AND o.book_id = e.book_id AND o.position = ${a + b} - e.position)
  WHERE $book AND position IN (${a}, ${b})`;

const CONTENT = "type, actor, recorded_at, request_hash, command_events, payload, hash";

const renumberBehind = (position: number, by: number): string[] => [
  `UPDATE event SET position = -(position + ${by}) WHERE $book AND position > ${position}`,
  `UPDATE event SET position = -position WHERE $book AND position < 0`,
  `UPDATE book SET position = position + ${by} WHERE tenant_id = '${book.tenantId}' AND id = '${book.bookId}'`,
];

const copyOf = (position: number, to: string): string => `
  INSERT INTO event (tenant_id, book_id, position, type, actor, recorded_at, payload, hash)
  SELECT tenant_id, book_id, ${to}, type, actor, recorded_at, payload, hash
  FROM event WHERE $book AND position = ${position}`;

const actorAt = (position: number): string =>
  `UPDATE event SET actor = 'another actor' WHERE $book AND position = ${position}`;

const entryAt = (position: number): string => `$book AND position = ${position} AND leg = 0`;

test("an untouched book is sound, in the database and as a file", async () => {
  expect(await verifyBoth()).toEqual({ online: "sound", offline: "sound" });
});

test("a book is sound at every instant while it is written", async () => {
  const { books } = openBooks(database);
  const work = { goesOn: true };
  const writing = (async () => {
    while (work.goesOn) await books.execute(fund.context, payIn(fund, "1.00"));
  })();
  const ends: number[] = [];
  // Until one of them has seen what another one had not.
  while (ends.length < 20 || new Set(ends).size < 2) {
    const found = await verifyBook(database.pool, book);
    ends.push(found.sound ? found.position : -1);
  }
  work.goesOn = false;
  await writing;
  expect(Math.min(...ends)).toBeGreaterThanOrEqual(12);
  expect(Math.max(...ends)).toBeGreaterThan(Math.min(...ends));
});

describe("what a superuser did is found and named", () => {
  const cases: [what: string, kind: string, statements: () => string[]][] = [
    [
      "an amount changed",
      "CHANGED 7",
      () => [
        `UPDATE event SET payload = jsonb_set(payload::jsonb, '{entries,0,amount}', '"99.00"')
         WHERE $book AND position = 7`,
      ],
    ],
    ["an actor changed", "CHANGED 2", () => [actorAt(2)]],
    [
      "a time changed by a microsecond",
      "CHANGED 5",
      () => [
        `UPDATE event SET recorded_at = recorded_at + interval '1 microsecond'
         WHERE $book AND position = 5`,
      ],
    ],
    [
      "a hash changed",
      "CHANGED 6",
      () => [`UPDATE event SET hash = sha256(hash) WHERE $book AND position = 6`],
    ],
    ["the last event changed", "CHANGED 12", () => [actorAt(12)]],
    ["an event deleted", "MISSING 8", () => [`DELETE FROM event WHERE $book AND position = 8`]],
    [
      "the first event deleted",
      "MISSING 1",
      () => [`DELETE FROM event WHERE $book AND position = 1`],
    ],
    [
      "the last event deleted",
      "MISSING 12",
      () => [`DELETE FROM event WHERE $book AND position = 12`],
    ],
    [
      "an event deleted and the later ones renumbered",
      "MISSING 8",
      () => [`DELETE FROM event WHERE $book AND position = 8`, ...renumberBehind(8, -1)],
    ],
    ["two events side by side swapped", "REORDERED 5", () => [swap(5, 6, CONTENT)]],
    [
      "two events side by side swapped but for their hashes",
      "REORDERED 5",
      () => [swap(5, 6, CONTENT.replace(", hash", ""))],
    ],
    ["two events far apart swapped", "REORDERED 4", () => [swap(4, 11, CONTENT)]],
    [
      "an event inserted and the later ones renumbered",
      "INSERTED 7",
      () => [...renumberBehind(6, 1), copyOf(5, "7")],
    ],
    ["an event put behind the end", "INSERTED 13", () => [copyOf(12, "13")]],
  ];

  test.each(cases)("%s: %s", async (_what, expected, statements) => {
    // A command's mark would make a copied or swapped row collide before it could deceive a verifier.
    await database.asSuperuser("DROP INDEX IF EXISTS event_command_key");
    const keep = swapKeys(statements());
    await meddle(...keep);
    expect(await verifyBoth()).toEqual({ online: expected, offline: expected });
  });
});

/** Swapped rows take their command keys along. */
const swapKeys = (statements: string[]): string[] =>
  statements.map((sql) => sql.replaceAll("type, actor,", "command_key, type, actor,"));

describe("rows that do not agree with the events are found", () => {
  const cases: [what: string, expected: string, statements: () => string[]][] = [
    ["an entry changed", "ROW 9", () => [`UPDATE entry SET amount = 1 WHERE ${entryAt(9)}`]],
    ["an entry deleted", "ROW 9", () => [`DELETE FROM entry WHERE ${entryAt(9)}`]],
    [
      "an entry moved to another day",
      "ROW 10",
      () => [`UPDATE entry SET effective_date = '2020-01-01' WHERE ${entryAt(10)}`],
    ],
    [
      "entries without an event",
      "ROW 40",
      () => [
        `INSERT INTO entry SELECT tenant_id, book_id, 40, leg, account_id, effective_date, currency,
           amount, balance_after FROM entry WHERE ${entryAt(9)}`,
      ],
    ],
    [
      "a balance changed",
      "ROW 12",
      () => [`UPDATE account SET balance = 1 WHERE id = '${fund.bank}'`],
    ],
    [
      "a held amount changed",
      "ROW 12",
      () => [`UPDATE account SET held = 1 WHERE id = '${fund.bank}'`],
    ],
    [
      "a hold that was never placed",
      "ROW 12",
      () => [
        `INSERT INTO hold (tenant_id, id, book_id, position, account_id, amount, captured, remaining, status)
         VALUES ('${book.tenantId}', '${fund.capital}', '${fund.fundId}', 5, '${fund.bank}', 1, 0, 1, 'VOIDED')`,
      ],
    ],
    [
      "a reversal counted that was never posted",
      "ROW 12",
      () => [
        `INSERT INTO reversed_leg (tenant_id, book_id, transaction_id, account_id, is_debit, amount, reversed)
         SELECT tenant_id, book_id, id, '${fund.bank}', true, 600, 600 FROM transaction WHERE $book AND position = 9`,
      ],
    ],
    [
      "an account changed its type",
      "ROW 12",
      () => [`UPDATE account SET type = 'INCOME' WHERE id = '${fund.bank}'`],
    ],
  ];

  test.each(cases)("%s: %s", async (_what, expected, statements) => {
    await meddle(...statements());
    expect(short(await verifyBook(database.pool, book))).toBe(expected);
  });
});

test("a book rewritten as a whole does not pass a place noted before", async () => {
  const before = await verifyBook(database.pool, book);
  if (!before.sound) throw new Error("the book should be sound");
  const noted = { position: 12, hash: before.hash };
  expect(short(await verifyBook(database.pool, book, { anchor: noted }))).toBe("sound");
  expect(
    short(await verifyBook(database.pool, book, { anchor: { ...noted, hash: "0".repeat(64) } })),
  ).toBe("CHANGED 12");
  expect(short(await verifyBook(database.pool, book, { anchor: { ...noted, position: 13 } }))).toBe(
    "MISSING 13",
  );
});

describe("a book rewritten as a whole over payloads that are not spelled as they are hashed", () => {
  const spellings: [what: string, spell: (payload: object) => string][] = [
    ["with white space", (payload) => JSON.stringify(payload, null, 1)],
    [
      "with a member twice",
      (payload) => JSON.stringify(payload).replace("{", '{"description":"Paid out",'),
    ],
    [
      "with its members in another order",
      (payload) =>
        JSON.stringify(
          Object.fromEntries(Object.entries(payload).sort(([a], [b]) => (a < b ? 1 : -1))),
        ),
    ],
    [
      "with a character escaped",
      (payload) => JSON.stringify(payload).replace('"EUR"', String.raw`"\u0045UR"`),
    ],
  ];

  test.each(spellings)("is found when a payload is spelled %s", async (_what, spell) => {
    await rewriteFrom(7, spell);
    expect(await verifyBoth()).toEqual({ online: "CHANGED 7", offline: "CHANGED 7" });
  });

  test("is not found when it is spelled canonically", async () => {
    await rewriteFrom(7, (payload) => canonicalJson({ ...payload, description: "Paid out" }));
    expect(await verifyBoth()).toEqual({ online: "sound", offline: "sound" });
  });
});

/** Gives one event another payload text, and every event from there on the hash over the text it then has. */
async function rewriteFrom(position: number, spell: (payload: object) => string): Promise<void> {
  const statements: string[] = [];
  let previous = "";
  const events = await atOneInstant(database.pool, book.tenantId, async (reads) => {
    const pages = [];
    for await (const page of readEventPages(reads, book, 1)) pages.push(...page);
    return pages;
  });
  for (const event of events) {
    if (event.position < position) {
      previous = event.hash;
      continue;
    }
    const text = event.position === position ? spell(event.payload as object) : event.payloadText;
    const { payload: _payload, payloadText: _text, hash: _hash, ...content } = event;
    previous = chainHash(previous, { ...book, ...content }, text);
    statements.push(
      `UPDATE event SET payload = ${escapeLiteral(text)}, hash = '\\x${previous}'
       WHERE $book AND position = ${event.position}`,
    );
  }
  const head = `tenant_id = '${book.tenantId}' AND id = '${book.bookId}'`;
  await meddle(...statements, `UPDATE book SET hash = '\\x${previous}' WHERE ${head}`);
}

test("the service's own role is refused every rewriting of events and entries", async () => {
  for (const table of ["event", "entry"]) {
    for (const sql of [
      `UPDATE ${table} SET position = position`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table}`,
    ]) {
      await expect(database.pool.query(sql)).rejects.toMatchObject({ code: "42501" });
      await expect(
        database.asSuperuser("SET session_replication_role = origin", sql),
      ).rejects.toMatchObject({ constraint: "books_are_append_only" });
    }
  }
});

test("a fund that does not exist has no book to verify", async () => {
  await expect(
    verifyBook(database.pool, { ...book, bookId: "018f0000-0000-7000-8000-00000000dead" }),
  ).rejects.toMatchObject({ code: "FUND_NOT_FOUND" });
});
