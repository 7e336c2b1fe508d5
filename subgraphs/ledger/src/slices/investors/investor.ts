import { AppError, invalidInput } from "@allfunds/contract/errors";
import type {
  InvestorErased as ErasedPayload,
  InvestorsRegistered as RegisteredPayload,
  KycState,
  KycStateSet as KycPayload,
  RegisteredInvestor,
} from "@allfunds/contract/fund-administration";
import { defineRows, type BookState } from "../../engine/book-state.ts";
import { Findings, checkDate, checkText, checkUuid } from "../../engine/input-rules.ts";
import { defineTable, required } from "../../engine/table.ts";

/** An investor as the tenant's own book has it: nothing of the person. */
export interface InvestorState {
  readonly id: string;
  readonly position: number;
  readonly reference: string;
  readonly kind: RegisteredInvestor["kind"];
  readonly taxCountry: string;
  readonly kycState: KycState;
  /** Last day of a clearance; null for none. */
  readonly kycUntil: string | null;
  /** Hexadecimal. */
  readonly commitment: string;
  readonly isErased: boolean;
}

const INVESTOR = defineTable<InvestorState>({
  name: "investor",
  bookColumn: "book_id",
  keyColumn: "id",
  columns: [
    { name: "id", type: "uuid", of: ({ id }) => id, fixed: true },
    { name: "position", type: "bigint", of: ({ position }) => position, fixed: true },
    { name: "reference", type: "text", of: ({ reference }) => reference, fixed: true },
    { name: "kind", type: "text", of: ({ kind }) => kind, fixed: true },
    { name: "tax_country", type: "text", of: ({ taxCountry }) => taxCountry, fixed: true },
    { name: "kyc_state", type: "text", of: ({ kycState }) => kycState },
    { name: "kyc_until", type: "date", of: ({ kycUntil }) => kycUntil },
    { name: "commitment", type: "text", of: ({ commitment }) => commitment, fixed: true },
    { name: "is_erased", type: "boolean", of: ({ isErased }) => isErased },
  ],
  read: (texts) => ({
    id: required(texts, "id"),
    position: Number(required(texts, "position")),
    reference: required(texts, "reference"),
    kind: required(texts, "kind") as InvestorState["kind"],
    taxCountry: required(texts, "tax_country"),
    kycState: required(texts, "kyc_state") as KycState,
    kycUntil: texts["kyc_until"] ?? null,
    commitment: required(texts, "commitment"),
    isErased: texts["is_erased"] === "true",
  }),
  loaded: (state, rows) => {
    for (const { id, reference } of rows.values()) state.put(ID_BY_REFERENCE, reference, id);
  },
});

const ID_BY_REFERENCE = defineRows<string>("investor id by reference");

export const INVESTOR_ROWS = { table: INVESTOR, derived: ID_BY_REFERENCE } as const;

/** An investor of the tenant, whose own book this state is. */
const investorOf = (tenant: BookState | undefined, id: string): InvestorState | undefined =>
  tenant?.get(INVESTOR, id);

export function requireInvestor(tenant: BookState | undefined, id: string): InvestorState {
  const found = investorOf(tenant, id);
  if (found !== undefined) return found;
  throw new AppError("INVESTOR_NOT_FOUND", `There is no investor ${id.slice(0, 80)}.`);
}

/** The KYC state on a date: a clearance ends with its last day. */
export const kycOn = (
  { kycState, kycUntil }: Pick<InvestorState, "kycState" | "kycUntil">,
  date: string,
): KycState =>
  kycState === "CLEARED" && kycUntil !== null && kycUntil < date ? "EXPIRED" : kycState;

/** The command to register investors; their personal data are stored beside the log. */
export interface RegisterInvestors {
  readonly kind: "RegisterInvestors";
  readonly investors: readonly RegisteredInvestor[];
}

/** The command to decide on what is known of an investor. */
export interface SetKycState {
  readonly kind: "SetKycState";
  readonly investorId: string;
  readonly state: KycState;
  /** Last day of a clearance; null for none. */
  readonly until: string | null;
  readonly reason: string;
}

/** The command to erase the personal data of an investor. */
export interface EraseInvestor {
  readonly kind: "EraseInvestor";
  readonly investorId: string;
  readonly reason: string;
}

export type InvestorCommand = RegisterInvestors | SetKycState | EraseInvestor;

export interface InvestorsRegistered extends RegisteredPayload {
  readonly type: "InvestorsRegistered";
}
export interface KycStateSet extends KycPayload {
  readonly type: "KycStateSet";
}
export interface InvestorErased extends ErasedPayload {
  readonly type: "InvestorErased";
}
export type InvestorEvent = InvestorsRegistered | KycStateSet | InvestorErased;

const MAX_INVESTORS = 10_000;
/** Investors in one event. */
const PER_EVENT = 1_000;

export function decideRegister(
  { investors }: RegisterInvestors,
  state: BookState,
): InvestorsRegistered[] {
  if (investors.length === 0 || investors.length > MAX_INVESTORS) {
    throw invalidInput("investors", `must be 1 to ${MAX_INVESTORS}`);
  }
  refuseInvestors(state, investors);
  const events: InvestorsRegistered[] = [];
  for (let start = 0; start < investors.length; start += PER_EVENT) {
    const part = investors.slice(start, start + PER_EVENT);
    events.push({ type: "InvestorsRegistered", fundId: null, investors: part });
  }
  return events;
}

/** What the rules demand of investors when they are registered, with every fault at once. */
export function refuseInvestors(state: BookState, investors: readonly RegisteredInvestor[]): void {
  const findings = new Findings();
  const references = new Set<string>();
  const ids = new Set<string>();
  for (const [index, investor] of investors.entries()) {
    const path = `investors.${index}`;
    const { id, reference } = investor;
    checkUuid(findings, `${path}.id`, id);
    checkText(findings, `${path}.reference`, reference, { min: 1, max: 60 });
    if (!/^[A-Z]{2}$/.test(investor.taxCountry)) {
      findings.add(`${path}.taxCountry`, "must be two capitals, ISO 3166-1");
    }
    if (investor.kycUntil !== null) checkDate(findings, `${path}.kycUntil`, investor.kycUntil);
    if (references.has(reference) || state.get(ID_BY_REFERENCE, reference) !== undefined) {
      findings.add(`${path}.reference`, "is that of another investor");
    }
    if (ids.has(id) || state.get(INVESTOR, id) !== undefined) {
      findings.add(`${path}.id`, "is that of another investor");
    }
    references.add(reference);
    ids.add(id);
  }
  findings.refuseIfAny();
}

export function evolveRegistered(
  draft: BookState,
  { investors }: InvestorsRegistered,
  { position }: { readonly position: number },
): void {
  for (const investor of investors) {
    draft.put(INVESTOR, investor.id, { ...investor, position, isErased: false });
    draft.put(ID_BY_REFERENCE, investor.reference, investor.id);
  }
}

export function decideSetKyc(
  { investorId, state: kycState, until, reason }: SetKycState,
  state: BookState,
): KycStateSet[] {
  const findings = new Findings();
  checkText(findings, "reason", reason, { min: 1, max: 500 });
  if (until !== null) checkDate(findings, "until", until);
  if (until !== null && kycState !== "CLEARED") findings.add("until", "is for CLEARED only");
  findings.refuseIfAny();
  const before = requireInvestor(state, investorId);
  if (before.isErased && kycState === "CLEARED") {
    throw new AppError("KYC_REQUIRED", "The data of this investor were erased: register it anew.");
  }
  if (before.kycState === kycState && before.kycUntil === until) return [];
  return [{ type: "KycStateSet", fundId: null, investorId, state: kycState, until, reason }];
}

export const evolveKyc = (draft: BookState, { investorId, state, until }: KycStateSet): void =>
  draft.put(INVESTOR, investorId, {
    ...requireInvestor(draft, investorId),
    kycState: state,
    kycUntil: until,
  });

/** No events when they were erased before. */
export function decideErase(
  { investorId, reason }: EraseInvestor,
  state: BookState,
): InvestorErased[] {
  const findings = new Findings();
  checkText(findings, "reason", reason, { min: 1, max: 500 });
  findings.refuseIfAny();
  if (requireInvestor(state, investorId).isErased) return [];
  return [{ type: "InvestorErased", fundId: null, investorId, reason }];
}

/** Who is not known any more is not cleared any more. */
export function evolveErased(draft: BookState, { investorId }: InvestorErased): void {
  const before = requireInvestor(draft, investorId);
  const kycState = before.kycState === "BLOCKED" ? "BLOCKED" : "PENDING";
  draft.put(INVESTOR, investorId, { ...before, isErased: true, kycState, kycUntil: null });
}
