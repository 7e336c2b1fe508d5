import { AppError } from "@allfunds/contract/errors";
import { requireCaller } from "@allfunds/platform/auth";
import type { Pool } from "@allfunds/platform/database";
import { RequiresMfa, RequiresScopes, RequiresSignIn } from "@allfunds/platform/graphql";
import { Ctx, Mutation, Query, registerEnumType, Resolver } from "type-graphql";
import { managerOf } from "../access/manager.ts";
import {
  readSecondFactorPolicy,
  setSecondFactorPolicy,
  type SecondFactorPolicy,
} from "../users/second-factor-policy.ts";
import type { ResolverContext } from "./resolver-context.ts";

const POLICIES = { EVERYONE: "EVERYONE", BY_ROLE: "BY_ROLE" } as const;
registerEnumType(POLICIES, {
  name: "SecondFactorPolicy",
  description: "Who in a tenant signs in with two factors.",
  valuesConfig: {
    EVERYONE: { description: "Every user; who has no second factor sets one up at the sign-in." },
    BY_ROLE: { description: "Approvers and administrators, and who has set one up." },
  },
});

@Resolver()
export class SecondFactorResolver {
  readonly #pool: Pool;

  constructor({ pool }: { readonly pool: Pool }) {
    this.#pool = pool;
  }

  @RequiresSignIn()
  @Query(() => POLICIES, { description: "Who in the caller's tenant signs in with two factors." })
  secondFactorPolicy(@Ctx() { request }: ResolverContext): Promise<SecondFactorPolicy> {
    return readSecondFactorPolicy(this.#pool, requireCaller(request).tenantId);
  }

  @RequiresScopes("admin")
  @RequiresMfa()
  @Mutation(() => POLICIES, {
    description:
      "Has everyone in the tenant sign in with two factors: sign-ins by password alone end within five minutes. Only the operator takes it back. NOT_FOUND in a tenant of another issuer.",
  })
  async requireSecondFactor(@Ctx() { request }: ResolverContext): Promise<SecondFactorPolicy> {
    const policy = await setSecondFactorPolicy(this.#pool, managerOf(request), "EVERYONE");
    if (policy !== undefined) return policy;
    throw new AppError("NOT_FOUND", "The users of this tenant sign in at another issuer.");
  }
}
