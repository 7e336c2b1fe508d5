import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import { testContext } from "@allfunds/platform/testing";
import type { ModelVerdict, Move } from "./book-model.fixture.ts";
import type { Books, BookRequest } from "../slices/model.ts";
import type { Verdict } from "./decide.ts";

/** A fund of five accounts, of which the first may go below zero. */
export interface FiveAccounts {
  readonly context: RequestContext;
  readonly fundId: string;
  readonly accounts: readonly string[];
  /** Events before the first posting. */
  readonly opening: number;
}

export async function openAccounts(books: Books): Promise<FiveAccounts> {
  const context = testContext();
  const fundId = newId();
  const accounts = Array.from({ length: 5 }, () => newId());
  const order = (command: BookRequest["command"]): BookRequest => ({
    bookId: fundId,
    command,
    key: undefined,
    content: null,
  });
  await books.execute(context, order({ kind: "OpenFund", fundId, name: "M", currency: "EUR" }));
  for (const [index, accountId] of accounts.entries()) {
    const command = {
      kind: "OpenAccount",
      fundId,
      accountId,
      code: `P${index}`,
      name: `Account ${index}`,
      type: "ASSET",
      currency: undefined,
      minimumBalance: index === 0 ? undefined : "0",
    } as const;
    await books.execute(context, order(command));
  }
  return { context, fundId, accounts, opening: accounts.length + 1 };
}

export function randomMove(random: (below: number) => number): Move {
  const from = random(5);
  return {
    from,
    to: (from + 1 + random(4)) % 5,
    cents: 1 + random(from === 0 ? 60 : 40),
    // Few enough that they meet.
    key: random(3) === 0 ? `key-${random(60)}` : undefined,
    reference: random(8) === 0 ? `ref-${random(25)}` : null,
  };
}

export const toOrder = ({ fundId, accounts }: FiveAccounts, move: Move): BookRequest => {
  const amount = (move.cents / 100).toFixed(2);
  const content = [move.from, move.to, move.cents, move.reference];
  return {
    bookId: fundId,
    key: move.key,
    content,
    command: {
      kind: "PostTransaction",
      fundId,
      transactionId: newId(),
      effectiveDate: "2026-06-30",
      description: "Move",
      reference: move.reference,
      metadata: {},
      source: { kind: "API" },
      entries: [
        { accountId: accounts[move.from] ?? "", side: "CREDIT", amount },
        { accountId: accounts[move.to] ?? "", side: "DEBIT", amount },
      ],
    },
  };
};

export function toModelVerdict(verdict: Verdict, { opening }: FiveAccounts): ModelVerdict {
  if (!verdict.accepted) return { code: verdict.refusal.code };
  const [event] = verdict.events;
  if (event === undefined) return { code: "NO_EVENT" };
  const { entries } = event.payload as { entries: { balanceAfter: string }[] };
  const [from = 0n, to = 0n] = entries.map(({ balanceAfter }) =>
    BigInt(balanceAfter.replace(".", "")),
  );
  return { position: event.position - opening, replayed: verdict.replayed, after: [from, to] };
}
