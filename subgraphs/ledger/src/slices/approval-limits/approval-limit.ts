import { invalidInput } from "@allfunds/contract/errors";
import { currencyScale, parseAmount } from "@allfunds/contract/money";
import { defineRows, type BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice } from "../../engine/slice.ts";
import { bigintOrNull, defineTable, required } from "../../engine/table.ts";
import { requireFund } from "../funds/fund.ts";

/** A limit of one currency as it was set last: of a fund in its own book, of the tenant in the tenant's. */
interface LimitState {
  readonly currency: string;
  readonly ofTenant: boolean;
  /** Minor units; null for no limit. */
  readonly limitMinor: bigint | null;
  readonly position: number;
  readonly setBy: string;
  readonly setAt: Date;
}

const LIMIT = defineTable<LimitState>({
  name: "approval_limit",
  bookColumn: "book_id",
  keyColumn: "currency",
  columns: [
    { name: "currency", type: "text", of: ({ currency }) => currency, fixed: true },
    { name: "of_tenant", type: "boolean", of: ({ ofTenant }) => ofTenant, fixed: true },
    { name: "amount", type: "numeric", of: ({ limitMinor }) => limitMinor },
    { name: "position", type: "bigint", of: ({ position }) => position },
    { name: "set_by", type: "text", of: ({ setBy }) => setBy },
    { name: "set_at", type: "timestamptz", of: ({ setAt }) => setAt },
  ],
  read: (texts) => ({
    currency: required(texts, "currency"),
    ofTenant: texts["of_tenant"] === "true",
    limitMinor: bigintOrNull(texts["amount"]),
    position: Number(required(texts, "position")),
    setBy: required(texts, "set_by"),
    setAt: new Date(required(texts, "set_at")),
  }),
});

/**
 * Tenant limits that earlier versions copied into the books of funds, by currency. They decided what was
 * posted then, so a replay needs them; today a posting names the position of the tenant's own book instead.
 */
const COPIED = defineRows<bigint | null>("copied tenant limits");

/** Above which debits need approval by another person: the fund's own limit, else its tenant's, else none. */
export function limitOf(
  state: BookState,
  tenant: BookState | undefined,
  currency: string,
): bigint | null {
  const own = state.get(LIMIT, currency)?.limitMinor ?? null;
  return own ?? tenant?.get(LIMIT, currency)?.limitMinor ?? null;
}

/** The same while tenant limits were copied. */
export const limitOfCopies = (state: BookState, currency: string): bigint | null =>
  state.get(LIMIT, currency)?.limitMinor ?? state.get(COPIED, currency) ?? null;

/** True while neither a fund nor its tenant ever set a limit. */
export const hasNoLimits = (state: BookState): boolean =>
  state.isEmpty(LIMIT) && (state.tenant === undefined || state.tenant.isEmpty(LIMIT));

/** The command to let postings with more debits than this wait for approval. */
export interface SetApprovalLimit {
  readonly kind: "SetApprovalLimit";
  /** Null for the tenant's limit, in the tenant's own book. */
  readonly fundId: string | null;
  readonly currency: string;
  /** Decimal string, zero or more; null for no limit. */
  readonly amount: string | null;
}

/** A limit above which another person has to approve was set, changed or taken away. */
export interface ApprovalLimitSet {
  readonly type: "ApprovalLimitSet";
  /** Null in the tenant's own book. */
  readonly fundId: string | null;
  /** Whose limit it is: a fund's own goes before its tenant's. */
  readonly of: "FUND" | "TENANT";
  readonly currency: string;
  /** Minor units; null for no limit. */
  readonly limitMinor: bigint | null;
  /** Of a tenant's limit that was copied into a fund's book: its position in the tenant's own book. */
  readonly version?: number;
}

function decideSetApprovalLimit(
  { fundId, currency, amount }: SetApprovalLimit,
  state: BookState,
): [ApprovalLimitSet] {
  currencyScale(currency);
  const limitMinor = amount === null ? null : parseAmount(amount, currency);
  if (limitMinor !== null && limitMinor < 0n) throw invalidInput("amount", "must not be negative");
  if (fundId !== null) requireFund(state, fundId);
  const of = fundId === null ? "TENANT" : "FUND";
  return [{ type: "ApprovalLimitSet", fundId, of, currency, limitMinor }];
}

export const APPROVAL_LIMITS = defineSlice<SetApprovalLimit, ApprovalLimitSet>({
  name: "approval limits",
  tables: [LIMIT],
  derived: [COPIED],
  commands: { SetApprovalLimit: { decide: decideSetApprovalLimit } },
  events: {
    ApprovalLimitSet: {
      codec: codecOf<ApprovalLimitSet>("ApprovalLimitSet", { amounts: { limitMinor: "amount" } }),
      evolve: (draft, { fundId, of, currency, limitMinor }, place) => {
        if (fundId !== null && of === "TENANT") return draft.put(COPIED, currency, limitMinor);
        const { position, actor: setBy, recordedAt: setAt } = place;
        const ofTenant = of === "TENANT";
        draft.put(LIMIT, currency, { currency, ofTenant, limitMinor, position, setBy, setAt });
      },
    },
  },
});
