import { idempotencyKey, RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import {
  DateScalar,
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
import { requireEvent } from "../../engine/event-log.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { FundObject } from "../funds/fund-object.ts";
import type { CommandPort } from "../../engine/command-bus.ts";
import { PeriodConnection, PeriodObject } from "./period-object.ts";
import type { ClosePeriod, PeriodClosed, ReopenPeriod } from "./period.ts";
import { findPeriod, readPeriodPage, requirePeriod } from "./period-sql.ts";

@InputType({ description: "Days whose books to close." })
class ClosePeriodInput {
  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      "First day; when absent the day after the last closed one, or all days when none was closed.",
  })
  from?: string | null;

  @Field(() => DateScalar, { description: "Last day." })
  to!: string;

  @Field(() => String, { nullable: true, description: "Repeats with the same key close once." })
  idempotencyKey?: string | null;
}

@InputType({ description: "A closed period to reopen, and why." })
class ReopenPeriodInput {
  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => ID, { description: "The closed period." })
  periodId!: string;

  @Field(() => String, { description: "Why, 1 to 500 characters." })
  reason!: string;

  @Field(() => String, { nullable: true, description: "Repeats with the same key reopen once." })
  idempotencyKey?: string | null;
}

const placeCursor = ({ position }: PeriodObject): string => encodeCursor([position]);

@Resolver(() => FundObject)
export class PeriodResolver {
  readonly #books: CommandPort<ClosePeriod | ReopenPeriod>;

  constructor({ books }: { readonly books: CommandPort<ClosePeriod | ReopenPeriod> }) {
    this.#books = books;
  }

  @FieldResolver(() => PeriodConnection, {
    description: "Periods of the fund that were closed, the last closed first.",
  })
  async periods(
    @Root() { id }: FundObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<PeriodObject>> {
    const page = toPage(args);
    const periods = await readPeriodPage(stores.pool, request.tenantId, id, page);
    return toConnection(periods, { ...page, cursorOf: placeCursor });
  }

  @RequiresScopes("ledger:read")
  @Query(() => PeriodObject, {
    nullable: true,
    description: "One period that was closed; null when there is none.",
  })
  async period(
    @Arg("id", () => ID, { description: "UUID of the period." }) id: string,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<PeriodObject | null> {
    return (await findPeriod(stores.pool, request.tenantId, id)) ?? null;
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => PeriodObject, {
    description:
      "Closes the books of some days: value dates among them are refused with POSTING_PERIOD_CLOSED.",
  })
  async closePeriod(
    @Arg("input", () => ClosePeriodInput) input: ClosePeriodInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PeriodObject> {
    const { request } = context;
    const { fundId, to, idempotencyKey: inInput } = input;
    const from = input.from ?? undefined;
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: { kind: "ClosePeriod", fundId, periodId: newId(), from, to },
      key: idempotencyKey(request, inInput, info.path.key),
      content: { fundId, from, to },
    });
    const { periodId } = requireEvent(events, "PeriodClosed").payload as PeriodClosed;
    return this.#asItIs(context, periodId, replayed);
  }

  @RequiresScopes("ledger:write")
  @RequiresMfa()
  @Mutation(() => PeriodObject, {
    description:
      "Takes transactions in a closed period again. APPROVAL_REQUIRED with the id of a change proposal where a limit of changes is set.",
  })
  async reopenPeriod(
    @Arg("input", () => ReopenPeriodInput) input: ReopenPeriodInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PeriodObject> {
    const { request } = context;
    const { idempotencyKey: inInput, fundId, periodId, reason } = input;
    const { replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: { kind: "ReopenPeriod", fundId, periodId, reason },
      key: idempotencyKey(request, inInput, info.path.key),
      content: { fundId, periodId, reason },
    });
    return this.#asItIs(context, periodId, replayed);
  }

  async #asItIs(
    { request, stores }: LedgerContext,
    id: string,
    replayed: boolean,
  ): Promise<PeriodObject> {
    const period = await requirePeriod(stores.pool, request.tenantId, id);
    return Object.assign(period, { replayed });
  }
}
