import { AppError } from "@allfunds/contract/errors";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import { newId } from "@allfunds/platform/ids";
import type { AccountOf, Posting, StoredTransaction } from "./posting.fixture.ts";
import { EUR, FEES, FUND } from "./sample-values.fixture.ts";

const money = (minor: bigint) => EUR(formatAmount(minor, "EUR"));

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

/** The holds of the stand-in graph, under the rules a client can break. */
export class StandInHolds {
  readonly #holds: Hold[] = [];
  readonly #accountOf: AccountOf;
  readonly #store: (posting: Posting) => StoredTransaction;

  constructor(accountOf: AccountOf, store: (posting: Posting) => StoredTransaction) {
    this.#accountOf = accountOf;
    this.#store = store;
  }

  readonly fields = {
    hold: ({ id }: { id: string }) => this.#find(id),
    placeHold: ({ input }: { input: PlaceHold }) => this.#place(input),
    captureHold: ({ input }: { input: CaptureHold }) => this.#capture(input),
    voidHold: ({ input }: { input: { holdId: string } }) => this.#setFree(input.holdId),
  };

  on(accountId: string) {
    return this.#holds
      .filter(({ said }) => said.accountId === accountId)
      .map((hold) => this.#object(hold));
  }

  #find(id: string) {
    const found = this.#holds.find((hold) => hold.id === id);
    return found === undefined ? null : this.#object(found);
  }

  #place(said: PlaceHold) {
    const remaining = parseAmount(said.amount, "EUR");
    if (remaining > 1000n) throw new AppError("INSUFFICIENT_FUNDS", "Only 10.00 can be held.");
    const hold = { id: said.id ?? newId(), said, captured: 0n, remaining, isVoid: false };
    this.#holds.unshift(hold);
    return { ...this.#object(hold), replayed: false };
  }

  #capture({ holdId, amount, releaseRest }: CaptureHold) {
    const hold = this.#active(holdId);
    const taken = amount === undefined ? hold.remaining : parseAmount(amount, "EUR");
    if (taken > hold.remaining) throw new AppError("HOLD_EXCEEDED", "It reserves less.");
    hold.captured += taken;
    hold.remaining = releaseRest ? 0n : hold.remaining - taken;
    const entry = { amount: formatAmount(taken, "EUR") };
    const transaction = this.#store({
      fundId: FUND,
      effectiveDate: "2026-06-30",
      description: hold.said.description,
      entries: [
        { ...entry, accountId: FEES, side: "DEBIT" },
        { ...entry, accountId: hold.said.accountId, side: "CREDIT" },
      ],
    });
    return { hold: this.#object(hold), transaction, replayed: false };
  }

  #setFree(holdId: string) {
    const hold = this.#active(holdId);
    hold.isVoid = true;
    hold.remaining = 0n;
    return { ...this.#object(hold), replayed: false };
  }

  #active(id: string): Hold {
    const hold = this.#holds.find((candidate) => candidate.id === id);
    if (hold === undefined) throw new AppError("HOLD_NOT_FOUND", `There is no hold ${id}.`);
    if (hold.remaining === 0n) throw new AppError("HOLD_NOT_ACTIVE", "It is over.");
    return hold;
  }

  #object({ id, said, captured, remaining, isVoid }: Hold) {
    return {
      ...said,
      id,
      position: 4,
      amount: money(parseAmount(said.amount, "EUR")),
      captured: money(captured),
      remaining: money(remaining),
      status: isVoid ? "VOIDED" : remaining === 0n ? "CAPTURED" : "ACTIVE",
      metadata: {},
      placedAt: "2026-06-30T12:00:00.000Z",
      account: this.#accountOf(said.accountId),
      contraAccount: said.contraAccountId === undefined ? null : { id: said.contraAccountId },
    };
  }
}
