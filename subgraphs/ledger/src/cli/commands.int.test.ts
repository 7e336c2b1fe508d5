import { mkdtemp, rm, mkdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
  type SmallFund,
} from "../ledger-database.fixture.ts";
import { runCliCommand } from "./commands.ts";

let source: TestDatabase;
let target: TestDatabase;
let folder: string;
let fund: SmallFund;
const content = vi.spyOn(process.stdout, "write");

beforeAll(async () => {
  [source, target] = await Promise.all([createLedgerDatabase(), createLedgerDatabase()]);
  folder = await mkdtemp(join(tmpdir(), "ledger-"));
  const { books } = openBooks(source);
  fund = await openSmallFund(books);
  await books.execute(fund.context, payIn(fund, "1.00"));
});
beforeEach(() => {
  content.mockReset().mockReturnValue(true);
});
afterAll(async () => {
  content.mockRestore();
  await Promise.all([source.drop(), target.drop()]);
  await rm(folder, { recursive: true });
});

const printed = (): string => content.mock.calls.map(([text]) => String(text)).join("");

test("a book goes out of one database and into another, and is sound there", async () => {
  const file = join(folder, "book.ndjson");
  const { fundId } = fund;
  const { tenantId } = fund.context;
  expect(await runCliCommand(source.pool, { name: "export", tenantId, fundId, file })).toBe(true);
  expect(await runCliCommand(target.pool, { name: "import", file })).toBe(true);
  const verify = {
    name: "verify",
    tenantId,
    fundId: undefined,
    noted: undefined,
    fromCheckpoint: false,
  } as const;
  expect(await runCliCommand(target.pool, verify)).toBe(true);
  expect(printed()).toContain(`${fundId} sound up to position 4`);
});

test("an export never overwrites a file", async () => {
  const file = join(folder, "kept.ndjson");
  const { fundId } = fund;
  const command = { name: "export", tenantId: fund.context.tenantId, fundId, file } as const;
  await runCliCommand(source.pool, command);
  await expect(runCliCommand(source.pool, command)).rejects.toMatchObject({ code: "EEXIST" });
});

test("an export that fails is not called one", async () => {
  const file = join(folder, "cut.ndjson");
  const { fundId } = fund;
  // Nothing can be written there, as on a full disk.
  await mkdir(`${file}.part`);
  const command = { name: "export", tenantId: fund.context.tenantId, fundId, file } as const;
  await expect(runCliCommand(source.pool, command)).rejects.toMatchObject({ code: "EISDIR" });
  await expect(stat(file)).rejects.toMatchObject({ code: "ENOENT" });
});

test("read models are rebuilt, all of them", async () => {
  const { tenantId } = fund.context;
  const command = { name: "rebuild", tenantId, fundId: undefined } as const;
  expect(await runCliCommand(source.pool, command)).toBe(true);
  expect(printed()).toContain("statements rebuilt up to position 4");
  // A page is of a whole run of positions; the search reads what comes behind the last one itself.
  expect(printed()).toContain("term-pages rebuilt up to position 0");
});

test("a book that is not sound is named, and a fund that is none refused", async () => {
  const { tenantId } = fund.context;
  await source.asSuperuser("UPDATE event SET actor = 'x' WHERE position = 2");
  const verify = {
    name: "verify",
    tenantId,
    fundId: fund.fundId,
    noted: undefined,
    fromCheckpoint: false,
  } as const;
  expect(await runCliCommand(source.pool, verify)).toBe(false);
  expect(printed()).toContain("NOT SOUND: position 2: CHANGED");
  await expect(runCliCommand(source.pool, { ...verify, fundId: "nothing" })).rejects.toMatchObject({
    code: "FUND_NOT_FOUND",
  });
});
