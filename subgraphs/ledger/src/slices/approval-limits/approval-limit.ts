import { invalidInput } from "@allfunds/contract/errors";
import { currencyScale, parseAmount } from "@allfunds/contract/money";
import { Migration } from "@allfunds/platform/database";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import { z } from "zod";
import { defineRows, type BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice } from "../../engine/slice.ts";
import { defineTable, type StoredTable } from "../../engine/table.ts";
import {
  APPROVAL_RULE,
  CreateApprovalRules,
  LIMIT_COLUMNS,
  ownRuleOf,
  putRule,
  readLimit,
  ruleOf,
  type LimitState,
  type RuleKind,
} from "./approval-rule.ts";
import { fundOf, requireFund } from "../funds/fund.ts";

const limitTable = (name: string): StoredTable<LimitState> =>
  defineTable<LimitState>({
    name,
    bookColumn: "book_id",
    keyColumn: "currency",
    columns: LIMIT_COLUMNS,
    read: readLimit,
  });

/** Limits of what one person debits in one posting, and of what one person debits in one day. */
const LIMIT = limitTable("approval_limit");
const DAY_LIMIT = limitTable("day_limit");

/**
 * Tenant limits that earlier versions copied into the books of funds, by currency. They decided what was
 * posted then, so a replay needs them; today a posting names the position of the tenant's own book instead.
 */
const COPIED = defineRows<bigint | null>("copied tenant limits");

/**
 * Above which debits need approval by another person: the fund's own limit, else its tenant's, else none; zero for
 * money in a currency that has no limit at all where the fund's base currency has one.
 */
export function limitOf(
  state: BookState,
  tenant: BookState | undefined,
  currency: string,
): bigint | null {
  const own = state.get(LIMIT, currency)?.limitMinor ?? null;
  const limit = own ?? tenant?.get(LIMIT, currency)?.limitMinor ?? null;
  return limit ?? limitOfOthers(state, tenant, currency);
}

const POSTING_RULES = ["FUND_DAY", "COUNTERPARTY_DAY", "TWO_APPROVERS", "THREE_APPROVERS"] as const;

/** True where postings in a currency have a limit of any kind, of the fund or its tenant. */
const hasLimit = (state: BookState, tenant: BookState | undefined, currency: string): boolean =>
  [state, tenant].some((book) => (book?.get(LIMIT, currency)?.limitMinor ?? null) !== null) ||
  dayLimitOf(state, tenant, currency) !== null ||
  POSTING_RULES.some((kind) => ruleOf(state, tenant, kind, currency) !== null);

/** True for money, other than the fund's own, that limits in the fund's base currency hold for, too. */
export function isOtherMoney(
  state: BookState,
  tenant: BookState | undefined,
  currency: string,
): boolean {
  const base = fundOf(state)?.currency;
  if (base === undefined || currency === base || currency.includes("/")) return false;
  return ruleOf(state, tenant, "COVERS_OTHERS", base) !== null;
}

/** Zero where a currency is left without any limit beside the base currency, which has one; else none. */
function limitOfOthers(
  state: BookState,
  tenant: BookState | undefined,
  currency: string,
): bigint | null {
  if (!isOtherMoney(state, tenant, currency) || hasLimit(state, tenant, currency)) return null;
  return hasLimit(state, tenant, fundOf(state)?.currency ?? "") ? 0n : null;
}

/** Above which the debits of one person in one day need approval: the fund's own limit, else its tenant's. */
export function dayLimitOf(
  state: BookState,
  tenant: BookState | undefined,
  currency: string,
): bigint | null {
  const own = state.get(DAY_LIMIT, currency)?.limitMinor ?? null;
  return own ?? tenant?.get(DAY_LIMIT, currency)?.limitMinor ?? null;
}

/** The same while tenant limits were copied. */
export const limitOfCopies = (state: BookState, currency: string): bigint | null =>
  state.get(LIMIT, currency)?.limitMinor ??
  state.get(COPIED, currency) ??
  limitOfOthers(state, undefined, currency);

/** True while neither a fund nor its tenant ever set a limit. */
export const hasNoLimits = (state: BookState): boolean =>
  isWithoutLimits(state) && (state.tenant === undefined || isWithoutLimits(state.tenant));

const isWithoutLimits = (state: BookState): boolean =>
  state.isEmpty(LIMIT) && state.isEmpty(DAY_LIMIT) && state.isEmpty(APPROVAL_RULE);

/** The command to let postings with more debits than this wait for approval. */
export interface SetApprovalLimit {
  readonly kind: "SetApprovalLimit";
  /** Null for the tenant's limit, in the tenant's own book. */
  readonly fundId: string | null;
  readonly currency: string;
  /** Decimal string, zero or more; null for no limit. */
  readonly amount: string | null;
  /** Of what is debited in one day, or of changes; of one posting when absent. */
  readonly per?: LimitSpan | undefined;
  /** How many other people have to approve a posting above it; one when absent. */
  readonly approvers?: 2 | 3 | undefined;
  /** Of a tenant's: some fund lets none of this money pass, by limits of its own in another currency. */
  readonly isClosedInFunds?: boolean | undefined;
}

/**
 * What a limit is of: the debits of one day (UTC) of one person, in a fund or with one counterparty, the lines that
 * one person imports in one day, or sensitive changes.
 */
type LimitSpan = "DAY" | "FUND_DAY" | "COUNTERPARTY_DAY" | "IMPORT_DAY" | "CHANGE";

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
  /** Of the debits of one day, or of changes; of the debits in one posting when absent. */
  readonly per?: LimitSpan;
  /** How many other people have to approve a posting above it; one when absent. */
  readonly approvers?: 2 | 3;
  /** It also holds for money in currencies without a limit, which one person debits none of; absent in earlier events. */
  readonly coversOthers?: true;
  /** Whether it lets money pass of which none passed, because another currency has a limit; absent in earlier events. */
  readonly lifts?: boolean;
  /** Of a tenant's limit that was copied into a fund's book: its position in the tenant's own book. */
  readonly version?: number;
  /** Position of the tenant's own book by whose limit of changes one person set it. */
  readonly limitsAt?: number;
  /** Whether the tenant had a second administrator; absent where that is not known. */
  readonly secondAdministrator?: boolean;
}

function decideSetApprovalLimit(
  { fundId, currency, amount, per, approvers, isClosedInFunds }: SetApprovalLimit,
  state: BookState,
): [ApprovalLimitSet] {
  currencyScale(currency);
  const limitMinor = amount === null ? null : parseAmount(amount, currency);
  if (limitMinor !== null && limitMinor < 0n) throw invalidInput("amount", "must not be negative");
  if (fundId !== null) requireFund(state, fundId);
  const of = fundId === null ? "TENANT" : "FUND";
  const set = { type: "ApprovalLimitSet", fundId, of, currency, limitMinor } as const;
  if (per !== undefined && approvers !== undefined) {
    throw invalidInput("approvers", "is for limits of one posting");
  }
  const limit = {
    ...set,
    ...(per === undefined ? {} : { per }),
    ...(approvers === undefined ? {} : { approvers }),
    ...(limitMinor === null || per === "IMPORT_DAY" ? {} : { coversOthers: true as const }),
  };
  return [{ ...limit, lifts: liftsOthers(state, limit, state.tenant, isClosedInFunds) }];
}

type LimitToSet = Pick<
  ApprovalLimitSet,
  "fundId" | "currency" | "per" | "approvers" | "limitMinor"
>;

/**
 * True when a limit lets money pass of which none passed before: it is the first one in its currency, and one in
 * another currency holds until then. The funds of a tenant's limit may have any base currency.
 */
export function liftsOthers(
  state: BookState,
  { fundId, currency, per, limitMinor }: LimitToSet,
  tenant: BookState | undefined,
  isClosedInFunds = false,
): boolean {
  if (limitMinor === null || per === "IMPORT_DAY") return false;
  // Nothing passes a limit of zero, but of a day: lines of statements count for none.
  if (limitMinor === 0n && (per === undefined || per === "CHANGE")) return false;
  const isFirst =
    per === "CHANGE"
      ? ruleOf(state, tenant, "CHANGE", currency) === null
      : !hasLimit(state, tenant, currency);
  if (!isFirst) return false;
  if (fundId === null) return isClosedInFunds || isClosedByOthers(state, currency, per);
  if (!isOtherMoney(state, tenant, currency)) return false;
  const base = fundOf(state)?.currency ?? "";
  return per === "CHANGE"
    ? ruleOf(state, tenant, "CHANGE", base) !== null
    : hasLimit(state, tenant, base);
}

/** True where a tenant has limits in another currency that hold for money in currencies without one. */
export function isClosedByOthers(
  state: BookState,
  currency: string,
  per: ApprovalLimitSet["per"],
): boolean {
  if (currency.includes("/")) return false;
  for (const { kind, currency: other } of state.all(APPROVAL_RULE).values()) {
    if (kind !== "COVERS_OTHERS" || other === currency) continue;
    const isLimited =
      per === "CHANGE"
        ? ownRuleOf(state, "CHANGE", other) !== null
        : hasLimit(state, undefined, other);
    if (isLimited) return true;
  }
  return false;
}

/** Which of the further limits it is; undefined for one of a posting with one approver, or of a person's day. */
const kindOf = ({
  per,
  approvers,
}: Pick<ApprovalLimitSet, "per" | "approvers">): RuleKind | undefined => {
  if (approvers !== undefined) return approvers === 2 ? "TWO_APPROVERS" : "THREE_APPROVERS";
  return per === "DAY" ? undefined : per;
};

/** The limit that a book itself has in the place of the given one; minor units. */
export function ownLimitOf(
  state: BookState,
  limit: Pick<ApprovalLimitSet, "currency" | "per" | "approvers">,
): bigint | null {
  const kind = kindOf(limit);
  if (kind !== undefined) return ownRuleOf(state, kind, limit.currency);
  return state.get(limit.per === "DAY" ? DAY_LIMIT : LIMIT, limit.currency)?.limitMinor ?? null;
}

/** What was in force in the place of a limit, and what is once it is set: a fund without its own has its tenant's. */
export function inForceAround(
  state: BookState,
  set: LimitToSet,
  tenant: BookState | undefined,
): { readonly before: bigint | null; readonly after: bigint | null } {
  const fallback = set.fundId === null || tenant === undefined ? null : ownLimitOf(tenant, set);
  return {
    before: ownLimitOf(state, set) ?? fallback,
    after: set.limitMinor ?? fallback,
  };
}

/** As it is kept while it waits for approval. */
const storedLimit = z.object({
  kind: z.literal("SetApprovalLimit"),
  fundId: z.string().nullable(),
  currency: z.string(),
  amount: z.string().nullable(),
  per: z.enum(["DAY", "FUND_DAY", "COUNTERPARTY_DAY", "IMPORT_DAY", "CHANGE"]).optional(),
  approvers: z.union([z.literal(2), z.literal(3)]).optional(),
  isClosedInFunds: z.boolean().optional(),
});

class CreateDayLimits extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE day_limit (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      currency text NOT NULL,
      of_tenant boolean NOT NULL,
      amount numeric(39, 0),
      position bigint NOT NULL,
      set_by text NOT NULL,
      set_at timestamptz NOT NULL,
      CONSTRAINT day_limit_pkey PRIMARY KEY (tenant_id, book_id, currency)
    )`);
    this.addSql(`CREATE TABLE day_sum (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      key text NOT NULL,
      day date NOT NULL,
      amount numeric(39, 0) NOT NULL,
      CONSTRAINT day_sum_pkey PRIMARY KEY (tenant_id, book_id, key)
    )`);
    this.addSql(`COMMENT ON TABLE day_sum IS
      'What one person debited in one currency on the last day that counted, in minor units'`);
    this.addSql(...enforceTenancy("day_limit", "day_sum"));
    this.addSql(`CREATE POLICY granted_funds ON day_limit AS RESTRICTIVE FOR SELECT USING (
      of_tenant OR ${grantRule("book_id")})`);
    this.addSql(`CREATE POLICY granted_funds ON day_sum AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON day_limit, day_sum FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, UPDATE (amount, position, set_by, set_at)
      ON day_limit TO CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, UPDATE (day, amount) ON day_sum TO CURRENT_USER`);
  }
}

export const APPROVAL_LIMITS = defineSlice<SetApprovalLimit, ApprovalLimitSet>({
  name: "approval limits",
  tables: [LIMIT, DAY_LIMIT, APPROVAL_RULE],
  migrations: [
    { name: "0113-day-limits", class: CreateDayLimits },
    { name: "0143-approval-rules", class: CreateApprovalRules },
  ],
  derived: [COPIED],
  commands: {
    SetApprovalLimit: {
      decide: decideSetApprovalLimit,
      stored: (json) => storedLimit.parse(json),
    },
  },
  events: {
    ApprovalLimitSet: {
      codec: codecOf<ApprovalLimitSet>("ApprovalLimitSet", { amounts: { limitMinor: "amount" } }),
      evolve: (draft, event, place) => {
        const { fundId, of, currency, limitMinor, per } = event;
        if (fundId !== null && of === "TENANT") return draft.put(COPIED, currency, limitMinor);
        const { position, actor: setBy, recordedAt: setAt } = place;
        const ofTenant = of === "TENANT";
        const kind = kindOf(event);
        if (event.coversOthers === true) {
          const covers = { kind: "COVERS_OTHERS", currency, ofTenant, limitMinor: 0n } as const;
          putRule(draft, { ...covers, position, setBy, setAt });
        }
        if (kind !== undefined) {
          const rule = { kind, currency, ofTenant, limitMinor, position, setBy, setAt };
          return putRule(draft, rule);
        }
        const table = per === "DAY" ? DAY_LIMIT : LIMIT;
        draft.put(table, currency, { currency, ofTenant, limitMinor, position, setBy, setAt });
      },
    },
  },
});
