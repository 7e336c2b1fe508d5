import { AppError } from "@allfunds/contract/errors";
import { formatAmount, translate } from "@allfunds/contract/money";
import { z } from "zod";
import type { BookState } from "../../engine/book-state.ts";
import { defineSlice } from "../../engine/slice.ts";
import { requireAccount } from "../accounts/account.ts";
import type { RateUsed } from "../exchange-rates/rate-between.ts";
import { termsOn } from "../fund-terms/fund-terms.ts";
import { requireFund } from "../funds/fund.ts";
import {
  decidePostTransaction,
  storedEntries,
  storedPosting,
  wantPosting,
  type RequestedEntry,
  type TransactionPosted,
} from "../transactions/transaction.ts";

/** A foreign currency of a fund on a day: its exchange account, and the account that carries it in base. */
export interface ForeignPosition {
  readonly currency: string;
  /** Credits less debits of the exchange account in the foreign currency, in its minor units. */
  readonly positionMinor: bigint;
  /** Debits less credits of the exchange account in base currency, in its minor units. */
  readonly carriedMinor: bigint;
  /** The account carried in base currency. */
  readonly carriedId: string;
  /** What its exchanges realised so far, and what of it was posted; in base currency, in minor units. */
  readonly realisedMinor: bigint;
  readonly postedRealisedMinor: bigint;
}

/** What a position is worth at a rate, and by how much it is carried too low (negative: too high). */
export interface RevaluedPosition extends ForeignPosition {
  readonly rate: RateUsed;
  readonly valueMinor: bigint;
  readonly differenceMinor: bigint;
  /** The part of the difference that exchanges realised since the last revaluation; the rest is unrealised. */
  readonly newlyRealisedMinor: bigint;
}

/** The position at a rate: one division, one rounding HALF_UP. */
export function revalue(position: ForeignPosition, rate: RateUsed): RevaluedPosition {
  const { currency, positionMinor, carriedMinor, realisedMinor, postedRealisedMinor } = position;
  const valueMinor = translate(positionMinor, currency, rate.base, rate.quotation);
  return {
    ...position,
    rate,
    valueMinor,
    differenceMinor: valueMinor - carriedMinor,
    newlyRealisedMinor: realisedMinor - postedRealisedMinor,
  };
}

/** Where results go. */
export interface ResultAccounts {
  readonly unrealisedId: string;
  readonly realisedId: string;
}

/**
 * The entries that carry each position at its value: what was realised against its account, the rest against the
 * unrealised result; all in base currency.
 */
export const revaluingEntries = (
  positions: readonly RevaluedPosition[],
  base: string,
  { unrealisedId, realisedId }: ResultAccounts,
): RequestedEntry[] =>
  positions.flatMap(({ carriedId, differenceMinor, newlyRealisedMinor }) => {
    return [
      ...entryOf(carriedId, differenceMinor, base),
      ...entryOf(realisedId, -newlyRealisedMinor, base),
      ...entryOf(unrealisedId, newlyRealisedMinor - differenceMinor, base),
    ];
  });

/** None of nothing. */
function entryOf(accountId: string, debitMinor: bigint, base: string): RequestedEntry[] {
  if (debitMinor === 0n) return [];
  const side = debitMinor > 0n ? "DEBIT" : "CREDIT";
  const amount = formatAmount(debitMinor > 0n ? debitMinor : -debitMinor, base);
  return [{ accountId, side, amount }];
}

/** True when there is something to post of a position. */
export const isMoved = ({ differenceMinor, newlyRealisedMinor }: RevaluedPosition): boolean =>
  differenceMinor !== 0n || newlyRealisedMinor !== 0n;

/** The command to carry the foreign currencies of a fund at the rates of a day. */
export interface RevalueCurrencies {
  readonly kind: "RevalueCurrencies";
  readonly fundId: string;
  readonly transactionId: string;
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: null;
  /** With the rates. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly entries: readonly RequestedEntry[];
  /** The exchange accounts as they were read; refused with VERSION_CONFLICT when one moved since. */
  readonly expected: readonly { readonly accountId: string; readonly version: number }[];
}

/** No events when everything is carried at its value already. */
function decideRevalueCurrencies(
  { kind: _kind, expected, ...posting }: RevalueCurrencies,
  state: BookState,
): TransactionPosted[] {
  requireFund(state, posting.fundId);
  if (termsOn(state, posting.effectiveDate) !== undefined) {
    throw new AppError(
      "ACCOUNT_MANAGED",
      "An administered fund is revalued by the valuations of its administration only.",
    );
  }
  for (const { accountId, version } of expected) {
    const account = requireAccount(state, accountId);
    if (account.version === version) continue;
    throw new AppError(
      "VERSION_CONFLICT",
      `Account ${account.code} moved while its currency was revalued; try again.`,
    );
  }
  if (posting.entries.length === 0) return [];
  return decidePostTransaction(
    { ...posting, kind: "PostTransaction", source: { kind: "API" } },
    state,
  );
}

const storedRevaluation = z.object({
  kind: z.literal("RevalueCurrencies"),
  ...storedPosting,
  reference: z.null(),
  entries: storedEntries,
  expected: z.array(z.object({ accountId: z.string(), version: z.number() })),
});

export const CURRENCY_REVALUATIONS = defineSlice<RevalueCurrencies, never>({
  name: "currency revaluations",
  commands: {
    RevalueCurrencies: {
      needs: wantPosting,
      decide: decideRevalueCurrencies,
      stored: (json) => storedRevaluation.parse(json),
    },
  },
  events: {},
});
