import { allocate } from "@allfunds/contract/money";

/** What an account of a fund stands for in the report of one class. Amounts are debits less credits in minor units. */
export interface FundAccount {
  readonly id: string;
  readonly code: string;
  readonly currency: string;
  readonly debitMinor: bigint;
  /**
   * `OWN` belongs to the class `classKey` as a whole. `RESULT` is income or expense of all classes, `ALLOCATED` what
   * strikes allotted to them, `SHARED` everything else: it belongs to the classes by their net assets.
   */
  readonly part: "OWN" | "RESULT" | "ALLOCATED" | "SHARED";
  readonly classKey?: string;
}

/** Common income and expenses of the days up to a NAV, or since the last one, and the key that classes share them by. */
interface ResultPeriod {
  /** Aligned with the classes. */
  readonly weights: readonly bigint[];
  /** Debits less credits by account; those before the last closing of a year stand in its closing by now. */
  readonly movements: readonly {
    readonly accountId: string;
    readonly debitMinor: bigint;
    readonly isClosed: boolean;
  }[];
}

/** A class at the end of the report. */
export interface ReportedClass {
  readonly key: string;
  /** Capital and result after the last dealing: credits less debits. */
  readonly openingMinor: bigint;
  /** Income less expenses of its own since the last NAV. */
  readonly ownItemsMinor: bigint;
}

export interface ClassReportInput {
  readonly baseCurrency: string;
  readonly classes: readonly ReportedClass[];
  /** In the order of their days; the last one is what came since the last NAV. */
  readonly periods: readonly ResultPeriod[];
  /** By code. */
  readonly accounts: readonly FundAccount[];
}

/** The books of each class by account; `isWhole` is false when they are not together the books of the fund. */
export interface ClassReport {
  /** By key of the class, then by account. */
  readonly debits: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
  readonly isWhole: boolean;
}

/**
 * Divides the books of a fund among its classes. What a class has of its own is its own; income and expenses of all
 * are shared as each NAV shared them, account by account; the rest is shared by net assets. Each account's parts add
 * up to the account, and each class balances in every currency: rounding is carried from one account to the next.
 */
export function classReport(input: ClassReportInput): ClassReport {
  const { classes, baseCurrency } = input;
  const none = classes.map(() => 0n);
  const debits = new Map(classes.map(({ key }) => [key, new Map<string, bigint>()]));
  const put = (accountId: string, parts: readonly bigint[]): void => {
    for (const [index, { key }] of classes.entries()) {
      const minor = parts[index] ?? 0n;
      if (minor !== 0n) debits.get(key)?.set(accountId, minor);
    }
  };
  const results = resultsOf(input);
  const netAssets = classes.map(
    ({ openingMinor, ownItemsMinor }, index) =>
      openingMinor + ownItemsMinor - (results.open[index] ?? 0n),
  );
  const sums = new Map<string, bigint[]>();
  const add = ({ id, currency }: FundAccount, parts: readonly bigint[]): void => {
    const before = sums.get(currency) ?? none;
    sums.set(
      currency,
      before.map((sum, index) => sum + (parts[index] ?? 0n)),
    );
    put(id, parts);
  };
  const shared = Map.groupBy(
    input.accounts.filter(({ part }) => part === "SHARED"),
    ({ currency }) => currency,
  );
  for (const [currency, accounts] of shared) {
    const target = currency === baseCurrency ? netAssets : none;
    const parts = divide(accounts, netAssets, target);
    for (const [index, account] of accounts.entries()) add(account, parts[index] ?? none);
  }
  for (const account of input.accounts) {
    if (account.part === "RESULT") add(account, results.byAccount.get(account.id) ?? none);
    if (account.part === "OWN") {
      add(
        account,
        classes.map(({ key }) => (key === account.classKey ? account.debitMinor : 0n)),
      );
    }
  }
  return { debits, isWhole: balance(input, sums, put) };
}

/** The contra of the allotted result takes what each class lacks; true when that is what stands on it. */
function balance(
  { accounts, baseCurrency, classes }: ClassReportInput,
  sums: ReadonlyMap<string, readonly bigint[]>,
  put: (accountId: string, parts: readonly bigint[]) => void,
): boolean {
  const allocated = accounts.find(({ part }) => part === "ALLOCATED");
  const parts = (sums.get(baseCurrency) ?? classes.map(() => 0n)).map((sum) => -sum);
  if (allocated !== undefined) put(allocated.id, parts);
  const together = parts.reduce((all, part) => all + part, 0n);
  return together === (allocated?.debitMinor ?? 0n);
}

interface Results {
  /** By account: parts of the classes, but for what a closing of a year took away. */
  readonly byAccount: ReadonlyMap<string, readonly bigint[]>;
  /** Debits less credits of the last period. */
  readonly open: readonly bigint[];
}

/** Shares of each period's common income and expenses: together they are what its NAV shared out. */
function resultsOf({ classes, periods }: ClassReportInput): Results {
  const byAccount = new Map<string, bigint[]>();
  let open = classes.map(() => 0n);
  // What no class could bear waits for the next period.
  let waiting: ResultPeriod["movements"] = [];
  for (const { weights, movements } of periods) {
    const all = [...waiting, ...movements];
    const isShared = weights.some((weight) => weight > 0n);
    waiting = isShared ? [] : all;
    let [moved, shared] = [0n, classes.map(() => 0n)];
    for (const { accountId, debitMinor, isClosed } of isShared ? all : []) {
      moved += debitMinor;
      const until = allocate(moved, weights);
      const before = byAccount.get(accountId) ?? classes.map(() => 0n);
      if (!isClosed) {
        byAccount.set(
          accountId,
          before.map((part, index) => part + (until[index] ?? 0n) - (shared[index] ?? 0n)),
        );
      }
      shared = until;
    }
    open = shared;
  }
  return { byAccount, open };
}

/**
 * Parts of accounts by weights that may lie below zero. Each account's parts add up to it; of the last one they are
 * what `target` lacks.
 */
function divide(
  accounts: readonly FundAccount[],
  weights: readonly bigint[],
  target: readonly bigint[],
): bigint[][] {
  let [sum, divided] = [0n, weights.map(() => 0n)];
  return accounts.map(({ debitMinor }, index) => {
    sum += debitMinor;
    const until = index === accounts.length - 1 ? [...target] : partsOf(sum, weights);
    const parts = until.map((part, at) => part - (divided[at] ?? 0n));
    divided = until;
    return parts;
  });
}

/** The parts of an amount by the largest remainder; equal ones where the weights are nothing together. */
function partsOf(amount: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((all, weight) => all + weight, 0n);
  if (sum === 0n) {
    return weights.length === 0
      ? []
      : allocate(
          amount,
          weights.map(() => 1n),
        );
  }
  const exact = weights.map((weight) => divideDown(amount * weight, sum));
  const left = amount - exact.reduce((all, { quotient }) => all + quotient, 0n);
  const order = exact
    .map(({ remainder }, index) => ({ remainder, index }))
    .toSorted((a, b) => Number(b.remainder > a.remainder) - Number(b.remainder < a.remainder));
  const parts = exact.map(({ quotient }) => quotient);
  for (const { index } of order.slice(0, Number(left))) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts;
}

function divideDown(dividend: bigint, divisor: bigint) {
  const [top, bottom] = divisor < 0n ? [-dividend, -divisor] : [dividend, divisor];
  const remainder = ((top % bottom) + bottom) % bottom;
  return { quotient: (top - remainder) / bottom, remainder };
}
