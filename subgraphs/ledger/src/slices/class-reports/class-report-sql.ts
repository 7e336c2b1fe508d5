import { parseAmount, parseDecimal } from "@allfunds/contract/money";
import type { ValuationFigures, ValuationInputs } from "@allfunds/contract/valuation";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { AccountObject } from "../accounts/account-object.ts";
import { addDays } from "../calendars/business-days.ts";
import { accountCode, CHART, RESULTS_OF_CLASS } from "../fund-terms/fund-accounts.ts";
import { BEFORE_ALL_YEARS, readClosings } from "../periods/closed-year-sql.ts";
import type { AccountBalance, ReportPoint } from "../reports/read-fund-balances.ts";
import { shareWeights } from "../valuations/strike.ts";
import type { ClassReportInput, FundAccount, ReportedClass } from "./class-report.ts";

/** A fund, and the point of its book that a report is of. */
export interface ReportedFund extends ReportPoint {
  readonly tenantId: string;
  readonly fundId: string;
  readonly baseCurrency: string;
}

interface ClassRow {
  readonly id: string;
  readonly code: string;
  readonly isin: string;
  readonly unitDecimals: number;
}

const READ_CLASSES = `
  SELECT id, code, isin, unit_decimals AS "unitDecimals" FROM share_class
  WHERE tenant_id = $1 AND book_id = $2 ORDER BY code`;

// Of each date the NAV that was published last by then. What it rests on, position by position, is not read.
const READ_NAVS = `
  SELECT DISTINCT ON (v.nav_date) v.nav_date::text AS "navDate", v.position,
    v.figures::json->'classes' AS classes
  FROM valuation v
  WHERE v.tenant_id = $1 AND v.book_id = $2 AND v.status IN ('PUBLISHED', 'SUPERSEDED')
    AND v.nav_date <= $3::date AND v.decided_position <= $4
  ORDER BY v.nav_date, v.position DESC`;

const READ_VALUED_CLASSES = `
  SELECT payload->'inputs'->'classes' AS classes FROM event
  WHERE tenant_id = $1 AND book_id = $2 AND position = $3`;

// Days of one NAV are a period, and those of one financial year within it. Closings themselves move nothing here.
const READ_MOVEMENTS = `
  WITH closing AS (
    SELECT position, reopened_position, to_date FROM closed_year
    WHERE tenant_id = $1 AND book_id = $2 AND position <= $5)
  SELECT e.account_id AS "accountId", width_bucket(e.effective_date, $6::date[]) AS period,
    EXISTS (SELECT FROM closing c WHERE e.effective_date <= c.to_date AND c.to_date <= $4::date
      AND (c.reopened_position IS NULL OR c.reopened_position > $5)) AS "isClosed",
    sum(e.amount)::text AS amount
  FROM entry e
  WHERE e.tenant_id = $1 AND e.book_id = $2 AND e.account_id = ANY ($3::uuid[])
    AND e.effective_date <= $4::date AND e.position <= $5
    AND NOT EXISTS (SELECT FROM closing c WHERE e.position IN (c.position, c.reopened_position))
  GROUP BY 1, 2, 3`;

interface MovementRow {
  readonly accountId: string;
  readonly period: number;
  readonly isClosed: boolean;
  readonly amount: string;
}

/** What the report of a fund's classes is made of, and the classes in its order. */
export async function readClassReport(
  reads: TenantReads,
  fund: ReportedFund,
  balances: readonly AccountBalance[],
  chart: readonly AccountObject[],
): Promise<ClassReportInput> {
  const { tenantId, fundId, asOf, knownAt, baseCurrency } = fund;
  const classes = await reads.query<ClassRow>(READ_CLASSES, [tenantId, fundId]);
  const navs = await reads.query<NavRow>(READ_NAVS, [tenantId, fundId, asOf, knownAt]);
  const parts = new Parts(baseCurrency, classes.rows);
  const results = chart.filter((account) => parts.of(account).part === "RESULT");
  const movements = await reads.query<MovementRow>(READ_MOVEMENTS, [
    tenantId,
    fundId,
    results.map(({ id }) => id),
    asOf,
    knownAt,
    navs.rows.map(({ navDate }) => addDays(navDate, 1)),
  ]);
  const closings = await readClosings(reads, fund, BEFORE_ALL_YEARS, fund);
  const codes = new Map(chart.map(({ id, code }) => [id, code]));
  const amounts = new Map(balances.map(({ account, debitMinor }) => [account.code, debitMinor]));
  const closed = new Map([...closings].map(([id, minor]) => [codes.get(id) ?? "", minor]));
  const after = await readOwnAfter(reads, fund, navs.rows.at(-1));
  const reported = classes.rows.map((one) =>
    toReported(one, { amounts, closed, after }, baseCurrency),
  );
  const units = new Map(classes.rows.map((one) => [one.id, unitsOf(one, amounts)]));
  const open = classes.rows.map(({ id }, index) => ({
    openingMinor: reported[index]?.openingMinor ?? 0n,
    units: units.get(id) ?? 0n,
  }));
  const weights = [
    ...navs.rows.map((nav) => weightsOf(nav, classes.rows, baseCurrency)),
    shareWeights(open),
  ];
  const byPeriod = Map.groupBy(movements.rows, ({ period }) => period);
  return {
    baseCurrency,
    classes: reported,
    periods: weights.map((each, period) => ({
      weights: each,
      movements: (byPeriod.get(period) ?? [])
        .toSorted((a, b) => Number(b.isClosed) - Number(a.isClosed) || byCode(codes, a, b))
        .map(({ accountId, isClosed, amount }) => ({
          accountId,
          isClosed,
          debitMinor: BigInt(amount),
        })),
    })),
    accounts: balances.map(({ account, debitMinor }): FundAccount => {
      const { id, code, currency } = account;
      return { id, code, currency, debitMinor, ...parts.of(account) };
    }),
  };
}

interface NavRow {
  readonly navDate: string;
  /** Of the valuation in its book. */
  readonly position: string;
  readonly classes: ValuationFigures["classes"];
}

/** What each class had of its own, ever, after the last NAV and its fees, in minor units: by id. */
async function readOwnAfter(
  reads: TenantReads,
  { tenantId, fundId, baseCurrency }: ReportedFund,
  last: NavRow | undefined,
): Promise<ReadonlyMap<string, bigint>> {
  if (last === undefined) return new Map();
  const { rows } = await reads.query<Pick<ValuationInputs, "classes">>(READ_VALUED_CLASSES, [
    tenantId,
    fundId,
    last.position,
  ]);
  const fees = new Map(last.classes.map((one) => [one.classId, one.fees]));
  return new Map(
    rows
      .flatMap(({ classes }) => classes)
      .map(({ classId, ownItemsEver }) => [
        classId,
        parseAmount(ownItemsEver, baseCurrency) -
          parseAmount(fees.get(classId) ?? "0", baseCurrency),
      ]),
  );
}

const byCode = (
  codes: ReadonlyMap<string, string>,
  a: Pick<MovementRow, "accountId">,
  b: Pick<MovementRow, "accountId">,
): number => ((codes.get(a.accountId) ?? "") < (codes.get(b.accountId) ?? "") ? -1 : 1);

type Amounts = ReadonlyMap<string, bigint>;

const unitsOf = ({ code }: ClassRow, amounts: Amounts): bigint =>
  amounts.get(`${CHART.UNITS_IN_ISSUE.number}-${code}`) ?? 0n;

const OWN = ["UNIT_CAPITAL", "CLASS_RESULT", ...RESULTS_OF_CLASS] as const;

/** Which part of the books an account is. */
class Parts {
  readonly #base: string;
  readonly #classOf: ReadonlyMap<string, string>;

  constructor(base: string, classes: readonly ClassRow[]) {
    this.#base = base;
    this.#classOf = new Map(
      classes.flatMap(({ code: classCode, isin, unitDecimals }) => [
        ...OWN.map((kind): [string, string] => [accountCode(kind, base, { classCode }), classCode]),
        [`${isin}/${unitDecimals}`, classCode],
      ]),
    );
  }

  of({ code, currency, type }: AccountObject): Pick<FundAccount, "part" | "classKey"> {
    const classKey = this.#classOf.get(code) ?? this.#classOf.get(currency);
    if (classKey !== undefined) return { part: "OWN", classKey };
    if (code === CHART.RESULT_ALLOCATED.number) return { part: "ALLOCATED" };
    const isResult = (type === "INCOME" || type === "EXPENSE") && currency === this.#base;
    return { part: isResult ? "RESULT" : "SHARED" };
  }
}

interface Books {
  /** Debits less credits by code, and the same of what closings of years moved. */
  readonly amounts: Amounts;
  readonly closed: Amounts;
  readonly after: ReadonlyMap<string, bigint>;
}

function toReported(
  { id, code: classCode }: ClassRow,
  { amounts, closed, after }: Books,
  base: string,
): ReportedClass {
  const credit = (kind: (typeof OWN)[number], of: Amounts): bigint =>
    -(of.get(accountCode(kind, base, { classCode })) ?? 0n);
  const everMinor = RESULTS_OF_CLASS.reduce(
    (all, kind) => all + credit(kind, amounts) - credit(kind, closed),
    0n,
  );
  return {
    key: classCode,
    openingMinor: credit("UNIT_CAPITAL", amounts) + credit("CLASS_RESULT", amounts),
    ownItemsMinor: everMinor - (after.get(id) ?? 0n),
  };
}

/** The key by which a published NAV shared the common result, for the classes of today. */
function weightsOf(nav: NavRow, classes: readonly ClassRow[], base: string): bigint[] {
  const weights = shareWeights(
    nav.classes.map(({ netAssetsBase, result, units }) => ({
      openingMinor: parseAmount(netAssetsBase, base) - parseAmount(result, base),
      units: parseDecimal(units).unscaled,
    })),
  );
  const byId = new Map(nav.classes.map(({ classId }, index) => [classId, weights[index] ?? 0n]));
  return classes.map(({ id }) => byId.get(id) ?? 0n);
}
