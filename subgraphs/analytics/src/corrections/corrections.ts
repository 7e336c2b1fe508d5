import { auditEvent } from "@allfunds/platform/audit";
import type { AuditEvent } from "@allfunds/platform/audit";
import type { RequestContext } from "@allfunds/platform/context";
import type { RecordedChange } from "./category-change.ts";
import { acceptCategory, deletePayeeRule, setCategory, undoChange } from "./correct-category.ts";
import type { CorrectedPlace, CorrectionParts, SetCategory } from "./correct-category.ts";

type Detail = Readonly<Record<string, string | number | undefined>>;

export interface CorrectionsOptions extends CorrectionParts {
  /** Takes the events of the audit log; absent where nothing collects them. */
  readonly audit?: ((event: AuditEvent) => void) | undefined;
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
    return this.#recorded(request, made, { category, scope, line: line ?? undefined });
  }

  async accept(
    request: RequestContext,
    place: CorrectedPlace,
    key: string | undefined,
  ): Promise<RecordedChange> {
    const made = await acceptCategory(this.#options, request, place, key);
    return this.#recorded(request, made, { line: place.line ?? undefined });
  }

  async undo(
    request: RequestContext,
    changeId: string,
    key: string | undefined,
  ): Promise<RecordedChange> {
    const made = await undoChange(this.#options, request, changeId, key);
    return this.#recorded(request, made, { undone: changeId });
  }

  async deletePayeeRule(
    request: RequestContext,
    input: { readonly ruleId: string; readonly takeBack: boolean },
    key: string | undefined,
  ): Promise<RecordedChange> {
    const made = await deletePayeeRule(this.#options, request, input, key);
    return this.#recorded(request, made, { takeBack: String(input.takeBack) });
  }

  #recorded(request: RequestContext, made: RecordedChange, detail: Detail): RecordedChange {
    if (made.replayed) return made;
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
          payeeRuleId: ruleId ?? undefined,
        },
      }),
    );
    return made;
  }
}
