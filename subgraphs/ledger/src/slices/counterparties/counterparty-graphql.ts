import { AppError, invalidInput } from "@allfunds/contract/errors";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  DateScalar,
  DateTimeScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { isId, newId } from "@allfunds/platform/ids";
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
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import { requireEvent } from "../../engine/event-log.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { ActorObject, REPLAYED, toActor } from "../../graph/shared-types.ts";
import { FundObject } from "../funds/fund-object.ts";
import { requireFund } from "../funds/fund-sql.ts";
import type { SetCounterparty } from "./counterparty.ts";
import {
  readCounterparties,
  readCounterparty,
  readProposed,
  type CounterpartyRow,
  type ProposedCounterparty,
} from "./counterparty-sql.ts";

@RequiresScopes("ledger:read")
@ObjectType("Counterparty", { description: "Who a fund pays or is paid by: the newest version." })
class CounterpartyObject {
  @Field(() => ID, { description: "UUID of the counterparty." })
  id!: string;

  @Field(() => Int, { description: "1, 2, 3 … of the counterparty." })
  version!: number;

  @Field(() => String, { description: "Its name." })
  name!: string;

  @Field(() => [String], { description: "Its IBANs, without spaces." })
  ibans!: string[];

  @Field(() => String, { nullable: true, description: "What is to be known of it." })
  note!: string | null;

  @Field(() => Boolean, { description: "True when it is no longer used; its IBANs are free." })
  isClosed!: boolean;

  @Field(() => DateTimeScalar, { description: "When this version was set." })
  setAt!: Date;

  @Field(() => ActorObject, { nullable: true, description: "Who set it." })
  setBy!: ActorObject;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  fundId!: string;
}

const CounterpartyConnection = connectionType("Counterparty", CounterpartyObject);

@ObjectType("ProposedCounterparty", {
  description: "Who lines of bank statements name by an IBAN that no counterparty has.",
})
class ProposedCounterpartyObject implements ProposedCounterparty {
  @Field(() => String, { description: "The IBAN." })
  iban!: string;

  @Field(() => String, { description: "The name on the newest line." })
  name!: string;

  @Field(() => Int, { description: "How many lines name it." })
  lines!: number;

  @Field(() => DateScalar, { description: "Value date of the newest line." })
  lastDate!: string;
}

@InputType({ description: "A counterparty of a fund, whole." })
class SetCounterpartyInput {
  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => ID, {
    nullable: true,
    description: "UUID of the counterparty; made by the ledger when absent.",
  })
  id?: string | null;

  @Field(() => Int, {
    defaultValue: 0,
    description: "The version that it replaces; 0 for a new counterparty.",
  })
  replaces!: number;

  @Field(() => String, { description: "1 to 140 characters." })
  name!: string;

  @Field(() => [String], {
    defaultValue: [],
    description: "Up to 20 IBANs, with or without spaces; each of one counterparty of the fund.",
  })
  ibans!: string[];

  @Field(() => String, { nullable: true, description: "Up to 500 characters." })
  note?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: "True when it is no longer used." })
  isClosed!: boolean;

  @Field(() => String, { nullable: true, description: "Repeats with the same key set it once." })
  idempotencyKey?: string | null;
}

const FIRST_ID = "00000000-0000-0000-0000-000000000000";

const toCounterparty = (
  { id, payload, setBy, setAt }: CounterpartyRow,
  replayed = false,
): CounterpartyObject =>
  Object.assign(new CounterpartyObject(), {
    id,
    fundId: payload.fundId,
    version: payload.version,
    name: payload.name,
    ibans: [...payload.ibans],
    note: payload.note,
    isClosed: payload.isClosed,
    setAt,
    setBy: toActor(setBy),
    replayed,
  });

@Resolver(() => CounterpartyObject)
export class CounterpartyResolver {
  readonly #books: CommandPort<SetCounterparty>;

  constructor({ books }: { readonly books: CommandPort<SetCounterparty> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => CounterpartyObject, {
    nullable: true,
    description: "One counterparty, null when there is none.",
  })
  async counterparty(
    @Arg("id", () => ID) id: string,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<CounterpartyObject | null> {
    const row = await readCounterparty(stores.pool, request.tenantId, id);
    return row === undefined ? null : toCounterparty(row);
  }

  @FieldResolver(() => FundObject, { description: "The fund that it belongs to." })
  fund(@Root() { fundId }: CounterpartyObject, @Ctx() context: LedgerContext): Promise<FundObject> {
    return requireFund(context, fundId);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => CounterpartyObject, {
    description:
      "Keeps a counterparty of a fund in its book, whole and by version. ALREADY_EXISTS for an IBAN of another one, VERSION_CONFLICT when it replaces another version than the newest.",
  })
  async setCounterparty(
    @Arg("input", () => SetCounterpartyInput) input: SetCounterpartyInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CounterpartyObject> {
    const { request, stores } = context;
    const { idempotencyKey: inInput, id, fundId, replaces, ...given } = input;
    await requireFund(context, fundId);
    const content = {
      name: given.name,
      ibans: given.ibans.map((iban) => iban.replaceAll(" ", "").toUpperCase()),
      note: given.note ?? null,
      isClosed: given.isClosed,
    };
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: {
        kind: "SetCounterparty",
        fundId,
        counterpartyId: id ?? newId(),
        replaces,
        ...content,
      },
      key: idempotencyKey(request, inInput, info.path.key),
      content: { fundId, id: id ?? null, replaces, ...content },
    });
    const { payload } = requireEvent(events, "CounterpartySet");
    const { counterpartyId } = payload as { counterpartyId: string };
    const row = await readCounterparty(stores.pool, request.tenantId, counterpartyId);
    if (row === undefined) throw new AppError("NOT_FOUND", "There is no such counterparty.");
    return toCounterparty(row, replayed);
  }
}

/** The counterparties of a fund, which belong to this slice though they hang on the fund. */
@Resolver(() => FundObject)
export class FundCounterpartiesResolver {
  @FieldResolver(() => CounterpartyConnection, {
    description: "Its counterparties, in the order of their ids.",
  })
  async counterparties(
    @Root() { id }: FundObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<CounterpartyObject>> {
    const page = toPage(args);
    const [after] = typeof page.after === "string" ? decodeCursor(page.after, 1) : [FIRST_ID];
    if (typeof after !== "string" || (after !== FIRST_ID && !isId(after))) {
      throw invalidInput("after", "is not a cursor of this list");
    }
    const fund = { tenantId: request.tenantId, fundId: id };
    const rows = await readCounterparties(stores.pool, fund, { after, limit: page.first + 1 });
    const counterparties = rows.map((row) => toCounterparty(row));
    return toConnection(counterparties, { ...page, cursorOf: (each) => encodeCursor([each.id]) });
  }

  @FieldResolver(() => [ProposedCounterpartyObject], {
    description:
      "Who the newest 50,000 lines of its bank statements name by an IBAN that no counterparty has, most lines first.",
  })
  async proposedCounterparties(
    @Root() { id }: FundObject,
    @Arg("first", () => Int, { defaultValue: 50, description: "How many, 1 to 200." })
    first: number,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<ProposedCounterpartyObject[]> {
    const fund = { tenantId: request.tenantId, fundId: id };
    const rows = await readProposed(stores.pool, fund, pageSize(first));
    return rows.map((row) => Object.assign(new ProposedCounterpartyObject(), row));
  }
}
