import { AppError, invalidInput } from "@allfunds/contract/errors";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { PageRequest } from "../../graph/page-args.ts";
import { find, type BatchRead, type LedgerContext } from "../../graph/ledger-context.ts";
import { toSecurityObject, type SecurityObject } from "./security-object.ts";
import type { Security } from "./security.ts";

/** A security with the place of its description in the tenant's own book. */
export interface KnownSecurity extends Security {
  readonly position: number;
}

interface SecurityRow {
  readonly description: string;
  readonly position: number;
}

const toSecurity = ({ description, position }: SecurityRow): KnownSecurity => ({
  ...(JSON.parse(description) as Security),
  position,
});

const READ_MANY = `
  SELECT s.description, s.position::int FROM unnest($2::text[]) AS wanted (isin) CROSS JOIN LATERAL (
    SELECT description, position FROM security
    WHERE tenant_id = $1 AND isin = wanted.isin ORDER BY position DESC, line DESC LIMIT 1) s`;

/** The newest description of each of these securities; absent where there is none. */
export async function readSecurities(
  reads: TenantReads,
  tenantId: string,
  isins: readonly string[],
): Promise<Map<string, KnownSecurity>> {
  const { rows } = await reads.query<SecurityRow>(READ_MANY, [tenantId, [...isins]]);
  return new Map(rows.map(toSecurity).map((security) => [security.isin, security]));
}

/** The newest description of a security; SECURITY_NOT_FOUND when there is none. */
export async function requireSecurity(
  reads: TenantReads,
  tenantId: string,
  isin: string,
): Promise<KnownSecurity> {
  const security = (await readSecurities(reads, tenantId, [isin])).get(isin);
  if (security !== undefined) return security;
  throw new AppError("SECURITY_NOT_FOUND", `There is no security ${isin.slice(0, 20)}.`);
}

const READ_BY_IDS = `
  SELECT s.description, s.position::int FROM unnest($2::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
    SELECT description, position FROM security
    WHERE tenant_id = $1 AND id = wanted.id ORDER BY position DESC, line DESC LIMIT 1) s`;

const securitiesById: BatchRead<SecurityObject> = async ({ request, stores }, ids) => {
  const parameters = [request.tenantId, [...ids]] as const;
  const { rows } = await stores.pool.query<SecurityRow>(READ_BY_IDS, [...parameters]);
  return new Map(rows.map(toSecurity).map((row) => [row.id, toSecurityObject(row)]));
};

/** The security with this id of the graph, null when there is none. */
export const findSecurity = (context: LedgerContext, id: string): Promise<SecurityObject | null> =>
  find(context, securitiesById, id);

// Each ISIN costs one probe of the index, however often it was described.
const READ_PAGE = `
  WITH RECURSIVE one AS (
    (SELECT isin, description, position, 1 AS n FROM security
      WHERE tenant_id = $1 AND isin > $2 ORDER BY isin, position DESC, line DESC LIMIT 1)
    UNION ALL
    SELECT next.isin, next.description, next.position, one.n + 1 FROM one CROSS JOIN LATERAL (
      SELECT isin, description, position FROM security
      WHERE tenant_id = $1 AND isin > one.isin ORDER BY isin, position DESC, line DESC LIMIT 1) next
    WHERE one.n < $3
  )
  SELECT description, position::int FROM one ORDER BY isin`;

/** Securities by ISIN, as they were described last; one more than `first`, to show that more follow. */
export async function readSecurityPage(
  reads: TenantReads,
  tenantId: string,
  { first, after }: PageRequest,
): Promise<KnownSecurity[]> {
  const [isin] = typeof after === "string" ? decodeCursor(after, 1) : [""];
  if (typeof isin !== "string") throw invalidInput("after", "is not a cursor of this list");
  const { rows } = await reads.query<SecurityRow>(READ_PAGE, [tenantId, isin, first + 1]);
  return rows.map(toSecurity);
}
