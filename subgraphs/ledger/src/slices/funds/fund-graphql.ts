import { AppError } from "@allfunds/contract/errors";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import {
  SafeIntScalar,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { GraphQLResolveInfo } from "graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
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
import { uuidOfText } from "../../engine/canonical-json.ts";
import { tenantBookOf } from "../../engine/log-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { FundConnection, FundObject, toFundObject } from "./fund-object.ts";
import { findFund, readBookPosition, readFundPage } from "./fund-sql.ts";
import type { OpenFund } from "./fund.ts";

@InputType({ description: "A fund to open." })
class OpenFundInput {
  @Field(() => ID, {
    nullable: true,
    description: "UUID of the fund; made by the ledger when absent.",
  })
  id?: string | null;

  @Field(() => String, { description: "Name, 1 to 200 characters." })
  name!: string;

  @Field(() => String, { description: "Base currency, ISO 4217." })
  currency!: string;

  @Field(() => String, { nullable: true, description: "Repeats with the same key open one fund." })
  idempotencyKey?: string | null;
}

const ageCursor = ({ openedAt, id }: FundObject): string =>
  encodeCursor([openedAt.toISOString(), id]);

@Resolver(() => FundObject)
export class FundResolver {
  readonly #books: CommandPort<OpenFund>;

  constructor({ books }: { readonly books: CommandPort<OpenFund> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => FundConnection, { description: "The funds of the tenant, oldest first." })
  async funds(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<FundObject>> {
    const page = toPage(args);
    const { tenantId } = context.request;
    const rows = await context.stores.orm.as(tenantId, (em) => readFundPage(em, tenantId, page));
    return toConnection(rows.map(toFundObject), { ...page, cursorOf: ageCursor });
  }

  @RequiresScopes("ledger:read")
  @Query(() => FundObject, { nullable: true, description: "One fund, null when there is none." })
  fund(@Arg("id", () => ID) id: string, @Ctx() context: LedgerContext): Promise<FundObject | null> {
    return findFund(context, id);
  }

  @FieldResolver(() => SafeIntScalar, {
    description:
      "Position of the last event in the fund's book: what a reader must have seen to be up to date.",
  })
  position(@Root() { id }: FundObject, @Ctx() context: LedgerContext): Promise<number> {
    return readBookPosition(context, id);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => FundObject, { description: "Opens a fund and its book." })
  async openFund(
    @Arg("input", () => OpenFundInput) input: OpenFundInput,
    @Ctx() { request }: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FundObject> {
    const { id, name, currency } = input;
    const key = idempotencyKey(request, input.idempotencyKey, info.path.key);
    // A repeat must find the same book, so the id follows from the key.
    const fundId =
      id ?? (key === undefined ? newId() : uuidOfText(`fund ${request.tenantId} ${key}`));
    if (fundId === tenantBookOf(request.tenantId)) {
      throw new AppError("ALREADY_EXISTS", `There is a book ${fundId} already.`);
    }
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: { kind: "OpenFund", fundId, name, currency },
      key,
      content: { id, name, currency },
      clientChoseId: typeof id === "string",
    });
    const openedAt = events[0]?.recordedAt ?? request.now;
    return Object.assign(new FundObject(), { id: fundId, name, currency, openedAt, replayed });
  }
}
