import { AppError, invalidInput } from "@allfunds/contract/errors";
import { formatAmount } from "@allfunds/contract/money";
import { idempotencyKey, RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar, DateTimeScalar } from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import { requireEvent } from "../../engine/event-log.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { settleKnownAt } from "../balances/point-in-time.ts";
import { FundObject } from "../funds/fund-object.ts";
import { requireFund } from "../funds/fund-sql.ts";
import { proposedBy } from "../proposals/proposal-graphql.ts";
import { ProposalObject } from "../proposals/proposal-object.ts";
import { noSuchProposal } from "../proposals/proposal.ts";
import { readProposal } from "../proposals/proposal-sql.ts";
import { readTaggedBalances, type TaggedBalance } from "../dimensions/dimension-balance-sql.ts";
import { readFundBalances, readFundChart } from "../reports/read-fund-balances.ts";
import type { RequestedEntry } from "../transactions/transaction.ts";
import { toTransactionObject, TransactionObject } from "../transactions/transaction-object.ts";
import { requireTransaction } from "../transactions/transaction-sql.ts";
import type { CloseYear, ReopenYear } from "./year-end.ts";
import { readYearEnds, type YearEndRow } from "./year-end-sql.ts";
import { isResult } from "./year-result.ts";

@ObjectType("YearEnd", { description: "A year whose income and expenses were closed." })
class YearEndObject implements YearEndRow {
  @Field(() => ID, { description: "Id of the closing transaction." })
  id!: string;

  @Field(() => DateScalar, { description: "Last day of the year." })
  to!: string;

  @Field(() => DateTimeScalar, { description: "When it was closed." })
  closedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was reopened." })
  reopenedAt!: Date | null;

  position!: number;
}

@InputType({ description: "A year to close." })
class ProposeYearEndInput {
  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => DateScalar, { description: "Last day of the year; every day up to it is closed." })
  to!: string;

  @Field(() => String, { nullable: true, description: "Repeats with the same key propose once." })
  idempotencyKey?: string | null;
}

@InputType({ description: "The last closed year to reopen, and why." })
class ReopenYearInput {
  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => String, { description: "Why, 1 to 400 characters." })
  reason!: string;

  @Field(() => String, { nullable: true, description: "Repeats with the same key reopen once." })
  idempotencyKey?: string | null;
}

@Resolver(() => YearEndObject)
export class YearEndResolver {
  readonly #books: CommandPort<CloseYear | ReopenYear>;

  constructor({ books }: { readonly books: CommandPort<CloseYear | ReopenYear> }) {
    this.#books = books;
  }

  @FieldResolver(() => TransactionObject, { description: "The closing transaction." })
  transaction(
    @Root() { id }: YearEndObject,
    @Ctx() context: LedgerContext,
  ): Promise<TransactionObject> {
    return requireTransaction(context, id);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => ProposalObject, {
    description:
      "Proposes the entries that bring income and expenses to zero against the accounts of the class RETAINED_EARNINGS, by currency, of a fund with share classes against 3900; an approver posts them. POSTING_PERIOD_OPEN while a day up to the last is open.",
  })
  async proposeYearEnd(
    @Arg("input", () => ProposeYearEndInput) input: ProposeYearEndInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ProposalObject> {
    const { fundId, to } = input;
    const { request, stores } = context;
    await requireFund(context, fundId);
    const readAt = await settleKnownAt(context, fundId, null);
    const command: CloseYear = {
      kind: "CloseYear",
      fundId,
      transactionId: newId(),
      effectiveDate: to,
      description: `Year to ${to} closed`,
      reference: null,
      metadata: {},
      readAt,
      balances: await closingEntries(context, fundId, { asOf: to, knownAt: readAt }),
    };
    const proposalId = await proposedBy(this.#books, request, {
      bookId: fundId,
      command,
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { fundId, to },
    });
    const proposal = await readProposal(stores.pool, request.tenantId, proposalId);
    if (proposal === null) throw noSuchProposal(proposalId);
    return proposal;
  }

  @RequiresScopes("ledger:write")
  @RequiresMfa()
  @Mutation(() => TransactionObject, {
    description:
      "Takes back the closing of the last closed year by its opposite, on the same day. Its days can be reopened then. APPROVAL_REQUIRED with the id of a proposal where a limit of changes is set.",
  })
  async reopenYear(
    @Arg("input", () => ReopenYearInput) input: ReopenYearInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TransactionObject> {
    const { fundId, reason } = input;
    const { request, stores } = context;
    if (reason.trim() === "" || reason.length > 400) {
      throw invalidInput("reason", "must be 1 to 400 characters");
    }
    await requireFund(context, fundId);
    const years = await readYearEnds(stores.pool, request.tenantId, fundId);
    const last = years.find(({ reopenedAt }) => reopenedAt === null) ?? years[0];
    if (last === undefined) throw new AppError("PERIOD_NOT_FOUND", "The fund has no closed year.");
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: {
        kind: "ReopenYear",
        fundId,
        reopens: last.id,
        transactionId: newId(),
        effectiveDate: last.to,
        description: `Year to ${last.to} reopened: ${reason}`,
        reference: null,
        metadata: {},
      },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { fundId, reason },
    });
    return toTransactionObject(requireEvent(events, "TransactionPosted"), replayed);
  }
}

/** What brings each income and expense account to zero, with its values of dimensions. */
async function closingEntries(
  { request, stores }: LedgerContext,
  fundId: string,
  point: { asOf: string; knownAt: number },
): Promise<RequestedEntry[]> {
  const fund = { tenantId: request.tenantId, fundId };
  const balances = await readFundBalances(stores, fund, point);
  const book = { tenantId: request.tenantId, bookId: fundId };
  const tagged = await readTaggedBalances(stores.pool, book, point);
  const left = new Map(balances.map(({ account, debitMinor }) => [account.id, debitMinor]));
  for (const { accountId, debitMinor } of tagged) {
    left.set(accountId, (left.get(accountId) ?? 0n) - debitMinor);
  }
  const chart = new Map((await readFundChart(stores, fund)).map((each) => [each.id, each]));
  const untagged = [...left].map(([accountId, debitMinor]) => ({ accountId, debitMinor }));
  return [...untagged, ...tagged].flatMap((part) => {
    const account = chart.get(part.accountId);
    return account === undefined || !isResult(account.type) || part.debitMinor === 0n
      ? []
      : [closing(part, account.currency)];
  });
}

const closing = (
  { accountId, debitMinor, dimensions }: Omit<TaggedBalance, "dimensions"> & Partial<TaggedBalance>,
  currency: string,
): RequestedEntry => ({
  accountId,
  side: debitMinor > 0n ? "CREDIT" : "DEBIT",
  amount: formatAmount(debitMinor > 0n ? debitMinor : -debitMinor, currency),
  dimensions,
});

/** The closed years of a fund, which belong to this slice though they hang on the fund. */
@Resolver(() => FundObject)
export class FundYearEndsResolver {
  @FieldResolver(() => [YearEndObject], {
    description: "The years that were closed, the last closed first; up to 200.",
  })
  async yearEnds(
    @Root() { id }: FundObject,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<YearEndObject[]> {
    const rows = await readYearEnds(stores.pool, request.tenantId, id);
    return rows.map((row) => Object.assign(new YearEndObject(), row));
  }
}
