import { invalidInput } from "@allfunds/contract/errors";
import { isId } from "@allfunds/platform/ids";
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { TransactionCategoryObject } from "../categories/category-graphql.ts";
import { TransactionEntity } from "../books/entities.ts";
import type { SentimentLabel } from "../sentiment/judge-sentiment.ts";

const AnalysisKindEnum = {
  CATEGORIZE: "CATEGORIZE",
  SENTIMENT: "SENTIMENT",
  EXPLAIN: "EXPLAIN",
} as const;
export type AnalysisKind = keyof typeof AnalysisKindEnum;

registerEnumType(AnalysisKindEnum, {
  name: "AnalysisKind",
  description: "What to find out about a text or transaction.",
  valuesConfig: {
    CATEGORIZE: { description: "Which kind of fund operation it is." },
    SENTIMENT: { description: "Whether it is good or bad news about money." },
    EXPLAIN: { description: "Which words or rule make its category." },
  },
});

const SentimentLabelEnum = {
  POSITIVE: "POSITIVE",
  NEUTRAL: "NEUTRAL",
  NEGATIVE: "NEGATIVE",
} as const;
registerEnumType(SentimentLabelEnum, {
  name: "SentimentLabel",
  description: "The tone of a text about money.",
});

@InputType("AnalyzeInput", {
  description:
    "What to analyse: texts, transactions, or both; 1 to 100 together, in a job 1 to 10000.",
})
export class AnalyzeInput {
  @Field(() => AnalysisKindEnum, { description: "What to find out." })
  kind!: AnalysisKind;

  @Field(() => [String], { nullable: true, description: "Texts of 1 to 2000 characters." })
  texts?: string[] | null;

  @Field(() => [ID], { nullable: true, description: "Ids of posted transactions." })
  transactionIds?: string[] | null;
}

@ObjectType("Sentiment", { description: "The tone of a text about money, and why." })
export class SentimentObject {
  @Field(() => SentimentLabelEnum, { description: "Good, bad or neither." })
  label!: SentimentLabel;

  @Field(() => Float, { description: "-1 (bad) to 1 (good)." })
  score!: number;

  @Field(() => Float, { description: "0 to 1; grows with the number of signals that agree." })
  confidence!: number;

  @Field(() => String, { description: "Name and version of the model." })
  model!: string;

  @Field(() => [String], { description: "The signals found, such as `+ losses narrowed`." })
  evidence!: readonly string[];
}

@ObjectType("Contribution", { description: "What one rule or word adds to a category." })
export class ContributionObject {
  @Field(() => String, { description: "The rule, word or pair of words." })
  feature!: string;

  @Field(() => Float, {
    nullable: true,
    description: "Log-odds added over the average category; null for a rule, which decides alone.",
  })
  weight!: number | null;
}

@ObjectType("AnalysisResult", { description: "The result for one text or transaction." })
export class AnalysisResultObject {
  @Field(() => Int, {
    description: "Place in the request: texts first, then transactions, from 0.",
  })
  index!: number;

  @Field(() => TransactionEntity, {
    nullable: true,
    description: "The transaction, when one was given.",
  })
  transaction!: Pick<TransactionEntity, "id"> | null;

  @Field(() => String, { description: "The text that was analysed." })
  text!: string;

  @Field(() => TransactionCategoryObject, {
    nullable: true,
    description: "For CATEGORIZE and EXPLAIN.",
  })
  category!: TransactionCategoryObject | null;

  @Field(() => SentimentObject, { nullable: true, description: "For SENTIMENT." })
  sentiment!: SentimentObject | null;

  @Field(() => [ContributionObject], {
    nullable: true,
    description: "For EXPLAIN: what made the category, strongest first.",
  })
  contributions!: readonly ContributionObject[] | null;
}

@ObjectType("Analysis", { description: "The results of one request, in its order." })
export class AnalysisObject {
  @Field(() => AnalysisKindEnum, { description: "What was requested." })
  kind!: AnalysisKind;

  @Field(() => [AnalysisResultObject], { description: "One result for each text and transaction." })
  results!: AnalysisResultObject[];
}

export interface AnalyzeRequest {
  readonly kind: AnalysisKind;
  readonly texts: readonly string[];
  readonly transactionIds: readonly string[];
}

const MOST_SUBJECTS = 100;
const LONGEST_TEXT = 2_000;

/** Refuses with INVALID_INPUT what is empty, too much at once, too long or not an id. */
export function checkAnalyzeInput(input: AnalyzeInput, most = MOST_SUBJECTS): AnalyzeRequest {
  const texts = input.texts ?? [];
  const transactionIds = input.transactionIds ?? [];
  const subjects = texts.length + transactionIds.length;
  if (subjects === 0) throw invalidInput("texts", "give at least one text or transaction id");
  if (subjects > most) {
    throw invalidInput("texts", `at most ${most} texts and transactions at once, not ${subjects}`);
  }
  texts.forEach((text, index) => {
    if (text.trim() === "" || text.length > LONGEST_TEXT) {
      throw invalidInput(`texts.${index}`, `must have 1 to ${LONGEST_TEXT} characters`);
    }
  });
  transactionIds.forEach((id, index) => {
    if (!isId(id)) throw invalidInput(`transactionIds.${index}`, "must be a UUID");
  });
  return { kind: input.kind, texts, transactionIds };
}
