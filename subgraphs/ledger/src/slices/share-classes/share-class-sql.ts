import { AppError } from "@allfunds/contract/errors";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import { find, type BatchRead, type LedgerContext } from "../../graph/ledger-context.ts";
import type { PageRequest } from "../../graph/page-args.ts";
import { ShareClassObject } from "./share-class-object.ts";

const COLUMNS = `
  id, book_id AS "fundId", code, name, isin, currency, unit_decimals AS "unitDecimals",
  launch_date::text AS "launchDate", launch_price AS "launchPrice", status, terms`;

const READ_BY_IDS = `
  SELECT ${COLUMNS} FROM share_class WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

const READ_PAGE = `
  SELECT ${COLUMNS} FROM share_class
  WHERE tenant_id = $1 AND book_id = $2 AND ($3::text IS NULL OR code > $3)
  ORDER BY code LIMIT $4`;

interface ClassRow {
  readonly id: string;
  readonly fundId: string;
  readonly status: string;
  readonly terms: string;
}

const toObject = ({ status: state, terms, ...row }: ClassRow): ShareClassObject =>
  Object.assign(new ShareClassObject(), row, {
    state,
    allTerms: JSON.parse(terms) as ShareClassObject["allTerms"],
    replayed: false,
  });

const classesById: BatchRead<ShareClassObject> = async ({ request, stores }, ids) => {
  const { rows } = await stores.pool.query<ClassRow>(READ_BY_IDS, [request.tenantId, ids]);
  return new Map(rows.map((row) => [row.id, toObject(row)]));
};

export const findShareClass = (
  context: LedgerContext,
  id: string,
): Promise<ShareClassObject | null> => find(context, classesById, id);

/** A share class that the caller may see; SHARE_CLASS_NOT_FOUND otherwise. */
export async function requireShareClass(
  context: LedgerContext,
  id: string,
): Promise<ShareClassObject> {
  const found = await findShareClass(context, id);
  if (found !== null) return found;
  throw new AppError("SHARE_CLASS_NOT_FOUND", `There is no share class ${id.slice(0, 80)}.`);
}

/** A fund's classes by code; one more than `first`, to show that more follow. */
export async function readClassPage(
  { request, stores }: LedgerContext,
  fundId: string,
  { first, after }: PageRequest,
): Promise<ShareClassObject[]> {
  const [code] = typeof after === "string" ? decodeCursor(after, 1) : [];
  const parameters = [
    request.tenantId,
    fundId,
    code === undefined ? null : String(code),
    first + 1,
  ] as const;
  const { rows } = await stores.pool.query<ClassRow>(READ_PAGE, parameters);
  return rows.map(toObject);
}
