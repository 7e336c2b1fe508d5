import { addDecimals, negateDecimal, parseDecimal, printDecimal, ZERO } from "../money/decimal.ts";
import type {
  TransactionEntryFragment,
  TransactionRowFragment,
} from "../graph/graph-types.generated.ts";
import type { Money } from "../money/money.ts";

/** The change of the fund's assets, or the volume of a transaction between assets. */
export interface Effect {
  money: Money;
  /** False for a movement between assets, which is neither income nor outlay. */
  changesAssets: boolean;
}

export function effectOf({ entries }: Pick<TransactionRowFragment, "entries">): Effect {
  const currency = entries[0]?.amount.currency ?? "";
  const assets = sum(entries.filter(({ account }) => account.type === "ASSET"));
  if (assets.units !== 0n) {
    return { money: { amount: printDecimal(assets), currency }, changesAssets: true };
  }
  const volume = sum(entries.filter(({ side }) => side === "DEBIT"));
  return { money: { amount: printDecimal(volume), currency }, changesAssets: false };
}

function sum(entries: TransactionEntryFragment[]) {
  return entries
    .map(({ side, amount }) => {
      const decimal = parseDecimal(amount.amount) ?? ZERO;
      return side === "DEBIT" ? decimal : negateDecimal(decimal);
    })
    .reduce(addDecimals, ZERO);
}

/** "Management fees ← Cash at bank": where the money went and where it came from. */
export function routeOf({ entries }: Pick<TransactionRowFragment, "entries">): string {
  const names = (side: "DEBIT" | "CREDIT") => {
    const accounts = entries.filter((entry) => entry.side === side).map((entry) => entry.account);
    const [first, ...others] = accounts;
    if (!first) return "";
    return others.length === 0 ? first.name : `${first.name} and ${others.length} more`;
  };
  return `${names("CREDIT")} \u2192 ${names("DEBIT")}`;
}
