import { AppError, invalidInput } from "@allfunds/contract/errors";
import { auditEvent } from "@allfunds/platform/audit";
import type { AuditEvent } from "@allfunds/platform/audit";
import type { RequestContext } from "@allfunds/platform/context";
import { withTransaction } from "@allfunds/platform/database";
import type { Pool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { Insight } from "./insight.ts";
import { dismiss, loadInsight, restore } from "./insight-store.ts";

export interface DismissalOptions {
  readonly pool: Pool;
  /** Takes the events of the audit log; absent where nothing collects them. */
  readonly audit?: ((event: AuditEvent) => void) | undefined;
}

const LONGEST_REASON = 500;

/** What people do with insights; each change is in the audit log. Setting the same state again changes nothing. */
export class Dismissals {
  readonly #options: DismissalOptions;

  constructor(options: DismissalOptions) {
    this.#options = options;
  }

  /** Throws NOT_FOUND for an insight that the caller may not see. */
  async dismiss(
    request: RequestContext,
    reads: TenantReads,
    insightId: string,
    reason: string | null,
  ): Promise<Insight> {
    if ((reason ?? "").length > LONGEST_REASON) {
      throw invalidInput("reason", `must be at most ${LONGEST_REASON} characters`);
    }
    const insight = await requireInsight(request, reads, insightId);
    const { tenantId, actor, now } = request;
    const dismissal = { reason, dismissedBy: actor, dismissedAt: now };
    const isNew = await withTransaction(this.#options.pool, { tenantId }, (client) =>
      dismiss(client, tenantId, insight, dismissal),
    );
    if (isNew) this.#report(request, insight, "DISMISS");
    return requireInsight(request, reads, insightId);
  }

  /** Shows a dismissed insight again. Throws NOT_FOUND as `dismiss` does. */
  async restore(request: RequestContext, reads: TenantReads, insightId: string): Promise<Insight> {
    const insight = await requireInsight(request, reads, insightId);
    const { tenantId } = request;
    const wasDismissed = await withTransaction(this.#options.pool, { tenantId }, (client) =>
      restore(client, tenantId, insightId),
    );
    if (wasDismissed) this.#report(request, insight, "RESTORE");
    return { ...insight, dismissal: null };
  }

  #report(request: RequestContext, { insightId, fundId, kind }: Insight, change: string): void {
    this.#options.audit?.(
      auditEvent({
        action: "graph.mutation",
        outcome: "ALLOWED",
        caller: request.caller,
        address: request.clientAddress ?? "",
        traceId: request.traceId,
        subject: "Insight.dismissal",
        detail: { change, insightId, fundId, kind },
      }),
    );
  }
}

async function requireInsight(
  { tenantId }: RequestContext,
  reads: TenantReads,
  insightId: string,
): Promise<Insight> {
  const insight = isId(insightId) ? await loadInsight(reads, tenantId, insightId) : undefined;
  if (insight === undefined) throw new AppError("NOT_FOUND", `There is no insight ${insightId}.`);
  return insight;
}
