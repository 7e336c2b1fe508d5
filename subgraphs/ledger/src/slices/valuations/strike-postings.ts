import type { EntrySide } from "@allfunds/contract/events";
import type { FeeKind } from "./fee.ts";
import type { Change, Strike, StruckFee } from "./strike.ts";

/** The accounts of a fund that a strike moves. */
type StrikeAccountKind =
  | "APPRECIATION"
  | "ACCRUED_INTEREST"
  | "EXCHANGE_BASE"
  | "EXCHANGE_FOREIGN"
  | "INTEREST_INCOME"
  | "UNREALISED_PRICE"
  | "UNREALISED_CURRENCY"
  | `${FeeKind}_FEE`
  | `${FeeKind}_FEE_PAYABLE`
  | "CLASS_RESULT"
  | "RESULT_ALLOCATED";

export interface StrikeAccount {
  readonly kind: StrikeAccountKind;
  /** Of the account; `foreign` is the currency whose exchange account it is. */
  readonly currency: string;
  readonly foreign?: string;
  readonly classKey?: string;
}

interface StrikeEntry {
  readonly account: StrikeAccount;
  readonly side: EntrySide;
  /** Minor units of the account's currency, positive. */
  readonly amountMinor: bigint;
}

/** Entries that balance in each currency and belong together. */
export interface StrikePosting {
  readonly text: string;
  readonly entries: readonly StrikeEntry[];
}

/** What a strike posts: the change of each mark, accrued interest, fee and currency, and the results of the classes. */
export function strikePostings(struck: Strike, baseCurrency: string): StrikePosting[] {
  const base = (kind: StrikeAccountKind, more: Partial<StrikeAccount> = {}): StrikeAccount => ({
    kind,
    currency: baseCurrency,
    ...more,
  });
  return [
    ...struck.positions.map(({ isin, currency, mark }) => ({
      text: `Mark ${isin}`,
      entries: income({ kind: "APPRECIATION", currency }, "UNREALISED_PRICE", mark, baseCurrency),
    })),
    ...struck.interests.map(({ currency, change }) => ({
      text: `Interest ${currency}`,
      entries: income(
        { kind: "ACCRUED_INTEREST", currency },
        "INTEREST_INCOME",
        change,
        baseCurrency,
      ),
    })),
    ...struck.fees.map((fee) => feePosting(fee, base)),
    ...struck.revaluations.map(({ currency, changeMinor }) => ({
      text: `Revalue ${currency}`,
      entries: pair(
        base("EXCHANGE_BASE", { foreign: currency }),
        base("UNREALISED_CURRENCY"),
        changeMinor,
      ),
    })),
    ...struck.classes.map(({ key, resultMinor }) => ({
      text: `Result to ${key}`,
      entries: pair(base("RESULT_ALLOCATED"), base("CLASS_RESULT", { classKey: key }), resultMinor),
    })),
  ].filter(({ entries }) => entries.length > 0);
}

/** An asset against income; a foreign one by way of the exchange accounts, at the rate of the date. */
function income(
  asset: StrikeAccount,
  kind: StrikeAccountKind,
  { minor, baseMinor }: Change,
  baseCurrency: string,
): StrikeEntry[] {
  const { currency } = asset;
  const earned: StrikeAccount = { kind, currency: baseCurrency };
  if (currency === baseCurrency) return pair(asset, earned, minor);
  return [
    ...pair(asset, { kind: "EXCHANGE_FOREIGN", currency }, minor),
    ...pair(
      { kind: "EXCHANGE_BASE", currency: baseCurrency, foreign: currency },
      earned,
      baseMinor,
    ),
  ];
}

function feePosting(
  { kind, classKey, amountMinor }: StruckFee,
  base: (kind: StrikeAccountKind, more?: Partial<StrikeAccount>) => StrikeAccount,
): StrikePosting {
  return {
    text: `${FEE_NAMES[kind]} fee${classKey === undefined ? "" : ` of ${classKey}`}`,
    entries: pair(
      base(`${kind}_FEE`, classKey === undefined ? {} : { classKey }),
      base(`${kind}_FEE_PAYABLE`),
      amountMinor,
    ),
  };
}

const FEE_NAMES = {
  MANAGEMENT: "Management",
  ADMINISTRATION: "Administration",
  CUSTODY: "Custody",
};

/** A debit and a credit; the other way round below zero, and nothing for nothing. */
function pair(debited: StrikeAccount, credited: StrikeAccount, minor: bigint): StrikeEntry[] {
  if (minor === 0n) return [];
  const amountMinor = minor < 0n ? -minor : minor;
  const [first, second]: EntrySide[] = minor < 0n ? ["CREDIT", "DEBIT"] : ["DEBIT", "CREDIT"];
  return [
    { account: debited, side: first ?? "DEBIT", amountMinor },
    { account: credited, side: second ?? "CREDIT", amountMinor },
  ];
}
