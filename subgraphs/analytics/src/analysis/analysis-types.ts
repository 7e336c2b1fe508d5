import { invalidInput } from "@allfunds/contract/errors";
import { isId } from "@allfunds/platform/ids";
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { TransactionCategoryObject } from "../categories/category-graphql.ts";
import { TransactionEntity } from "../books/entities.ts";
import { FlowDirectionEnum } from "../books/flow-direction.ts";
import type { FlowDirection } from "../books/flow-direction.ts";
import { SentimentObject } from "../sentiment/sentiment-graphql.ts";

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

@InputType("AnalyzeItemInput", {
  description: "A text with what else is known of the payment.",
})
export class AnalyzeItemInput {
  @Field(() => String, { description: "Remittance text, 1 to 2000 characters." })
  text!: string;

  @Field(() => FlowDirectionEnum, {
    nullable: true,
    description: "Whether the fund receives or pays.",
  })
  direction?: FlowDirection | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Amount as a decimal string without a sign, such as 1250.00; its order of magnitude counts.",
  })
  amount?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Who was paid or paid, at most 200 characters.",
  })
  payee?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      "The fund that receives or pays. With direction and payee, its payee rules decide before the model, as they do for its transactions.",
  })
  fundId?: string | null;
}

@InputType("AnalyzeInput", {
  description:
    "What to analyse: texts, items, transactions, or all of them; 1 to 100 together, in a job 1 to 10000.",
})
export class AnalyzeInput {
  @Field(() => AnalysisKindEnum, { description: "What to find out." })
  kind!: AnalysisKind;

  @Field(() => [String], { nullable: true, description: "Texts of 1 to 2000 characters." })
  texts?: string[] | null;

  @Field(() => [AnalyzeItemInput], {
    nullable: true,
    description: "Texts with direction, amount, payee and fund; CATEGORIZE and EXPLAIN use them.",
  })
  items?: AnalyzeItemInput[] | null;

  @Field(() => [ID], { nullable: true, description: "Ids of posted transactions." })
  transactionIds?: string[] | null;
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
    description: "Place in the request: texts first, then items, then transactions, from 0.",
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

  @Field(() => [AnalysisResultObject], {
    description: "One result for each text, item and transaction.",
  })
  results!: AnalysisResultObject[];
}

/** A text as it is analysed, with what else was given. */
export interface AnalyzeItem {
  readonly text: string;
  readonly direction?: FlowDirection;
  readonly amount?: string;
  readonly payee?: string;
  readonly fundId?: string;
}

export interface AnalyzeRequest {
  readonly kind: AnalysisKind;
  /** Texts first, then items. */
  readonly items: readonly AnalyzeItem[];
  readonly transactionIds: readonly string[];
}

const MOST_SUBJECTS = 100;
const LONGEST_TEXT = 2_000;
const LONGEST_PAYEE = 200;
const AMOUNT = /^\d{1,30}(\.\d{1,10})?$/;

/** Refuses with INVALID_INPUT what is empty, too much at once, too long or not an id. */
export function checkAnalyzeInput(input: AnalyzeInput, most = MOST_SUBJECTS): AnalyzeRequest {
  const texts = (input.texts ?? []).map((text, index) => checkText(text, `texts.${index}`));
  const items = (input.items ?? []).map((item, index) => checkItem(item, `items.${index}`));
  const transactionIds = input.transactionIds ?? [];
  const subjects = texts.length + items.length + transactionIds.length;
  if (subjects === 0) throw invalidInput("texts", "give at least one text or transaction id");
  if (subjects > most) {
    throw invalidInput("texts", `at most ${most} texts and transactions at once, not ${subjects}`);
  }
  transactionIds.forEach((id, index) => {
    if (!isId(id)) throw invalidInput(`transactionIds.${index}`, "must be a UUID");
  });
  return { kind: input.kind, items: [...texts, ...items], transactionIds };
}

function checkText(text: string, path: string): AnalyzeItem {
  if (text.trim() === "" || text.length > LONGEST_TEXT) {
    throw invalidInput(path, `must have 1 to ${LONGEST_TEXT} characters`);
  }
  return { text };
}

function checkItem(
  { text, direction, amount, payee, fundId }: AnalyzeItemInput,
  path: string,
): AnalyzeItem {
  checkText(text, `${path}.text`);
  if (amount != null && !AMOUNT.test(amount)) {
    throw invalidInput(`${path}.amount`, "must be a decimal without a sign, such as 1250.00");
  }
  if (payee != null && payee.length > LONGEST_PAYEE) {
    throw invalidInput(`${path}.payee`, `must have at most ${LONGEST_PAYEE} characters`);
  }
  if (fundId != null && !isId(fundId)) throw invalidInput(`${path}.fundId`, "must be a UUID");
  return {
    text,
    ...(direction == null ? {} : { direction }),
    ...(amount == null ? {} : { amount }),
    ...(payee == null ? {} : { payee }),
    ...(fundId == null ? {} : { fundId }),
  };
}
