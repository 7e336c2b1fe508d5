import { loadAccounts } from "../slices/accounts/load-accounts.ts";
import { loadHolds } from "../slices/holds/load-holds.ts";
import { loadProposals } from "../slices/proposals/load-proposals.ts";
import { loadReversible } from "../slices/reversals/load-reversible.ts";
import { loadTakenTransactions } from "../slices/transactions/load-taken-transactions.ts";
import type { Envelope } from "./book-command.ts";
import type { BookState } from "./book-state.ts";
import { NeedsCollector, type Needs } from "./command-needs.ts";
import type { BookId } from "./recorded-event.ts";
import type { Statements } from "./statements.ts";

/** Where to read and where to put what was found. */
export interface Loading {
  readonly client: Statements;
  readonly book: BookId;
  /** Outlives the batch: what stays true until an event of this book changes it. */
  readonly state: BookState;
  /** Ends with the batch. */
  readonly draft: BookState;
}

/** Reads one kind of need; asks the database nothing when there is none. */
type NeedsLoader = (loading: Loading, needs: Needs) => Promise<void>;

const LOADERS: readonly NeedsLoader[] = [
  loadAccounts,
  loadTakenTransactions,
  loadHolds,
  loadReversible,
  loadProposals,
];

/** Reads what deciding these commands needs and the state does not have yet. */
export async function loadNeeds(
  client: Statements,
  book: BookId,
  envelopes: readonly Envelope[],
  state: BookState,
  draft: BookState,
): Promise<void> {
  const needs = new NeedsCollector(state);
  for (const envelope of envelopes) needs.add(envelope);
  for (const load of LOADERS) await load({ client, book, state, draft }, needs);
}
