import type { SqlStatement } from "@allfunds/platform/database";
import type { ReadAs } from "../books/tenant-connection.ts";
import { normalise } from "../classification/normalise.ts";
import type { Movement, MovementEntry, MovementLine, TransactionEvent } from "./movement.ts";
import { STORED_COLUMNS } from "./movement-store.ts";
import type { StoredMovement } from "./movement-store.ts";

/** How a bank or payee names money that comes back; read against the normalised text. */
const REFUND =
  /(^| )(refund(s|ed)?|reimbursement|chargeback|rueckerstattung|erstattung|rueckzahlung|storno|remboursement|rembourse|reembolso|devolucion|[הלב]?החזר(ים)?(?! (ה?הלוואה|ה?משכנתא))|[הלב]?זיכוי(ים)?|השבה|סטורנו)( |$)/;

/**
 * Whether a transaction may take back an earlier one: a reversal by its link, a refund by the bank's mark or
 * its text. Such a transaction is applied by itself, so that the earlier one is stored by then.
 */
export const mayTakeBack = ({ payload }: TransactionEvent): boolean =>
  payload.source.kind === "REVERSAL" || isRefund(payload);

const isRefund = ({ description, metadata }: TransactionEvent["payload"]): boolean =>
  metadata["reversal"] === true || REFUND.test(normalise(description));

const BY_ID = `
  SELECT ${STORED_COLUMNS} FROM movement WHERE tenant_id = $1 AND transaction_id = $2`;

// The same amount before a larger one, a later one before an earlier one. Of a split only what is refunded to
// accounts of its lines, so that the lines still add up to what is left.
const REFUNDED = `
  SELECT ${STORED_COLUMNS} FROM movement
  WHERE tenant_id = $1 AND fund_id = $2 AND counterparty_key = $3 AND direction = $4 AND currency = $5
    AND amount_minor >= $6 AND effective_date BETWEEN $7::date - 400 AND $7::date
    AND position < $8 AND role = 'FLOW' AND entries IS NOT NULL
    AND (lines IS NULL OR NOT EXISTS (
      SELECT FROM unnest($9::text[]) AS back (account_id)
      WHERE NOT lines @> jsonb_build_array(jsonb_build_object('accountId', back.account_id))))
  ORDER BY amount_minor = $6 DESC, position DESC LIMIT 1`;

/** An earlier transaction and what takes it back. */
export interface TakenBack {
  readonly role: "REVERSAL" | "REFUND";
  readonly original: StoredMovement;
  /** When a refund is reversed, the payment that was refunded. */
  readonly refunded?: StoredMovement;
}

/** The transaction that another one takes back, when it is stored. */
export async function findTakenBack(
  read: ReadAs,
  event: TransactionEvent,
  movement: Movement,
): Promise<TakenBack | undefined> {
  const { kind, reverses } = event.payload.source;
  if (kind !== "REVERSAL") return findRefunded(read, event, movement);
  const original = await byId(read, event.tenantId, reverses);
  if (original === undefined) return undefined;
  const refunded =
    original.role === "REFUND"
      ? await byId(read, event.tenantId, original.takesBack ?? undefined)
      : undefined;
  return { role: "REVERSAL", original, ...(refunded === undefined ? {} : { refunded }) };
}

async function findRefunded(
  read: ReadAs,
  { tenantId, payload }: TransactionEvent,
  movement: Movement,
): Promise<TakenBack | undefined> {
  const { direction, counterpartyKey } = movement;
  if (direction === "NONE" || counterpartyKey === "" || !isRefund(payload)) return undefined;
  const otherSide = direction === "IN" ? "CREDIT" : "DEBIT";
  const { rows } = await (
    await read()
  ).query<StoredMovement>(REFUNDED, [
    tenantId,
    movement.fundId,
    counterpartyKey,
    direction === "IN" ? "OUT" : "IN",
    movement.currency,
    movement.amountMinor.toString(),
    movement.effectiveDate,
    movement.position,
    movement.entries.filter(({ side }) => side === otherSide).map(({ accountId }) => accountId),
  ]);
  return rows[0] === undefined ? undefined : { role: "REFUND", original: rows[0] };
}

async function byId(
  read: ReadAs,
  tenantId: string,
  transactionId: string | undefined,
): Promise<StoredMovement | undefined> {
  if (transactionId === undefined) return undefined;
  const { rows } = await (await read()).query<StoredMovement>(BY_ID, [tenantId, transactionId]);
  return rows[0];
}

/** An original with the entries that take it back. */
export const offsetBy = (
  stored: StoredMovement,
  entries: readonly MovementEntry[],
): StoredMovement => ({ ...stored, offsets: [...(stored.offsets ?? []), ...entries] });

const OFFSET = `
  UPDATE movement SET direction = $3, amount_minor = $4, currency = $5, offsets = $6::jsonb, lines = $7::jsonb
  WHERE tenant_id = $1 AND transaction_id = $2`;

/** The statement that stores what is left of an original; its categories stay. */
export function saveOffset(stored: StoredMovement, left: Movement): SqlStatement {
  const lines = stored.lines?.map((line) => ({ ...line, ...leftOf(line, left.lines) })) ?? null;
  return {
    text: OFFSET,
    values: [
      stored.tenantId,
      stored.transactionId,
      left.direction,
      left.amountMinor.toString(),
      left.currency,
      JSON.stringify(stored.offsets),
      lines === null ? null : JSON.stringify(lines),
    ],
  };
}

function leftOf(line: { readonly line: number }, left: Movement["lines"]) {
  const found = left?.find((each: MovementLine) => each.line === line.line);
  if (found === undefined) return { direction: "NONE", amountMinor: "0" };
  return { direction: found.direction, amountMinor: found.amountMinor.toString() };
}
