import "reflect-metadata";
import { connectionType, DateScalar, DateTimeScalar } from "@allfunds/platform/graphql/types";
import { Field, Float, ID, ObjectType, registerEnumType } from "type-graphql";
import { FundEntity, TransactionEntity } from "../entities.ts";
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
      description: "A first payment to somebody, among the fund's largest tenth.",
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
export class InsightObject {
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

export const InsightConnection = connectionType("Insight", InsightObject);

export function toInsightObject(insight: Insight): InsightObject {
  const { insightId, fundId, transactionId, ...rest } = insight;
  return { ...rest, id: insightId, fund: { id: fundId }, transaction: { id: transactionId } };
}
