import type { BookState } from "../../engine/book-state.ts";
import { uuidOfText } from "../../engine/canonical-json.ts";
import type { AccountOpened } from "../accounts/account.ts";
import { FundChart } from "../fund-terms/fund-accounts.ts";
import { postFact } from "../fund-terms/fund-posting.ts";
import type { LotChange } from "../lots/lot-change.ts";
import type { PortfolioFact } from "../lots/portfolio-fact.ts";
import type { Legs } from "../lots/portfolio-legs.ts";
import { firstOpenDate } from "../published-navs/published-nav.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";
import type { AdministeredFact } from "../transactions/transaction-source.ts";
import type { ReplayedFact } from "./held-lots.ts";

/** Facts behind one that came late, or was taken away, that now lead to something else. */
export interface LotsReplayed {
  readonly type: "LotsReplayed";
  readonly fundId: string;
  /** The trade or corporate action that came late or was cancelled. */
  readonly causeId: string;
  readonly facts: readonly {
    readonly factId: string;
    readonly bookedOn: string;
    readonly lots: readonly LotChange[];
    /** What posts the difference; null when only lots differ. */
    readonly transactionId: string | null;
  }[];
}

interface Posting {
  readonly effectiveDate: string;
  readonly description: string;
  readonly fact: AdministeredFact;
  readonly factId: string;
  readonly legs: Legs;
}

/** Events of a posting: the accounts that it opens, then the transaction. */
export class PortfolioPoster {
  readonly opened: AccountOpened[];
  readonly #chart: FundChart;
  readonly #draft: BookState;

  constructor(draft: BookState) {
    this.#draft = draft;
    this.#chart = new FundChart(draft);
    this.opened = this.#chart.opened;
  }

  /** The value date of something late: its own, or the first open one after it. */
  openDate(date: string): string {
    return firstOpenDate(this.#draft, date);
  }

  /** Posts legs under an id that follows from `name`; undefined when nothing is left to post. */
  post(name: string, { legs, ...posting }: Posting): TransactionPosted | undefined {
    const all = legs.all;
    if (all.length === 0) return undefined;
    const entries = all.map(({ kind, scope, minor }) => ({
      accountId: this.#chart.idOf(kind, scope),
      side: minor > 0n ? ("DEBIT" as const) : ("CREDIT" as const),
      amountMinor: minor > 0n ? minor : -minor,
    }));
    const transactionId = uuidOfText(name);
    return postFact(this.#draft, { ...posting, transactionId, entries });
  }
}

interface ReplayCause {
  readonly fundId: string;
  /** The trade or corporate action that came late, or was cancelled. */
  readonly id: string;
  /** What came late and is cancelled later replays the same facts twice. */
  readonly isCancelled?: true;
}

/** Posts the differences of facts that were replayed. No events when there are none. */
export function replayEvents(
  poster: PortfolioPoster,
  cause: ReplayCause,
  replayed: readonly ReplayedFact[],
): (LotsReplayed | TransactionPosted)[] {
  if (replayed.length === 0) return [];
  const name = cause.isCancelled ? `replay cancelled ${cause.id}` : `replay ${cause.id}`;
  const postings: TransactionPosted[] = [];
  const facts = replayed.map(({ fact, legs, lots }) => {
    const bookedOn = poster.openDate(fact.bookedOn);
    const posted = poster.post(`${name} ${fact.id}`, {
      effectiveDate: bookedOn,
      description: `Replayed behind ${cause.id}`,
      fact: factKindOf(fact),
      factId: fact.id,
      legs,
    });
    if (posted !== undefined) postings.push(posted);
    return { factId: fact.id, bookedOn, lots, transactionId: posted?.transactionId ?? null };
  });
  const { fundId, id: causeId } = cause;
  return [{ type: "LotsReplayed", fundId, causeId, facts }, ...postings];
}

const factKindOf = ({ kind }: PortfolioFact): AdministeredFact =>
  kind === "BUY" || kind === "SELL" ? "TRADE" : "CORPORATE_ACTION";
