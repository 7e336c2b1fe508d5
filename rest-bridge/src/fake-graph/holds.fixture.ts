import { AppError } from "@allfunds/contract/errors";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import type {
  Account,
  CaptureHoldInput,
  FakeValue,
  Hold,
  HoldCapture,
  PlaceHoldInput,
  VoidHoldInput,
} from "@allfunds/graph-tools/fake-graph";
import { newId } from "@allfunds/platform/ids";
import { EUR, FEES, FUND } from "./sample-values.fixture.ts";
import type { Store } from "./transactions.fixture.ts";

const money = (minor: bigint) => EUR(formatAmount(minor, "EUR"));

interface Stored {
  readonly id: string;
  readonly placed: PlaceHoldInput;
  captured: bigint;
  remaining: bigint;
  isVoid: boolean;
}

/** The holds of the fake graph, with the rules that a client can break. */
export class FakeHolds {
  readonly #stored: Stored[] = [];
  readonly #accountOf: (id: string) => FakeValue<Account> | null;

  constructor(accountOf: (id: string) => FakeValue<Account> | null) {
    this.#accountOf = accountOf;
  }

  find(id: string): FakeValue<Hold> | null {
    const found = this.#stored.find((hold) => hold.id === id);
    return found === undefined ? null : this.#valueOf(found);
  }

  on(accountId: string): FakeValue<Hold>[] {
    return this.#stored
      .filter(({ placed }) => placed.accountId === accountId)
      .map((hold) => this.#valueOf(hold));
  }

  place(placed: PlaceHoldInput): FakeValue<Hold> {
    const remaining = parseAmount(placed.amount, "EUR");
    if (remaining > 1000n) throw new AppError("INSUFFICIENT_FUNDS", "Only 10.00 can be held.");
    const hold = { id: placed.id ?? newId(), placed, captured: 0n, remaining, isVoid: false };
    this.#stored.unshift(hold);
    return this.#valueOf(hold);
  }

  capture({ holdId, amount, releaseRest }: CaptureHoldInput, store: Store): FakeValue<HoldCapture> {
    const hold = this.#active(holdId);
    const taken = typeof amount === "string" ? parseAmount(amount, "EUR") : hold.remaining;
    if (taken > hold.remaining) throw new AppError("HOLD_EXCEEDED", "It reserves less.");
    hold.captured += taken;
    hold.remaining = releaseRest === true ? 0n : hold.remaining - taken;
    const entry = { amount: formatAmount(taken, "EUR") };
    const transaction = store({
      fundId: FUND,
      effectiveDate: "2026-06-30",
      description: hold.placed.description,
      entries: [
        { ...entry, accountId: FEES, side: "DEBIT" },
        { ...entry, accountId: hold.placed.accountId, side: "CREDIT" },
      ],
    });
    return { hold: this.#valueOf(hold), transaction, replayed: false };
  }

  release({ holdId }: VoidHoldInput): FakeValue<Hold> {
    const hold = this.#active(holdId);
    hold.isVoid = true;
    hold.remaining = 0n;
    return this.#valueOf(hold);
  }

  #active(id: string): Stored {
    const hold = this.#stored.find((candidate) => candidate.id === id);
    if (hold === undefined) throw new AppError("HOLD_NOT_FOUND", `There is no hold ${id}.`);
    if (hold.remaining === 0n) throw new AppError("HOLD_NOT_ACTIVE", "It reserves nothing.");
    return hold;
  }

  #valueOf({ id, placed, captured, remaining, isVoid }: Stored): FakeValue<Hold> {
    const { accountId, amount, contraAccountId, description, reference, expiresAt } = placed;
    const account = this.#accountOf(accountId);
    return {
      id,
      position: 4,
      ...(account === null ? {} : { account }),
      amount: money(parseAmount(amount, "EUR")),
      captured: money(captured),
      remaining: money(remaining),
      status: isVoid ? "VOIDED" : remaining === 0n ? "CAPTURED" : "ACTIVE",
      description,
      reference: reference ?? null,
      metadata: {},
      placedAt: "2026-06-30T12:00:00.000Z",
      expiresAt: expiresAt ?? null,
      contraAccount: typeof contraAccountId === "string" ? { id: contraAccountId } : null,
      replayed: false,
    };
  }
}
