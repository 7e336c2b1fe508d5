import { ALL_GRANTED } from "@allfunds/platform/auth";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import type { Connection } from "@allfunds/platform/graphql/types";
import type { JobPort } from "@allfunds/platform/jobs";
import { grantsOf } from "@allfunds/platform/tenancy";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  Ctx,
  Directive,
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
import { findFund, requireFund } from "../funds/fund-sql.ts";
import { JobsOfKind } from "../../graph/jobs-of-kind.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs } from "../../graph/page-args.ts";
import { FundObject } from "../funds/fund-object.ts";
import {
  toVerificationObject,
  VerificationJobConnection,
  VerificationJobObject,
  VerifiedBookObject,
} from "./verification-object.ts";
import { needsEveryFund, VERIFICATION, type VerificationRequest } from "./verification.ts";

@InputType({ description: "What to verify." })
class StartVerificationInput {
  @Field(() => ID, {
    nullable: true,
    description:
      "The fund whose book to verify. When absent every book of the tenant, its own book and the feed, which needs a grant for every fund.",
  })
  fundId?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      "Trust what the last sound verification of each book came to, and replay only what was recorded since. False replays everything.",
  })
  sinceCheckpoint!: boolean;

  @Field(() => String, {
    nullable: true,
    description: "Repeats with the same key, by the same caller, are one job.",
  })
  idempotencyKey?: string | null;
}

const VERIFICATIONS = new JobsOfKind({
  kind: VERIFICATION,
  noun: "verification",
  toObject: (job) => toVerificationObject(job),
});

@Resolver(() => VerificationJobObject)
export class VerificationResolver {
  readonly #jobs: JobPort;

  constructor({ jobs }: { readonly jobs: JobPort }) {
    this.#jobs = jobs;
  }

  // It keeps a core busy for as long as the books are.
  @Directive("@cost(weight: 100)")
  @RequiresScopes(["audit:verify", "audit:read"])
  @Mutation(() => VerificationJobObject, {
    description:
      "Has books replayed from their events, as a job: it answers at once, and `verification` has the progress. FUND_NOT_FOUND for a fund that the caller may not see, FORBIDDEN for every book without a grant for every fund, RATE_LIMITED while ten jobs of the tenant wait or run, IDEMPOTENCY_CONFLICT for a key of another request.",
  })
  async startVerification(
    @Arg("input", () => StartVerificationInput) input: StartVerificationInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<VerificationJobObject> {
    const { request } = context;
    const { fundId = null, sinceCheckpoint } = input;
    if (fundId !== null) await requireFund(context, fundId);
    else if (grantsOf(request) !== ALL_GRANTED) throw needsEveryFund();
    const payload: VerificationRequest = { fundId, sinceCheckpoint };
    const { job, replayed } = await this.#jobs.request(request, {
      kind: VERIFICATION,
      bookId: fundId,
      payload,
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
    });
    return toVerificationObject(job, replayed);
  }

  @RequiresScopes(["audit:verify", "audit:read"])
  @Mutation(() => VerificationJobObject, {
    description:
      "Ends a verification. One that runs is CANCELLED within two seconds; one that has finished stays as it is. NOT_FOUND when there is none.",
  })
  cancelVerification(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<VerificationJobObject> {
    return VERIFICATIONS.cancel(context, this.#jobs, id);
  }

  @RequiresScopes("audit:read")
  @Query(() => VerificationJobObject, {
    nullable: true,
    description: "One verification, null when there is none.",
  })
  verification(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<VerificationJobObject | null> {
    return VERIFICATIONS.find(context, id);
  }

  @RequiresScopes("audit:read")
  @Query(() => VerificationJobConnection, {
    description: "Verifications of the last 30 days, newest first.",
  })
  verifications(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<VerificationJobObject>> {
    return VERIFICATIONS.page(context, args);
  }

  @FieldResolver(() => FundObject, {
    nullable: true,
    description: "The one fund it is about; null when it is about every book.",
  })
  async fund(
    @Root() { fundId }: VerificationJobObject,
    @Ctx() context: LedgerContext,
  ): Promise<FundObject | null> {
    return fundId === null ? null : findFund(context, fundId);
  }
}

@Resolver(() => VerifiedBookObject)
export class VerifiedBookResolver {
  @FieldResolver(() => FundObject, {
    nullable: true,
    description: "The fund whose book it is; null for the tenant's own book.",
  })
  fund(
    @Root() { bookId }: VerifiedBookObject,
    @Ctx() context: LedgerContext,
  ): Promise<FundObject | null> {
    return findFund(context, bookId);
  }
}
