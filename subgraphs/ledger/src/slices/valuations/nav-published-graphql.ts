import type { NavPublished } from "@allfunds/contract/valuation";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { Arg, Ctx, ID, Resolver, Root, Subscription, type ResolverData } from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { requireFund } from "../funds/fund-sql.ts";
import { transform } from "../subscriptions/transform-iterator.ts";
import { ValuationObject } from "./valuation-object.ts";
import { requireValuation } from "./valuation-sql.ts";

async function subscribePublished({
  args,
  context,
}: Pick<ResolverData<LedgerContext>, "args" | "context">): Promise<AsyncIterable<NavPublished>> {
  const fundId = (args["fundId"] as string | null) ?? undefined;
  if (fundId !== undefined) await requireFund(context, fundId);
  const pages = await context.feed.fromNow(context.request.tenantId, fundId);
  return transform(pages, ({ events }) =>
    events
      .filter(({ type }) => type === "NavPublished")
      .map(({ payload }) => payload as NavPublished),
  );
}

@Resolver()
export class NavPublishedResolver {
  @RequiresScopes("ledger:read")
  @Subscription(() => ValuationObject, {
    subscribe: subscribePublished,
    description:
      "Valuations that become the NAV of their date from now on, restated ones too, of one fund when given.",
  })
  navPublished(
    @Root() { valuationId }: NavPublished,
    @Arg("fundId", () => ID, { nullable: true }) _fundId: string | null,
    @Ctx() context: LedgerContext,
  ): Promise<ValuationObject> {
    return requireValuation(context, valuationId);
  }
}
