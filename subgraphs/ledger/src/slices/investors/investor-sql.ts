import { AppError } from "@allfunds/contract/errors";
import type { KycState } from "@allfunds/contract/fund-administration";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { find, type BatchRead, type LedgerContext } from "../../graph/ledger-context.ts";
import type { PageRequest } from "../../graph/page-args.ts";
import { InvestorObject, PersonObject } from "./investor-object.ts";
import { kycOn } from "./investor.ts";

const COLUMNS = `
  id, reference, kind, tax_country AS "taxCountry", kyc_state AS "kycState",
  kyc_until::text AS "kycUntil", is_erased AS "isErased", commitment`;

const READ_BY_IDS = `SELECT ${COLUMNS} FROM investor WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

const READ_PAGE = `
  SELECT ${COLUMNS} FROM investor
  WHERE tenant_id = $1 AND ($2::text IS NULL OR reference > $2) ORDER BY reference LIMIT $3`;

interface InvestorRow {
  readonly id: string;
  readonly kycState: KycState;
  readonly kycUntil: string | null;
}

const toObject = (row: InvestorRow, today: string): InvestorObject =>
  Object.assign(new InvestorObject(), row, { kycState: kycOn(row, today), replayed: false });

const todayOf = ({ request }: LedgerContext): string => request.now.toISOString().slice(0, 10);

const investorsById: BatchRead<InvestorObject> = async (context, ids) => {
  const { request, stores } = context;
  const { rows } = await stores.pool.query<InvestorRow>(READ_BY_IDS, [request.tenantId, ids]);
  return new Map(rows.map((row) => [row.id, toObject(row, todayOf(context))]));
};

export const findInvestor = (context: LedgerContext, id: string): Promise<InvestorObject | null> =>
  find(context, investorsById, id);

/** An investor that the caller may see; INVESTOR_NOT_FOUND otherwise. */
export async function requireInvestor(context: LedgerContext, id: string): Promise<InvestorObject> {
  const found = await findInvestor(context, id);
  if (found !== null) return found;
  throw new AppError("INVESTOR_NOT_FOUND", `There is no investor ${id.slice(0, 80)}.`);
}

/** Investors by reference; one more than `first`, to show that more follow. */
export async function readInvestorPage(
  context: LedgerContext,
  { first, after }: PageRequest,
): Promise<InvestorObject[]> {
  const { request, stores } = context;
  const [reference] = typeof after === "string" ? decodeCursor(after, 1) : [];
  const { rows } = await stores.pool.query<InvestorRow>(READ_PAGE, [
    request.tenantId,
    reference === undefined ? null : String(reference),
    first + 1,
  ]);
  return rows.map((row) => toObject(row, todayOf(context)));
}

const READ_IDS = `SELECT id, reference FROM investor WHERE tenant_id = $1 AND reference = ANY ($2::text[])`;

/** Ids of investors that the caller may see, by reference. */
export async function readInvestorIds(
  { request, stores }: LedgerContext,
  references: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await stores.pool.query<{ id: string; reference: string }>(READ_IDS, [
    request.tenantId,
    [...references],
  ]);
  return new Map(rows.map(({ id, reference }) => [reference, id]));
}

const READ_PERSON = `SELECT data FROM investor_person WHERE tenant_id = $1 AND id = $2`;

/** Personal data of an investor; null once they are erased. */
export async function readPerson(
  pool: TenantReads,
  tenantId: string,
  id: string,
): Promise<PersonObject | null> {
  const { rows } = await pool.query<{ data: object }>(READ_PERSON, [tenantId, id]);
  const [row] = rows;
  return row === undefined ? null : Object.assign(new PersonObject(), row.data);
}
