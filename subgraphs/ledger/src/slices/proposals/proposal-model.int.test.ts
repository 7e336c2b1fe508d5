import { AppError } from "@allfunds/contract/errors";
import type { TransactionPosted } from "@allfunds/contract/events";
import { isConnectionFailure } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { randomFrom, rounds, type TestDatabase, testSeed } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Books, BookRequest } from "../model.ts";
import type { Verdict } from "../../engine/decide.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
  type SmallFund,
} from "../../ledger-database.fixture.ts";
import { signedIn } from "../../ledger-graph.fixture.ts";
import type { PostTransaction } from "../transactions/transaction.ts";

const PEOPLE = ["ann", "bob", "cem", "dee"] as const;
const QUESTIONS = rounds(25, 60);

let database: TestDatabase;
beforeAll(async () => {
  database = await createLedgerDatabase();
});
afterAll(() => database.drop());

const below = randomFrom(testSeed());
const oneOf = <T>(items: readonly T[]): T | undefined => items[below(items.length)];

interface Proposed {
  readonly id: string;
  readonly maker: string;
  readonly command: PostTransaction;
  readonly cents: number;
}

/** An answer that a person received: the log has to agree with it. */
interface Outcome {
  readonly who: string;
  readonly what: "POSTED" | "PROPOSED" | "APPROVED" | "REJECTED" | "WITHDRAWN";
  readonly id: string;
}

class Office {
  /** Commands that came to a verdict. */
  answers = 0;
  readonly outcomes: Outcome[] = [];
  readonly surprises: string[] = [];
  readonly #fund: SmallFund;
  readonly #instances: readonly Books[];
  readonly #proposed: Proposed[] = [];

  constructor(fund: SmallFund, instances: readonly Books[]) {
    this.#fund = fund;
    this.#instances = instances;
  }

  async work(who: string): Promise<void> {
    for (let question = 0; question < QUESTIONS; question += 1) {
      const kind = below(10);
      if (kind === 0) await this.#setLimit(who);
      else if (kind < 5) await this.#post(who);
      else await this.#decide(who);
    }
  }

  async #ask(who: string, command: BookRequest["command"]): Promise<Verdict> {
    const { fundId } = this.#fund;
    const order: BookRequest = { bookId: fundId, command, key: newId(), content: null };
    // A starved machine loses connections faster than the books can repeat: then a client repeats.
    for (;;) {
      const books = oneOf(this.#instances);
      const [verdict] =
        (await books?.executeEach(signedIn(who), fundId, [order], false).catch(orUnknown)) ?? [];
      if (verdict === undefined) continue;
      this.answers += 1;
      return verdict;
    }
  }

  async #setLimit(who: string): Promise<void> {
    const { fundId } = this.#fund;
    const amount = below(4) === 0 ? null : `${below(30)}.00`;
    await this.#ask(who, { kind: "SetApprovalLimit", fundId, currency: "EUR", amount });
  }

  async #post(who: string): Promise<void> {
    const cents = 1 + below(4_000);
    const command = payIn(this.#fund, (cents / 100).toFixed(2)).command as PostTransaction;
    const verdict = await this.#ask(who, command);
    if (verdict.accepted) {
      this.outcomes.push({ who, what: "POSTED", id: command.transactionId });
    } else if (verdict.refusal.code === "APPROVAL_REQUIRED") {
      const id = verdict.refusal.proposalId ?? "";
      this.#proposed.push({ id, maker: who, command, cents });
      this.outcomes.push({ who, what: "PROPOSED", id });
    } else {
      this.surprises.push(verdict.refusal.code);
    }
  }

  /** Decides one of the last few, so that several do it at once; who may is not checked beforehand. */
  async #decide(who: string): Promise<void> {
    const proposal = oneOf(this.#proposed.slice(-4));
    if (proposal === undefined) return;
    const on = { fundId: this.#fund.fundId, proposalId: proposal.id };
    const totals = [{ currency: "EUR", amountMinor: BigInt(proposal.cents), limitMinor: 0n }];
    const proposed = { command: { ...proposal.command }, totals };
    const decisions = [
      ["APPROVED", { kind: "ApproveProposal", ...on, proposed }],
      ["REJECTED", { kind: "RejectProposal", ...on, reason: "No" }],
      ["WITHDRAWN", { kind: "WithdrawProposal", ...on }],
    ] as const;
    const [what, command] = oneOf(decisions) ?? decisions[0];
    const verdict = await this.#ask(who, command);
    const may = (what === "WITHDRAWN") === (who === proposal.maker);
    if (verdict.accepted) {
      this.outcomes.push({ who, what, id: proposal.id });
      if (!may) this.surprises.push(`${who} decided on a proposal of ${proposal.maker}`);
    } else if (!["FORBIDDEN", "PROPOSAL_NOT_WAITING"].includes(verdict.refusal.code)) {
      this.surprises.push(verdict.refusal.code);
    }
  }
}

/** Nothing where the outcome of a write is unknown. */
function orUnknown(error: unknown): undefined {
  if (error instanceof AppError && error.code === "UPSTREAM_TIMEOUT") return undefined;
  throw error;
}

/**
 * Connections die and the book's row is held back while all work, at most once for each answer: by the
 * clock alone, a starved machine has more faults than answers.
 */
async function disturb(fundId: string, office: Office, work: { goesOn: boolean }): Promise<void> {
  let faults = 0;
  while (work.goesOn) {
    await new Promise((resolve) => setTimeout(resolve, below(30)));
    if (faults >= office.answers) continue;
    faults += 1;
    const sql =
      below(3) === 0
        ? `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND random() < 0.5`
        : `SELECT pg_sleep(0.02) FROM (SELECT FROM book WHERE id = '${fundId}' FOR UPDATE) b`;
    await database.pool.query(sql).catch((error: unknown) => {
      if (!isConnectionFailure(error)) throw error;
    });
  }
}

interface LogRow {
  readonly type: string;
  readonly actor: string;
  readonly payload: Record<string, string> & Partial<TransactionPosted>;
}

/** Reads the log as a model of the rule would have written it; returns the outcomes in it and what is wrong in it. */
function readLog(rows: readonly LogRow[]): {
  outcomes: Outcome[];
  faults: string[];
  cents: bigint;
} {
  const outcomes: Outcome[] = [];
  const faults: string[] = [];
  const makers = new Map<string, string>();
  let limit: number | undefined;
  let cents = 0n;
  let approved: string | undefined;
  for (const { type, actor: who, payload } of rows) {
    const id = payload["proposalId"] ?? "";
    const debit = Number(payload.entries?.[0]?.amount ?? 0);
    if (approved !== undefined && payload.transactionId !== approved) faults.push("posts another");
    if (type === "ApprovalLimitSet") {
      const amount = payload["amount"] as string | null;
      limit = amount === null ? undefined : Number(amount);
    } else if (type === "TransactionPosted") {
      cents += BigInt((payload.entries?.[0]?.amount ?? "").replace(".", ""));
      if (approved === undefined) {
        if (limit !== undefined && debit > limit) faults.push(`${debit} is above ${limit}`);
        outcomes.push({ who, what: "POSTED", id: payload.transactionId ?? "" });
      }
    } else if (type === "TransactionProposed") {
      makers.set(id, who);
      outcomes.push({ who, what: "PROPOSED", id });
    } else if (type.startsWith("Proposal")) {
      const what = type.slice("Proposal".length).toUpperCase() as Outcome["what"];
      const maker = makers.get(id);
      if (maker === undefined || !makers.delete(id)) faults.push(`${id} does not wait`);
      if ((what === "WITHDRAWN") !== (who === maker)) faults.push(`${who} may not: ${what}`);
      outcomes.push({ who, what, id });
    }
    approved = type === "ProposalApproved" ? payload.transactionId : undefined;
  }
  return { outcomes, faults, cents };
}

const spelled = (outcomes: readonly Outcome[]): string[] =>
  outcomes.map(({ who, what, id }) => `${who} ${what} ${id}`).sort();

test("answers to makers and approvers of two instances agree with the book through resets and delays", async () => {
  const instances = [openBooks(database).books, openBooks(database).books] as const;
  const fund = await openSmallFund(instances[0]);
  const office = new Office(fund, instances);
  const work = { goesOn: true };
  const disturbing = disturb(fund.fundId, office, work);
  try {
    await Promise.all([...PEOPLE, ...PEOPLE].map((who) => office.work(who)));
  } finally {
    work.goesOn = false;
    await disturbing;
  }
  const { rows } = await database.pool.query<LogRow>(
    "SELECT type, actor, payload FROM event WHERE book_id = $1 ORDER BY position",
    [fund.fundId],
  );
  const { outcomes, faults, cents } = readLog(rows);
  expect(office.surprises).toEqual([]);
  expect(faults).toEqual([]);
  expect(spelled(office.outcomes)).toEqual(spelled(outcomes));
  expect(outcomes.filter(({ what }) => what === "APPROVED").length).toBeGreaterThan(0);
  const { rows: accounts } = await database.pool.query<{ balance: string }>(
    "SELECT balance FROM account WHERE id = $1",
    [fund.bank],
  );
  expect(BigInt(accounts[0]?.balance ?? 0)).toBe(cents);
  const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
});

const row = (type: string, actor: string, payload: object): LogRow =>
  ({ type, actor, payload }) as LogRow;

test("the model itself finds an approval by the maker, a second decision and a posting above the limit", () => {
  const limit = row("ApprovalLimitSet", "boss", { amount: "1.00" });
  const proposed = row("TransactionProposed", "ann", { proposalId: "p" });
  const approved = (by: string) =>
    row("ProposalApproved", by, { proposalId: "p", transactionId: "t" });
  const posted = row("TransactionPosted", "bob", {
    transactionId: "t",
    entries: [{ amount: "2.00" }],
  });
  expect(readLog([limit, proposed, approved("bob"), posted]).faults).toEqual([]);
  expect(readLog([limit, proposed, approved("ann"), posted]).faults).toHaveLength(1);
  expect(readLog([limit, posted]).faults).toHaveLength(1);
  expect(
    readLog([limit, proposed, approved("bob"), posted, approved("cem"), posted]).faults,
  ).toHaveLength(1);
});
