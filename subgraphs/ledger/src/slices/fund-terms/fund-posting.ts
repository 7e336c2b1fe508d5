import type { EntrySide } from "@allfunds/contract/events";
import { formatAmount } from "@allfunds/contract/money";
import type { BookState } from "../../engine/book-state.ts";
import { currentAccount } from "../accounts/account.ts";
import { fundOf } from "../funds/fund.ts";
import {
  decidePostTransaction,
  evolvePosted,
  type TransactionPosted,
} from "../transactions/transaction.ts";
import type { AdministeredFact } from "../transactions/transaction-source.ts";

/** An entry of a posting that follows from a fact of fund administration. */
export interface FactEntry {
  readonly accountId: string;
  readonly side: EntrySide;
  /** Minor units of the account's currency or asset; entries of zero are left out. */
  readonly amountMinor: bigint;
}

interface FactPosting {
  readonly transactionId: string;
  /** Value date. */
  readonly effectiveDate: string;
  readonly description: string;
  readonly fact: AdministeredFact;
  readonly factId: string;
  readonly entries: readonly FactEntry[];
}

/** Posts what follows from a fact and folds it into the draft, under every rule that other postings have. */
export function postFact(draft: BookState, posting: FactPosting): TransactionPosted {
  const { transactionId, effectiveDate, description, fact, factId } = posting;
  const entries = posting.entries
    .filter(({ amountMinor }) => amountMinor !== 0n)
    .map(({ accountId, side, amountMinor }) => {
      const { currency } = currentAccount(draft, accountId);
      return { accountId, side, amount: formatAmount(amountMinor, currency) };
    });
  const [posted] = decidePostTransaction(
    {
      kind: "PostTransaction",
      fundId: fundOf(draft)?.id ?? "",
      transactionId,
      effectiveDate,
      description,
      reference: null,
      metadata: {},
      source: { kind: "ADMINISTRATION", fact, factId },
      entries,
    },
    draft,
  );
  evolvePosted(draft, posted);
  return posted;
}
