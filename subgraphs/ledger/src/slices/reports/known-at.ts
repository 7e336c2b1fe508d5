import { checkReached } from "../balances/balance-at.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { readBookPosition } from "../funds/fund-sql.ts";

/** The position a report speaks of: the one asked for, or where the book ends now, so that its parts agree. */
export async function settleKnownAt(
  context: LedgerContext,
  fundId: string,
  asked: number | null | undefined,
): Promise<number> {
  if (typeof asked !== "number") return readBookPosition(context, fundId);
  await checkReached(context, fundId, asked);
  return asked;
}
