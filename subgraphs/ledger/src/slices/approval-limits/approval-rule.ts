import { Migration } from "@allfunds/platform/database";
import { acrossTenants, enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import type { BookState } from "../../engine/book-state.ts";
import {
  bigintOrNull,
  defineTable,
  required,
  type Column,
  type Texts,
} from "../../engine/table.ts";

/**
 * Limits beside those of one posting and of one person's day: above which a posting needs two or three approvers,
 * what may be debited in one day in a fund by all together, or with one counterparty, what one person may import in
 * one day, and above which a sensitive change needs approval.
 */
const RULE_KINDS = {
  TWO_APPROVERS: "TWO_APPROVERS",
  THREE_APPROVERS: "THREE_APPROVERS",
  FUND_DAY: "FUND_DAY",
  COUNTERPARTY_DAY: "COUNTERPARTY_DAY",
  /** Lines of bank statements that one person imports, money in and money out each by itself. */
  IMPORT_DAY: "IMPORT_DAY",
  CHANGE: "CHANGE",
  /**
   * No limit of its own: limits in the currency also hold for money in currencies without one. Those of earlier
   * versions did not, and decided what was posted then.
   */
  COVERS_OTHERS: "COVERS_OTHERS",
} as const;
export type RuleKind = keyof typeof RULE_KINDS;

/** A limit of one currency as it was set last: of a fund in its own book, of the tenant in the tenant's. */
export interface LimitState {
  readonly currency: string;
  readonly ofTenant: boolean;
  /** Minor units; null for no limit. */
  readonly limitMinor: bigint | null;
  readonly position: number;
  readonly setBy: string;
  readonly setAt: Date;
}

/** The columns that the tables of all limits have. */
export const LIMIT_COLUMNS: readonly Column<LimitState>[] = [
  { name: "currency", type: "text", of: ({ currency }) => currency, fixed: true },
  { name: "of_tenant", type: "boolean", of: ({ ofTenant }) => ofTenant, fixed: true },
  { name: "amount", type: "numeric", of: ({ limitMinor }) => limitMinor },
  { name: "position", type: "bigint", of: ({ position }) => position },
  { name: "set_by", type: "text", of: ({ setBy }) => setBy },
  { name: "set_at", type: "timestamptz", of: ({ setAt }) => setAt },
];

export const readLimit = (texts: Texts): LimitState => ({
  currency: required(texts, "currency"),
  ofTenant: texts["of_tenant"] === "true",
  limitMinor: bigintOrNull(texts["amount"]),
  position: Number(required(texts, "position")),
  setBy: required(texts, "set_by"),
  setAt: new Date(required(texts, "set_at")),
});

interface RuleState extends LimitState {
  readonly key: string;
  readonly kind: RuleKind;
}

const keyOf = (kind: RuleKind, currency: string): string => `${kind} ${currency}`;

/** As they were set last: of a fund in its own book, of the tenant in the tenant's. */
export const APPROVAL_RULE = defineTable<RuleState>({
  name: "approval_rule",
  bookColumn: "book_id",
  keyColumn: "key",
  columns: [
    { name: "key", type: "text", of: ({ key }) => key, fixed: true },
    { name: "kind", type: "text", of: ({ kind }) => kind, fixed: true },
    ...LIMIT_COLUMNS,
  ],
  read: (texts) => ({
    key: required(texts, "key"),
    kind: required(texts, "kind") as RuleKind,
    ...readLimit(texts),
  }),
});

export const putRule = (draft: BookState, rule: Omit<RuleState, "key">): void => {
  const key = keyOf(rule.kind, rule.currency);
  draft.put(APPROVAL_RULE, key, { key, ...rule });
};

/** The limit of a kind that a book itself has; minor units. */
export const ownRuleOf = (state: BookState, kind: RuleKind, currency: string): bigint | null =>
  state.get(APPROVAL_RULE, keyOf(kind, currency))?.limitMinor ?? null;

/** The limit of a kind: the fund's own, else its tenant's, else none; minor units. */
export function ruleOf(
  state: BookState,
  tenant: BookState | undefined,
  kind: RuleKind,
  currency: string,
): bigint | null {
  const own = ownRuleOf(state, kind, currency);
  return own ?? (tenant === undefined ? null : ownRuleOf(tenant, kind, currency));
}

/** True where a fund or its tenant has a limit of a kind, in whatever currency. */
export const hasRule = (state: BookState, tenant: BookState | undefined, kind: RuleKind): boolean =>
  isSet(state, kind) || (tenant !== undefined && isSet(tenant, kind));

function isSet(state: BookState, wanted: RuleKind): boolean {
  for (const { kind, limitMinor } of state.all(APPROVAL_RULE).values()) {
    if (kind === wanted && limitMinor !== null) return true;
  }
  return false;
}

export class CreateApprovalRules extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE approval_rule (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      key text NOT NULL,
      kind text NOT NULL,
      currency text NOT NULL,
      of_tenant boolean NOT NULL,
      amount numeric(39, 0),
      position bigint NOT NULL,
      set_by text NOT NULL,
      set_at timestamptz NOT NULL,
      CONSTRAINT approval_rule_pkey PRIMARY KEY (tenant_id, book_id, key)
    )`);
    this.addSql(`CREATE TABLE counterparty_day_sum (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      key text NOT NULL,
      day date NOT NULL,
      amount numeric(39, 0) NOT NULL,
      CONSTRAINT counterparty_day_sum_pkey PRIMARY KEY (tenant_id, book_id, key)
    )`);
    this.addSql(`COMMENT ON TABLE counterparty_day_sum IS
      'What was posted with one counterparty in one currency on the last day that counted, in minor units'`);
    this.addSql(...enforceTenancy("approval_rule", "counterparty_day_sum"));
    this.addSql(`CREATE POLICY granted_funds ON approval_rule AS RESTRICTIVE FOR SELECT USING (
      of_tenant OR ${grantRule("book_id")})`);
    this.addSql(`CREATE POLICY granted_funds ON counterparty_day_sum AS RESTRICTIVE
      FOR SELECT USING (${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON approval_rule, counterparty_day_sum FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, UPDATE (amount, position, set_by, set_at)
      ON approval_rule TO CURRENT_USER`);
    this.addSql(
      `GRANT SELECT, INSERT, UPDATE (day, amount) ON counterparty_day_sum TO CURRENT_USER`,
    );
    this.addSql(`ALTER TABLE proposal
      ADD COLUMN approvers integer NOT NULL DEFAULT 1,
      ADD COLUMN approved_by text NOT NULL DEFAULT '[]'`);
    this.addSql(`COMMENT ON COLUMN proposal.approved_by IS
      'JSON: who approved so far, where more than one has to'`);
    this.addSql(
      ...acrossTenants(
        ["book"],
        `GRANT UPDATE (approvers, approved_by) ON proposal TO CURRENT_USER`,
        // The rows have columns that no digest counts: each book is proven by its log once.
        `UPDATE book SET state_digest = NULL`,
      ),
    );
  }
}
