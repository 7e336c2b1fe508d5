import "reflect-metadata";
import { invalidInput } from "@allfunds/contract/errors";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  CursorScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  toConnection,
} from "@allfunds/platform/graphql/types";
import { isId } from "@allfunds/platform/ids";
import type { Pool } from "@allfunds/platform/database";
import type { Connection } from "@allfunds/platform/graphql/types";
import {
  Arg,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Int,
  Resolver,
  Root,
  Subscription,
} from "type-graphql";
import { FundEntity } from "../entities.ts";
import type { RequestScope } from "../request-scope.ts";
import type { Insight } from "./insight.ts";
import { listInsights } from "./insight-store.ts";
import { InsightConnection, InsightObject, toInsightObject } from "./insight-types.ts";

interface SubscribeInput {
  readonly args: { readonly fundId?: string | null };
  readonly context: RequestScope;
}

@Resolver(() => FundEntity)
export class InsightResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive('@requires(fields: "position")')
  @RequiresScopes("analytics:read")
  @FieldResolver(() => InsightConnection, {
    nullable: true,
    description:
      "Remarkable transactions of the fund, newest first; waits up to 1.5 s for the last position.",
  })
  async insights(
    @Root() { id, position }: FundEntity,
    @Ctx() { request, awaitFund }: RequestScope,
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after?: string | null,
  ): Promise<Connection<InsightObject>> {
    const size = pageSize(first);
    const afterId = insightIdOf(after);
    await awaitFund(id, position);
    const found = await listInsights(this.#pool, request.tenantId, {
      fundId: id,
      afterId,
      limit: size + 1,
    });
    return toConnection(found.map(toInsightObject), {
      first: size,
      after,
      cursorOf: (insight) => encodeCursor([insight.id]),
    });
  }

  @RequiresScopes("analytics:read")
  @Subscription(() => InsightObject, {
    description: "Every new insight, of one fund or of all.",
    subscribe: ({ args, context }: SubscribeInput) =>
      context.insights.listen({
        request: context.request,
        ...(typeof args.fundId === "string" ? { fundId: args.fundId } : {}),
      }),
  })
  insightCreated(
    @Root() insight: Insight,
    @Arg("fundId", () => ID, { nullable: true, description: "Only this fund." }) _fundId?:
      | string
      | null,
  ): InsightObject {
    return toInsightObject(insight);
  }
}

function insightIdOf(after: string | null | undefined): string | null {
  if (after === null || after === undefined) return null;
  const [id] = decodeCursor(after, 1);
  if (typeof id !== "string" || !isId(id))
    throw invalidInput("after", "is not a cursor of this list");
  return id;
}
