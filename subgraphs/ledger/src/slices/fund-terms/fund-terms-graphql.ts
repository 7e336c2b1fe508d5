import type { FundTerms } from "@allfunds/contract/fund-administration";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar } from "@allfunds/platform/graphql/types";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { FundObject } from "../funds/fund-object.ts";
import { requireFund } from "../funds/fund-sql.ts";
import { AdministerFundInput, FundTermsObject } from "./fund-terms-object.ts";
import { readTerms, type DatedTerms } from "./fund-terms-sql.ts";
import type { AdministerFund } from "./fund-terms.ts";

const toTermsObject = ({ effectiveFrom, terms }: DatedTerms): FundTermsObject =>
  Object.assign(new FundTermsObject(), { ...terms, effectiveFrom });

/** Terms that may be null; null leaves the others as they are. */
const NULLABLE = new Set([
  "lei",
  "administrationFee",
  "custodyFee",
  "priceMoveLimit",
  "navMoveLimit",
]);

function givenTerms(input: object): Partial<FundTerms> {
  const given = Object.entries(input).filter(
    ([name, value]) => value !== undefined && (value !== null || NULLABLE.has(name)),
  );
  // Inputs are instances of classes; what a command has is plain JSON.
  return JSON.parse(JSON.stringify(Object.fromEntries(given))) as Partial<FundTerms>;
}

@Resolver(() => FundObject)
export class FundTermsResolver {
  readonly #books: CommandPort<AdministerFund>;

  constructor({ books }: { readonly books: CommandPort<AdministerFund> }) {
    this.#books = books;
  }

  @FieldResolver(() => FundTermsObject, {
    nullable: true,
    description: "What the fund is administered by on a date; null while it is not administered.",
  })
  async terms(
    @Root() { id }: FundObject,
    @Arg("asOf", () => DateScalar, { nullable: true, description: "Today (UTC) when absent." })
    asOf: string | null | undefined,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<FundTermsObject | null> {
    const date = asOf ?? request.now.toISOString().slice(0, 10);
    const dated = await readTerms(stores.pool, request.tenantId, id, date);
    return dated === undefined ? null : toTermsObject(dated);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => FundObject, {
    description:
      "Sets the terms of a fund from a date on. What was published under earlier terms stays as it is.",
  })
  async administerFund(
    @Arg("input", () => AdministerFundInput) input: AdministerFundInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FundObject> {
    const { request } = context;
    const { fundId, effectiveFrom, idempotencyKey: inInput, ...rest } = input;
    const terms = givenTerms(rest);
    const { replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: { kind: "AdministerFund", fundId, effectiveFrom, terms },
      key: idempotencyKey(request, inInput, info.path.key),
      content: { fundId, effectiveFrom, terms },
    });
    return Object.assign(await requireFund(context, fundId), { replayed });
  }
}
