import { AppError, invalidInput } from "@allfunds/contract/errors";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { selectText, type Texts } from "../../engine/table.ts";
import { find, type BatchRead, type LedgerContext } from "../../graph/ledger-context.ts";
import type { PageRequest } from "../../graph/page-args.ts";
import { toOrderObject, type OrderObject } from "./order-object.ts";
import { ORDER, type OrderStatus } from "./order-state.ts";

const COLUMNS = ORDER.columns.map(({ name, type }) =>
  selectText(`o.${name}`, type).replace(/AS o\./, "AS "),
);

const SELECT = `
  SELECT ${COLUMNS.join(", ")}, o.book_id::text AS fund, c.unit_decimals::text AS decimals
  FROM investor_order o JOIN share_class c ON c.tenant_id = o.tenant_id AND c.id = o.class_id`;

const READ_BY_IDS = `${SELECT} WHERE o.tenant_id = $1 AND o.id = ANY ($2::uuid[])`;

const READ_PAGE = `${SELECT}
  WHERE o.tenant_id = $1 AND ($2::uuid IS NULL OR o.book_id = $2)
    AND ($3::uuid IS NULL OR o.class_id = $3) AND ($4::uuid IS NULL OR o.investor_id = $4)
    AND ($5::text IS NULL OR o.status = $5) AND ($6::date IS NULL OR o.dealing_date = $6)
    AND ($7::timestamptz IS NULL OR (o.received_at, o.id) < ($7, $8::uuid))
  ORDER BY o.received_at DESC, o.id DESC LIMIT $9`;

function toObject(texts: Texts, today: string): OrderObject {
  const [fundId, decimals] = [texts["fund"] ?? "", texts["decimals"] ?? "0"];
  return toOrderObject({ ...ORDER.read(texts), fundId, unitDecimals: Number(decimals) }, today);
}

const todayOf = ({ request }: LedgerContext): string => request.now.toISOString().slice(0, 10);

const ordersById: BatchRead<OrderObject> = async (context, ids) => {
  const { request, stores } = context;
  const { rows } = await stores.pool.query<Texts>(READ_BY_IDS, [request.tenantId, ids]);
  const orders = rows.map((texts) => toObject(texts, todayOf(context)));
  return new Map(orders.map((order) => [order.id, order]));
};

export const findOrder = (context: LedgerContext, id: string): Promise<OrderObject | null> =>
  find(context, ordersById, id);

/** An order that the caller may see; ORDER_NOT_FOUND otherwise. */
export async function requireOrder(context: LedgerContext, id: string): Promise<OrderObject> {
  const order = await findOrder(context, id);
  if (order !== null) return order;
  throw new AppError("ORDER_NOT_FOUND", `There is no order ${id.slice(0, 80)}.`);
}

/** Which orders a list shows. */
export interface OrderFilter {
  readonly fundId?: string | undefined;
  readonly classId?: string | undefined;
  readonly investorId?: string | undefined;
  readonly state?: OrderStatus | undefined;
  readonly dealingDate?: string | undefined;
}

/** Orders, the last received first; one more than `first`, to show that more follow. */
export async function readOrderPage(
  context: LedgerContext,
  filter: OrderFilter,
  { first, after }: PageRequest,
): Promise<OrderObject[]> {
  const { request, stores } = context;
  const [receivedAt, id] = typeof after === "string" ? readCursor(after) : [null, null];
  const { fundId, classId, investorId, state, dealingDate } = filter;
  const { rows } = await stores.pool.query<Texts>(READ_PAGE, [
    request.tenantId,
    fundId ?? null,
    classId ?? null,
    investorId ?? null,
    state ?? null,
    dealingDate ?? null,
    receivedAt,
    id,
    first + 1,
  ]);
  return rows.map((texts) => toObject(texts, todayOf(context)));
}

function readCursor(after: string): [string, string] {
  const [receivedAt, id] = decodeCursor(after, 2);
  const isTime = typeof receivedAt === "string" && !Number.isNaN(Date.parse(receivedAt));
  if (isTime && typeof id === "string" && /^[0-9a-f-]{36}$/.test(id)) return [receivedAt, id];
  throw invalidInput("after", "is not a cursor of this list");
}

const SELECT_HOLDINGS = `
  SELECT h.id, h.book_id AS "fundId", h.class_id AS "classId", h.investor_id AS "investorId",
         a.balance::text AS units, a.held::text AS held, c.unit_decimals AS "unitDecimals"
  FROM investor_account h
  JOIN account a ON a.tenant_id = h.tenant_id AND a.id = h.id
  JOIN share_class c ON c.tenant_id = h.tenant_id AND c.id = h.class_id`;

const READ_HOLDINGS = `${SELECT_HOLDINGS}
  WHERE h.tenant_id = $1 AND ($2::uuid IS NULL OR h.class_id = $2)
    AND ($3::uuid IS NULL OR h.investor_id = $3) AND ($4::uuid IS NULL OR h.id > $4)
  ORDER BY h.id LIMIT $5`;

// OFFSET 0 keeps it at a look-up for each account of the page, whatever the statistics are.
const READ_HOLDINGS_FROM = `
  WITH h AS (
    SELECT id, book_id, class_id, investor_id FROM investor_account
    WHERE tenant_id = $1 AND class_id = $2 AND id >= $3 AND position <= $4 ORDER BY id LIMIT $5
  )
  SELECT h.id, h.book_id AS "fundId", h.class_id AS "classId", h.investor_id AS "investorId",
         a.balance::text AS units, a.held::text AS held, c.unit_decimals AS "unitDecimals"
  FROM h
  CROSS JOIN LATERAL (SELECT balance, held FROM account WHERE tenant_id = $1 AND id = h.id OFFSET 0) a
  CROSS JOIN LATERAL (
    SELECT unit_decimals FROM share_class WHERE tenant_id = $1 AND id = h.class_id OFFSET 0) c
  ORDER BY h.id`;

const READ_HOLDINGS_BY_IDS = `${SELECT_HOLDINGS}
  WHERE h.tenant_id = $1 AND h.id = ANY ($2::uuid[])`;

const holdingsById: BatchRead<HoldingRow> = async ({ request, stores }, ids) => {
  const { rows } = await stores.pool.query<HoldingRow>(READ_HOLDINGS_BY_IDS, [
    request.tenantId,
    ids,
  ]);
  return new Map(rows.map((row) => [row.id, row]));
};

export const findHolding = (context: LedgerContext, id: string): Promise<HoldingRow | null> =>
  find(context, holdingsById, id);

/** An investor's account of a class with its units now, in the smallest that there are. */
export interface HoldingRow {
  readonly id: string;
  readonly fundId: string;
  readonly classId: string;
  readonly investorId: string;
  readonly units: string;
  readonly held: string;
  readonly unitDecimals: number;
}

/** Accounts of a class, or of an investor; one more than `first`, to show that more follow. */
export async function readHoldingPage(
  { request, stores }: LedgerContext,
  filter: { readonly classId?: string; readonly investorId?: string },
  { first, after }: PageRequest,
): Promise<HoldingRow[]> {
  const [id] = typeof after === "string" ? decodeCursor(after, 1) : [null];
  if (id !== null && (typeof id !== "string" || !/^[0-9a-f-]{36}$/.test(id))) {
    throw invalidInput("after", "is not a cursor of this list");
  }
  const { classId = null, investorId = null } = filter;
  const parameters = [request.tenantId, classId, investorId, id, first + 1] as const;
  const { rows } = await stores.pool.query<HoldingRow>(READ_HOLDINGS, parameters);
  return rows;
}

const LEAST_ID = "00000000-0000-0000-0000-000000000000";

/** Accounts of a class that were opened up to a position of the book, in their order from one on. */
export async function readHoldingsFrom(
  reads: TenantReads,
  tenantId: string,
  classId: string,
  from: string | undefined,
  { knownAt, first }: { readonly knownAt: number; readonly first: number },
): Promise<HoldingRow[]> {
  const parameters = [tenantId, classId, from ?? LEAST_ID, knownAt, first] as const;
  const { rows } = await reads.query<HoldingRow>(READ_HOLDINGS_FROM, [...parameters], {
    prepared: true,
  });
  return rows;
}
