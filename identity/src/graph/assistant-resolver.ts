import { requireCaller } from "@allfunds/platform/auth";
import type { Pool } from "@allfunds/platform/database";
import { RequiresMfa, RequiresScopes, RequiresSignIn } from "@allfunds/platform/graphql";
import { DateTimeScalar } from "@allfunds/platform/graphql/types";
import { Arg, Ctx, Field, Mutation, ObjectType, Query, Resolver } from "type-graphql";
import { managerOf } from "../access/manager.ts";
import {
  changeAssistantAccess,
  readAssistantAccess,
  type AssistantAccess,
} from "../assistants/assistant-access.ts";
import type { ResolverContext } from "./resolver-context.ts";

@ObjectType("AssistantAccess", {
  description:
    "Whether assistants may read this tenant's data and propose postings for those who let them.",
})
class AssistantAccessObject implements AssistantAccess {
  @Field(() => Boolean, { description: "False until an administrator allows it." })
  allowed!: boolean;

  @Field(() => String, { nullable: true, description: "Id of who decided it last." })
  changedBy!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was decided last, UTC." })
  changedAt!: Date | null;
}

@Resolver(() => AssistantAccessObject)
export class AssistantResolver {
  readonly #pool: Pool;

  constructor({ pool }: { readonly pool: Pool }) {
    this.#pool = pool;
  }

  @RequiresSignIn()
  @Query(() => AssistantAccessObject, {
    description: "Whether assistants may act in the caller's tenant.",
  })
  assistantAccess(@Ctx() { request }: ResolverContext): Promise<AssistantAccess> {
    return readAssistantAccess(this.#pool, requireCaller(request).tenantId);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => AssistantAccessObject, {
    description:
      "Lets assistants act in the tenant, through `/mcp` of the REST bridge, or ends it at once.",
  })
  setAssistantAccess(
    @Ctx() { request }: ResolverContext,
    @Arg("allowed", () => Boolean, { description: "Whether they may." }) allowed: boolean,
  ): Promise<AssistantAccess> {
    return changeAssistantAccess(this.#pool, managerOf(request), allowed);
  }
}
