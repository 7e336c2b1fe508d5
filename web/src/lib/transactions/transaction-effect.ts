import { addDecimals, negateDecimal, parseDecimal, printDecimal, ZERO } from "../money/decimal.ts";
import type { TransactionEntryFragment } from "../graph/graph-types.generated.ts";
import type { Translate } from "../language/messages.ts";
import type { Money } from "../money/money.ts";

/** The change of the fund's assets, or the volume of a transaction between assets. */
export interface Effect {
  money: Money;
  /** False for a movement between assets, which is neither income nor outlay. */
  changesAssets: boolean;
}

interface Entries {
  readonly entries: readonly Pick<TransactionEntryFragment, "side" | "amount" | "account">[];
}

/** The effect in the currency of the first entry. */
export const effectOf = (transaction: Entries): Effect =>
  effectsOf(transaction)[0] ?? { money: { amount: "0", currency: "" }, changesAssets: false };

/** The effect in each currency by itself: amounts of two currencies have no sum. */
export function effectsOf({ entries }: Entries): Effect[] {
  const groups = Map.groupBy(entries, ({ amount }) => amount.currency);
  return Array.from(groups, ([currency, members]) => effectIn(currency, members));
}

function effectIn(currency: string, entries: Entries["entries"]): Effect {
  const assets = sum(entries.filter(({ account }) => account.type === "ASSET"));
  if (assets.units !== 0n) {
    return { money: { amount: printDecimal(assets), currency }, changesAssets: true };
  }
  const volume = sum(entries.filter(({ side }) => side === "DEBIT"));
  return { money: { amount: printDecimal(volume), currency }, changesAssets: false };
}

function sum(entries: Entries["entries"]) {
  return entries
    .map(({ side, amount }) => {
      const decimal = parseDecimal(amount.amount) ?? ZERO;
      return side === "DEBIT" ? decimal : negateDecimal(decimal);
    })
    .reduce(addDecimals, ZERO);
}

/** "Management fees ← Cash at bank": where the money went and where it came from. */
export function routeOf({ entries }: Entries, t: Translate): string {
  const names = (side: "DEBIT" | "CREDIT") => {
    const accounts = entries.filter((entry) => entry.side === side).map((entry) => entry.account);
    const [first, ...others] = accounts;
    if (!first) return "";
    return others.length === 0
      ? first.name
      : t("transaction.andMore", { name: first.name, count: others.length });
  };
  return `${names("CREDIT")} \u2192 ${names("DEBIT")}`;
}
