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
import { isCalendarDate } from "@allfunds/platform/dates";
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
  InputType,
  Int,
  Mutation,
  ObjectType,
  registerEnumType,
  Resolver,
  Root,
  Subscription,
} from "type-graphql";
import { FundEntity, TransactionEntity } from "../books/entities.ts";
import type { BookContext } from "@allfunds/platform/feed";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { Dismissals } from "./dismissals.ts";
import type { InsightChannel } from "./insight-channel.ts";
import { listInsights } from "./insight-store.ts";
import type { InsightPage } from "./insight-store.ts";
import { INSIGHT_KINDS } from "./insight.ts";
import type { Dismissal, Evidence, Insight, InsightKind, InsightSeverity } from "./insight.ts";

const InsightKindEnum = Object.fromEntries(INSIGHT_KINDS.map((kind) => [kind, kind])) as {
  readonly [Kind in InsightKind]: Kind;
};

registerEnumType(InsightKindEnum, {
  name: "InsightKind",
  description: "What is remarkable about a transaction.",
  valuesConfig: {
    UNUSUAL_AMOUNT: {
      description:
        "Its amount is far from the usual one of its category: by a robust score over 6 of at least 12 earlier ones, or over 3.5 spreads of the logarithms of 4 to 11.",
    },
    NEW_COUNTERPARTY: {
      description: "A first payment to a payee, among the fund's largest tenth.",
    },
    POSSIBLE_DUPLICATE: {
      description:
        "The same amount went to the same payee, or came from the same payer, within 3 days.",
    },
    PRICE_CHANGE: {
      description: "The amount of a steady series has changed by at least 3 % and stayed so.",
    },
    MISSING_PAYMENT: { description: "A date of a steady series has passed without its payment." },
    UNFLAGGED_REVERSAL: {
      description:
        "The same amount came back from the same payee within 10 days, and is not marked as a reversal.",
    },
    DIGIT_DISTRIBUTION: {
      description:
        "First digits of the fund's payments do not follow Benford's law: mean absolute deviation over 0.015 and chi-square over 20.09, of at least 500 amounts over two orders of magnitude.",
    },
  },
});

const SeverityEnum = { LOW: "LOW", MEDIUM: "MEDIUM", HIGH: "HIGH" } as const;
registerEnumType(SeverityEnum, {
  name: "InsightSeverity",
  description: "How soon a person should look at it.",
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

@ObjectType("InsightDismissal", { description: "A person has set an insight aside." })
class InsightDismissalObject {
  @Field(() => String, { nullable: true, description: "Why, if it was stated." })
  reason!: string | null;

  @Field(() => String, { description: "Id of the user or API client." })
  dismissedBy!: string;

  @Field(() => DateTimeScalar, { description: "When." })
  dismissedAt!: Date;
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

  @Field(() => TransactionEntity, {
    description: "The transaction concerned; of a missing payment the latest of its series.",
  })
  transaction!: Pick<TransactionEntity, "id">;

  @Field(() => [TransactionEntity], { description: "All transactions concerned, at most 6." })
  transactions!: Pick<TransactionEntity, "id">[];

  @Field(() => SeverityEnum, { description: "How soon a person should look at it." })
  severity!: InsightSeverity;

  @Field(() => InsightDismissalObject, {
    nullable: true,
    description: "Who has set it aside; null when it is not set aside.",
  })
  dismissal!: Dismissal | null;
}

@InputType({ description: "Which insights; each part narrows them." })
class InsightFilterInput {
  @Field(() => [InsightKindEnum], { nullable: true, description: "Only these kinds." })
  kinds?: InsightKind[] | null;

  @Field(() => [SeverityEnum], { nullable: true, description: "Only these severities." })
  severities?: InsightSeverity[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Only dismissed ones (true), or only others (false).",
  })
  dismissed?: boolean | null;

  @Field(() => DateScalar, { nullable: true, description: "First effective date, included." })
  from?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Last effective date, included." })
  to?: string | null;
}

const InsightConnection = connectionType("Insight", InsightObject);

function toInsightObject(insight: Insight): InsightObject {
  const { insightId, fundId, transactionId, transactionIds, ...rest } = insight;
  return {
    ...rest,
    id: insightId,
    fund: { id: fundId },
    transaction: { id: transactionId },
    transactions: transactionIds.map((id) => ({ id })),
  };
}

/** What a resolver of insights receives. */
export interface InsightContext extends BookContext {
  /** Where subscriptions get new insights from. */
  readonly insights: InsightChannel;
  readonly dismissals: Dismissals;
  /** Resolves when everything posted up to the fund's position was examined; else CONSISTENCY_TIMEOUT. */
  readonly awaitExamined: (fund: {
    readonly id: string;
    readonly position: number;
  }) => Promise<unknown>;
  /** Reads what the caller may see. */
  readonly reads: TenantReads;
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
      "Remarkable transactions of the fund, latest date first; waits up to 1.5 s until everything up to the last position was examined.",
  })
  async insights(
    @Root() fund: FundEntity,
    @Ctx() { request, awaitBook, awaitExamined, reads }: InsightContext,
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after?: string | null,
    @Arg("filter", () => InsightFilterInput, {
      nullable: true,
      description: "Which ones; all by default, also dismissed ones.",
    })
    filter?: InsightFilterInput | null,
  ): Promise<Connection<InsightObject>> {
    const size = pageSize(first);
    const page = { fundId: fund.id, after: placeOf(after), limit: size + 1, filter: filter ?? {} };
    await awaitBook(fund);
    await awaitExamined(fund);
    const found = await listInsights(reads, request.tenantId, page);
    return toConnection(found.map(toInsightObject), {
      first: size,
      after,
      cursorOf: ({ effectiveDate, id }) => encodeCursor([effectiveDate, id]),
    });
  }

  @RequiresScopes("analytics:write")
  @Mutation(() => InsightObject, {
    description:
      "Sets an insight aside, also after a rebuild; who did it and when stays as it was when it is repeated. NOT_FOUND and INVALID_INPUT are refused without effect.",
  })
  async dismissInsight(
    @Arg("id", () => ID, { description: "Id of the insight." }) id: string,
    @Ctx() { request, dismissals, reads }: InsightContext,
    @Arg("reason", () => String, { nullable: true, description: "Why, at most 500 characters." })
    reason?: string | null,
  ): Promise<InsightObject> {
    return toInsightObject(await dismissals.dismiss(request, reads, id, reason ?? null));
  }

  @RequiresScopes("analytics:write")
  @Mutation(() => InsightObject, {
    description: "Shows a dismissed insight again. NOT_FOUND is refused without effect.",
  })
  async restoreInsight(
    @Arg("id", () => ID, { description: "Id of the insight." }) id: string,
    @Ctx() { request, dismissals, reads }: InsightContext,
  ): Promise<InsightObject> {
    return toInsightObject(await dismissals.restore(request, reads, id));
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

function placeOf(after: string | null | undefined): InsightPage["after"] {
  if (after === null || after === undefined) return null;
  const [date, insightId] = decodeCursor(after, 2);
  if (typeof date === "string" && isCalendarDate(date) && typeof insightId === "string") {
    if (isId(insightId)) return { date, insightId };
  }
  throw invalidInput("after", "is not a cursor of this list");
}
