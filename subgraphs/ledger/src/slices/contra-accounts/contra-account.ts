import { AppError } from "@allfunds/contract/errors";
import type { AccountType } from "@allfunds/contract/events";
import { z } from "zod";
import type { BookState } from "../../engine/book-state.ts";
import { storedDimensions, type EntryDimensions } from "../dimensions/entry-dimensions.ts";
import { fundOf } from "../funds/fund.ts";
import {
  accountByCode,
  accountOf,
  type AccountOpened,
  type AccountState,
} from "../accounts/account.ts";

/** The other side of a movement: an account the client named, or one of the fund's own by its code. */
export interface ContraAccount {
  /** Named by the client; wins over the fund's own. */
  readonly accountId?: string | undefined;
  /** The fund's own, opened with `freshId` when it is used for the first time. */
  readonly own: {
    readonly freshId: string;
    readonly code: string;
    readonly name: string;
    readonly type: AccountType;
  };
  /** Of the entry on it. */
  readonly dimensions?: EntryDimensions | undefined;
}

/** As JSON keeps it while a command waits. */
export const storedContra = z.object({
  accountId: z.string().optional(),
  own: z.object({
    freshId: z.string(),
    code: z.string(),
    name: z.string(),
    type: z.enum(["ASSET", "LIABILITY", "EQUITY", "INCOME", "EXPENSE"]),
  }),
  dimensions: storedDimensions.optional(),
});

export interface ResolvedContra {
  readonly accountId: string;
  /** Present when the account has to be opened first. */
  readonly opening: AccountOpened | undefined;
}

/** Finds the contra account of `account`, or returns how to open it; the event is not yet folded. */
export function resolveContra(
  contra: ContraAccount,
  account: AccountState,
  state: BookState,
): ResolvedContra {
  const named = contra.accountId;
  if (named !== undefined) {
    checkContra(accountOf(state, named), named, account);
    return { accountId: named, opening: undefined };
  }
  const { own } = contra;
  const existing = accountByCode(state, own.code);
  if (existing !== undefined) {
    if (existing.type !== own.type || existing.currency !== account.currency) {
      throw new AppError(
        "ALREADY_EXISTS",
        `The code ${own.code} belongs to an account of another kind; name the contra account yourself.`,
      );
    }
    checkContra(existing, existing.id, account);
    return { accountId: existing.id, opening: undefined };
  }
  return {
    accountId: own.freshId,
    opening: {
      type: "AccountOpened",
      accountId: own.freshId,
      fundId: fundOf(state)?.id ?? "",
      code: own.code,
      name: own.name,
      accountType: own.type,
      currency: account.currency,
      minimumMinor: null,
      countsAsCash: false,
    },
  };
}

/** Refuses an account that cannot be the other side of a movement on `account`. */
export function refuseContra(id: string, account: AccountState, state: BookState): void {
  checkContra(accountOf(state, id), id, account);
}

function checkContra(
  contra: AccountState | undefined,
  id: string,
  account: AccountState,
): asserts contra is AccountState {
  if (contra === undefined) {
    throw new AppError("ACCOUNT_NOT_FOUND", `The fund has no account ${id}.`);
  }
  if (contra.id === account.id) {
    throw new AppError("INVALID_INPUT", "The contra account must be another account.", {
      violations: [{ path: "contraAccountId", message: "must be another account" }],
    });
  }
  if (contra.currency !== account.currency) {
    throw new AppError(
      "CURRENCY_MISMATCH",
      `Contra account ${contra.code} is kept in ${contra.currency}, not in ${account.currency}.`,
    );
  }
}
