import { AppError, invalidInput } from "@allfunds/contract/errors";
import { formatAmount, parseDecimal, productMinor, type MoneyJson } from "@allfunds/contract/money";
import {
  DateScalar,
  decodeCursor,
  encodeCursor,
  SafeIntScalar,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { isId } from "@allfunds/platform/ids";
import { Args, ArgsType, Ctx, Field, FieldResolver, ID, Resolver, Root } from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { dayBefore, settleKnownAt } from "../balances/point-in-time.ts";
import { FundObject } from "../funds/fund-object.ts";
import { InvestorObject } from "../investors/investor-object.ts";
import { requireInvestor } from "../investors/investor-sql.ts";
import { InvestorAccountObject, toAccountObject } from "../orders/investor-account-graphql.ts";
import { OrderObject } from "../orders/order-object.ts";
import { findOrder } from "../orders/order-sql.ts";
import { ShareClassObject } from "../share-classes/share-class-object.ts";
import { readClassPage } from "../share-classes/share-class-sql.ts";
import { readNavs } from "../valuations/valuation-sql.ts";
import {
  InvestorStatementLineConnection,
  InvestorStatementLineObject,
} from "./statement-line-object.ts";
import {
  readStatementLines,
  type LinePlace,
  type StatementLine,
  type StatementPeriod,
} from "./statement-line-sql.ts";

@ArgsType()
class StatementLinesArgs extends PageArgs {
  @Field(() => DateScalar, { description: "First value date of the movements." })
  from!: string;

  @Field(() => DateScalar, { description: "Last value date of the movements." })
  to!: string;

  @Field(() => ID, { nullable: true, description: "Only accounts of this class." })
  classId?: string | null;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: "As of this position of the book; as of its end when absent.",
  })
  knownAt?: number | null;
}

/** The statements of all investors of a fund, line behind line. */
@Resolver(() => FundObject)
export class FundInvestorStatementsResolver {
  @FieldResolver(() => InvestorStatementLineConnection, {
    description:
      "Statements of every investor's accounts, by class and account, without those that had no units and no order. A cursor keeps the position that was read, so that all pages agree.",
  })
  async investorStatementLines(
    @Root() { id: fundId }: FundObject,
    @Args(() => StatementLinesArgs) args: StatementLinesArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<InvestorStatementLineObject>> {
    const { from, to, classId, ...rest } = args;
    if (from > to) throw invalidInput("from", "must not lie after `to`");
    const page = toPage(args);
    const after = typeof page.after === "string" ? decodePlace(page.after) : undefined;
    const knownAt = await settleKnownAt(context, fundId, after?.knownAt ?? rest.knownAt);
    const classes = await readClasses(context, fundId, classId ?? null);
    const begun = classes.findIndex(({ id }) => id === after?.classId);
    if (after !== undefined && begun < 0) throw noCursor();
    const lines: InvestorStatementLineObject[] = [];
    for (const shareClass of classes.slice(Math.max(begun, 0))) {
      const place = shareClass.id === after?.classId ? after : undefined;
      const most = page.first + 1 - lines.length;
      const period = { from, to, knownAt };
      lines.push(...(await readOfClass(context, shareClass, period, place, most)));
      if (lines.length > page.first) break;
    }
    return toConnection(lines, { ...page, cursorOf: ({ cursor }) => cursor });
  }
}

/** More than any fund has. */
const MOST_CLASSES = 10_000;

async function readClasses(
  context: LedgerContext,
  fundId: string,
  classId: string | null,
): Promise<ShareClassObject[]> {
  const all = await readClassPage(context, fundId, { first: MOST_CLASSES, after: null });
  if (classId === null) return all;
  const own = all.filter(({ id }) => id === classId);
  if (own.length > 0) return own;
  throw new AppError("SHARE_CLASS_NOT_FOUND", `The fund has no class ${classId.slice(0, 80)}.`);
}

async function readOfClass(
  { request: { tenantId }, stores }: LedgerContext,
  shareClass: ShareClassObject,
  period: StatementPeriod,
  after: LinePlace | undefined,
  most: number,
): Promise<InvestorStatementLineObject[]> {
  const lines = await readStatementLines(stores.pool, tenantId, shareClass.id, period, {
    after,
    most,
  });
  if (lines.length === 0) return [];
  const navOn = async (to: string): Promise<Nav> => {
    const filter = { to, knownAt: period.knownAt };
    const page = { first: 1, after: undefined };
    return (await readNavs(stores.pool, tenantId, shareClass, filter, page))[0];
  };
  const [opening, closing] = [await navOn(dayBefore(period.from)), await navOn(period.to)];
  return lines.map((line) => {
    const nav = line.kind === "OPENING" ? opening : line.kind === "CLOSING" ? closing : undefined;
    const cursor = encodeCursor([period.knownAt, shareClass.id, line.accountId, line.line]);
    return toLineObject(line, shareClass, nav, cursor);
  });
}

type Nav = Awaited<ReturnType<typeof readNavs>>[number] | undefined;

function toLineObject(
  line: StatementLine,
  shareClass: ShareClassObject,
  nav: Nav,
  cursor: string,
): InvestorStatementLineObject {
  const { currency, unitDecimals } = shareClass;
  const spell = (units: bigint): string => formatAmount(units, `U/${unitDecimals}`);
  const money = (minor: bigint | null): MoneyJson | null =>
    minor === null ? null : { amount: formatAmount(minor, currency), currency };
  const balance = spell(line.balance);
  const price = nav?.navPerUnit ?? line.price;
  // A transfer has no price, and so no amount.
  const amounts =
    line.kind === "ORDER" || (line.kind === "MOVEMENT" && price !== null)
      ? { amount: money(line.amountMinor), charge: money(line.chargeMinor) }
      : { amount: price === null ? null : money(worthOf(balance, price, currency)), charge: null };
  const isWorthless = price === null && (line.kind === "OPENING" || line.kind === "CLOSING");
  return Object.assign(new InvestorStatementLineObject(), {
    kind: line.kind,
    date: line.date,
    description: line.kind === "ORDER" ? describe(line, shareClass, spell) : line.description,
    reason: isWorthless ? "NO_NAV" : line.reason,
    units: line.units === null ? null : spell(line.units),
    balance,
    price,
    navDate: price === null ? null : (nav?.navDate ?? null),
    ...amounts,
    shareClass,
    holding: line.holding,
    orderId: line.orderId,
    cursor,
  });
}

/** "Subscription of 50000.00 EUR"; the leg of a switch into a class has neither amount nor units yet. */
function describe(
  { orderKind, amountMinor, ordered }: StatementLine,
  { currency }: ShareClassObject,
  spell: (units: bigint) => string,
): string {
  const kind = `${orderKind?.charAt(0) ?? ""}${orderKind?.slice(1).toLowerCase() ?? ""}`;
  if (amountMinor !== null) return `${kind} of ${formatAmount(amountMinor, currency)} ${currency}`;
  return ordered === null ? kind : `${kind} of ${spell(ordered)} units`;
}

const worthOf = (units: string, price: string, currency: string): bigint =>
  productMinor([parseDecimal(units), parseDecimal(price)], currency);

const noCursor = (): AppError => invalidInput("after", "is not a cursor of this list");

function decodePlace(cursor: string): LinePlace & { knownAt: number; classId: string } {
  const [knownAt, classId, accountId, line] = decodeCursor(cursor, 4);
  const isPlace =
    isCount(knownAt) &&
    typeof classId === "string" &&
    isId(classId) &&
    typeof accountId === "string" &&
    isId(accountId) &&
    isCount(line) &&
    line < 2 ** 31;
  if (!isPlace) throw noCursor();
  return { knownAt, classId, accountId, line };
}

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

@Resolver(() => InvestorStatementLineObject)
export class InvestorStatementLineResolver {
  @FieldResolver(() => InvestorAccountObject, { description: "The account that it is of." })
  account(@Root() { holding }: InvestorStatementLineObject): InvestorAccountObject {
    return toAccountObject(holding);
  }

  @FieldResolver(() => InvestorObject, { description: "Whose account it is." })
  investor(
    @Root() { holding: { investorId } }: InvestorStatementLineObject,
    @Ctx() context: LedgerContext,
  ): Promise<InvestorObject> {
    return requireInvestor(context, investorId);
  }

  @FieldResolver(() => ShareClassObject, { description: "The class of the units." })
  shareClass(@Root() { shareClass }: InvestorStatementLineObject): ShareClassObject {
    return shareClass;
  }

  @FieldResolver(() => OrderObject, {
    nullable: true,
    description:
      "The order that led to a movement, or to none, as it is now; null of a compensation.",
  })
  async order(
    @Root() { orderId }: InvestorStatementLineObject,
    @Ctx() context: LedgerContext,
  ): Promise<OrderObject | null> {
    return orderId === null ? null : findOrder(context, orderId);
  }
}
