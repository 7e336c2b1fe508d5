import { invalidInput } from "@allfunds/contract/errors";
import { formatAmount, type MoneyJson } from "@allfunds/contract/money";
import {
  CursorScalar,
  DateScalar,
  MoneyObject,
  pageSize,
  SafeIntScalar,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import {
  Args,
  ArgsType,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  Info,
  InputType,
  Int,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import type { GraphQLResolveInfo } from "graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs } from "../../graph/page-args.ts";
import { selectsOnly } from "../../graph/selects-only.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { requireAccount } from "../accounts/account-sql.ts";
import { checkReached } from "../balances/point-in-time.ts";
import { FundObject } from "../funds/fund-object.ts";
import {
  TransactionConnection,
  type TransactionObject,
} from "../transactions/transaction-object.ts";
import {
  resolveFilter,
  TRANSACTION_ORDERS,
  TransactionFilter,
  type TransactionConditions,
  type TransactionOrder,
} from "./transaction-filter.ts";
import {
  decodePlace,
  encodePlace,
  readTransactions,
  type ListSource,
  type ListWindow,
} from "./transaction-list-sql.ts";
import {
  MARK_EVERY,
  MOST_MARKED,
  MOST_MARKED_BY_INDEX,
  readMarks,
} from "./transaction-marks-sql.ts";
import { MOST_TOTALLED, readCount, readTotals } from "./transaction-totals-sql.ts";

@InputType({ description: "Where a list of transactions begins: one of the two." })
class TransactionStart {
  @Field(() => DateScalar, {
    nullable: true,
    description: "The first value date, in an order by value date.",
  })
  effectiveDate?: string | null;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: "The first position, in an order by position.",
  })
  position?: number | null;
}

@ArgsType()
class ListArgs extends PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: "The last so many of the list, or before `before`; then `first` does not count.",
  })
  last?: number | null;

  @Field(() => CursorScalar, { nullable: true, description: "Read what lies before this cursor." })
  before?: string | null;

  @Field(() => TransactionFilter, { nullable: true, description: "Which transactions to list." })
  filter?: TransactionFilter | null;

  @Field(() => TRANSACTION_ORDERS, {
    defaultValue: "EFFECTIVE_DATE_DESC",
    description: "The order of the list.",
  })
  order!: TransactionOrder;

  @Field(() => TransactionStart, {
    nullable: true,
    description: "Begins the list here; pages before it are read with `last` and `before`.",
  })
  startAt?: TransactionStart | null;

  @Field(() => Int, {
    defaultValue: 0,
    description: `Leaves out so many first, 0 to ${MARK_EVERY}: behind a cursor of \`marks\` it leads to any place of the list.`,
  })
  skip!: number;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: "Only what was recorded up to this position of the book.",
  })
  knownAt?: number | null;
}

@ArgsType()
class FundListArgs extends ListArgs {
  @Field(() => DateScalar, {
    nullable: true,
    description: "Value dates from this day on.",
    deprecationReason: "Use filter.effectiveFrom. Removal: 2027-06-30.",
  })
  from?: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: "Value dates up to this day.",
    deprecationReason: "Use filter.effectiveTo. Removal: 2027-06-30.",
  })
  to?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "Only those with an entry on this account.",
    deprecationReason: "Use filter.accountIds. Removal: 2027-06-30.",
  })
  accountId?: string | null;
}

@ObjectType("TransactionSums", { description: "What entries of one currency sum to." })
class TransactionSumsObject {
  @Field(() => MoneyObject, { description: "Sum of the debits." })
  debit!: MoneyJson;

  @Field(() => MoneyObject, { description: "Sum of the credits." })
  credit!: MoneyJson;
}

@ObjectType("TransactionTotals", {
  description:
    "What a list of transactions comes to: of all that fit its filter, on whatever page they are.",
})
class TransactionTotalsObject {
  @Field(() => Int, { description: `Transactions that fit; ${MOST_TOTALLED} when there are more.` })
  count!: number;

  @Field(() => Boolean, {
    description: `False when more than ${MOST_TOTALLED} fit; then count and sums are those of ${MOST_TOTALLED} of them, the newest by value date.`,
  })
  isComplete!: boolean;

  @Field(() => [TransactionSumsObject], {
    description:
      "By currency: of the entries that meet the filter's conditions on an entry; of all entries without such.",
  })
  sums!: TransactionSumsObject[];
}

@ObjectType("TransactionMarks", {
  description:
    "How long a list of transactions is, and places along it. With `after` a cursor of these and `skip` a client reads any part of the list; `knownAt` keeps the list as it was marked.",
})
class TransactionMarksObject {
  @Field(() => Int, {
    description: `Transactions that fit: at most ${MOST_MARKED}, or ${MOST_MARKED_BY_INDEX} where the filter has conditions other than value dates.`,
  })
  count!: number;

  @Field(() => Boolean, { description: "False when more fit than were counted." })
  isComplete!: boolean;

  @Field(() => Int, { description: "Transactions from one cursor to the next." })
  every!: number;

  @Field(() => [CursorScalar], {
    description: "Cursor n, from 1, is that of transaction n times `every` of the list.",
  })
  cursors!: string[];
}

/** A page that can tell what its whole list comes to. */
interface TotalledConnection extends Connection<TransactionObject> {
  readonly conditions?: TransactionConditions;
  readonly order?: TransactionOrder;
}

function toWindow({ order, last, after, before, startAt, skip }: ListArgs): ListWindow {
  if (skip < 0 || skip > MARK_EVERY) throw invalidInput("skip", `must be 0 to ${MARK_EVERY}`);
  const { effectiveDate, position } = startAt ?? {};
  if (startAt !== null && startAt !== undefined) {
    if (typeof after === "string" || typeof before === "string" || typeof last === "number")
      throw invalidInput("startAt", "cannot be given with after, before or last");
    const isByDate = order.startsWith("EFFECTIVE_DATE");
    const [named, other] = isByDate ? [effectiveDate, position] : [position, effectiveDate];
    if ((named ?? null) === null || (other ?? null) !== null)
      throw invalidInput(
        "startAt",
        `must name ${isByDate ? "effectiveDate" : "position"} alone in this order`,
      );
  }
  return {
    order,
    isBackward: typeof last === "number",
    after: typeof after === "string" ? decodePlace("after", after) : undefined,
    before: typeof before === "string" ? decodePlace("before", before) : undefined,
    startDate: effectiveDate ?? undefined,
    startPosition: position ?? undefined,
    skip,
  };
}

/** A page of a list, with what leads to its totals. */
async function readPage(
  context: LedgerContext,
  fundId: string,
  args: ListArgs,
  filter: TransactionFilter,
): Promise<TotalledConnection> {
  const size = pageSize(args.last ?? args.first);
  const window = toWindow(args);
  const { knownAt } = args;
  const known =
    typeof knownAt === "number"
      ? { position: knownAt, end: await checkReached(context, fundId, knownAt) }
      : undefined;
  const conditions = await resolveFilter(context, fundId, filter, known);
  const found = await readTransactions(sourceOf(context.stores), conditions, window, size + 1);
  const hasMore = found.length > size;
  const items = found.slice(0, size);
  if (window.isBackward) items.reverse();
  const page = toConnection(items, { first: size, after: null, cursorOf: encodePlace });
  const { isBackward, after, before, skip } = window;
  // What was left out lies before a page that is read forwards, and after one that is read backwards.
  const skipped = skip > 0 && items.length > 0;
  const precedes = isBackward
    ? hasMore
    : after !== undefined || skipped || (await isPreceded(context, conditions, window));
  const pageInfo = {
    startCursor: page.pageInfo.startCursor,
    endCursor: page.pageInfo.endCursor,
    hasPreviousPage: precedes,
    hasNextPage: isBackward ? before !== undefined || skipped : hasMore,
  };
  return { ...page, pageInfo, conditions, order: args.order };
}

/** True when the list has something before where its window starts. */
async function isPreceded(
  { stores }: LedgerContext,
  conditions: TransactionConditions,
  { order, startDate, startPosition }: ListWindow,
): Promise<boolean> {
  if (startDate === undefined && startPosition === undefined) return false;
  // In the other direction, its first is the last of what lies before, unless it is at the start itself.
  const isDescending = order.endsWith("_DESC");
  const beyond = { after: undefined, startDate: undefined, startPosition: undefined, skip: 0 };
  const before = {
    effectiveDate: startDate ?? "1900-01-01",
    position: startPosition ?? (isDescending ? Number.MAX_SAFE_INTEGER : 0),
  };
  const window = { order, isBackward: true, before, ...beyond };
  const found = await readTransactions(sourceOf(stores), conditions, window, 1);
  return found.length > 0;
}

const sourceOf = ({ pool, projectionsMoved }: LedgerContext["stores"]): ListSource => ({
  reads: pool,
  projectionsMoved,
});

const DESCRIPTION =
  "Those that fit a filter, in an order, with pages in both directions; newest value date first unless another order is given. `totals` sums all that fit.";

const PAGED = Directive(
  '@listSize(slicingArguments: ["first", "last"], sizedFields: ["nodes", "edges"], requireOneSlicingArgument: false)',
);

/** The transactions of a fund, which belong to this slice though they hang on the fund. */
@Resolver(() => FundObject)
export class FundTransactionsResolver {
  @PAGED
  @FieldResolver(() => TransactionConnection, {
    description: `The fund's transactions. ${DESCRIPTION}`,
  })
  async transactions(
    @Root() { id }: FundObject,
    @Args(() => FundListArgs) { from, to, accountId, ...args }: FundListArgs,
    @Ctx() context: LedgerContext,
  ): Promise<TotalledConnection> {
    const filter = Object.assign(new TransactionFilter(), args.filter);
    const given = [
      ["from", from, "effectiveFrom"],
      ["to", to, "effectiveTo"],
      ["accountId", accountId, "accountIds"],
    ] as const;
    for (const [path, value, member] of given) {
      if (typeof value !== "string") continue;
      if ((filter[member] ?? null) !== null)
        throw invalidInput(path, `cannot be given with filter.${member}`);
      Object.assign(filter, { [member]: member === "accountIds" ? [value] : value });
    }
    if (typeof accountId === "string") await requireAccount(context, accountId);
    return readPage(context, id, args, filter);
  }
}

/** The transactions of an account, likewise. */
@Resolver(() => AccountObject)
export class AccountTransactionsResolver {
  @PAGED
  @FieldResolver(() => TransactionConnection, {
    description: `Transactions with an entry on the account; the filter's conditions on an entry are on that one. ${DESCRIPTION}`,
  })
  transactions(
    @Root() { id, fundId }: AccountObject,
    @Args(() => ListArgs) args: ListArgs,
    @Ctx() context: LedgerContext,
  ): Promise<TotalledConnection> {
    if ((args.filter?.accountIds ?? null) !== null)
      throw invalidInput("filter.accountIds", "is the account itself here");
    const filter = Object.assign(new TransactionFilter(), args.filter, { accountIds: [id] });
    return readPage(context, fundId, args, filter);
  }
}

const COUNTED = new Set(["count", "isComplete", "__typename"]);

@Resolver(() => TransactionConnection)
export class TransactionTotalsResolver {
  @Directive("@cost(weight: 10)")
  @FieldResolver(() => TransactionTotalsObject, {
    nullable: true,
    description: "What the whole list comes to; null for lists that have no filter.",
  })
  async totals(
    @Root() { conditions }: TotalledConnection,
    @Ctx() { stores }: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TransactionTotalsObject | null> {
    if (conditions === undefined) return null;
    // Sums have to visit every entry.
    if (selectsOnly(info, COUNTED))
      return { ...(await readCount(sourceOf(stores), conditions)), sums: [] };
    const { sums, ...totals } = await readTotals(sourceOf(stores), conditions);
    return {
      ...totals,
      sums: sums.map(({ currency, debitMinor, creditMinor }) => ({
        debit: { amount: formatAmount(debitMinor, currency), currency },
        credit: { amount: formatAmount(creditMinor, currency), currency },
      })),
    };
  }

  @Directive("@cost(weight: 20)")
  @FieldResolver(() => TransactionMarksObject, {
    nullable: true,
    description: "Where a client finds any part of the list; null for lists that have no filter.",
  })
  async marks(
    @Root() { conditions, order }: TotalledConnection,
    @Ctx() { stores }: LedgerContext,
  ): Promise<TransactionMarksObject | null> {
    if (conditions === undefined || order === undefined) return null;
    const { places, ...marks } = await readMarks(sourceOf(stores), conditions, order);
    return { ...marks, every: MARK_EVERY, cursors: places.map(encodePlace) };
  }
}
