import { invalidInput } from "@allfunds/contract/errors";
import { formatAmount, type MoneyJson } from "@allfunds/contract/money";
import { isCalendarDate } from "@allfunds/platform/dates";
import {
  DateScalar,
  decodeCursor,
  encodeCursor,
  SafeIntScalar,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { Args, ArgsType, Ctx, Field, FieldResolver, Resolver, Root } from "type-graphql";
import { AccountObject } from "../accounts/account-object.ts";
import { normalSide } from "../accounts/account.ts";
import { readDebitMinor } from "../balances/balance-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import {
  AccountStatementLineConnection,
  AccountStatementObject,
  type AccountStatementLineObject,
} from "./account-statement-object.ts";
import { readStatementLines, type LinePlace } from "./account-statement-sql.ts";
import { LAST_DAY, dayBefore, settleKnownAt } from "../balances/point-in-time.ts";

@ArgsType()
class StatementArgs {
  @Field(() => DateScalar, { nullable: true, description: "Value dates from this day on." })
  from?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Value dates up to this day." })
  to?: string | null;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: "As of this position of the book; as of its end when absent.",
  })
  knownAt?: number | null;
}

const FIRST_DAY = "0001-01-01";

const onNormalSide = ({ type, currency }: AccountObject, debitMinor: bigint): MoneyJson => ({
  amount: formatAmount(normalSide(type) === "DEBIT" ? debitMinor : -debitMinor, currency),
  currency,
});

/** Statements hang on their account, and their lines on them. */
@Resolver(() => AccountObject)
export class AccountStatementResolver {
  @FieldResolver(() => AccountStatementObject, {
    description: "Statement of account: opening balance, entries by value date, closing balance.",
  })
  async statement(
    @Root() account: AccountObject,
    @Args(() => StatementArgs) args: StatementArgs,
    @Ctx() context: LedgerContext,
  ): Promise<AccountStatementObject> {
    const from = args.from ?? null;
    const to = args.to ?? null;
    if (from !== null && to !== null && from > to) {
      throw invalidInput("from", "must not lie after `to`");
    }
    const knownAt = await settleKnownAt(context, account.fundId, args.knownAt);
    const book = { tenantId: context.request.tenantId, bookId: account.fundId };
    const balanceOf = async (asOf: string): Promise<bigint> => {
      const point = { asOf, knownAt };
      const found = await readDebitMinor(context.stores.pool, book, [account.id], point);
      return found.get(account.id) ?? 0n;
    };
    const openingDebitMinor = from === null ? 0n : await balanceOf(dayBefore(from));
    return Object.assign(new AccountStatementObject(), {
      from,
      to,
      knownAt,
      account,
      openingDebitMinor,
      openingBalance: onNormalSide(account, openingDebitMinor),
      closingBalance: onNormalSide(account, await balanceOf(to ?? LAST_DAY)),
    });
  }
}

@Resolver(() => AccountStatementObject)
export class AccountStatementLinesResolver {
  @FieldResolver(() => AccountStatementLineConnection, {
    description:
      "The entries with the running balance. A cursor keeps the position that was read, so that all pages agree.",
  })
  async lines(
    @Root() { account, from, to, ...statement }: AccountStatementObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<AccountStatementLineObject>> {
    const page = toPage(args);
    const { knownAt, after } =
      typeof page.after === "string"
        ? decodePlace(page.after, statement.knownAt)
        : { knownAt: statement.knownAt, after: startOf(from, statement.openingDebitMinor) };
    const { id: accountId, fundId } = account;
    const filter = { fundId, accountId, to: to ?? LAST_DAY, knownAt };
    const found = await readStatementLines(
      stores.pool,
      request.tenantId,
      filter,
      after,
      page.first + 1,
    );
    const lines = found.map(({ debitMinor, ...line }) => ({
      ...line,
      balance: onNormalSide(account, debitMinor),
    }));
    return toConnection(lines, { ...page, cursorOf: ({ place }) => encodePlace(knownAt, place) });
  }
}

const startOf = (from: string | null, debitMinor: bigint): LinePlace => ({
  effectiveDate: from ?? FIRST_DAY,
  position: 0,
  leg: 0,
  debitMinor,
});

const encodePlace = (knownAt: number, place: LinePlace): string =>
  encodeCursor([
    knownAt,
    place.effectiveDate,
    place.position,
    place.leg,
    place.debitMinor.toString(),
  ]);

/** Reads a cursor; its `knownAt` must not lie behind that of the statement. */
function decodePlace(
  cursor: string,
  mostKnown: number,
): { readonly knownAt: number; readonly after: LinePlace } {
  const [knownAt, effectiveDate, position, leg, debitMinor] = decodeCursor(cursor, 5);
  if (
    !isPlaceNumber(knownAt) ||
    knownAt > mostKnown ||
    typeof effectiveDate !== "string" ||
    !isCalendarDate(effectiveDate) ||
    !isPlaceNumber(position) ||
    !isPlaceNumber(leg) ||
    leg > 32_767 ||
    !/^-?\d{1,40}$/.test(String(debitMinor))
  ) {
    throw invalidInput("after", "is not a cursor of this list");
  }
  const after = { effectiveDate, position, leg, debitMinor: BigInt(debitMinor ?? 0) };
  return { knownAt, after };
}

const isPlaceNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
