import { formatAmount } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  DateScalar,
  DecimalScalar,
  SafeIntScalar,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import {
  Arg,
  Args,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { NodeObject } from "../../graph/shared-types.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { requireAccount } from "../accounts/account-sql.ts";
import { readBalance } from "../balances/point-in-time.ts";
import { InvestorObject } from "../investors/investor-object.ts";
import { requireInvestor } from "../investors/investor-sql.ts";
import { ShareClassObject } from "../share-classes/share-class-object.ts";
import { requireShareClass } from "../share-classes/share-class-sql.ts";
import { findHolding, readHoldingPage, type HoldingRow } from "./order-sql.ts";

@RequiresScopes("ledger:read")
@Directive('@key(fields: "id")')
@ObjectType("InvestorAccount", {
  implements: NodeObject,
  description: "The units of a class that an investor holds: a line of the register.",
})
export class InvestorAccountObject implements NodeObject {
  @Field(() => ID, { description: "UUID of the account, also in the fund's chart." })
  id!: string;

  fundId!: string;
  classId!: string;
  investorId!: string;
  unitDecimals!: number;
  heldMinor!: bigint;
}

const InvestorAccountConnection = connectionType("InvestorAccount", InvestorAccountObject);

export const toAccountObject = ({
  held,
  units: _units,
  ...row
}: HoldingRow): InvestorAccountObject =>
  Object.assign(new InvestorAccountObject(), row, { heldMinor: BigInt(held) });

@Resolver(() => InvestorAccountObject)
export class InvestorAccountResolver {
  @FieldResolver(() => InvestorObject, { description: "Who holds the units." })
  investor(
    @Root() { investorId }: InvestorAccountObject,
    @Ctx() context: LedgerContext,
  ): Promise<InvestorObject> {
    return requireInvestor(context, investorId);
  }

  @FieldResolver(() => ShareClassObject, { description: "The class the units are of." })
  shareClass(
    @Root() { classId }: InvestorAccountObject,
    @Ctx() context: LedgerContext,
  ): Promise<ShareClassObject> {
    return requireShareClass(context, classId);
  }

  @FieldResolver(() => AccountObject, { description: "The account with its entries." })
  account(
    @Root() { id }: InvestorAccountObject,
    @Ctx() context: LedgerContext,
  ): Promise<AccountObject> {
    return requireAccount(context, id);
  }

  @FieldResolver(() => DecimalScalar, {
    description:
      "Units: now, of orders dealt up to `asOf`, as of position `knownAt` of the fund's book, or both.",
  })
  async units(
    @Root() { id, unitDecimals }: InvestorAccountObject,
    @Arg("asOf", () => DateScalar, { nullable: true }) asOf: string | null | undefined,
    @Arg("knownAt", () => SafeIntScalar, { nullable: true }) knownAt: number | null | undefined,
    @Ctx() context: LedgerContext,
  ): Promise<string> {
    const minor = await readBalance(context, await requireAccount(context, id), { asOf, knownAt });
    return formatAmount(minor, `U/${unitDecimals}`);
  }

  @FieldResolver(() => DecimalScalar, { description: "Units that waiting orders reserve now." })
  heldUnits(@Root() { heldMinor, unitDecimals }: InvestorAccountObject): string {
    return formatAmount(heldMinor, `U/${unitDecimals}`);
  }
}

export async function findInvestorAccount(
  context: LedgerContext,
  id: string,
): Promise<InvestorAccountObject | null> {
  const row = await findHolding(context, id);
  return row === null ? null : toAccountObject(row);
}

const idCursor = ({ id }: InvestorAccountObject): string => encodeCursor([id]);

/** The register of a class. */
@Resolver(() => ShareClassObject)
export class ShareClassHoldersResolver {
  @FieldResolver(() => InvestorAccountConnection, {
    description: "Accounts of the class, those without units included.",
  })
  async holders(
    @Root() { id: classId }: ShareClassObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<InvestorAccountObject>> {
    const page = toPage(args);
    const rows = await readHoldingPage(context, { classId }, page);
    return toConnection(rows.map(toAccountObject), { ...page, cursorOf: idCursor });
  }
}

/** What an investor holds. */
@Resolver(() => InvestorObject)
export class InvestorHoldingsResolver {
  @FieldResolver(() => InvestorAccountConnection, {
    description: "Accounts of the investor in funds that the caller may see.",
  })
  async accounts(
    @Root() { id: investorId }: InvestorObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<InvestorAccountObject>> {
    const page = toPage(args);
    const rows = await readHoldingPage(context, { investorId }, page);
    return toConnection(rows.map(toAccountObject), { ...page, cursorOf: idCursor });
  }
}
