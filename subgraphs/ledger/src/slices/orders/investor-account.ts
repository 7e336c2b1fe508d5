import type { InvestorAccountOpened as Payload } from "@allfunds/contract/fund-administration";
import type { DomainEvent } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { defineTable, required } from "../../engine/table.ts";
import { accountOf } from "../accounts/account.ts";
import type { FundChart } from "../fund-terms/fund-accounts.ts";
import { unitAsset, type ShareClassRow } from "../share-classes/share-class.ts";

/** The account that keeps an investor's units of a class; its id is that of the account in the chart. */
export interface InvestorAccountState {
  readonly id: string;
  readonly position: number;
  readonly investorId: string;
  readonly classId: string;
}

export const INVESTOR_ACCOUNT = defineTable<InvestorAccountState>({
  name: "investor_account",
  bookColumn: "book_id",
  keyColumn: "id",
  columns: [
    { name: "id", type: "uuid", of: ({ id }) => id, fixed: true },
    { name: "position", type: "bigint", of: ({ position }) => position, fixed: true },
    { name: "investor_id", type: "uuid", of: ({ investorId }) => investorId, fixed: true },
    { name: "class_id", type: "uuid", of: ({ classId }) => classId, fixed: true },
  ],
  read: (texts) => ({
    id: required(texts, "id"),
    position: Number(required(texts, "position")),
    investorId: required(texts, "investor_id"),
    classId: required(texts, "class_id"),
  }),
});

/** An investor's units of a class are kept on this account from now on. */
export interface InvestorAccountOpened extends Payload {
  readonly type: "InvestorAccountOpened";
}

export const evolveAccount = (
  draft: BookState,
  { accountId: id, investorId, classId }: InvestorAccountOpened,
  { position }: { readonly position: number } = { position: 0 },
): void => draft.put(INVESTOR_ACCOUNT, id, { id, position, investorId, classId });

/** The account of an investor's units of a class, opened in the chart when there is none; the events that open it. */
export function investorAccount(
  chart: FundChart,
  draft: BookState,
  shareClass: ShareClassRow,
  investorId: string,
): { readonly accountId: string; readonly opening: readonly DomainEvent[] } {
  const before = chart.opened.length;
  const accountId = chart.idOf("ACCOUNT_UNITS", {
    classCode: shareClass.code,
    asset: unitAsset(shareClass),
    investorAccountId: investorId,
  });
  if (draft.get(INVESTOR_ACCOUNT, accountId) !== undefined) return { accountId, opening: [] };
  const opened: InvestorAccountOpened = {
    type: "InvestorAccountOpened",
    accountId,
    fundId: chart.fundId,
    classId: shareClass.id,
    investorId,
  };
  evolveAccount(draft, opened);
  return { accountId, opening: [opened, ...chart.opened.slice(before)] };
}

/** Units of an account in the smallest that there are: all, and those that no waiting order reserves. */
export function unitsOn(state: BookState, accountId: string): { held: bigint; free: bigint } {
  const account = accountOf(state, accountId);
  const held = account?.balanceMinor ?? 0n;
  return { held, free: held - (account?.heldMinor ?? 0n) };
}
