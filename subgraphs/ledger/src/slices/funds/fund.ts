import { AppError } from "@allfunds/contract/errors";
import { currencyScale } from "@allfunds/contract/money";
import type { BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { Findings, checkText, checkUuid } from "../../engine/input-rules.ts";
import { defineSlice } from "../../engine/slice.ts";
import { defineTable, ONLY, required } from "../../engine/table.ts";

export interface FundState {
  readonly id: string;
  readonly name: string;
  /** Base currency, ISO 4217. */
  readonly currency: string;
  readonly openedAt: Date;
}

const FUND = defineTable<FundState>({
  name: "fund",
  bookColumn: "id",
  columns: [
    { name: "name", type: "text", of: ({ name }) => name, fixed: true },
    { name: "currency", type: "text", of: ({ currency }) => currency, fixed: true },
    { name: "opened_at", type: "timestamptz", of: ({ openedAt }) => openedAt, fixed: true },
  ],
  read: (texts) => ({
    id: required(texts, "book"),
    name: required(texts, "name"),
    currency: required(texts, "currency"),
    openedAt: new Date(required(texts, "opened_at")),
  }),
});

/** The fund whose book it is; undefined when it was never opened, and in the tenant's own book. */
export const fundOf = (state: BookState): FundState | undefined => state.get(FUND, ONLY);

/** The book's fund; FUND_NOT_FOUND when the book was never opened. */
export function requireFund(state: BookState, fundId: string): FundState {
  const fund = fundOf(state);
  if (fund?.id !== fundId) throw new AppError("FUND_NOT_FOUND", `There is no fund ${fundId}.`);
  return fund;
}

/** The command to open a fund; the fund's id is also its book's id. */
export interface OpenFund {
  readonly kind: "OpenFund";
  readonly fundId: string;
  readonly name: string;
  readonly currency: string;
}

/** A fund, and with it its book, came into being: always position 1 of the book. */
export interface FundOpened {
  readonly type: "FundOpened";
  readonly fundId: string;
  readonly name: string;
  /** Base currency, ISO 4217. */
  readonly currency: string;
}

function decideOpenFund({ fundId, name, currency }: OpenFund, state: BookState): [FundOpened] {
  const findings = new Findings();
  checkUuid(findings, "id", fundId);
  checkText(findings, "name", name, { min: 1, max: 200 });
  findings.refuseIfAny();
  currencyScale(currency);
  refuseOpened(state, fundId);
  return [{ type: "FundOpened", fundId, name, currency }];
}

function refuseOpened(state: BookState, fundId: string): void {
  if (fundOf(state) === undefined) return;
  throw new AppError("ALREADY_EXISTS", `A fund with the id ${fundId} exists already.`);
}

export const FUNDS = defineSlice<OpenFund, FundOpened>({
  name: "funds",
  tables: [FUND],
  commands: { OpenFund: { decide: decideOpenFund, opensBook: true } },
  events: {
    FundOpened: {
      codec: codecOf("FundOpened"),
      evolve: (draft, { fundId: id, name, currency }, { recordedAt: openedAt }) =>
        draft.put(FUND, ONLY, { id, name, currency, openedAt }),
      check: (state, { fundId }) => refuseOpened(state, fundId),
    },
  },
});
