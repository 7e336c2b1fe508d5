import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { ApprovalLimitSet } from "@allfunds/contract/events";
import { ALL_GRANTED } from "@allfunds/platform/auth";
import { idempotencyKey, RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import {
  DecimalScalar,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { grantsOf } from "@allfunds/platform/tenancy";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  InputType,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { requireEvent } from "../../engine/event-log.ts";
import { tenantBookOf } from "../../engine/log-sql.ts";
import { requireFund } from "../funds/fund-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import {
  ApprovalLimitConnection,
  ApprovalLimitObject,
  LIMIT_SCOPES,
  type LimitScope,
} from "./approval-limit-object.ts";
import { isClosedInFunds, readLimitPage } from "./approval-limit-sql.ts";
import { FundObject } from "../funds/fund-object.ts";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { SetApprovalLimit } from "./approval-limit.ts";

@InputType({ description: "How much one person may debit in one posting, or in one day." })
class SetApprovalLimitInput {
  @Field(() => String, { description: "The currency it is about." })
  currency!: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "Debits above this need another person. Null takes the limit away; for a fund its tenant's then holds.",
  })
  amount?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "The fund it is for; every fund of the tenant without one of its own when absent.",
  })
  fundId?: string | null;

  @Field(() => LIMIT_SCOPES, {
    nullable: true,
    description: "What it is of: one posting when absent, one day, or sensitive changes.",
  })
  per?: LimitScope | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "Of a limit of one posting: how many other people have to approve above it, 1 to 3; 1 when absent. Each number has a limit of its own.",
  })
  approvers?: number | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key set it once." })
  idempotencyKey?: string | null;
}

@ArgsType()
class ApprovalLimitsArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: "Only those that hold in this fund." })
  fundId?: string | null;
}

function toApprovers(given: number | null | undefined): 2 | 3 | undefined {
  if (given === null || given === undefined || given === 1) return undefined;
  if (given === 2 || given === 3) return given;
  throw invalidInput("approvers", "must be 1 to 3");
}

const limitCursor =
  (tenantId: string) =>
  ({ fundId, currency, place }: ApprovalLimitObject): string =>
    encodeCursor([fundId ?? tenantBookOf(tenantId), currency, place]);

@Resolver(() => ApprovalLimitObject)
export class LimitResolver {
  readonly #books: CommandPort<SetApprovalLimit>;

  constructor({ books }: { readonly books: CommandPort<SetApprovalLimit> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => ApprovalLimitConnection, {
    description: "Limits that are set: the tenant's, and those of its funds.",
  })
  async approvalLimits(
    @Args(() => ApprovalLimitsArgs) args: ApprovalLimitsArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<ApprovalLimitObject>> {
    const page = toPage(args);
    const fundId = args.fundId ?? null;
    if (fundId !== null) await requireFund(context, fundId);
    const { stores, request } = context;
    const limits = await readLimitPage(stores.pool, request.tenantId, fundId, page);
    return toConnection(limits, { ...page, cursorOf: limitCursor(request.tenantId) });
  }

  @FieldResolver(() => FundObject, {
    nullable: true,
    description: "The fund it is for; null when it is the tenant's.",
  })
  async fund(
    @Root() { fundId }: ApprovalLimitObject,
    @Ctx() context: LedgerContext,
  ): Promise<FundObject | null> {
    return fundId === null ? null : requireFund(context, fundId);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => ApprovalLimitObject, {
    description:
      "Sets how much one person may debit in one posting or in one day, or import in one day, or which changes one person may make (`per: CHANGE`). It holds for whatever is decided after this answers. Money in a currency without a limit waits, whatever its amount, where the fund's base currency has one. APPROVAL_REQUIRED with the id of a change proposal when it lets more pass and the tenant has a second administrator, or a limit of changes that the amount is above.",
  })
  async setApprovalLimit(
    @Arg("input", () => SetApprovalLimitInput) input: SetApprovalLimitInput,
    @Ctx() { request, stores }: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ApprovalLimitObject> {
    const { currency, amount = null, fundId = null } = input;
    const per = input.per === "POSTING" ? undefined : (input.per ?? undefined);
    const approvers = toApprovers(input.approvers);
    if (fundId === null && grantsOf(request) !== ALL_GRANTED) {
      throw new AppError("FORBIDDEN", "A limit for every fund needs a grant for every fund.");
    }
    const of = per === "CHANGE" ? "CHANGE" : "POSTING";
    const isOfAll = fundId === null && amount !== null;
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: fundId ?? tenantBookOf(request.tenantId),
      command: {
        kind: "SetApprovalLimit",
        fundId,
        currency,
        amount,
        per,
        approvers,
        ...(isOfAll && (await isClosedInFunds(stores.pool, request.tenantId, currency, of))
          ? { isClosedInFunds: true }
          : {}),
      },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { currency, amount, fundId, per, approvers },
    });
    const { recordedAt, payload } = requireEvent(events, "ApprovalLimitSet");
    const set = payload as ApprovalLimitSet;
    return Object.assign(new ApprovalLimitObject(), {
      currency,
      amount: set.amount,
      per: set.per ?? "POSTING",
      approvers: set.approvers ?? 1,
      setBy: request.actor,
      setAt: recordedAt,
      replayed,
      fundId,
    });
  }
}
