import { AppError } from "@allfunds/contract/errors";
import type { NavCalculated } from "@allfunds/contract/valuation";
import { idempotencyKey, RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import {
  DateScalar,
  decodeCursor,
  encodeCursor,
  SafeIntScalar,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import { requireEvent } from "../../engine/event-log.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { FundObject } from "../funds/fund-object.ts";
import { requireFund } from "../funds/fund-sql.ts";
import { ShareClassObject } from "../share-classes/share-class-object.ts";
import { readInputs, readPlaces, type ReadInputs, type ValuedFund } from "./read-inputs.ts";
import { readPublishedStrikes } from "./read-restatement.ts";
import { restate } from "./restatement.ts";
import type { RestatementCommand } from "./restate-nav.ts";
import { CalculateNavInput, NavsArgs, RestateNavInput } from "./valuation-input.ts";
import { checkRestated, checkValuation } from "./valuation-checks.ts";
import { hashInputs } from "./valuation-inputs.ts";
import {
  NavConnection,
  NavObject,
  ValuationConnection,
  ValuationObject,
} from "./valuation-object.ts";
import {
  toPositions,
  ValuationPositionConnection,
  type ValuationPositionObject,
} from "./valued-position-object.ts";
import { withLots } from "./valued-lots-graphql.ts";
import {
  findValuation,
  readNavs,
  readRestatedFrom,
  readValuationOf,
  readValuationPage,
  requireValuation,
} from "./valuation-sql.ts";
import { figuresOrNull, type ValuationCommand } from "./valuation.ts";

/** How often a publication is tried while others post to the book. */
const MAX_ATTEMPTS = 5;

@Resolver(() => ValuationObject)
export class ValuationResolver {
  readonly #books: CommandPort<ValuationCommand | RestatementCommand>;

  constructor({ books }: { readonly books: CommandPort<ValuationCommand | RestatementCommand> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => ValuationObject, {
    nullable: true,
    description: "One valuation, null when there is none.",
  })
  valuation(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<ValuationObject | null> {
    return findValuation(context, id);
  }

  @FieldResolver(() => FundObject, { description: "The fund that it values." })
  fund(@Root() { fundId }: ValuationObject, @Ctx() context: LedgerContext): Promise<FundObject> {
    return requireFund(context, fundId);
  }

  @FieldResolver(() => ValuationPositionConnection, {
    description: "The positions that it values, with the prices used.",
  })
  positions(
    @Root() valuation: ValuationObject,
    @Args(() => PageArgs) args: PageArgs,
  ): Connection<ValuationPositionObject> {
    const page = toPage(args);
    const isin = typeof page.after === "string" ? String(decodeCursor(page.after, 1)[0]) : "";
    const behind = toPositions(valuation).filter((position) => position.isin > isin);
    const shown = behind.slice(0, page.first + 1);
    withLots(valuation, shown);
    return toConnection(shown, {
      ...page,
      cursorOf: (position) => encodeCursor([position.isin]),
    });
  }

  @FieldResolver(() => ValuationObject, {
    nullable: true,
    description: "Of one that restates: the valuation whose NAV was wrong. It stays readable.",
  })
  async supersedes(
    @Root() { supersedesId }: ValuationObject,
    @Ctx() context: LedgerContext,
  ): Promise<ValuationObject | null> {
    return supersedesId === null ? null : requireValuation(context, supersedesId);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => ValuationObject, {
    description:
      "Values a fund and checks the result. Nothing is posted. NAV_PUBLISHED unless the date is after the last published NAV.",
  })
  async calculateNav(
    @Arg("input", () => CalculateNavInput) input: CalculateNavInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ValuationObject> {
    const { request } = context;
    const { id, fundId, navDate } = input;
    const { fund, read } = await this.#readNow(context, fundId, navDate);
    const { inputs, terms, last, findings } = read;
    const figures = figuresOrNull(inputs);
    const checks = checkValuation({ navDate, terms, inputs, figures, last, findings });
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: {
        kind: "CalculateNav",
        fundId,
        valuationId: id ?? newId(),
        navDate,
        readAt: fund.readAt,
        tenantReadAt: fund.tenantReadAt ?? 0,
        inputs,
        checks,
      },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { id, fundId, navDate },
      clientChoseId: typeof id === "string",
    });
    const { valuationId } = requireEvent(events, "NavCalculated").payload as NavCalculated;
    return asItIs(context, valuationId, replayed);
  }

  @RequiresScopes("nav:publish")
  @RequiresMfa()
  @Mutation(() => ValuationObject, {
    description:
      "Makes a valuation the NAV of its date: posts it, and deals the orders of the date, all or nothing. NAV_CHECKS_OPEN while a blocking check is open, NAV_INPUTS_CHANGED when what it rests on has changed, NAV_SAME_PERSON for who calculated it and through that person's API clients.",
  })
  async publishNav(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ValuationObject> {
    const { request } = context;
    const { fundId, navDate, inputsHash, restatementId } = await requireValuation(context, id);
    if (restatementId !== null) {
      return this.#publishRestatement(context, info, { id, fundId, restatementId });
    }
    const key = idempotencyKey(request, undefined, info.path.key);
    for (let attempt = 1; ; attempt += 1) {
      const { fund, read } = await this.#readNow(context, fundId, navDate);
      const { inputs } = read;
      const { readAt } = fund;
      try {
        const { replayed } = await this.#books.carryOut(request, {
          bookId: fundId,
          command: { kind: "PublishNav", fundId, valuationId: id, readAt, inputs },
          key,
          content: { id },
        });
        return await asItIs(context, id, replayed);
      } catch (error) {
        // What was posted between the reading and the decision may have changed nothing that counts.
        const isSame = hashInputs(inputs) === inputsHash;
        if (!isSame || attempt === MAX_ATTEMPTS || !isOfInputs(error)) throw error;
      }
    }
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => [ValuationObject], {
    description:
      "Recomputes every published NAV from a date on, with the prices and rates of its day as they are known now, and proposes compensation for the orders dealt at them, less what earlier restatements compensated. Nothing is posted before `publishNav` publishes one of the valuations, and with it all.",
  })
  async restateNav(
    @Arg("input", () => RestateNavInput) input: RestateNavInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ValuationObject[]> {
    const { request } = context;
    const { fundId, from, reason } = input;
    const { fund, strikes, before } = await this.#readRestated(context, fundId, from);
    const valuations = strikes.map(({ terms, old: _old, figures, ...restated }, index) => {
      const last = strikes[index - 1] ?? before;
      const checks = checkRestated({ ...restated, terms, figures, last });
      return { ...restated, valuationId: newId(), checks };
    });
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: {
        kind: "RestateNav",
        fundId,
        restatementId: newId(),
        reason,
        readAt: fund.readAt,
        tenantReadAt: fund.tenantReadAt ?? 0,
        valuations,
      },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { fundId, from, reason },
    });
    const ids = events.map(({ payload }) => (payload as NavCalculated).valuationId);
    return Promise.all(ids.map((id) => asItIs(context, id, replayed)));
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => ValuationObject, { description: "Gives a valuation up that is not published." })
  async discardNav(
    @Arg("id", () => ID) id: string,
    @Arg("reason", () => String, { description: "Why, 1 to 500 characters." }) reason: string,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ValuationObject> {
    const { request } = context;
    const { fundId } = await requireValuation(context, id);
    const { replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: { kind: "DiscardNav", fundId, valuationId: id, reason },
      key: idempotencyKey(request, undefined, info.path.key),
      content: { id, reason },
    });
    return asItIs(context, id, replayed);
  }

  async #publishRestatement(
    context: LedgerContext,
    info: GraphQLResolveInfo,
    {
      id,
      fundId,
      restatementId,
    }: { readonly id: string; readonly fundId: string; readonly restatementId: string },
  ): Promise<ValuationObject> {
    const { request, stores } = context;
    const from = await readRestatedFrom(stores.pool, request.tenantId, fundId, restatementId);
    const { fund, strikes, late } = await this.#readRestated(context, fundId, from);
    const { replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: {
        kind: "PublishRestatement",
        fundId,
        restatementId,
        readAt: fund.readAt,
        strikes,
        late,
      },
      key: idempotencyKey(request, undefined, info.path.key),
      content: { id },
    });
    return asItIs(context, id, replayed);
  }

  /** Published NAVs from a date on as they were, and as they would be today. */
  async #readRestated(context: LedgerContext, fundId: string, from: string) {
    const { request, stores } = context;
    const { currency } = await requireFund(context, fundId);
    const { tenantId } = request;
    const places = await readPlaces(stores.pool, tenantId, fundId);
    const fund = { tenantId, fundId, baseCurrency: currency, ...places };
    const read = await readPublishedStrikes(stores.pool, fund, from);
    const restated = restate(read.strikes);
    const strikes = read.strikes.flatMap(({ navDate, terms, inputs: old }, index) => {
      const one = restated[index];
      return one === undefined ? [] : [{ ...one, navDate, terms, old }];
    });
    return { ...read, fund, strikes };
  }

  async #readNow(
    context: LedgerContext,
    fundId: string,
    navDate: string,
  ): Promise<{ readonly fund: ValuedFund; readonly read: ReadInputs }> {
    const { request, stores } = context;
    const { currency } = await requireFund(context, fundId);
    const places = await readPlaces(stores.pool, request.tenantId, fundId);
    const fund = {
      tenantId: request.tenantId,
      fundId,
      baseCurrency: currency,
      navDate,
      ...places,
    };
    return { fund, read: await readInputs(stores.pool, fund) };
  }
}

const isOfInputs = (error: unknown): boolean =>
  error instanceof AppError && error.code === "NAV_INPUTS_CHANGED";

/** After a mutation: read anew, whatever the request read before. */
async function asItIs(
  context: LedgerContext,
  id: string,
  replayed: boolean,
): Promise<ValuationObject> {
  const valuation = await requireValuation(context, id);
  return Object.assign(valuation, { replayed });
}

@Resolver(() => FundObject)
export class FundValuationsResolver {
  @FieldResolver(() => ValuationConnection, {
    description: "Valuations of the fund, the latest NAV date first.",
  })
  async valuations(
    @Root() { id }: FundObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<ValuationObject>> {
    const page = toPage(args);
    const valuations = await readValuationPage(context, id, page);
    return toConnection(valuations, {
      ...page,
      cursorOf: ({ navDate, position }) => encodeCursor([navDate, position]),
    });
  }

  @FieldResolver(() => ValuationObject, {
    nullable: true,
    description:
      "The published valuation of a NAV date, else the newest one; null when there is none.",
  })
  valuation(
    @Root() { id }: FundObject,
    @Arg("date", () => DateScalar, { description: "NAV date." }) date: string,
    @Ctx() context: LedgerContext,
  ): Promise<ValuationObject | null> {
    return readValuationOf(context, id, date);
  }
}

@Resolver(() => NavObject)
export class NavResolver {
  @FieldResolver(() => ValuationObject, { description: "The valuation behind it." })
  valuation(
    @Root() { valuationId }: NavObject,
    @Ctx() context: LedgerContext,
  ): Promise<ValuationObject> {
    return requireValuation(context, valuationId);
  }
}

@Resolver(() => ShareClassObject)
export class ShareClassNavsResolver {
  @FieldResolver(() => NavObject, {
    nullable: true,
    description: "The last NAV published for a day up to `asOf`; null when there is none.",
  })
  async nav(
    @Root() shareClass: ShareClassObject,
    @Arg("asOf", () => DateScalar, { nullable: true, description: "The latest when absent." })
    asOf: string | null | undefined,
    @Arg("knownAt", () => SafeIntScalar, {
      nullable: true,
      description: "As the book had it at this position.",
    })
    knownAt: number | null | undefined,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<NavObject | null> {
    const filter = { to: asOf, knownAt };
    const page = { first: 1, after: undefined };
    const navs = await readNavs(stores.pool, request.tenantId, shareClass, filter, page);
    return navs[0] ?? null;
  }

  @FieldResolver(() => NavConnection, { description: "Published NAVs, the latest date first." })
  async navs(
    @Root() shareClass: ShareClassObject,
    @Args(() => NavsArgs) args: NavsArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<NavObject>> {
    const page = toPage(args);
    const navs = await readNavs(stores.pool, request.tenantId, shareClass, args, page);
    return toConnection(navs, { ...page, cursorOf: ({ navDate }) => encodeCursor([navDate]) });
  }
}
