import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createPool } from "@allfunds/platform/database";
import { verifyAndNote } from "../src/evidence/verify-book.ts";
import { openBenchFund, openBooks, transfer } from "./bench-books.ts";
import { benchContext } from "./bench-context.ts";
import { quiet, type BenchServer } from "./bench-server.ts";
import { text, type Table } from "@allfunds/platform/bench";

const ACCOUNTS = 1_000;
const EVENTS = 200_000;
const NEWER_EVENTS = 40_000;
const TOGETHER = 500;

/** How fast a book is proven by replay: from its first event, and from where it was proven before. */
export async function measureVerification(server: BenchServer): Promise<Table> {
  const { books, close } = openBooks(server);
  const context = benchContext(DEMO_TENANT_ID);
  const { fundId, accounts } = await openBenchFund(books, context, ACCOUNTS);
  const anyAccount = (): number => Math.floor(Math.random() * ACCOUNTS);
  const order = (): ReturnType<typeof transfer> => {
    const from = anyAccount();
    return transfer(fundId, accounts[from] ?? "", accounts[(from + 1) % ACCOUNTS] ?? "");
  };
  const post = async (events: number): Promise<void> => {
    for (let posted = 0; posted < events; posted += TOGETHER) {
      const orders = Array.from({ length: TOGETHER }, order);
      await books.executeEach(context, fundId, orders, false);
    }
    await server.analyze();
  };
  const pool = createPool({ url: server.ledgerUrl, logger: quiet });
  const prove = async (events: number, fromCheckpoint: boolean): Promise<number> => {
    const startedAt = performance.now();
    const book = { tenantId: DEMO_TENANT_ID, bookId: fundId };
    const { sound } = await verifyAndNote(pool, book, { fromCheckpoint });
    if (!sound) throw new Error("the book is not sound");
    return (events / (performance.now() - startedAt)) * 1_000;
  };
  await post(EVENTS);
  const whole = await prove(EVENTS, false);
  await post(NEWER_EVENTS);
  const newer = await prove(NEWER_EVENTS, true);
  await close();
  await pool.end();
  return {
    title: "Proof by replay",
    columns: ["case", "events/s"],
    rows: [
      [`a book of ${EVENTS} postings, from its first event`, text(whole)],
      [`its newest ${NEWER_EVENTS}, from the checkpoint`, text(newer)],
    ],
  };
}
