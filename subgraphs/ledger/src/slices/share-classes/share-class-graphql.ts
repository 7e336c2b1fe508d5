import type {
  ShareClassOpened,
  ShareClassState as Status,
  ShareClassTerms,
} from "@allfunds/contract/fund-administration";
import { formatAmount } from "@allfunds/contract/money";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import {
  DateScalar,
  DecimalScalar,
  SafeIntScalar,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  InputType,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import { requireEvent } from "../../engine/event-log.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { requireAccount } from "../accounts/account-sql.ts";
import { readBalance } from "../balances/point-in-time.ts";
import { accountCode, fundAccountId } from "../fund-terms/fund-accounts.ts";
import { FundObject } from "../funds/fund-object.ts";
import { requireFund } from "../funds/fund-sql.ts";
import {
  ShareClassConnection,
  ShareClassObject,
  ShareClassTermsInput,
  ShareClassTermsObject,
  StateEnum,
  termsObjectOn,
} from "./share-class-object.ts";
import { findShareClass, readClassPage, requireShareClass } from "./share-class-sql.ts";
import type { ShareClassCommand } from "./share-class.ts";

@InputType({ description: "A share class to open, with the accounts it needs." })
class OpenShareClassInput extends ShareClassTermsInput {
  @Field(() => ID, {
    nullable: true,
    description: "UUID of the class; made by the ledger when absent.",
  })
  id?: string | null;

  @Field(() => ID, { description: "The fund, which has terms on the launch date." })
  fundId!: string;

  @Field(() => String, { description: "1 to 8 capitals or digits, unique in the fund." })
  code!: string;

  @Field(() => String, { description: "Name, 1 to 200 characters." })
  name!: string;

  @Field(() => String, { description: "ISIN with its check digit." })
  isin!: string;

  @Field(() => String, {
    nullable: true,
    description: "ISO 4217; the fund's base currency when absent.",
  })
  currency?: string | null;

  @Field(() => DateScalar, { description: "First day of the class." })
  launchDate!: string;

  @Field(() => DecimalScalar, { description: "Price of a unit until the first NAV." })
  launchPrice!: string;

  @Field(() => String, { nullable: true, description: "Repeats with the same key open one class." })
  idempotencyKey?: string | null;
}

@InputType({ description: "Other terms of a class from a date on; what is absent stays." })
class SetShareClassTermsInput extends ShareClassTermsInput {
  @Field(() => ID, { description: "The class." })
  classId!: string;

  @Field(() => DateScalar, { description: "The first day of these terms." })
  effectiveFrom!: string;

  @Field(() => String, { nullable: true, description: "Repeats with the same key set them once." })
  idempotencyKey?: string | null;
}

@InputType({ description: "Another state of a class, and why." })
class SetShareClassStateInput {
  @Field(() => ID, { description: "The class." })
  classId!: string;

  @Field(() => StateEnum, { description: "The new state." })
  state!: Status;

  @Field(() => String, { description: "Why, 1 to 500 characters." })
  reason!: string;

  @Field(() => String, { nullable: true, description: "Repeats with the same key set it once." })
  idempotencyKey?: string | null;
}

const codeCursor = ({ code }: ShareClassObject): string => encodeCursor([code]);

/** Terms that the client named; null takes a management fee away and leaves the others. */
function termsIn(input: ShareClassTermsInput): Partial<ShareClassTerms> {
  const { distribution, managementFee, entryCharge, exitChargeRate } = input;
  const { minimumInitial, minimumFurther } = input;
  const named = { distribution, entryCharge, exitChargeRate, minimumInitial, minimumFurther };
  const given: [string, unknown][] = Object.entries(named).filter(
    ([, value]) => value !== undefined && value !== null,
  );
  if (managementFee !== undefined) given.push(["managementFee", managementFee]);
  // Inputs are instances of classes; what a command has is plain JSON.
  return JSON.parse(JSON.stringify(Object.fromEntries(given))) as Partial<ShareClassTerms>;
}

@Resolver(() => ShareClassObject)
export class ShareClassResolver {
  readonly #books: CommandPort<ShareClassCommand>;

  constructor({ books }: { readonly books: CommandPort<ShareClassCommand> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => ShareClassObject, {
    nullable: true,
    description: "One share class, null when there is none.",
  })
  shareClass(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<ShareClassObject | null> {
    return findShareClass(context, id);
  }

  @FieldResolver(() => FundObject, { description: "The fund it is a class of." })
  fund(@Root() { fundId }: ShareClassObject, @Ctx() context: LedgerContext): Promise<FundObject> {
    return requireFund(context, fundId);
  }

  @FieldResolver(() => ShareClassTermsObject, {
    description: "Fees, charges and minimums on a date.",
  })
  terms(
    @Root() shareClass: ShareClassObject,
    @Arg("asOf", () => DateScalar, { nullable: true, description: "Today (UTC) when absent." })
    asOf: string | null | undefined,
    @Ctx() { request }: LedgerContext,
  ): ShareClassTermsObject {
    return termsObjectOn(shareClass, asOf ?? request.now.toISOString().slice(0, 10));
  }

  @FieldResolver(() => DecimalScalar, {
    description:
      "Units in issue: now, of orders dealt up to `asOf`, as of position `knownAt` of the book, or both.",
  })
  async units(
    @Root() { fundId, code, currency, unitDecimals }: ShareClassObject,
    @Arg("asOf", () => DateScalar, { nullable: true }) asOf: string | null | undefined,
    @Arg("knownAt", () => SafeIntScalar, { nullable: true }) knownAt: number | null | undefined,
    @Ctx() context: LedgerContext,
  ): Promise<string> {
    const accountId = fundAccountId(
      fundId,
      accountCode("UNITS_IN_ISSUE", currency, { classCode: code }),
    );
    const account = await requireAccount(context, accountId);
    // The account stands against those of the holders.
    const minor = -(await readBalance(context, account, { asOf, knownAt }));
    return formatAmount(minor, `U/${unitDecimals}`);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => ShareClassObject, {
    description:
      "Opens a share class and the accounts of the chart that it needs. ALREADY_EXISTS when the code, the ISIN or the code of an account is taken.",
  })
  async openShareClass(
    @Arg("input", () => OpenShareClassInput) input: OpenShareClassInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ShareClassObject> {
    const { request } = context;
    const { id, fundId, code, name, isin, launchDate, launchPrice } = input;
    const currency = input.currency ?? (await requireFund(context, fundId)).currency;
    const command = { fundId, code, name, isin, currency, launchDate, launchPrice };
    const terms = termsIn(input);
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: { kind: "OpenShareClass", classId: id ?? newId(), ...command, terms },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { id, ...command, terms },
      clientChoseId: typeof id === "string",
    });
    const { classId } = requireEvent(events, "ShareClassOpened").payload as ShareClassOpened;
    return this.#asItIs(context, classId, replayed);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => ShareClassObject, {
    description: "Sets fees, charges and minimums of a class from a date on.",
  })
  async setShareClassTerms(
    @Arg("input", () => SetShareClassTermsInput) input: SetShareClassTermsInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ShareClassObject> {
    const { request } = context;
    const { classId, effectiveFrom } = input;
    const { fundId } = await requireShareClass(context, classId);
    const terms = termsIn(input);
    const { replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: { kind: "SetShareClassTerms", fundId, classId, effectiveFrom, terms },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { classId, effectiveFrom, terms },
    });
    return this.#asItIs(context, classId, replayed);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => ShareClassObject, {
    description: "Opens, closes or suspends a class, or puts it into liquidation.",
  })
  async setShareClassState(
    @Arg("input", () => SetShareClassStateInput) input: SetShareClassStateInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ShareClassObject> {
    const { request } = context;
    const { classId, state, reason } = input;
    const { fundId } = await requireShareClass(context, classId);
    const { replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: { kind: "SetShareClassState", fundId, classId, state, reason },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { classId, state, reason },
    });
    return this.#asItIs(context, classId, replayed);
  }

  async #asItIs(context: LedgerContext, id: string, replayed: boolean): Promise<ShareClassObject> {
    return Object.assign(await requireShareClass(context, id), { replayed });
  }
}

/** The classes of a fund, which belong to this slice though they hang on the fund. */
@Resolver(() => FundObject)
export class FundShareClassesResolver {
  @FieldResolver(() => ShareClassConnection, { description: "The fund's share classes by code." })
  async shareClasses(
    @Root() { id }: FundObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<ShareClassObject>> {
    const page = toPage(args);
    const classes = await readClassPage(context, id, page);
    return toConnection(classes, { ...page, cursorOf: codeCursor });
  }
}
