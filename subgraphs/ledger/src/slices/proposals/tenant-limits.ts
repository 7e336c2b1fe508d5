import { newTraceId, type RequestContext } from "@allfunds/platform";
import type { CommandProcessor } from "../../engine/command-processor.ts";
import type { TenantReads } from "../../tenancy/tenant-pool.ts";
import type { TenantLimit } from "./set-approval-limit.ts";

// A few at a time, so that other writers keep their share of the connections.
const MAX_AT_ONCE = 20;

const READ_LIMITS = `
  SELECT currency, amount, position FROM approval_limit WHERE tenant_id = $1 AND of_tenant`;

const READ_BEHIND = `
  SELECT f.id AS fund_id, l.currency, l.amount, l.position
  FROM approval_limit l JOIN fund f ON f.tenant_id = l.tenant_id
  WHERE l.tenant_id = $1 AND l.of_tenant AND ($2::uuid IS NULL OR f.id = $2)
    AND coalesce((f.approval_limits #>> ARRAY[l.currency, 'tenantVersion'])::bigint, 0) < l.position
  ORDER BY f.id LIMIT ${MAX_AT_ONCE}`;

interface LimitRow {
  readonly currency: string;
  readonly amount: string | null;
  readonly position: string;
}

const toLimit = ({ currency, amount, position }: LimitRow): TenantLimit => ({
  currency,
  limitMinor: amount === null ? null : BigInt(amount),
  version: Number(position),
});

/**
 * Carries a tenant's limits from the tenant's own book into those of its funds, where they are decided
 * by. A fund opens with the limits of that moment; whatever it missed is found by comparing.
 */
export class TenantLimits {
  readonly #books: CommandProcessor;
  readonly #pool: TenantReads;

  constructor(books: CommandProcessor, pool: TenantReads) {
    this.#books = books;
    this.#pool = pool;
  }

  /** What a fund that opens now has to know. */
  async of(tenantId: string): Promise<TenantLimit[]> {
    return (await this.#pool.query<LimitRow>(READ_LIMITS, [tenantId])).rows.map(toLimit);
  }

  /** Resolves when every fund, or the one given, decides by the limits that were set before. */
  async carry(by: Pick<RequestContext, "tenantId" | "actor" | "now">, fundId?: string) {
    for (;;) {
      const parameters = [by.tenantId, fundId ?? null] as const;
      const { rows } = await this.#pool.query<LimitRow & { readonly fund_id: string }>(
        READ_BEHIND,
        parameters,
      );
      if (rows.length === 0) return;
      await Promise.all(rows.map((row) => this.#adopt(by, row.fund_id, toLimit(row))));
    }
  }

  async #adopt(
    { tenantId, actor, now }: Pick<RequestContext, "tenantId" | "actor" | "now">,
    fundId: string,
    limit: TenantLimit,
  ): Promise<void> {
    const scopes: string[] = [];
    const context = { tenantId, actor, now, scopes, traceId: newTraceId() };
    await this.#books.execute(
      { ...context, idempotencyKey: undefined },
      {
        bookId: fundId,
        command: { kind: "AdoptTenantLimit", fundId, limits: [limit] },
        key: undefined,
        said: null,
      },
    );
  }
}
