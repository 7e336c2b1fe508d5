import { invalidInput } from "@allfunds/contract/errors";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  CursorScalar,
  DateScalar,
  DateTimeScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  toConnection,
} from "@allfunds/platform/graphql/types";
import { isId } from "@allfunds/platform/ids";
import type { Connection } from "@allfunds/platform/graphql/types";
import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  Float,
  ID,
  Int,
  ObjectType,
  registerEnumType,
  Resolver,
  Root,
  Subscription,
} from "type-graphql";
import { FundEntity, TransactionEntity } from "../books/entities.ts";
import type { FundContext } from "@allfunds/platform/feed";
import type { TenantOrm } from "@allfunds/platform/tenancy";
import type { InsightChannel } from "./insight-channel.ts";
import type { InsightEntities } from "./insight-entity.ts";
import { listInsights } from "./insight-store.ts";
import type { Evidence, Insight, InsightKind } from "./insight.ts";

const InsightKindEnum = {
  UNUSUAL_AMOUNT: "UNUSUAL_AMOUNT",
  NEW_COUNTERPARTY: "NEW_COUNTERPARTY",
  POSSIBLE_DUPLICATE: "POSSIBLE_DUPLICATE",
} as const;

registerEnumType(InsightKindEnum, {
  name: "InsightKind",
  description: "What is remarkable about a transaction.",
  valuesConfig: {
    UNUSUAL_AMOUNT: {
      description:
        "Its amount is far from the usual one of its category (robust score over 6, at least 12 earlier ones).",
    },
    NEW_COUNTERPARTY: {
      description: "A first payment to a payee, among the fund's largest tenth.",
    },
    POSSIBLE_DUPLICATE: { description: "The same amount went to the same payee within 3 days." },
  },
});

@ObjectType("InsightEvidence", { description: "One figure or fact an insight rests on." })
class InsightEvidenceObject {
  @Field(() => String, { description: "What it is, such as `median` or `earlierTransactionId`." })
  name!: string;

  @Field(() => String, {
    description: "Its value as text; amounts in the currency of the transaction.",
  })
  value!: string;
}

@ObjectType("Insight", {
  description: "Something about a transaction that a person should look at.",
})
class InsightObject {
  @Field(() => ID, { description: "Id of the insight." })
  id!: string;

  @Field(() => InsightKindEnum, { description: "What is remarkable." })
  kind!: InsightKind;

  @Field(() => String, { description: "One sentence for a person, with the figures." })
  message!: string;

  @Field(() => Float, { description: "Strength of the signal; compare within one kind only." })
  score!: number;

  @Field(() => [InsightEvidenceObject], { description: "The figures behind the sentence." })
  evidence!: readonly Evidence[];

  @Field(() => DateScalar, { description: "Effective date of the transaction." })
  effectiveDate!: string;

  @Field(() => DateTimeScalar, { description: "When the insight was found." })
  createdAt!: Date;

  @Field(() => FundEntity, { description: "The fund concerned." })
  fund!: Pick<FundEntity, "id">;

  @Field(() => TransactionEntity, { description: "The transaction concerned." })
  transaction!: Pick<TransactionEntity, "id">;
}

const InsightConnection = connectionType("Insight", InsightObject);

function toInsightObject(insight: Insight): InsightObject {
  const { insightId, fundId, transactionId, ...rest } = insight;
  return { ...rest, id: insightId, fund: { id: fundId }, transaction: { id: transactionId } };
}

/** What a resolver of insights receives. */
export interface InsightContext extends FundContext {
  /** Where subscriptions get new insights from. */
  readonly insights: InsightChannel;
  /** Reads what the caller may see. */
  readonly orm: TenantOrm<InsightEntities>;
}

interface SubscribeInput {
  readonly args: { readonly fundId?: string | null };
  readonly context: InsightContext;
}

@Resolver(() => FundEntity)
export class InsightResolver {
  @Directive('@requires(fields: "position")')
  @RequiresScopes("analytics:read")
  @FieldResolver(() => InsightConnection, {
    nullable: true,
    description:
      "Remarkable transactions of the fund, newest first; waits up to 1.5 s for the last position.",
  })
  async insights(
    @Root() fund: FundEntity,
    @Ctx() { request, awaitFund, orm }: InsightContext,
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after?: string | null,
  ): Promise<Connection<InsightObject>> {
    const size = pageSize(first);
    const afterId = insightIdOf(after);
    await awaitFund(fund);
    const found = await listInsights(orm, request.tenantId, {
      fundId: fund.id,
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
