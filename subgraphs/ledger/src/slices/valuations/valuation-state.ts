import { invalidInput } from "@allfunds/contract/errors";
import type { EventPlace } from "../../engine/book.ts";
import { defineRows, type BookState } from "../../engine/book-state.ts";
import { bigintOrNull, dateOrNull, defineTable, ONLY, required } from "../../engine/table.ts";
import { fundOf } from "../funds/fund.ts";
import { PUBLISHED_NAV, publishedUntil } from "../published-navs/published-nav.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";

export type ValuationStatus = "PREVIEW" | "PUBLISHED" | "SUPERSEDED" | "DISCARDED";

/** What of a valuation decides about it; the rest is in its events. */
export interface ValuationState {
  readonly id: string;
  /** Position of the event that calculated it. */
  readonly position: number;
  readonly navDate: string;
  readonly status: ValuationStatus;
  readonly inputsHash: string;
  /** How many checks keep it from being published. */
  readonly blocking: number;
  /** Canonical JSON of its figures; null while it has none. */
  readonly figures: string | null;
  readonly maker: string;
  readonly makerOwner: string | null;
  readonly calculatedAt: Date;
  /** Position of the last event since that may have changed its inputs. */
  readonly touchedAt: number | null;
  /** Position of the event that published or discarded it. */
  readonly decidedPosition: number | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  /** Of one that restates: the valuation it supersedes, those it belongs to, and what it compensates as JSON. */
  readonly supersedes: string | null;
  readonly restatementId: string | null;
  readonly compensations: string | null;
}

export const VALUATION = defineTable<ValuationState>({
  name: "valuation",
  bookColumn: "book_id",
  keyColumn: "id",
  columns: [
    { name: "id", type: "uuid", of: ({ id }) => id, fixed: true },
    { name: "position", type: "bigint", of: ({ position }) => position, fixed: true },
    { name: "nav_date", type: "date", of: ({ navDate }) => navDate, fixed: true },
    { name: "status", type: "text", of: ({ status }) => status },
    { name: "inputs_hash", type: "text", of: ({ inputsHash }) => inputsHash, fixed: true },
    { name: "blocking", type: "integer", of: ({ blocking }) => blocking, fixed: true },
    { name: "figures", type: "text", of: ({ figures }) => figures, fixed: true },
    { name: "maker", type: "text", of: ({ maker }) => maker, fixed: true },
    { name: "maker_owner", type: "text", of: ({ makerOwner }) => makerOwner, fixed: true },
    { name: "calculated_at", type: "timestamptz", of: (row) => row.calculatedAt, fixed: true },
    { name: "touched_at", type: "bigint", of: ({ touchedAt }) => touchedAt },
    { name: "decided_position", type: "bigint", of: (row) => row.decidedPosition },
    { name: "decided_by", type: "text", of: ({ decidedBy }) => decidedBy },
    { name: "decided_at", type: "timestamptz", of: ({ decidedAt }) => decidedAt },
    { name: "supersedes", type: "uuid", of: ({ supersedes }) => supersedes, fixed: true },
    { name: "restatement_id", type: "uuid", of: (row) => row.restatementId, fixed: true },
    { name: "compensations", type: "text", of: (row) => row.compensations, fixed: true },
  ],
  read: (texts) => ({
    id: required(texts, "id"),
    position: Number(required(texts, "position")),
    navDate: required(texts, "nav_date"),
    status: required(texts, "status") as ValuationStatus,
    inputsHash: required(texts, "inputs_hash"),
    blocking: Number(required(texts, "blocking")),
    figures: texts["figures"] ?? null,
    maker: required(texts, "maker"),
    makerOwner: texts["maker_owner"] ?? null,
    calculatedAt: new Date(required(texts, "calculated_at")),
    touchedAt: numberOrNull(texts["touched_at"]),
    decidedPosition: numberOrNull(texts["decided_position"]),
    decidedBy: texts["decided_by"] ?? null,
    decidedAt: dateOrNull(texts["decided_at"]),
    supersedes: texts["supersedes"] ?? null,
    restatementId: texts["restatement_id"] ?? null,
    compensations: texts["compensations"] ?? null,
  }),
  loaded: (state, rows) => {
    for (const row of rows.values()) follow(state, row);
  },
});

const numberOrNull = (text: string | null | undefined): number | null => {
  const value = bigintOrNull(text);
  return value === null ? null : Number(value);
};

/** Ids of the valuations that wait, in one row: every posting looks at them. */
export const PREVIEWS = defineRows<readonly string[]>("previews of NAVs");

/** Transactions that a publication announced, and how many of them have followed it, in their order. */
interface Announced {
  readonly ids: readonly string[];
  readonly followed: number;
}

export const ANNOUNCED = defineRows<Announced>("announced postings of a NAV");

/** The announced posting that has to come next; undefined when all have come. */
export function nextAnnounced(state: BookState): string | undefined {
  const announced = state.get(ANNOUNCED, ONLY);
  return announced?.ids[announced.followed];
}

export const previews = (state: BookState): readonly string[] => state.get(PREVIEWS, ONLY) ?? [];

/** Keeps what follows from a valuation: which ones wait, and up to when NAVs are published. */
function follow(draft: BookState, { id, status, navDate }: ValuationState): void {
  const others = previews(draft).filter((other) => other !== id);
  const waiting = status === "PREVIEW" ? [...others, id].toSorted() : others;
  if (waiting.length !== previews(draft).length || status === "PREVIEW") {
    draft.put(PREVIEWS, ONLY, waiting);
  }
  if (status !== "PUBLISHED") return;
  if (navDate > (publishedUntil(draft) ?? "")) draft.put(PUBLISHED_NAV, ONLY, navDate);
}

export function putValuation(draft: BookState, valuation: ValuationState): void {
  draft.put(VALUATION, valuation.id, valuation);
  follow(draft, valuation);
}

/** A posting up to the date of a preview may have changed what it rests on. */
export function evolveTouched(
  draft: BookState,
  effectiveDate: string,
  { position }: EventPlace,
): void {
  for (const id of previews(draft)) {
    const preview = draft.get(VALUATION, id);
    if (preview === undefined || effectiveDate > preview.navDate) continue;
    draft.put(VALUATION, id, { ...preview, touchedAt: position });
  }
}

/** Postings of a valuation are those that its publication announced, and no other. */
export function evolveAnnounced(
  draft: BookState,
  { source, transactionId }: TransactionPosted,
): void {
  if (source.kind !== "ADMINISTRATION" || source.fact !== "VALUATION") return;
  const announced = draft.get(ANNOUNCED, ONLY);
  if (announced?.ids[announced.followed] !== transactionId) return;
  draft.put(ANNOUNCED, ONLY, { ...announced, followed: announced.followed + 1 });
}

export function checkAnnounced(
  state: BookState,
  { source, transactionId }: TransactionPosted,
): void {
  const isOfStrike = source.kind === "ADMINISTRATION" && source.fact === "VALUATION";
  if (isOfStrike === (nextAnnounced(state) === transactionId)) return;
  throw invalidInput("id", "is not a posting that the NAV before it announced");
}

/** At the end of a log nothing that was announced is missing. */
export const missingPostings = (state: BookState): string | undefined =>
  nextAnnounced(state) === undefined
    ? undefined
    : `postings of the last NAV of fund ${fundOf(state)?.id ?? ""} are missing`;
