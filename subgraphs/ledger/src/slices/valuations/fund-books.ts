import { formatAmount, parseAmount } from "@allfunds/contract/money";
import type { ValuationInputs } from "@allfunds/contract/valuation";
import {
  accountCode,
  CHART,
  type AccountScope,
  type FundAccountKind,
} from "../fund-terms/fund-accounts.ts";
import type { ClosingBalance } from "../reconciliation/reconciliation-sql.ts";
import type { BookFindings } from "./valuation-checks.ts";

export interface AccountRow {
  readonly id: string;
  readonly code: string;
  readonly type: string;
  readonly currency: string;
}

/** Debits less credits by account: all of them, and those of closings of years. */
interface Balances {
  readonly debits: ReadonlyMap<string, bigint>;
  readonly closings: ReadonlyMap<string, bigint>;
}

/** The accounts of a fund as a valuation reads them: debits less credits. */
export class Books {
  readonly base: string;
  readonly #accounts: readonly AccountRow[];
  readonly #debits: ReadonlyMap<string, bigint>;
  readonly #closings: ReadonlyMap<string, bigint>;
  readonly #idByCode: ReadonlyMap<string, string>;

  constructor(accounts: readonly AccountRow[], { debits, closings }: Balances, base: string) {
    this.base = base;
    this.#accounts = accounts;
    this.#debits = debits;
    this.#closings = closings;
    this.#idByCode = new Map(accounts.map(({ code, id }) => [code, id]));
  }

  spell(minor: bigint): string {
    return formatAmount(minor, this.base);
  }

  /** Debits less credits of an account of the chart; zero when it is not open. */
  debit(kind: FundAccountKind, scope: AccountScope = {}): bigint {
    const id = this.#idByCode.get(accountCode(kind, this.base, scope));
    return id === undefined ? 0n : (this.#debits.get(id) ?? 0n);
  }

  /** The same of all years: what closings took from income and expenses counts as if it stood there. */
  ever(kind: FundAccountKind, scope: AccountScope): bigint {
    const id = this.#idByCode.get(accountCode(kind, this.base, scope)) ?? "";
    return this.debit(kind, scope) - (this.#closings.get(id) ?? 0n);
  }

  #debitOf({ id }: AccountRow): bigint {
    return this.#debits.get(id) ?? 0n;
  }

  #sum(types: readonly string[]): bigint {
    return this.#accounts
      .filter(({ type, currency }) => currency === this.base && types.includes(type))
      .reduce((all, account) => all + this.#debitOf(account), 0n);
  }

  /** Foreign currencies in which something is booked. */
  currencies(): string[] {
    return this.#accounts
      .filter((account) => !account.currency.includes("/") && this.#debitOf(account) !== 0n)
      .map(({ currency }) => currency)
      .filter((currency) => currency !== this.base);
  }

  /** Also of currencies that were sold off: what the base still carries of them is lost or won. */
  exchanges(): ValuationInputs["exchanges"] {
    return this.#accounts
      .filter(({ code }) => code.startsWith(`${CHART.EXCHANGE_FOREIGN.number}-`))
      .map(({ currency }) => currency)
      .toSorted()
      .map((currency) => ({
        currency,
        net: formatAmount(-this.debit("EXCHANGE_FOREIGN", { currency }), currency),
        carried: this.spell(this.debit("EXCHANGE_BASE", { currency })),
      }));
  }

  /** Interest that is due on positions, and what stands in the books of it, by currency. */
  interests(positions: ValuationInputs["positions"]): ValuationInputs["interests"] {
    const due = new Map<string, bigint>();
    for (const { currency, interest } of positions) {
      if (interest === null) continue;
      due.set(currency, (due.get(currency) ?? 0n) + parseAmount(interest, currency));
    }
    const all = new Set([this.base, ...this.currencies(), ...due.keys()]);
    return [...all].toSorted().flatMap((currency) => {
      const posted = this.debit("ACCRUED_INTEREST", { currency });
      const dueMinor = due.get(currency) ?? 0n;
      if (posted === 0n && dueMinor === 0n) return [];
      const spell = (minor: bigint): string => formatAmount(minor, currency);
      return [{ currency, due: spell(dueMinor), posted: spell(posted) }];
    });
  }

  unallocatedMinor(): bigint {
    return -this.#sum(["INCOME", "EXPENSE"]) - this.debit("RESULT_ALLOCATED");
  }

  /** Accounts whose balance is not that of the bank on the day, and what the bank has more. */
  unreconciled(statements: readonly ClosingBalance[]): BookFindings["cash"] {
    return statements.flatMap(({ accountId, code, currency, closing }) => {
      const missing = parseAmount(closing, currency) - (this.#debits.get(accountId) ?? 0n);
      return missing === 0n ? [] : [{ subject: code, found: formatAmount(missing, currency) }];
    });
  }

  /** Results are kept in the base currency only: another one would be left out of every class. */
  foreignResults(): BookFindings["foreignResults"] {
    return this.#accounts
      .filter(
        ({ type, currency }) => type !== "ASSET" && type !== "LIABILITY" && currency !== this.base,
      )
      .filter((account) => !account.currency.includes("/") && this.#debitOf(account) !== 0n)
      .map((account) => ({
        subject: account.code,
        found: `${formatAmount(this.#debitOf(account), account.currency)} ${account.currency}`,
      }));
  }

  /** Assets less liabilities are what the classes own and what is not allocated yet. */
  trialBalance({ classes, unallocated }: Pick<ValuationInputs, "classes" | "unallocated">) {
    const owned = [unallocated, ...classes.map(({ opening }) => opening)];
    const ownedMinor = owned.reduce((all, amount) => all + parseAmount(amount, this.base), 0n);
    const difference = this.#sum(["ASSET", "LIABILITY"]) - ownedMinor;
    return difference === 0n ? [] : [{ subject: this.base, found: this.spell(difference) }];
  }
}
