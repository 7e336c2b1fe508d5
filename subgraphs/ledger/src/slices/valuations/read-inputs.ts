import { AppError } from "@allfunds/contract/errors";
import type { Fee, FundTerms, ShareClassTerms } from "@allfunds/contract/fund-administration";
import { formatScaled, parseAmount, rateBetween } from "@allfunds/contract/money";
import type {
  NavCalculated,
  ValuationFigures,
  ValuationInputs,
} from "@allfunds/contract/valuation";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { tenantBookOf } from "../../engine/log-sql.ts";
import { readDebitMinor } from "../balances/balance-sql.ts";
import { readNewestRates } from "../exchange-rates/exchange-rate-sql.ts";
import { readClosingBalances } from "../reconciliation/reconciliation-sql.ts";
import { BEFORE_ALL_YEARS, readClosings } from "../periods/closed-year-sql.ts";
import { feePeriods, type FeeKind } from "./fee.ts";
import { Books, type AccountRow } from "./fund-books.ts";
import { readValuedPositions } from "./read-positions.ts";
import type { BookFindings } from "./valuation-checks.ts";

/** A fund at a point of its book and of its tenant's. */
export interface ValuedFund {
  readonly tenantId: string;
  readonly fundId: string;
  readonly baseCurrency: string;
  readonly navDate: string;
  /** Position of the book up to which to read. */
  readonly readAt: number;
  /** The same of the tenant's own book; all of it when absent. */
  readonly tenantReadAt: number | undefined;
}

const READ_PLACES = `SELECT id, position FROM book WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

/** Where the book of a fund and the tenant's own end now. */
export async function readPlaces(
  reads: TenantReads,
  tenantId: string,
  fundId: string,
): Promise<Pick<ValuedFund, "readAt" | "tenantReadAt">> {
  const tenantBook = tenantBookOf(tenantId);
  const { rows } = await reads.query<{ id: string; position: string }>(READ_PLACES, [
    tenantId,
    [fundId, tenantBook],
  ]);
  const places = new Map(rows.map(({ id, position }) => [id, Number(position)]));
  return { readAt: places.get(fundId) ?? 0, tenantReadAt: places.get(tenantBook) };
}

/** A valuation that was published. */
export interface PublishedValuation {
  readonly navDate: string;
  readonly inputs: ValuationInputs;
  readonly figures: ValuationFigures;
}

/** Everything that a valuation rests on, and what its checks look at besides. */
export interface ReadInputs {
  readonly inputs: ValuationInputs;
  readonly terms: FundTerms;
  readonly last: PublishedValuation | undefined;
  readonly findings: BookFindings;
}

interface ClassRow {
  readonly id: string;
  readonly code: string;
  readonly currency: string;
  readonly unitDecimals: number;
  readonly terms: string;
}

interface TermsRow {
  readonly effectiveFrom: string;
  readonly terms: string;
}

// What is counted in assets of its own has no value of its own, but for the units in issue.
const READ_ACCOUNTS = `
  SELECT id, code, type, currency FROM account
  WHERE tenant_id = $1 AND fund_id = $2 AND (position('/' in currency) = 0 OR code LIKE '3800-%')`;

const READ_TERMS = `
  SELECT effective_from::text AS "effectiveFrom", terms FROM fund_terms
  WHERE tenant_id = $1 AND book_id = $2 ORDER BY effective_from`;

const READ_CLASSES = `
  SELECT id, code, currency, unit_decimals AS "unitDecimals", terms FROM share_class
  WHERE tenant_id = $1 AND book_id = $2 ORDER BY code`;

const READ_LAST = `
  SELECT v.nav_date::text AS "navDate", e.payload
  FROM valuation v JOIN event e USING (tenant_id, book_id, position)
  WHERE v.tenant_id = $1 AND v.book_id = $2 AND v.status = 'PUBLISHED' AND v.nav_date < $3
  ORDER BY v.nav_date DESC LIMIT 1`;

// Each unit in issue is one of a holder, because every posting balances in each asset.
const READ_REGISTER = `
  SELECT c.code AS subject, sum(CASE WHEN a.code LIKE '3800-%' THEN a.balance ELSE -a.balance END)::text AS found
  FROM share_class c JOIN account a ON a.tenant_id = c.tenant_id AND a.fund_id = c.book_id
    AND a.currency = c.isin || '/' || c.unit_decimals
  WHERE c.tenant_id = $1 AND c.book_id = $2 GROUP BY c.code
  HAVING sum(a.balance) <> 0`;

/** Reads what a valuation of a fund rests on, at one position of each of its books. */
export async function readInputs(reads: TenantReads, fund: ValuedFund): Promise<ReadInputs> {
  const { tenantId, fundId, navDate } = fund;
  const [accounts, terms, classes, last, register, statements] = await Promise.all([
    reads.query<AccountRow>(READ_ACCOUNTS, [tenantId, fundId]),
    reads.query<TermsRow>(READ_TERMS, [tenantId, fundId]),
    reads.query<ClassRow>(READ_CLASSES, [tenantId, fundId]),
    readLastPublished(reads, fund),
    reads.query<BookFindings["register"][number]>(READ_REGISTER, [tenantId, fundId]),
    readClosingBalances(reads, { tenantId, fundId }, { asOf: navDate, knownAt: fund.readAt }),
  ]);
  const dated = terms.rows.map((row) => ({
    effectiveFrom: row.effectiveFrom,
    terms: JSON.parse(row.terms) as FundTerms,
  }));
  const present = dated.findLast(({ effectiveFrom }) => effectiveFrom <= navDate)?.terms;
  if (present === undefined) {
    throw new AppError(
      "INVALID_INPUT",
      `The fund has no terms on ${navDate}: administer it first.`,
    );
  }
  const ids = accounts.rows.map(({ id }) => id);
  const until = { asOf: navDate, knownAt: fund.readAt };
  const debits = await readDebitMinor(reads, { tenantId, bookId: fundId }, ids, until);
  const closings = await readClosings(reads, fund, BEFORE_ALL_YEARS, until);
  const books = new Books(accounts.rows, { debits, closings }, fund.baseCurrency);
  const positions = await readValuedPositions(reads, {
    ...fund,
    priceSources: present.priceSources,
    last: last?.inputs,
  });
  const used = usedCurrencies(books, classes.rows, positions);
  const inputs: ValuationInputs = {
    baseCurrency: fund.baseCurrency,
    navDecimals: present.navDecimals,
    navRounding: present.navRounding,
    since: last?.navDate ?? null,
    rates: await readRates(reads, fund, present, used),
    positions,
    interests: books.interests(positions),
    exchanges: books.exchanges(),
    unallocated: books.spell(books.unallocatedMinor()),
    fees: fundFees(dated, last?.navDate, navDate),
    classes: classes.rows.map((row) => toClass(row, books, last, navDate)),
  };
  const findings = {
    foreignResults: books.foreignResults(),
    trialBalance: books.trialBalance(inputs),
    register: register.rows,
    cash: books.unreconciled(statements),
  };
  return { inputs, terms: present, last, findings };
}

/** The NAV published last before a date. */
export async function readLastPublished(
  reads: TenantReads,
  { tenantId, fundId, navDate }: Pick<ValuedFund, "tenantId" | "fundId" | "navDate">,
): Promise<PublishedValuation | undefined> {
  const parameters = [tenantId, fundId, navDate] as const;
  const { rows } = await reads.query<{ navDate: string; payload: NavCalculated }>(READ_LAST, [
    ...parameters,
  ]);
  const [row] = rows;
  if (row === undefined || row.payload.figures === null) return undefined;
  const { inputs, figures } = row.payload;
  return { navDate: row.navDate, inputs, figures };
}

const usedCurrencies = (
  books: Books,
  classes: readonly ClassRow[],
  positions: ValuationInputs["positions"],
): string[] =>
  [
    ...new Set([
      ...books.currencies(),
      ...classes.map(({ currency }) => currency),
      ...positions.map(({ currency }) => currency),
    ]),
  ].toSorted();

/** The rates there are; a check shows those that are missing. */
export async function readRates(
  reads: TenantReads,
  { tenantId, navDate, tenantReadAt, baseCurrency }: ValuedFund,
  { priceSources }: FundTerms,
  currencies: readonly string[],
): Promise<ValuationInputs["rates"]> {
  const newest = await readNewestRates(reads, tenantId, {
    asOf: navDate,
    knownAt: tenantReadAt,
    sources: priceSources,
  });
  return currencies.flatMap((currency) => {
    if (currency === baseCurrency) return [];
    const used = rateBetween(newest, currency, baseCurrency);
    if (used === null) return [];
    const { units, per } = used.quotation;
    return [
      {
        currency,
        units: formatScaled(units.unscaled, units.scale),
        per: formatScaled(per.unscaled, per.scale),
        date: used.date,
        records: used.records.map(({ base, quote, rate, date, source, position, line }) => ({
          base,
          quote,
          rate,
          date,
          source,
          position,
          line,
        })),
      },
    ];
  });
}

/** Fees of the whole fund since the last NAV. */
function fundFees(
  dated: readonly { readonly effectiveFrom: string; readonly terms: FundTerms }[],
  since: string | undefined,
  navDate: string,
): ValuationInputs["fees"] {
  if (since === undefined) return [];
  const feesOf = (kind: FeeKind, feeOf: (terms: FundTerms) => Fee | null) => ({
    kind,
    periods: feePeriods(
      dated.map(({ effectiveFrom, terms }) => ({ effectiveFrom, fee: feeOf(terms) })),
      since,
      navDate,
    ),
  });
  return [
    feesOf("ADMINISTRATION", ({ administrationFee }) => administrationFee),
    feesOf("CUSTODY", ({ custodyFee }) => custodyFee),
  ].filter(({ periods }) => periods.length > 0);
}

function toClass(
  { id, code, currency, unitDecimals, terms }: ClassRow,
  books: Books,
  last: PublishedValuation | undefined,
  navDate: string,
): ValuationInputs["classes"][number] {
  const of = { classCode: code };
  const everMinor = -books.ever("EXIT_CHARGES", of) - books.ever("MANAGEMENT_FEE", of);
  const dated = (JSON.parse(terms) as { effectiveFrom: string; terms: ShareClassTerms }[]).map(
    (row) => ({ effectiveFrom: row.effectiveFrom, fee: row.terms.managementFee }),
  );
  const periods = last === undefined ? [] : feePeriods(dated, last.navDate, navDate);
  return {
    classId: id,
    code,
    currency,
    units: formatScaled(books.debit("UNITS_IN_ISSUE", of), unitDecimals),
    opening: books.spell(-books.debit("UNIT_CAPITAL", of) - books.debit("CLASS_RESULT", of)),
    ownItems: books.spell(everMinor - ownAfter(last, id, books.base)),
    ownItemsEver: books.spell(everMinor),
    fees: periods.length === 0 ? [] : [{ kind: "MANAGEMENT", periods }],
  };
}

/** What a class had of its own, ever, after the last NAV and its fees. */
function ownAfter(last: PublishedValuation | undefined, classId: string, base: string): bigint {
  const ever = last?.inputs.classes.find((one) => one.classId === classId)?.ownItemsEver ?? "0";
  const fees = last?.figures.classes.find((one) => one.classId === classId)?.fees ?? "0";
  return parseAmount(ever, base) - parseAmount(fees, base);
}
