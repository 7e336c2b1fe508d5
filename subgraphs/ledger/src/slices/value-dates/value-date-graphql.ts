import { idempotencyKey, RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { FundObject } from "../funds/fund-object.ts";
import { requireFund } from "../funds/fund-sql.ts";
import { USUAL_LIMITS, type SetValueDateLimits, type ValueDateLimits } from "./value-date.ts";

@ObjectType("ValueDateLimits", {
  description:
    "How far a value date may be from the day of recording before it has to be confirmed.",
})
class ValueDateLimitsObject implements ValueDateLimits {
  @Field(() => Int, { description: "Calendar days behind." })
  daysBehind!: number;

  @Field(() => Int, { description: "Calendar days ahead." })
  daysAhead!: number;
}

@InputType({ description: "How far value dates of a fund may be from today." })
class SetValueDateLimitsInput implements ValueDateLimits {
  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => Int, { description: "Calendar days behind, 0 to 36,525." })
  daysBehind!: number;

  @Field(() => Int, { description: "Calendar days ahead, 0 to 36,525." })
  daysAhead!: number;

  @Field(() => String, { nullable: true, description: "Repeats with the same key set them once." })
  idempotencyKey?: string | null;
}

const READ = `
  SELECT days_behind AS "daysBehind", days_ahead AS "daysAhead" FROM value_date_limit
  WHERE tenant_id = $1 AND book_id = $2`;

@Resolver(() => FundObject)
export class ValueDateResolver {
  readonly #books: CommandPort<SetValueDateLimits>;

  constructor({ books }: { readonly books: CommandPort<SetValueDateLimits> }) {
    this.#books = books;
  }

  @FieldResolver(() => ValueDateLimitsObject, {
    description:
      "How far value dates may be from today; 1,096 days behind and 731 ahead until set.",
  })
  async valueDateLimits(
    @Root() { id }: FundObject,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<ValueDateLimitsObject> {
    const { rows } = await stores.pool.query<ValueDateLimits>(READ, [request.tenantId, id]);
    return rows[0] ?? USUAL_LIMITS;
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => FundObject, {
    description:
      "Sets how far a value date may be from today before `confirmFarValueDate` is needed. Statements, recurring journals and reversals of accruals are not asked about. APPROVAL_REQUIRED with the id of a change proposal when it lets more pass and the tenant has a second administrator, or a limit of changes.",
  })
  async setValueDateLimits(
    @Arg("input", () => SetValueDateLimitsInput) input: SetValueDateLimitsInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FundObject> {
    const { fundId, daysBehind, daysAhead } = input;
    const fund = await requireFund(context, fundId);
    await this.#books.execute(context.request, {
      bookId: fundId,
      command: { kind: "SetValueDateLimits", fundId, daysBehind, daysAhead },
      key: idempotencyKey(context.request, input.idempotencyKey, info.path.key),
      content: { fundId, daysBehind, daysAhead },
    });
    return fund;
  }
}
