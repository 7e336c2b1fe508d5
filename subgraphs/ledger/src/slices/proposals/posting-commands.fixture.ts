import type { Command, DomainEvent } from "../../engine/book.ts";
import { MODEL, type BookCommand } from "../model.ts";

/** Limits of postings judge what it posts, and above them it waits. */
export const REVIEWED = "reviewed";
/** Limits of changes judge it, and above them it waits; it posts nothing. */
export const CHANGES = "changes a control";
/** Nothing for limits to judge. */
export const POSTS_NOTHING = "posts nothing";
const JUDGED_BEFORE = "an order is judged by the limits of its worth when it is placed";
const OTHER_PERSON = "a NAV is published by another person than who calculated it";

/** Whether limits review what a command posts; where they do not, why one person may post it. */
export const REVIEW_OF: Readonly<Record<BookCommand["kind"], string>> = {
  AdjustBalance: REVIEWED,
  CancelCorporateAction: REVIEWED,
  CancelCurrencyTrade: REVIEWED,
  CancelTrade: REVIEWED,
  CaptureHold: REVIEWED,
  CloseYear: REVIEWED,
  MoveStatementLine: REVIEWED,
  PayCorporateAction: REVIEWED,
  PostStatementLine: REVIEWED,
  PostTransaction: REVIEWED,
  RecordCorporateAction: REVIEWED,
  RecordCurrencyTrade: REVIEWED,
  RecordOpeningBalances: REVIEWED,
  RecordTrades: REVIEWED,
  ReopenYear: REVIEWED,
  RevalueCurrencies: REVIEWED,
  ReverseTransaction: REVIEWED,
  RunJournalTemplate: REVIEWED,
  SettleCurrencyTrade: REVIEWED,
  SettleTrades: REVIEWED,
  SplitStatementLine: REVIEWED,

  ReopenPeriod: CHANGES,
  SetAccountFloor: CHANGES,
  SetApprovalLimit: CHANGES,
  SetValueDateLimits: CHANGES,
  UnfreezeAccount: CHANGES,

  ApproveProposal: "what it posts was reviewed, and another person approves it",
  PlaceOrder: JUDGED_BEFORE,
  ApproveOrder: "another person approves an order that is above a limit",
  SettleOrder: JUDGED_BEFORE,
  PublishNav: OTHER_PERSON,
  PublishRestatement: OTHER_PERSON,

  AddComment: POSTS_NOTHING,
  AdministerFund: POSTS_NOTHING,
  AttachFile: POSTS_NOTHING,
  CalculateNav: POSTS_NOTHING,
  CancelOrder: POSTS_NOTHING,
  ClassifyAccount: POSTS_NOTHING,
  CloseAccount: POSTS_NOTHING,
  ClosePeriod: POSTS_NOTHING,
  ConfirmStatementLine: POSTS_NOTHING,
  DiscardNav: POSTS_NOTHING,
  EraseInvestor: POSTS_NOTHING,
  ExpireHolds: POSTS_NOTHING,
  FailTrade: POSTS_NOTHING,
  FinishStatement: POSTS_NOTHING,
  FreezeAccount: POSTS_NOTHING,
  MatchLines: POSTS_NOTHING,
  OpenAccount: POSTS_NOTHING,
  OpenChart: POSTS_NOTHING,
  OpenFund: POSTS_NOTHING,
  OpenShareClass: POSTS_NOTHING,
  PlaceHold: POSTS_NOTHING,
  ReadStatementLines: POSTS_NOTHING,
  ReceiveStatement: POSTS_NOTHING,
  RecordExchangeRates: POSTS_NOTHING,
  RecordImport: POSTS_NOTHING,
  RecordPrices: POSTS_NOTHING,
  RegisterInvestors: POSTS_NOTHING,
  RegisterSecurities: POSTS_NOTHING,
  RejectOrder: POSTS_NOTHING,
  RejectProposal: POSTS_NOTHING,
  RejectStatementLine: POSTS_NOTHING,
  RenameAccount: POSTS_NOTHING,
  RestateNav: POSTS_NOTHING,
  SetCounterparty: POSTS_NOTHING,
  SetDimension: POSTS_NOTHING,
  SetDimensionValues: POSTS_NOTHING,
  SetImportRules: POSTS_NOTHING,
  SetJournalTemplate: POSTS_NOTHING,
  SetKycState: POSTS_NOTHING,
  SetShareClassState: POSTS_NOTHING,
  SetShareClassTerms: POSTS_NOTHING,
  SkipJournalRun: POSTS_NOTHING,
  UndoStatement: POSTS_NOTHING,
  UnmatchLines: POSTS_NOTHING,
  UpdateReconcilingItem: POSTS_NOTHING,
  VoidHold: POSTS_NOTHING,
  WithdrawProposal: POSTS_NOTHING,
};

interface Watch {
  /** Kinds of commands that posted so far. */
  readonly posted: ReadonlySet<string>;
  /** Kinds of commands that were decided so far. */
  readonly decided: ReadonlySet<string>;
  readonly stop: () => void;
}

/** Follows what commands decide, of every book. */
export function watchPostings(): Watch {
  const posted = new Set<string>();
  const decided = new Set<string>();
  const note = (kind: string, events: readonly DomainEvent[]): readonly DomainEvent[] => {
    decided.add(kind);
    if (events.some(({ type }) => type === "TransactionPosted")) posted.add(kind);
    return events;
  };
  const ends = Object.keys(REVIEW_OF).map((kind) => {
    const handler = MODEL.commandOf(kind) as Mutable<ReturnType<typeof MODEL.commandOf>>;
    const { decide, steps } = handler;
    handler.decide = (...of) => note(kind, decide(...of));
    if (steps !== undefined) {
      handler.steps = function* noted(...of) {
        return note(kind, yield* steps(...of));
      };
    }
    return () => Object.assign(handler, { decide }, steps === undefined ? {} : { steps });
  });
  return {
    posted,
    decided,
    stop: () => {
      for (const end of ends) end();
    },
  };
}

type Mutable<Value> = { -readonly [Name in keyof Value]: Value[Name] };

/** True of a command that can wait for approval. */
export const canWait = (kind: Command["kind"]): boolean =>
  MODEL.commandOf(kind).stored !== undefined;
