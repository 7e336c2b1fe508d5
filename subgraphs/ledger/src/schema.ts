import "reflect-metadata";
import { buildSubgraph, printSubgraph, type SubgraphDefinition } from "@allfunds/platform/graphql";
import type { Jobs } from "@allfunds/platform/jobs";
import type { GraphQLSchema } from "graphql";
import {
  AccountStatementLinesResolver,
  AccountStatementResolver,
} from "./slices/account-statements/account-statement-resolver.ts";
import { AccountChangesResolver } from "./slices/accounts/account-changes-graphql.ts";
import { AccountResolver, FundAccountsResolver } from "./slices/accounts/account-graphql.ts";
import { AdjustBalanceResolver } from "./slices/adjustments/adjustment-graphql.ts";
import type { Books } from "./slices/model.ts";
import { FeedResolver } from "./feed/feed-resolver.ts";
import { FundResolver } from "./slices/funds/fund-graphql.ts";
import { find } from "./graph/find.ts";
import type { LedgerContext } from "./graph/ledger-context.ts";
import { AccountHoldsResolver, HoldResolver } from "./slices/holds/hold-graphql.ts";
import { NodeResolver } from "./graph/node-resolver.ts";
import { AccountEntriesResolver, EntryResolver } from "./slices/transactions/entry-graphql.ts";
import { PeriodResolver } from "./slices/periods/period-graphql.ts";
import { LimitResolver } from "./slices/approvals/approval-limit-graphql.ts";
import { ProposalResolver, ProposedEntryResolver } from "./slices/approvals/proposal-graphql.ts";
import { ReversalResolver } from "./slices/reversals/reversal-graphql.ts";
import { ReportResolver } from "./slices/reports/report-resolver.ts";
import { SearchResolver } from "./slices/search/search-resolver.ts";
import { StatementResolver } from "./slices/statements/statement-graphql.ts";
import { TrailResolver, TransactionAuthorResolver } from "./slices/trail/trail-resolver.ts";
import {
  FundTransactionsResolver,
  TransactionResolver,
} from "./slices/transactions/transaction-graphql.ts";
import {
  VerificationResolver,
  VerifiedBookResolver,
} from "./slices/verifications/verification-graphql.ts";

interface Reference {
  readonly id: string;
}

const DEFINITION: SubgraphDefinition = {
  resolvers: [
    NodeResolver,
    FundResolver,
    AccountResolver,
    FundAccountsResolver,
    AdjustBalanceResolver,
    TransactionResolver,
    FundTransactionsResolver,
    EntryResolver,
    AccountEntriesResolver,
    AccountChangesResolver,
    PeriodResolver,
    ReversalResolver,
    HoldResolver,
    AccountHoldsResolver,
    StatementResolver,
    FeedResolver,
    SearchResolver,
    ReportResolver,
    AccountStatementResolver,
    AccountStatementLinesResolver,
    LimitResolver,
    ProposalResolver,
    ProposedEntryResolver,
    TrailResolver,
    TransactionAuthorResolver,
    VerificationResolver,
    VerifiedBookResolver,
  ],
  referenceResolvers: {
    Fund: ({ id }: Reference, { funds }: LedgerContext) => find(funds, id),
    Account: ({ id }: Reference, { accounts }: LedgerContext) => find(accounts, id),
    Transaction: ({ id }: Reference, { transactions }: LedgerContext) => find(transactions, id),
  },
};

/** The schema document of this subgraph; needs no database. */
export const schemaSdl = (): string => printSubgraph(DEFINITION);

/** The executable schema, its resolvers wired to books and jobs; what they read comes with each request. */
export function buildLedgerSchema(books: Books, jobs: Jobs): GraphQLSchema {
  const instances = new Map<unknown, object>(
    [
      new NodeResolver(),
      new FundResolver(books),
      new AccountResolver(books),
      new FundAccountsResolver(),
      new AdjustBalanceResolver(books),
      new TransactionResolver(books),
      new FundTransactionsResolver(),
      new EntryResolver(),
      new AccountEntriesResolver(),
      new AccountChangesResolver(books),
      new PeriodResolver(books),
      new ReversalResolver(books),
      new HoldResolver(books),
      new AccountHoldsResolver(),
      new StatementResolver(books),
      new FeedResolver(),
      new SearchResolver(),
      new ReportResolver(),
      new AccountStatementResolver(),
      new AccountStatementLinesResolver(),
      new LimitResolver(books),
      new ProposalResolver(books),
      new ProposedEntryResolver(),
      new TrailResolver(),
      new TransactionAuthorResolver(),
      new VerificationResolver(jobs),
      new VerifiedBookResolver(),
    ].map((resolver) => [resolver.constructor, resolver]),
  );
  return buildSubgraph({ ...DEFINITION, container: { get: (type) => instances.get(type) } });
}
