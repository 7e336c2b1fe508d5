import { AppError } from "@allfunds/contract/errors";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import { z } from "zod";
import type { BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice } from "../../engine/slice.ts";
import {
  changeAccount,
  refuseManaged,
  refuseUnlessOpen,
  requireAccount,
  type AccountState,
} from "../accounts/account.ts";
import { requireFund } from "../funds/fund.ts";

/**
 * The command to give an account another minimum balance, or none. Its kind is part of the request hash that is
 * stored under a client's key, and so stays.
 */
export interface SetMinimumBalance {
  readonly kind: "SetAccountFloor";
  readonly fundId: string;
  readonly accountId: string;
  /** Decimal string on the account's normal side; null for no limit. */
  readonly minimumBalance: string | null;
}

/** An account got another minimum balance, or none. The type is that of stored events, and so stays. */
export interface MinimumBalanceSet {
  readonly type: "AccountFloorSet";
  readonly accountId: string;
  readonly fundId: string;
  readonly currency: string;
  /** Minor units on the normal side below which balance less holds may not fall; null for no limit. */
  readonly minimumMinor: bigint | null;
  /** Position of the tenant's own book by whose limit of changes one person set it. */
  readonly limitsAt?: number;
  /** Whether the tenant had a second administrator; absent where that is not known. */
  readonly secondAdministrator?: boolean;
}

/** No events when the account has this minimum balance already. */
function decideSetMinimumBalance(
  command: SetMinimumBalance,
  state: BookState,
): MinimumBalanceSet[] {
  const { accountId, fundId, minimumBalance } = command;
  requireFund(state, fundId);
  const account = requireAccount(state, accountId);
  refuseManaged(account, "accountId");
  if (account.status === "CLOSED") refuseUnlessOpen(account, "accountId");
  const { currency } = account;
  const minimumMinor = minimumBalance === null ? null : parseAmount(minimumBalance, currency);
  if (minimumMinor === account.minimumMinor) return [];
  refuseAboveAvailable(account, minimumMinor);
  return [{ type: "AccountFloorSet", accountId, fundId, currency, minimumMinor }];
}

function refuseAboveAvailable(account: AccountState, minimumMinor: bigint | null): void {
  const { code, currency, balanceMinor, heldMinor } = account;
  const availableMinor = balanceMinor - heldMinor;
  if (minimumMinor === null || availableMinor >= minimumMinor) return;
  throw new AppError(
    "INSUFFICIENT_FUNDS",
    `Account ${code} has only ${formatAmount(availableMinor, currency)} ${currency} available.`,
    { violations: [{ path: "minimumBalance", message: "is above what is available" }] },
  );
}

/** As it is kept while it waits for approval. */
const storedMinimum = z.object({
  kind: z.literal("SetAccountFloor"),
  fundId: z.string(),
  accountId: z.string(),
  minimumBalance: z.string().nullable(),
});

export const MINIMUM_BALANCES = defineSlice<SetMinimumBalance, MinimumBalanceSet>({
  name: "minimum balances",
  commands: {
    SetAccountFloor: {
      decide: decideSetMinimumBalance,
      stored: (json) => storedMinimum.parse(json),
    },
  },
  events: {
    AccountFloorSet: {
      codec: codecOf<MinimumBalanceSet>("AccountFloorSet", {
        amounts: { minimumMinor: "minimumBalance" },
      }),
      evolve: (draft, { accountId, minimumMinor }) =>
        changeAccount(draft, accountId, { minimumMinor }),
      check: (state, { accountId, minimumMinor }) => {
        const account = requireAccount(state, accountId);
        refuseManaged(account, "accountId");
        if (account.status === "CLOSED") refuseUnlessOpen(account, "accountId");
        refuseAboveAvailable(account, minimumMinor);
      },
    },
  },
});
