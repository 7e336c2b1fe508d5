import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import { encodeCursor, toConnection, type Connection } from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { TransactionPool } from "@allfunds/platform/database";
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
import { invalidInput } from "@allfunds/contract/errors";
import { uuidOfText } from "../../engine/canonical-json.ts";
import type { CommandPort } from "../../engine/command-bus.ts";
import { tenantBookOf } from "../../engine/log-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { requireEveryFund } from "../../graph/require-every-fund.ts";
import {
  EraseInvestorInput,
  InvestorConnection,
  InvestorObject,
  PersonObject,
  RegisteredInvestorsObject,
  RegisterInvestorsInput,
  SetKycStateInput,
  type RegisterInvestorInput,
} from "./investor-object.ts";
import { findInvestor, readInvestorPage, readPerson, requireInvestor } from "./investor-sql.ts";
import type { InvestorCommand, RegisterInvestors } from "./investor.ts";
import {
  deleteErased,
  deletePersons,
  refusePersons,
  storePersons,
  type Person,
} from "./personal-data.ts";

const personOf = ({ person }: RegisterInvestorInput): Person => ({
  name: person.name,
  address: person.address ?? null,
  dateOfBirth: person.dateOfBirth ?? null,
  taxNumber: person.taxNumber ?? null,
  bankAccount: person.bankAccount ?? null,
  email: person.email ?? null,
});

/** What the log may have of an investor, and what makes two registrations the same. */
const factsOf = (input: RegisterInvestorInput) => ({
  reference: input.reference,
  kind: input.kind,
  taxCountry: input.taxCountry,
  kycState: input.kycState ?? "PENDING",
  kycUntil: input.kycUntil ?? null,
});

@Resolver(() => InvestorObject)
export class InvestorResolver {
  readonly #books: CommandPort<InvestorCommand>;
  readonly #persons: TransactionPool;

  constructor(parts: {
    readonly books: CommandPort<InvestorCommand>;
    readonly uploads: TransactionPool;
  }) {
    this.#books = parts.books;
    this.#persons = parts.uploads;
  }

  @RequiresScopes("ledger:read")
  @Query(() => InvestorObject, {
    nullable: true,
    description: "One investor, null when there is none that the caller may see.",
  })
  investor(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<InvestorObject | null> {
    return findInvestor(context, id);
  }

  @RequiresScopes("ledger:read")
  @Query(() => InvestorConnection, {
    description:
      "Investors by reference; a caller with a list of funds sees those who have an account in one of them.",
  })
  async investors(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<InvestorObject>> {
    const page = toPage(args);
    const investors = await readInvestorPage(context, page);
    return toConnection(investors, {
      ...page,
      cursorOf: ({ reference }) => encodeCursor([reference]),
    });
  }

  @RequiresScopes("investors:read")
  @FieldResolver(() => PersonObject, {
    nullable: true,
    description: "Personal data; null once they are erased.",
  })
  person(
    @Root() { id }: InvestorObject,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<PersonObject | null> {
    return readPerson(stores.pool, request.tenantId, id);
  }

  @RequiresScopes("investors:write")
  @Mutation(() => RegisteredInvestorsObject, {
    description:
      "Registers investors, all or none. Personal data are stored apart; the log has a salted hash of them.",
  })
  async registerInvestors(
    @Arg("input", () => RegisterInvestorsInput) {
      investors,
      idempotencyKey: inInput,
    }: RegisterInvestorsInput,
    @Ctx() { request }: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RegisteredInvestorsObject> {
    requireEveryFund(
      request,
      "Investors are of every fund: registering them needs a grant for all.",
    );
    if (investors.length < 1 || investors.length > 10_000) {
      throw invalidInput("investors", "must be 1 to 10000");
    }
    const persons = investors.map(personOf);
    refusePersons(persons);
    const { tenantId } = request;
    const key = idempotencyKey(request, inInput, info.path.key);
    // A repeat must find the same personal data, so the ids follow from the key.
    const idAt = (index: number): string =>
      key === undefined ? newId() : uuidOfText(`investor ${tenantId} ${key} ${index}`);
    const ids = investors.map(({ id }, index) => id ?? idAt(index));
    const byId = new Map(ids.map((id, index) => [id, persons[index] as Person]));
    const { commitments, stored } = await storePersons(this.#persons, tenantId, byId);
    const command: RegisterInvestors = {
      kind: "RegisterInvestors",
      investors: investors.map((input, index) => {
        const id = ids[index] ?? "";
        return { id, ...factsOf(input), commitment: commitments.get(id) ?? "" };
      }),
    };
    try {
      const { replayed } = await this.#books.carryOut(request, {
        bookId: tenantBookOf(tenantId),
        command,
        key,
        content: investors.map((input) => ({ id: input.id, ...factsOf(input) })),
        clientChoseId: investors.some(({ id }) => typeof id === "string"),
      });
      return Object.assign(new RegisteredInvestorsObject(), { count: ids.length, ids, replayed });
    } catch (error) {
      await deletePersons(this.#persons, tenantId, stored);
      throw error;
    }
  }

  @RequiresScopes("investors:write")
  @Mutation(() => InvestorObject, {
    description:
      "Decides on what is known of an investor, for the gates of all orders from then on.",
  })
  async setKycState(
    @Arg("input", () => SetKycStateInput) input: SetKycStateInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<InvestorObject> {
    const { request } = context;
    requireEveryFund(request, "A KYC state counts in every fund: it needs a grant for all.");
    const { investorId, state, until = null, reason } = input;
    const { replayed } = await this.#books.carryOut(request, {
      bookId: tenantBookOf(request.tenantId),
      command: { kind: "SetKycState", investorId, state, until, reason },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { investorId, state, until, reason },
    });
    return Object.assign(await requireInvestor(context, investorId), { replayed });
  }

  @RequiresScopes("investors:write")
  @Mutation(() => InvestorObject, {
    description:
      "Erases the personal data of an investor and the salt of their hash, for ever. Units, orders and the log stay.",
  })
  async eraseInvestor(
    @Arg("input", () => EraseInvestorInput) input: EraseInvestorInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<InvestorObject> {
    const { request } = context;
    requireEveryFund(request, "An erasure counts in every fund: it needs a grant for all.");
    const { investorId, reason } = input;
    const { replayed } = await this.#books.carryOut(request, {
      bookId: tenantBookOf(request.tenantId),
      command: { kind: "EraseInvestor", investorId, reason },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { investorId, reason },
    });
    await deleteErased(this.#persons, request.tenantId);
    return Object.assign(await requireInvestor(context, investorId), { replayed });
  }
}
