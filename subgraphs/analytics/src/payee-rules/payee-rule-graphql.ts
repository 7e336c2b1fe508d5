import { invalidInput } from "@allfunds/contract/errors";
import type { BookContext } from "@allfunds/platform/feed";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  CursorScalar,
  DateTimeScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  toConnection,
} from "@allfunds/platform/graphql/types";
import type { Connection } from "@allfunds/platform/graphql/types";
import { isId } from "@allfunds/platform/ids";
import type { TenantReads } from "@allfunds/platform/tenancy";
import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  Int,
  ObjectType,
  Resolver,
  Root,
} from "type-graphql";
import { FundEntity } from "../books/entities.ts";
import { CategoryObject } from "../categories/category-graphql.ts";
import { categoryOf } from "../classification/taxonomy.ts";
import { listPayeeRules } from "./payee-rule.ts";
import type { ListedPayeeRule } from "./payee-rule.ts";

@ObjectType("PayeeRule", {
  description:
    "A category for everything of a payee in one fund and direction, learned from what a person applied.",
})
class PayeeRuleObject {
  @Field(() => ID, { description: "Id of the rule, for `deletePayeeRule`." })
  id!: string;

  @Field(() => String, { description: "Name of the payee, as the transaction had it." })
  payee!: string;

  @Field(() => String, { description: "Direction of the money: IN, OUT or NONE." })
  direction!: string;

  @Field(() => CategoryObject, { description: "The category that it gives." })
  category!: CategoryObject;

  @Field(() => Int, { description: "Number of transactions that it decided." })
  applied!: number;

  @Field(() => String, { description: "Id of the user or API client that made it." })
  madeBy!: string;

  @Field(() => DateTimeScalar, { description: "When it was made." })
  madeAt!: Date;
}

const PayeeRuleConnection = connectionType("PayeeRule", PayeeRuleObject);

const toObject = ({ ruleId, payeeName, category, ...rest }: ListedPayeeRule): PayeeRuleObject => {
  const { direction, applied, madeBy, madeAt } = rest;
  const name = payeeName;
  return {
    id: ruleId,
    payee: name,
    direction,
    category: categoryOf(category),
    applied,
    madeBy,
    madeAt,
  };
};

/** What a resolver of payee rules receives. */
export interface PayeeRuleContext extends BookContext {
  readonly reads: TenantReads;
}

@Resolver(() => FundEntity)
export class PayeeRuleResolver {
  @Directive('@requires(fields: "position")')
  @RequiresScopes("analytics:read")
  @FieldResolver(() => PayeeRuleConnection, {
    nullable: true,
    description: "The payee rules of the fund, newest first.",
  })
  async payeeRules(
    @Root() fund: FundEntity,
    @Ctx() { request, awaitBook, reads }: PayeeRuleContext,
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after?: string | null,
  ): Promise<Connection<PayeeRuleObject>> {
    const size = pageSize(first);
    const afterId = ruleIdOf(after);
    await awaitBook(fund);
    const page = { fundId: fund.id, afterId, limit: size + 1 };
    const found = await listPayeeRules(reads, request.tenantId, page);
    return toConnection(found.map(toObject), {
      first: size,
      after,
      cursorOf: ({ id }) => encodeCursor([id]),
    });
  }
}

function ruleIdOf(after: string | null | undefined): string | null {
  if (after === null || after === undefined) return null;
  const [id] = decodeCursor(after, 1);
  if (typeof id !== "string" || !isId(id))
    throw invalidInput("after", "is not a cursor of this list");
  return id;
}
