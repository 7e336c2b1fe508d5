import { auditEvent } from "@allfunds/platform/audit";
import type { AuditEvent } from "@allfunds/platform/audit";
import type { RequestContext } from "@allfunds/platform/context";
import { withTransaction } from "@allfunds/platform/database";
import type { CategoryRule } from "../category-rules/category-rule.ts";
import type { RecordedChange } from "./category-change.ts";
import { acceptCategory, deletePayeeRule, setCategory, undoChange } from "./correct-category.ts";
import type { CorrectedPlace, CorrectionParts, SetCategory } from "./correct-category.ts";

import { deleteTenantRule, findRule, runTenantRule, saveTenantRule } from "./tenant-rules.ts";
import type { RuleDraft } from "./tenant-rules.ts";

type Detail = Readonly<Record<string, string | number | undefined>>;

export interface CorrectionsOptions extends CorrectionParts {
  /** Takes the events of the audit log; absent where nothing collects them. */
  readonly audit?: ((event: AuditEvent) => void) | undefined;
  /** Called when categories of a tenant have changed. */
  readonly onChanged?: (tenantId: string) => void;
}

/** Corrections of categories by people; each one that changes something is in the audit log. */
export class Corrections {
  readonly #options: CorrectionsOptions;

  constructor(options: CorrectionsOptions) {
    this.#options = options;
  }

  async set(
    request: RequestContext,
    input: SetCategory,
    key: string | undefined,
  ): Promise<RecordedChange> {
    const made = await setCategory(this.#options, request, input, key);
    const { category, scope, line } = input;
    return this.record(request, made, { category, scope, line: line ?? undefined });
  }

  async accept(
    request: RequestContext,
    place: CorrectedPlace,
    key: string | undefined,
  ): Promise<RecordedChange> {
    const made = await acceptCategory(this.#options, request, place, key);
    return this.record(request, made, { line: place.line ?? undefined });
  }

  async undo(
    request: RequestContext,
    changeId: string,
    key: string | undefined,
  ): Promise<RecordedChange> {
    const made = await undoChange(this.#options, request, changeId, key);
    return this.record(request, made, { undone: changeId });
  }

  async deletePayeeRule(
    request: RequestContext,
    input: { readonly ruleId: string; readonly takeBack: boolean },
    key: string | undefined,
  ): Promise<RecordedChange> {
    const made = await deletePayeeRule(this.#options, request, input, key);
    return this.record(request, made, { takeBack: String(input.takeBack) });
  }

  async saveRule(
    request: RequestContext,
    draft: RuleDraft,
    key: string | undefined,
  ): Promise<RecordedChange> {
    const made = await saveTenantRule(this.#options, request, draft, key);
    const { name, category } = draft;
    return this.record(request, made, { name, category });
  }

  async deleteRule(
    request: RequestContext,
    input: { readonly ruleId: string; readonly takeBack: boolean },
    key: string | undefined,
  ): Promise<RecordedChange> {
    const made = await deleteTenantRule(this.#options, request, input, key);
    return this.record(request, made, { takeBack: String(input.takeBack) });
  }

  /** A rule the caller may change. Throws NOT_FOUND. */
  findRule(request: RequestContext, ruleId: string): Promise<CategoryRule> {
    return withTransaction(this.#options.pool, request, (client) =>
      findRule(client, request, ruleId),
    );
  }

  async runRule(
    request: RequestContext,
    run: { readonly ruleId: string; readonly runId: string },
    onPage: (scanned: number) => void,
  ): Promise<RecordedChange> {
    const made = await runTenantRule(this.#options, request, run, onPage);
    return this.record(request, made, {});
  }

  /** Reports a change to the audit log, unless it is the repeat of one. */
  record(request: RequestContext, made: RecordedChange, detail: Detail = {}): RecordedChange {
    if (made.replayed) return made;
    this.#options.onChanged?.(request.tenantId);
    const { changeId, kind, fundId, transactionId, ruleId, changed } = made.change;
    this.#options.audit?.(
      auditEvent({
        action: "graph.mutation",
        outcome: "ALLOWED",
        caller: request.caller,
        address: request.clientAddress ?? "",
        traceId: request.traceId,
        subject: "Transaction.category",
        detail: {
          ...detail,
          kind,
          changeId,
          changed,
          fundId: fundId ?? undefined,
          transactionId: transactionId ?? undefined,
          ruleId: ruleId ?? undefined,
          madeBy: made.change.madeBy,
        },
      }),
    );
    return made;
  }
}
