import { RequiresScopes, RequiresSignIn } from "@allfunds/platform/graphql";
import "reflect-metadata";
import { Ctx, Directive, FieldResolver, Query, Resolver, Root } from "type-graphql";
import { TransactionEntity } from "../entities.ts";
import type { RequestScope } from "../request-scope.ts";
import {
  CategoryObject,
  toTransactionCategory,
  TransactionCategoryObject,
} from "./category-types.ts";
import { CATEGORIES } from "./taxonomy.ts";

@Resolver(() => TransactionEntity)
export class CategoryResolver {
  @RequiresSignIn()
  @Query(() => [CategoryObject], { description: "Every category a transaction can have." })
  categories(): CategoryObject[] {
    return [...CATEGORIES];
  }

  @Directive('@requires(fields: "position fund { id }")')
  @RequiresScopes("analytics:read")
  @FieldResolver(() => TransactionCategoryObject, {
    nullable: true,
    description:
      "The category, as soon as analytics has read the transaction; waits up to 1.5 s for that.",
  })
  async category(
    @Root() transaction: TransactionEntity,
    @Ctx() scope: RequestScope,
  ): Promise<TransactionCategoryObject | null> {
    const { id, position, fund } = transaction;
    const stored = await scope.categoryOf({ id, position, fundId: fund.id });
    return stored === null ? null : toTransactionCategory(stored);
  }
}
