// The reports of a book, computed once more from nothing but the files that a user gets by exporting it. Nothing of
// the product is imported: files are read as JSON, amounts are whole numbers of the smallest unit, and every report
// has a formula of its own, over single entries where the product subtracts balances.

const DECIMALS: Readonly<Record<string, number>> = { EUR: 2, USD: 2, JPY: 0 };

interface Account {
  readonly id: string;
  readonly code: string;
  readonly type: "ASSET" | "LIABILITY" | "EQUITY" | "INCOME" | "EXPENSE";
  readonly currency: string;
  parentId: string | null;
  isCash: boolean;
  activity: string;
}

/** One entry of the journal. */
interface Entry {
  readonly position: number;
  readonly day: string;
  /** Of the closing of a year, or of its reopening. */
  readonly isOfClosing: boolean;
  readonly account: Account;
  /** Debits above zero. */
  readonly units: bigint;
  readonly values: Readonly<Record<string, string>>;
}

interface Rate {
  readonly date: string;
  readonly base: string;
  readonly quote: string;
  readonly rate: string;
}

/** What the files of a fund and of its tenant have. */
export interface ExportedBooks {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly entries: readonly Entry[];
  readonly rates: readonly Rate[];
}

const USUAL_CODES = /^(?:10|CASH|BANK)/;

const toUnits = (amount: string, currency: string): bigint => {
  const [whole = "", fraction = ""] = amount.split(".");
  return BigInt(whole + fraction.padEnd(DECIMALS[currency] ?? 0, "0"));
};

const toAmount = (units: bigint, currency: string): string => {
  const decimals = DECIMALS[currency] ?? 0;
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals === 0 ? "" : `.${digits.slice(-decimals)}`;
  return `${units < 0n ? "-" : ""}${whole}${fraction}`;
};

interface FileLine {
  readonly position: number;
  readonly type: string;
  readonly payload: never;
}

const linesOf = (file: string): FileLine[] =>
  file
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line) as FileLine);

interface Opened extends Pick<Account, "code" | "type" | "currency"> {
  readonly accountId: string;
  readonly countsAsCash?: boolean;
}
interface Posted {
  readonly effectiveDate: string;
  readonly source: { readonly kind: string };
  readonly entries: readonly {
    readonly accountId: string;
    readonly side: string;
    readonly amount: string;
    readonly currency: string;
    readonly dimensions?: Readonly<Record<string, string>>;
  }[];
}

/** Reads the exported book of a fund and the one of its tenant, which has the rates. */
export function readExported(fundFile: string, tenantFile: string): ExportedBooks {
  const accounts = new Map<string, Account>();
  const entries: Entry[] = [];
  for (const { position, type, payload } of linesOf(fundFile)) {
    if (type === "AccountOpened") {
      const { accountId: id, countsAsCash, ...opened } = payload as Opened;
      const isCash = countsAsCash ?? (opened.type === "ASSET" && USUAL_CODES.test(opened.code));
      const activity = opened.type === "EQUITY" ? "FINANCING" : "OPERATING";
      accounts.set(id, { ...opened, id, isCash, activity, parentId: null });
    }
    const changed = accounts.get((payload as { readonly accountId: string }).accountId);
    if (type === "AccountRenamed" && changed !== undefined) {
      const { parentId, countsAsCash } = payload as { parentId: string; countsAsCash: boolean };
      Object.assign(changed, { parentId, isCash: countsAsCash });
    }
    if (type === "AccountClassified" && changed !== undefined) {
      changed.activity = (payload as { readonly cashFlow: string }).cashFlow;
    }
    if (type !== "TransactionPosted") continue;
    const { effectiveDate: day, source, entries: posted } = payload as Posted;
    const isOfClosing = source.kind === "CLOSING" || source.kind === "REOPENING";
    for (const { accountId, side, amount, currency, dimensions: values = {} } of posted) {
      const account = accounts.get(accountId);
      if (account === undefined) throw new Error(`entry on an unknown account ${accountId}`);
      const units = (side === "DEBIT" ? 1n : -1n) * toUnits(amount, currency);
      entries.push({ position, day, isOfClosing, account, units, values });
    }
  }
  const recorded = linesOf(tenantFile).filter(({ type }) => type === "ExchangeRatesRecorded");
  const rates = recorded.flatMap(({ payload }) => (payload as { readonly rates: Rate[] }).rates);
  return { accounts, entries, rates };
}

const ALPHABETIC = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const add = (sums: Map<string, bigint>, name: string, units: bigint): void =>
  void sums.set(name, (sums.get(name) ?? 0n) + units);

/** Debits less credits of entries by account. */
function byAccount(entries: readonly Entry[]): [Account, bigint][] {
  const sums = new Map<Account, bigint>();
  for (const { account, units } of entries) sums.set(account, (sums.get(account) ?? 0n) + units);
  return [...sums]
    .filter(([, units]) => units !== 0n)
    .sort(([a], [b]) => ALPHABETIC(a.code, b.code));
}

const isDebitType = ({ type }: Account): boolean => type === "ASSET" || type === "EXPENSE";
const isOfResult = ({ type }: Account): boolean => type === "INCOME" || type === "EXPENSE";
const onNormalSide = (account: Account, units: bigint): bigint =>
  isDebitType(account) ? units : -units;

/** Rows of sums, one for each currency that has accounts, with one sum for each of the names. */
function perCurrency(
  lines: readonly (readonly [Account, bigint])[],
  names: readonly string[],
  shareOf: (account: Account, units: bigint) => readonly [name: string, units: bigint],
): string[][] {
  const currencies = [...new Set(lines.map(([{ currency }]) => currency))].sort(ALPHABETIC);
  return currencies.map((currency) => {
    const sums = new Map<string, bigint>();
    for (const [account, units] of lines) {
      if (account.currency === currency) add(sums, ...shareOf(account, units));
    }
    return [currency, ...names.map((name) => toAmount(sums.get(name) ?? 0n, currency))];
  });
}

interface Until {
  readonly to: string;
  readonly knownAt: number;
}
interface Period extends Until {
  readonly from: string;
}

const upTo = ({ entries }: ExportedBooks, { to, knownAt }: Until): Entry[] =>
  entries.filter(({ day, position }) => day <= to && position <= knownAt);

const within = (books: ExportedBooks, period: Period): Entry[] =>
  upTo(books, period).filter(({ day, isOfClosing }) => day >= period.from && !isOfClosing);

const sheetShare = (account: Account, units: bigint): readonly [string, bigint] =>
  isOfResult(account) ? ["RESULT", -units] : [account.type, onNormalSide(account, units)];

type Line = readonly [Account, bigint];
const showLine = ([account, units]: Line): string[] => [
  account.code,
  toAmount(onNormalSide(account, units), account.currency),
];

export function trialBalance(books: ExportedBooks, until: Until) {
  const lines = byAccount(upTo(books, until));
  return {
    lines: lines.map(([{ code, currency }, units]) => [
      code,
      toAmount(units > 0n ? units : 0n, currency),
      toAmount(units < 0n ? -units : 0n, currency),
    ]),
    totals: perCurrency(lines, ["DEBIT", "CREDIT"], (_account, units) =>
      units > 0n ? ["DEBIT", units] : ["CREDIT", -units],
    ),
  };
}

export function balanceSheet(books: ExportedBooks, until: Until) {
  const all = byAccount(upTo(books, until));
  return {
    lines: all.filter(([account]) => !isOfResult(account)).map(showLine),
    totals: perCurrency(all, ["ASSET", "LIABILITY", "EQUITY", "RESULT"], sheetShare),
  };
}

export function incomeStatement(books: ExportedBooks, period: Period) {
  const lines = byAccount(within(books, period)).filter(([account]) => isOfResult(account));
  return {
    lines: lines.map(showLine),
    totals: perCurrency(lines, ["INCOME", "EXPENSE"], (account, units) => [
      account.type,
      onNormalSide(account, units),
    ]),
  };
}

/** Entries that brought cash or used it up, by the method; what they bring is the opposite of their units. */
function flowsOf(books: ExportedBooks, period: Period, method: "DIRECT" | "INDIRECT"): Entry[] {
  const all = within(books, period);
  const others = all.filter(({ account }) => !account.isCash);
  if (method === "INDIRECT") return others;
  const keyOf = ({ position, account }: Entry): string => `${position} ${account.currency}`;
  const moved = new Set(all.filter(({ account }) => account.isCash).map(keyOf));
  return others.filter((entry) => moved.has(keyOf(entry)));
}

const ACTIVITIES = ["OPERATING", "INVESTING", "FINANCING"] as const;

export function cashFlow(books: ExportedBooks, period: Period, method: "DIRECT" | "INDIRECT") {
  const lines = byAccount(flowsOf(books, period, method));
  const cash = upTo(books, period).filter(({ account }) => account.isCash);
  const sums = new Map<string, bigint>();
  for (const { day, account, units } of cash) {
    if (day < period.from) add(sums, `${account.currency} OPENING`, units);
    add(sums, `${account.currency} CLOSING`, units);
  }
  for (const [{ currency, activity }, units] of lines) {
    add(sums, `${currency} ${activity}`, -units);
  }
  const currencies = [...cash.map(({ account }) => account), ...lines.map(([account]) => account)];
  const names = [...new Set(currencies.map(({ currency }) => currency))].sort(ALPHABETIC);
  const show = (currency: string, part: string): string =>
    toAmount(sums.get(`${currency} ${part}`) ?? 0n, currency);
  return {
    lines: lines.map(([{ code, activity, currency }, units]) => [
      code,
      activity,
      toAmount(-units, currency),
    ]),
    totals: names.map((currency) => [
      currency,
      ...["OPENING", ...ACTIVITIES, "CLOSING"].map((part) => show(currency, part)),
    ]),
  };
}

/** Direct cash flows of several periods, as [code, activity, amount of each]. */
export function comparedFlows(books: ExportedBooks, periods: readonly Period[]) {
  const columns = periods.map((period) => new Map(byAccount(flowsOf(books, period, "DIRECT"))));
  return [...new Set(columns.flatMap((column) => [...column.keys()]))]
    .sort((a, b) => ALPHABETIC(a.code, b.code))
    .map((account) => [
      account.code,
      account.activity,
      ...columns.map((column) => toAmount(-(column.get(account) ?? 0n), account.currency)),
    ]);
}

export type Report = "TRIAL_BALANCE" | "BALANCE_SHEET" | "INCOME_STATEMENT" | "DIRECT" | "INDIRECT";

/** The entries that a report adds up. */
function entriesOf(books: ExportedBooks, report: Report, period: Period): Entry[] {
  if (report === "TRIAL_BALANCE") return upTo(books, period);
  if (report === "BALANCE_SHEET") {
    return upTo(books, period).filter(({ account }) => !isOfResult(account));
  }
  if (report === "INCOME_STATEMENT") {
    return within(books, period).filter(({ account }) => isOfResult(account));
  }
  return flowsOf(books, period, report);
}

/** The amounts of a report by account and currency; each account holds what is beneath it, too. */
function rolledUp(books: ExportedBooks, report: Report, period: Period) {
  const rows = new Map<Account, Map<string, bigint>>();
  for (const [account, units] of byAccount(entriesOf(books, report, period))) {
    // An amount counts for its account and for every one above it.
    for (let at: Account | undefined = account; at !== undefined; at = parentOf(books, at)) {
      const sums = rows.get(at) ?? new Map<string, bigint>();
      add(sums, account.currency, onNormalSide(account, units));
      rows.set(at, sums);
    }
  }
  return rows;
}

/** A report by the hierarchy of the chart in several columns, as [code, level, amounts of each column]. */
export function byHierarchy(
  books: ExportedBooks,
  report: Report,
  periods: readonly Period[],
  depth = 99,
) {
  const columns = periods.map((period) => rolledUp(books, report, period));
  const accounts = new Set(columns.flatMap((column) => [...column.keys()]));
  return [...accounts]
    .map((account) => ({ account, path: pathOf(books, account) }))
    .filter(({ path }) => path.length <= depth)
    .sort((a, b) => ALPHABETIC(a.path.join("\0"), b.path.join("\0")))
    .map(({ account, path }) => {
      const sums = columns.map((column) => column.get(account) ?? new Map<string, bigint>());
      const currencies = [...new Set(sums.flatMap((each) => [...each.keys()]))].sort(ALPHABETIC);
      const shown = sums.map((each) =>
        currencies.map((name) => `${toAmount(each.get(name) ?? 0n, name)} ${name}`),
      );
      return [account.code, path.length, ...shown];
    });
}

const parentOf = ({ accounts }: ExportedBooks, { parentId }: Account): Account | undefined =>
  parentId === null ? undefined : accounts.get(parentId);

function pathOf(books: ExportedBooks, account: Account): string[] {
  const parent = parentOf(books, account);
  return parent === undefined ? [account.code] : [...pathOf(books, parent), account.code];
}

/** A report by the values of a dimension, as [value, code, amount]; entries without a value come last. */
export function byDimension(
  books: ExportedBooks,
  report: Report,
  period: Period,
  dimension: string,
) {
  const entries = entriesOf(books, report, period);
  const values = [...new Set(entries.map(({ values: own }) => own[dimension] ?? null))];
  const ordered = values.sort((a, b) => ALPHABETIC(a ?? "\uffff", b ?? "\uffff"));
  const isFlow = report === "DIRECT" || report === "INDIRECT";
  return ordered.flatMap((value) =>
    byAccount(entries.filter(({ values: own }) => (own[dimension] ?? null) === value)).map(
      ([account, units]) => [
        value,
        account.code,
        toAmount(isFlow ? -units : onNormalSide(account, units), account.currency),
      ],
    ),
  );
}

/** The totals of a report in one currency, each rounded once, halves away from zero. */
export function inCurrency(
  { rates }: ExportedBooks,
  totals: readonly (readonly string[])[],
  day: string,
  to: string,
): string[] {
  const sums: bigint[] = [];
  for (const [currency = "", ...amounts] of totals) {
    const fromRate = perEuro(rates, currency, day);
    const toRate = perEuro(rates, to, day);
    amounts.forEach((amount, place) => {
      const units = toUnits(amount, currency);
      const top = units * toRate.units * fromRate.one * 10n ** BigInt(DECIMALS[to] ?? 0);
      const bottom = toRate.one * fromRate.units * 10n ** BigInt(DECIMALS[currency] ?? 0);
      sums[place] = (sums[place] ?? 0n) + rounded(top, bottom);
    });
  }
  return sums.map((units) => toAmount(units, to));
}

/** How many units of a currency are one euro: `units / one`, as recorded last for the newest day up to `day`. */
function perEuro(rates: readonly Rate[], currency: string, day: string) {
  if (currency === "EUR") return { units: 1n, one: 1n };
  const known = rates.filter(({ base, quote, date }) => {
    return base === "EUR" && quote === currency && date <= day;
  });
  const newest = known.reduce<Rate | undefined>(
    (best, each) => (best === undefined || each.date >= best.date ? each : best),
    undefined,
  );
  const [whole = "", fraction = ""] = (newest?.rate ?? "").split(".");
  return { units: BigInt(whole + fraction), one: 10n ** BigInt(fraction.length) };
}

function rounded(top: bigint, bottom: bigint): bigint {
  const isNegative = top < 0n;
  const whole = ((isNegative ? -top : top) * 2n + bottom) / (bottom * 2n);
  return isNegative ? -whole : whole;
}
