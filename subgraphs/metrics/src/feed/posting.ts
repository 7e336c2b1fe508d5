import type { LedgerEvent } from "@allfunds/contract/events";
import { parseAmount } from "@allfunds/contract/money";
import type { DatabaseClient, SqlStatement } from "@allfunds/platform/database";

export type PostedEvent = Extract<LedgerEvent, { type: "TransactionPosted" }>;

/** An exchange as its posting recorded it: one unit of `base` costs `rate` units of `quote`. */
export interface Exchange {
  readonly base: string;
  readonly quote: string;
  /** Decimal string. */
  readonly rate: string;
  /** What was exchanged, in minor units. */
  readonly baseMinor: bigint;
  readonly quoteMinor: bigint;
}

/**
 * What is left of a posted transaction after its reversals, on its own effective day. A transaction and its
 * reversals are one movement: what was reversed has never been a flow, on whatever day it was reversed.
 */
export interface Posting {
  readonly tenantId: string;
  readonly fundId: string;
  readonly transactionId: string;
  readonly day: string;
  /** Book position of the transaction. */
  readonly position: number;
  /** An adjustment corrects a balance; it moves no money. */
  readonly isCorrection: boolean;
  /** It closes income and expenses to retained earnings, or takes that back: nothing was earned or spent. */
  readonly isClosing: boolean;
  /** Debits less credits that are left, in minor units, by account. */
  readonly nets: ReadonlyMap<string, bigint>;
  readonly exchanges: readonly Exchange[];
}

/** Tenants choose the ids of their funds and transactions, so an id alone does not name one. */
export const postingKey = (tenantId: string, fundId: string, transactionId: string): string =>
  `${tenantId} ${fundId} ${transactionId}`;

/** Debits less credits of an event's entries in minor units, by account. */
export function netsOf({ payload }: PostedEvent): Map<string, bigint> {
  const nets = new Map<string, bigint>();
  for (const { accountId, side, amount, currency } of payload.entries) {
    const minor = parseAmount(amount, currency);
    nets.set(accountId, (nets.get(accountId) ?? 0n) + (side === "DEBIT" ? minor : -minor));
  }
  return nets;
}

/** The posting of an event that reverses nothing. */
export function postingOf(event: PostedEvent): Posting {
  const { tenantId, fundId, position, payload } = event;
  return {
    tenantId,
    fundId,
    transactionId: payload.transactionId,
    day: payload.effectiveDate,
    position,
    isCorrection: payload.source.kind === "ADJUSTMENT",
    isClosing: payload.source.kind === "CLOSING" || payload.source.kind === "REOPENING",
    nets: netsOf(event),
    exchanges: (payload.fx ?? []).map(({ base, quote, rate, baseAmount, quoteAmount }) => ({
      base,
      quote,
      rate,
      baseMinor: parseAmount(baseAmount, base),
      quoteMinor: parseAmount(quoteAmount, quote),
    })),
  };
}

/** The key of the transaction that an event reverses; null when it reverses none. */
export function reversedKey({ tenantId, fundId, payload }: PostedEvent): string | null {
  const { kind, reverses } = payload.source;
  return kind === "REVERSAL" && reverses !== undefined
    ? postingKey(tenantId, fundId, reverses)
    : null;
}

/** What is left of a posting after one more reversal. */
export function afterReversal(posting: Posting, reversal: ReadonlyMap<string, bigint>): Posting {
  const nets = new Map(posting.nets);
  for (const [accountId, net] of reversal) nets.set(accountId, (nets.get(accountId) ?? 0n) + net);
  return { ...posting, nets };
}

/** Whether nothing of a posting is left. */
export const isReversed = ({ nets }: Posting): boolean =>
  [...nets.values()].every((net) => net === 0n);

const SELECT_POSTINGS = `
  SELECT tenant_id AS "tenantId", fund_id AS "fundId", transaction_id AS "transactionId",
    day::text AS day, position::int AS position, is_correction AS "isCorrection",
    account_ids::text[] AS "accountIds", nets::text[] AS nets, exchanges
  FROM posted_transaction
  WHERE tenant_id = ANY($1::uuid[]) AND fund_id = ANY($2::uuid[]) AND transaction_id = ANY($3::uuid[])`;

type StoredExchange = Record<keyof Exchange, string>;

type Row = Omit<Posting, "nets" | "exchanges" | "isClosing"> & {
  accountIds: string[];
  nets: string[];
  exchanges: StoredExchange[] | null;
};

/** The postings that events reverse and that earlier batches stored, by key. */
export async function readReversedPostings(
  client: DatabaseClient,
  events: readonly PostedEvent[],
): Promise<Map<string, Posting>> {
  const inBatch = new Set(
    events.map(({ tenantId, fundId, payload }) =>
      postingKey(tenantId, fundId, payload.transactionId),
    ),
  );
  const missing = events.filter((event) => {
    const key = reversedKey(event);
    return key !== null && !inBatch.has(key);
  });
  if (missing.length === 0) return new Map();
  const { rows } = await client.query<Row>(SELECT_POSTINGS, [
    [...new Set(missing.map(({ tenantId }) => tenantId))],
    [...new Set(missing.map(({ fundId }) => fundId))],
    [...new Set(missing.map(({ payload }) => payload.source.reverses))],
  ]);
  return new Map(
    rows.map((row) => [postingKey(row.tenantId, row.fundId, row.transactionId), toPosting(row)]),
  );
}

const toPosting = ({ accountIds, nets, exchanges, ...posting }: Row): Posting => ({
  ...posting,
  // A closing is reopened, never reversed, so none is read back.
  isClosing: false,
  nets: new Map(accountIds.map((accountId, index) => [accountId, BigInt(nets[index] ?? 0)])),
  exchanges: (exchanges ?? []).map(({ base, quote, rate, baseMinor, quoteMinor }) => ({
    base,
    quote,
    rate,
    baseMinor: BigInt(baseMinor),
    quoteMinor: BigInt(quoteMinor),
  })),
});

const KEEP_POSTINGS = `
  INSERT INTO posted_transaction
    (tenant_id, fund_id, transaction_id, day, position, is_correction, account_ids, nets, exchanges)
  SELECT "tenantId", "fundId", "transactionId", day, position, "isCorrection", "accountIds", nets,
    exchanges
  FROM json_to_recordset($1) AS posted ("tenantId" uuid, "fundId" uuid, "transactionId" uuid,
    day date, position bigint, "isCorrection" boolean, "accountIds" uuid[], nets numeric[],
    exchanges json)
  ON CONFLICT (tenant_id, fund_id, transaction_id) DO UPDATE SET nets = excluded.nets`;

/** Keeps what is left of postings, for later reversals. */
export function keepPostings(postings: readonly Posting[]): SqlStatement[] {
  if (postings.length === 0) return [];
  const rows = postings.map(({ nets, exchanges, ...posting }) => ({
    ...posting,
    accountIds: [...nets.keys()],
    nets: [...nets.values()].map(String),
    exchanges:
      exchanges.length === 0
        ? null
        : exchanges.map(({ baseMinor, quoteMinor, ...exchange }) => {
            return { ...exchange, baseMinor: String(baseMinor), quoteMinor: String(quoteMinor) };
          }),
  }));
  return [{ text: KEEP_POSTINGS, values: [JSON.stringify(rows)] }];
}
