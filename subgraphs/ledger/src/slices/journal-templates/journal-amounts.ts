import { divideRounded, formatAmount, parseAmount, parseDecimal } from "@allfunds/contract/money";
import { oppositeSide } from "../accounts/account.ts";
import type { RequestedEntry } from "../transactions/transaction.ts";
import type { TemplateEntry } from "./journal-template.ts";

/** An account that a template names, on the day of a posting. */
export interface TemplateAccount {
  readonly currency: string;
  /** Balance on the normal side, in minor units. */
  readonly balanceMinor: bigint;
}

/**
 * The entries of a day. A percentage is of the account's balance on its normal side, rounded half to even; of a
 * negative balance it stands on the other side. A line without an amount takes what the others of its currency
 * lack. Lines of zero are left out.
 */
export function settleLines(
  lines: readonly TemplateEntry[],
  accounts: ReadonlyMap<string, TemplateAccount>,
): RequestedEntry[] {
  const amounts = lines.map((line) => amountOf(line, accounts));
  const debits = new Map<string, bigint>();
  for (const [index, line] of lines.entries()) {
    const { currency } = account(accounts, line.accountId);
    const minor = amounts[index] ?? 0n;
    debits.set(currency, (debits.get(currency) ?? 0n) + (line.side === "DEBIT" ? minor : -minor));
  }
  return lines.flatMap((line, index) => {
    const { accountId, side } = line;
    const { currency } = account(accounts, accountId);
    const lacking = debits.get(currency) ?? 0n;
    const minor = amounts[index] ?? (side === "DEBIT" ? -lacking : lacking);
    return minor === 0n ? [] : [toEntry(line, minor, currency)];
  });
}

const HUNDRED = 100n;

/** Minor units on the line's side; undefined for what the others lack. */
function amountOf(
  { accountId, amount, percent, ofAccountId = "" }: TemplateEntry,
  accounts: ReadonlyMap<string, TemplateAccount>,
): bigint | undefined {
  if (amount !== undefined) return parseAmount(amount, account(accounts, accountId).currency);
  if (percent === undefined) return undefined;
  const { unscaled, scale } = parseDecimal(percent);
  const whole = HUNDRED * 10n ** BigInt(scale);
  const { balanceMinor } = account(accounts, ofAccountId);
  return divideRounded(balanceMinor * unscaled, whole, "HALF_EVEN");
}

const toEntry = (
  { accountId, side, dimensions }: TemplateEntry,
  minor: bigint,
  currency: string,
): RequestedEntry => ({
  accountId,
  side: minor > 0n ? side : oppositeSide(side),
  amount: formatAmount(minor > 0n ? minor : -minor, currency),
  dimensions,
});

function account(accounts: ReadonlyMap<string, TemplateAccount>, id: string): TemplateAccount {
  const found = accounts.get(id);
  if (found === undefined) throw new Error(`account ${id} of a template is missing`);
  return found;
}
