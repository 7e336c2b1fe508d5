import type { AccountNameFragment } from "../graph/graph-types.generated.ts";
import type { Money } from "../money/money.ts";
import { aboveZero, capitalised } from "./report-figures.ts";
import type { ReportQuery } from "./report-query.ts";
import type { ReportRow } from "./report.ts";

/** An account of the chart with what is beneath it, before the accounts beneath it. */
export interface TreeLine {
  readonly account: AccountNameFragment;
  readonly level: number;
  /** In each column the amounts by currency. */
  readonly columns: readonly { readonly amounts: readonly Money[] }[];
}

/** The chart as rows, one for each currency of an account, down to the depth that is wanted; all levels at 0. */
export function rowsOfTree(
  { report, depth, compare }: Pick<ReportQuery, "report" | "depth" | "compare">,
  lines: readonly TreeLine[],
): ReportRow[] {
  const isTrial = report === "trial-balance" && compare === "";
  return lines.flatMap((line, place) => {
    const { account, level, columns } = line;
    if (depth > 0 && level > depth) return [];
    const currencies = new Set(columns.flatMap(({ amounts }) => amounts.map(currencyOf)));
    const beneath = beneathOf(lines, place);
    return [...currencies].map((currency) => {
      const amounts = columns.map(
        ({ amounts: own }) => own.find((money) => money.currency === currency) ?? null,
      );
      return {
        section: isTrial ? "" : capitalised(account.type),
        account,
        amounts: isTrial ? sidesOf(account, amounts[0]) : amounts,
        level,
        of: [account.id, ...beneath],
      };
    });
  });
}

const currencyOf = ({ currency }: Money): string => currency;

/** The accounts that follow on deeper levels. */
function beneathOf(lines: readonly TreeLine[], place: number): string[] {
  const level = lines[place]?.level ?? 0;
  const ids: string[] = [];
  for (const line of lines.slice(place + 1)) {
    if (line.level <= level) break;
    ids.push(line.account.id);
  }
  return ids;
}

/** An amount on the normal side of an account as debit and credit. */
function sidesOf({ type }: AccountNameFragment, money: Money | null | undefined): (Money | null)[] {
  if (!money) return [null, null];
  const isNegative = money.amount.startsWith("-");
  const size = { ...money, amount: money.amount.replace("-", "") };
  const isDebit = (type === "ASSET" || type === "EXPENSE") !== isNegative;
  return isDebit ? [aboveZero(size), null] : [null, aboveZero(size)];
}
