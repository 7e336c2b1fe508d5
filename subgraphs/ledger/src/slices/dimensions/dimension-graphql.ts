import { AppError } from "@allfunds/contract/errors";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import {
  decodeCursor,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import { tenantBookOf } from "../../engine/log-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { requireEveryFund } from "../../graph/require-every-fund.ts";
import { toActor } from "../../graph/shared-types.ts";
import {
  DimensionObject,
  DimensionValueConnection,
  DimensionValueObject,
  SetDimensionInput,
  SetDimensionValuesInput,
} from "./dimension-object.ts";
import { readDimensions, readValues, type DimensionRow } from "./dimension-sql.ts";
import type { SetDimension, SetDimensionValues } from "./dimension.ts";

const toObject = ({ payload, valueCount, setBy, setAt }: DimensionRow, replayed = false) =>
  Object.assign(new DimensionObject(), {
    dimension: payload.dimension,
    name: payload.name,
    version: payload.version,
    isActive: payload.isActive,
    requiredTypes: [...payload.requiredTypes],
    requiredCodes: [...payload.requiredCodes],
    valueCount,
    setAt,
    setBy: toActor(setBy),
    replayed,
  });

const OF_ALL_FUNDS = "Dimensions are for every fund: they need a grant for all.";

@Resolver(() => DimensionObject)
export class DimensionResolver {
  readonly #books: CommandPort<SetDimension | SetDimensionValues>;

  constructor({ books }: { readonly books: CommandPort<SetDimension | SetDimensionValues> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => [DimensionObject], { description: "The tenant's dimensions, by name; 20 at most." })
  async dimensions(@Ctx() { request, stores }: LedgerContext): Promise<DimensionObject[]> {
    const rows = await readDimensions(stores.pool, request.tenantId);
    return rows.map((row) => toObject(row));
  }

  @FieldResolver(() => DimensionValueConnection, {
    description:
      "Its values, in their order. Those of `counterparty` are the counterparties of each fund.",
  })
  async values(
    @Root() { dimension }: DimensionObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<DimensionValueObject>> {
    const page = toPage(args);
    const [after] = typeof page.after === "string" ? decodeCursor(page.after, 1) : [""];
    const of = { tenantId: request.tenantId, dimension };
    const limit = page.first + 1;
    const rows = await readValues(stores.pool, of, { after: String(after), limit });
    const values = rows.map((row) => Object.assign(new DimensionValueObject(), row));
    return toConnection(values, { ...page, cursorOf: ({ value }) => encodeCursor([value]) });
  }

  @RequiresScopes("admin")
  @Mutation(() => DimensionObject, {
    description:
      "Keeps a dimension of the tenant, whole and by version. Entries posted before stay as they are. VERSION_CONFLICT when it replaces another version than the newest; FORBIDDEN without a grant for every fund.",
  })
  async setDimension(
    @Arg("input", () => SetDimensionInput) input: SetDimensionInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DimensionObject> {
    const { request } = context;
    requireEveryFund(request, OF_ALL_FUNDS);
    const { idempotencyKey: inInput, dimension, replaces, name, isActive, ...more } = input;
    const { requiredTypes, requiredCodes } = more;
    const content = { dimension, replaces, name, isActive, requiredTypes, requiredCodes };
    const { replayed } = await this.#books.carryOut(request, {
      bookId: tenantBookOf(request.tenantId),
      command: { kind: "SetDimension", fundId: null, ...content },
      key: idempotencyKey(request, inInput, info.path.key),
      content,
    });
    return this.#asItIs(context, dimension, replayed);
  }

  @RequiresScopes("admin")
  @Mutation(() => DimensionObject, {
    description:
      "Adds values to a dimension of the tenant, or changes some; the others stay. NOT_FOUND for a dimension that there is not; FORBIDDEN without a grant for every fund.",
  })
  async setDimensionValues(
    @Arg("input", () => SetDimensionValuesInput) input: SetDimensionValuesInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DimensionObject> {
    const { request } = context;
    requireEveryFund(request, OF_ALL_FUNDS);
    const { dimension } = input;
    const values = input.values.map(({ value, name, isActive }) => ({ value, name, isActive }));
    const { replayed } = await this.#books.carryOut(request, {
      bookId: tenantBookOf(request.tenantId),
      command: { kind: "SetDimensionValues", fundId: null, dimension, values },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { dimension, values },
    });
    return this.#asItIs(context, dimension, replayed);
  }

  async #asItIs(
    { request, stores }: LedgerContext,
    dimension: string,
    replayed: boolean,
  ): Promise<DimensionObject> {
    const rows = await readDimensions(stores.pool, request.tenantId);
    const row = rows.find(({ payload }) => payload.dimension === dimension);
    if (row === undefined) throw new AppError("NOT_FOUND", "There is no such dimension.");
    return toObject(row, replayed);
  }
}
