import { AppError, formatAmount, newId, parseAmount } from "@allfunds/platform";
import type { Posting, StoredTransaction } from "./graph.fixture.ts";

const EUR = (minor: bigint) => ({ amount: formatAmount(minor, "EUR"), currency: "EUR" });

interface Hold {
  readonly id: string;
  readonly said: PlaceHold;
  captured: bigint;
  remaining: bigint;
  isVoid: boolean;
}

interface PlaceHold {
  readonly id?: string;
  readonly accountId: string;
  readonly amount: string;
  readonly contraAccountId?: string;
  readonly description: string;
  readonly expiresAt?: string;
}

interface CaptureHold {
  readonly holdId: string;
  readonly amount?: string;
  readonly releaseRest: boolean;
}

/** What a page of a stand-in's list looks like; cursors count. */
export function pageOf<Item>(
  items: readonly Item[],
  { first, after }: { readonly first: number; readonly after?: string },
) {
  const from = Number(after ?? 0);
  const nodes = items.slice(from, from + first);
  const endCursor = String(from + nodes.length);
  return { nodes, pageInfo: { hasNextPage: from + first < items.length, endCursor } };
}

/** The holds of the stand-in graph, under the rules a client can break. */
export class StandInHolds {
  readonly #holds: Hold[] = [];
  readonly #store: (posting: Posting) => StoredTransaction;

  constructor(store: (posting: Posting) => StoredTransaction) {
    this.#store = store;
  }

  on(accountId: string) {
    return this.#holds.filter(({ said }) => said.accountId === accountId).map(toObject);
  }

  find(id: string) {
    const found = this.#holds.find((hold) => hold.id === id);
    return found === undefined ? null : toObject(found);
  }

  place(said: PlaceHold) {
    const remaining = parseAmount(said.amount, "EUR");
    if (remaining > 1000n) throw new AppError("INSUFFICIENT_FUNDS", "Only 10.00 can be held.");
    const hold = { id: said.id ?? newId(), said, captured: 0n, remaining, isVoid: false };
    this.#holds.unshift(hold);
    return { ...toObject(hold), replayed: false };
  }

  capture({ holdId, amount, releaseRest }: CaptureHold, fundId: string, contraAccountId: string) {
    const hold = this.#active(holdId);
    const taken = amount === undefined ? hold.remaining : parseAmount(amount, "EUR");
    if (taken > hold.remaining) throw new AppError("HOLD_EXCEEDED", "It reserves less.");
    hold.captured += taken;
    hold.remaining = releaseRest ? 0n : hold.remaining - taken;
    const entry = { amount: formatAmount(taken, "EUR") };
    const transaction = this.#store({
      fundId,
      effectiveDate: "2026-06-30",
      description: hold.said.description,
      entries: [
        { ...entry, accountId: contraAccountId, side: "DEBIT" },
        { ...entry, accountId: hold.said.accountId, side: "CREDIT" },
      ],
    });
    return { hold: toObject(hold), transaction, replayed: false };
  }

  setFree(holdId: string) {
    const hold = this.#active(holdId);
    hold.isVoid = true;
    hold.remaining = 0n;
    return { ...toObject(hold), replayed: false };
  }

  #active(id: string): Hold {
    const hold = this.#holds.find((candidate) => candidate.id === id);
    if (hold === undefined) throw new AppError("HOLD_NOT_FOUND", `There is no hold ${id}.`);
    if (hold.remaining === 0n) throw new AppError("HOLD_NOT_ACTIVE", "It is over.");
    return hold;
  }
}

const toObject = ({ id, said, captured, remaining, isVoid }: Hold) => ({
  ...said,
  id,
  position: 4,
  amount: EUR(parseAmount(said.amount, "EUR")),
  captured: EUR(captured),
  remaining: EUR(remaining),
  status: isVoid ? "VOIDED" : remaining === 0n ? "CAPTURED" : "ACTIVE",
  metadata: {},
  placedAt: "2026-06-30T12:00:00.000Z",
  accountId: said.accountId,
  contraAccount: said.contraAccountId === undefined ? null : { id: said.contraAccountId },
});
