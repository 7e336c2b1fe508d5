import { AppError } from "@allfunds/contract/errors";
import { Arg, Args, Ctx, FieldResolver, Int, Resolver, Root } from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { normalSide } from "../accounts/account.ts";
import { LAST_DAY, settleKnownAt } from "../balances/point-in-time.ts";
import { requireFund } from "../funds/fund-sql.ts";
import {
  compare,
  ComparativeReportObject,
  DEPTH,
  isOfPeriod,
  type ComparedColumn,
  type HasType,
} from "../reports/comparative-graphql.ts";
import { readFundBalances, readFundChart } from "../reports/read-fund-balances.ts";
import { ComparedDaysArgs, PointArgs, refuseColumns } from "../reports/report-args.ts";
import { BalanceSheetObject, TrialBalanceObject } from "../reports/report-objects.ts";
import { ShareClassObject } from "../share-classes/share-class-object.ts";
import { classReport } from "./class-report.ts";
import { readClassReport } from "./class-report-sql.ts";

const SHARED =
  "What the class has of its own is its own; income and expenses of all classes are shared as each NAV shared them, everything else by net assets. The classes' amounts of an account add up to the fund's, and each class balances.";

/** The books of a share class, as parts of those of its fund. */
@Resolver(() => ShareClassObject)
export class ClassReportResolver {
  @FieldResolver(() => TrialBalanceObject, {
    description: `The class's part of the balances of all accounts on a day. ${SHARED}`,
  })
  async trialBalance(
    @Root() shareClass: ShareClassObject,
    @Args(() => PointArgs) args: PointArgs,
    @Ctx() context: LedgerContext,
  ): Promise<TrialBalanceObject> {
    return Object.assign(new TrialBalanceObject(), await this.#at(shareClass, args, context));
  }

  @FieldResolver(() => BalanceSheetObject, {
    description: `The class's part of what the fund has and owes, on a day. ${SHARED}`,
  })
  async balanceSheet(
    @Root() shareClass: ShareClassObject,
    @Args(() => PointArgs) args: PointArgs,
    @Ctx() context: LedgerContext,
  ): Promise<BalanceSheetObject> {
    return Object.assign(new BalanceSheetObject(), await this.#at(shareClass, args, context));
  }

  @FieldResolver(() => ComparativeReportObject, {
    description: `The class's parts of the balances of all accounts on several days side by side, by the hierarchy of the chart. ${SHARED}`,
  })
  comparativeTrialBalance(
    @Root() shareClass: ShareClassObject,
    @Args(() => ComparedDaysArgs) args: ComparedDaysArgs,
    @Arg("depth", () => Int, DEPTH) depth: number | null | undefined,
    @Ctx() context: LedgerContext,
  ): Promise<ComparativeReportObject> {
    return this.#ofDays(shareClass, args, { depth, has: () => true }, context);
  }

  @FieldResolver(() => ComparativeReportObject, {
    description: `The class's parts of what the fund has and owes on several days side by side, by the hierarchy of the chart. ${SHARED}`,
  })
  comparativeBalanceSheet(
    @Root() shareClass: ShareClassObject,
    @Args(() => ComparedDaysArgs) args: ComparedDaysArgs,
    @Arg("depth", () => Int, DEPTH) depth: number | null | undefined,
    @Ctx() context: LedgerContext,
  ): Promise<ComparativeReportObject> {
    return this.#ofDays(shareClass, args, { depth, has: (type) => !isOfPeriod(type) }, context);
  }

  async #ofDays(
    shareClass: ShareClassObject,
    { days, ...args }: ComparedDaysArgs,
    of: { readonly depth: number | null | undefined; readonly has: HasType },
    context: LedgerContext,
  ): Promise<ComparativeReportObject> {
    refuseColumns("days", days.length);
    const { fundId, id: classId } = shareClass;
    const knownAt = await settleKnownAt(context, fundId, args.knownAt);
    const columns: ComparedColumn[] = [];
    // One after the other: each reads the fund's valuations up to its day.
    for (const to of days) {
      const { balances } = await this.#at(shareClass, { asOf: to, knownAt }, context);
      columns.push({ to, balances });
    }
    const fund = { tenantId: context.request.tenantId, fundId, classId };
    return compare(context, fund, { columns, knownAt, ...of });
  }

  async #at({ fundId, code, id }: ShareClassObject, args: PointArgs, context: LedgerContext) {
    const asOf = args.asOf ?? null;
    const knownAt = await settleKnownAt(context, fundId, args.knownAt);
    const { stores, request } = context;
    const { currency: baseCurrency } = await requireFund(context, fundId);
    const fund = { tenantId: request.tenantId, fundId };
    const point = { asOf: asOf ?? LAST_DAY, knownAt };
    const whole = await readFundBalances(stores, fund, point);
    const chart = await readFundChart(stores, fund);
    const of = { ...fund, ...point, baseCurrency };
    const { debits, isWhole } = classReport(await readClassReport(stores.pool, of, whole, chart));
    if (!isWhole) throw unequal();
    const own = debits.get(code) ?? new Map<string, bigint>();
    const balances = whole.flatMap(({ account }) => {
      const debitMinor = own.get(account.id);
      if (debitMinor === undefined) return [];
      const normalMinor = normalSide(account.type) === "DEBIT" ? debitMinor : -debitMinor;
      return [{ account, debitMinor, normalMinor }];
    });
    return { fundId, classId: id, asOf, knownAt, balances, chart };
  }
}

/** A fund whose assets less liabilities are not what its classes own: its valuations name the difference. */
const unequal = (): AppError =>
  new AppError(
    "NAV_CHECKS_OPEN",
    "Assets less liabilities of the fund are not what its classes own: the check TRIAL_BALANCE of a valuation has the difference.",
  );
