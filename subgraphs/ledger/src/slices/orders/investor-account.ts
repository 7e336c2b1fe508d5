import type { InvestorAccountOpened as Payload } from "@allfunds/contract/fund-administration";
import type { DomainEvent } from "../../engine/book.ts";
import { AppError } from "@allfunds/contract/errors";
import { formatAmount } from "@allfunds/contract/money";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import type { Lookup } from "../../engine/slice.ts";
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

/** Units that came to an account, or went when below zero, on a value date. */
interface Movement {
  readonly date: string;
  readonly units: bigint;
}

/** Movements from the day before a receipt on, by class, investor and receipt. */
const MOVEMENTS = defineBatchRows<readonly Movement[]>("movements of units");
/** Those of the transfers of one batch, by account. */
const TRANSFERRED = defineBatchRows<readonly Movement[]>("transfers of units");

interface Giver {
  readonly classId: string;
  readonly investorId: string;
  readonly receivedAt: Date;
}

/** The names of the giver and of the time of a transfer. */
export const movementsKey = ({ classId, investorId, receivedAt }: Giver): string =>
  `${classId} ${investorId} ${receivedAt.toISOString()}`;

// Units are credits. A receipt is no more than a day off in the zone of the fund.
const FIND_MOVEMENTS = `
  SELECT wanted.key, e.effective_date::text AS date, (-sum(e.amount))::text AS units
  FROM unnest($3::text[], $4::uuid[], $5::uuid[], $6::timestamptz[]) AS wanted (key, class_id, investor_id, received_at)
  JOIN investor_account a ON a.tenant_id = $1 AND a.book_id = $2 AND a.class_id = wanted.class_id
    AND a.investor_id = wanted.investor_id
  JOIN entry e ON e.tenant_id = $1 AND e.account_id = a.id
    AND e.effective_date >= (wanted.received_at AT TIME ZONE 'UTC')::date - 1
  GROUP BY wanted.key, e.effective_date`;

export const MOVEMENTS_SINCE: Lookup<readonly Movement[]> = {
  rows: MOVEMENTS,
  find: async ({ statements, book: { tenantId, bookId }, draft }, keys) => {
    const parts = keys.map((key) => key.split(" "));
    const column = (index: number): string[] => parts.map((part) => part[index] ?? "");
    const parameters = [tenantId, bookId, [...keys], column(0), column(1), column(2)];
    const { rows } = await statements.query<{ key: string; date: string; units: string }>(
      FIND_MOVEMENTS,
      parameters,
    );
    for (const [key, of] of Map.groupBy(rows, (row) => row.key)) {
      const movements = of.map(({ date, units }) => ({ date, units: BigInt(units) }));
      draft.put(MOVEMENTS, key, movements);
    }
  },
};

/** Units leave an account on no day on which it has fewer: by value date, whatever came later. */
export function refuseMissingBefore(
  draft: BookState,
  accountId: string,
  { key, units, date, asset }: { key: string; units: bigint; date: string; asset: string },
): void {
  const later = [...(draft.get(MOVEMENTS, key) ?? []), ...(draft.get(TRANSFERRED, accountId) ?? [])]
    .filter((movement) => movement.date > date)
    .toSorted((a, b) => (a.date < b.date ? 1 : -1));
  let on = unitsOn(draft, accountId).held;
  let [least, leastDate] = [on, later[0]?.date ?? date];
  for (const [index, movement] of later.entries()) {
    on -= movement.units;
    const day = later[index + 1]?.date ?? date;
    if (day < movement.date && on < least) [least, leastDate] = [on, day];
  }
  if (units <= least) return;
  throw new AppError(
    "INSUFFICIENT_UNITS",
    `On ${leastDate} the account had ${formatAmount(least, asset)} units.`,
    { violations: [{ path: "units", message: "is more than the account had then" }] },
  );
}

/** Keeps what a transfer moves for others of its batch. */
export function noteTransferred(
  draft: BookState,
  { accountId, toAccountId }: { readonly accountId: string; readonly toAccountId: string },
  { date, units }: Movement,
): void {
  for (const [id, moved] of [
    [accountId, -units],
    [toAccountId, units],
  ] as const) {
    const before = draft.get(TRANSFERRED, id) ?? [];
    draft.put(TRANSFERRED, id, [...before, { date, units: moved }]);
  }
}

/** Units of an account in the smallest that there are: all, and those that no waiting order reserves. */
export function unitsOn(state: BookState, accountId: string): { held: bigint; free: bigint } {
  const account = accountOf(state, accountId);
  const held = account?.balanceMinor ?? 0n;
  return { held, free: held - (account?.heldMinor ?? 0n) };
}
