import { invalidInput } from "@allfunds/contract/errors";
import { isId } from "@allfunds/platform/ids";
import { DateScalar, SafeIntScalar } from "@allfunds/platform/graphql/types";
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { TransactionEntity } from "../books/entities.ts";
import type { Answer, AnsweredFact, Outcome } from "./answer-question.ts";
import { LANGUAGES, type FactKind, type Language } from "./fact.ts";

const enumOf = <Value extends string>(...values: readonly Value[]) =>
  Object.fromEntries(values.map((value) => [value, value])) as { [Each in Value]: Each };

const AnswerLanguageEnum = enumOf("EN", "DE", "FR", "ES", "HE");
registerEnumType(AnswerLanguageEnum, {
  name: "AnswerLanguage",
  description: "The language of an answer, by its ISO 639 code.",
});

const AnswererEnum = enumOf("MODEL", "TEMPLATES");
registerEnumType(AnswererEnum, {
  name: "Answerer",
  description: "Who wrote an answer.",
  valuesConfig: {
    MODEL: { description: "The language model; every figure in it is a fact of the graph." },
    TEMPLATES: { description: "Built-in sentences; nothing left the system for them." },
  },
});

const AnswerOutcomeEnum = enumOf(
  "ANSWERED",
  "NO_DATA",
  "OUTSIDE",
  "NAME_A_FUND",
  "NO_TRADE_ADVICE",
);
registerEnumType(AnswerOutcomeEnum, {
  name: "AnswerOutcome",
  description: "Whether a question was answered, and why not.",
  valuesConfig: {
    ANSWERED: { description: "The sentences answer it." },
    NO_DATA: { description: "The caller sees nothing about it." },
    OUTSIDE: {
      description: "It cannot be answered here; the sentence lists what can be answered.",
    },
    NAME_A_FUND: {
      description: "The caller sees more than five funds: the question has to name one.",
    },
    NO_TRADE_ADVICE: {
      description: "A question whether to buy, sell or hold, which is never answered.",
    },
  },
});

const FactUnitEnum = enumOf("MONEY", "RATIO", "NUMBER", "COUNT", "MONTHS", "PRICE", "DATE", "TEXT");
registerEnumType(FactUnitEnum, {
  name: "FactUnit",
  description: "What the value of a fact is counted in.",
  valuesConfig: {
    MONEY: { description: "An amount of `currency`." },
    RATIO: { description: "A ratio: 0.25 is 25 %." },
    PRICE: { description: "An amount of `currency` for one unit." },
    MONTHS: { description: "Months of 30 days." },
    DATE: { description: "A calendar date." },
    TEXT: { description: "A name as the books have it." },
  },
});

@InputType("AskInput", {
  description: "A question about the books and figures the caller may see.",
})
export class AskInput {
  @Field(() => String, { description: "The question, 3 to 500 characters." })
  question!: string;

  @Field(() => ID, {
    nullable: true,
    description: "Only this fund; all the caller sees when absent.",
  })
  fundId?: string | null;

  @Field(() => AnswerLanguageEnum, {
    nullable: true,
    description: "Language of the answer; that of the question when absent.",
  })
  language?: keyof typeof AnswerLanguageEnum | null;

  @Field(() => AnswerLanguageEnum, {
    nullable: true,
    description:
      'Without `language`, that of the answer to a question which shows none, such as "Cash?"; English when absent.',
  })
  readerLanguage?: keyof typeof AnswerLanguageEnum | null;

  @Field(() => String, {
    nullable: true,
    description: "Repeats with the same key, by the same caller, get the same answer for a day.",
  })
  idempotencyKey?: string | null;
}

@ObjectType("AnswerFact", { description: "A figure or name in an answer, with its source." })
export class AnswerFactObject {
  @Field(() => ID, { description: "Its id within the answer, such as `f1`." })
  id!: string;

  @Field(() => String, { description: "What it is, in the language of the answer." })
  label!: string;

  @Field(() => String, { description: "Its exact value: a decimal, a date or a text, by `unit`." })
  value!: string;

  @Field(() => String, { description: "The value with its unit, as the language writes it." })
  text!: string;

  @Field(() => FactUnitEnum, { description: "What the value is counted in." })
  unit!: FactKind;

  @Field(() => String, { nullable: true, description: "ISO 4217, of MONEY and PRICE." })
  currency!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "The last day it takes into account." })
  asOf!: string | null;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: "Position of the fund's book it includes.",
  })
  position!: number | null;

  @Field(() => ID, { nullable: true, description: "The fund it is about." })
  fundId!: string | null;

  @Field(() => TransactionEntity, { nullable: true, description: "The transaction it is from." })
  transaction!: Pick<TransactionEntity, "id"> | null;

  @Field(() => String, { nullable: true, description: "The metric it is, such as `CASH`." })
  metric!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The calculation it is the result of, such as `SUM`.",
  })
  calculation!: string | null;

  @Field(() => [ID], { description: "The facts it was calculated from." })
  calculatedFrom!: readonly string[];
}

@ObjectType("AnswerSentence", { description: "A sentence whose every figure is a cited fact." })
export class AnswerSentenceObject {
  @Field(() => String, { description: "The sentence." })
  text!: string;

  @Field(() => [ID], { description: "The facts it cites, in their order." })
  factIds!: readonly string[];
}

@ObjectType("Answer", { description: "An answer whose every figure has a source." })
export class AnswerObject {
  @Field(() => AnswerOutcomeEnum, { description: "Whether it answers the question." })
  outcome!: Outcome;

  @Field(() => AnswererEnum, { description: "Who wrote it." })
  by!: Answer["by"];

  @Field(() => String, { nullable: true, description: "Name of the language model that wrote it." })
  model!: string | null;

  @Field(() => AnswerLanguageEnum, { description: "Its language." })
  language!: string;

  @Field(() => [AnswerSentenceObject], { description: "Its sentences, in order." })
  sentences!: readonly AnswerSentenceObject[];

  @Field(() => [AnswerFactObject], { description: "The facts that the sentences cite." })
  facts!: readonly AnswerFactObject[];

  @Field(() => DateScalar, { nullable: true, description: "The last day of its facts." })
  asOf!: string | null;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: "Book position of its facts; null when it cites several funds.",
  })
  position!: number | null;

  @Field(() => Int, {
    description: "Sentences of the language model that were refused and not shown.",
  })
  refusedSentences!: number;

  @Field(() => [String], {
    description:
      "What was sent to the language model, in order, before names and numbers of persons were taken out.",
  })
  sent!: readonly string[];
}

@ObjectType("AnswerPart", { description: "A part of an answer while it is written." })
export class AnswerPartObject {
  @Field(() => AnswerSentenceObject, { nullable: true, description: "The next sentence, checked." })
  sentence!: AnswerSentenceObject | null;

  @Field(() => AnswerObject, {
    nullable: true,
    description: "The complete answer, with the last part.",
  })
  answer!: AnswerObject | null;
}

/** An answer as clients see it. */
export const toAnswerObject = ({ language, facts, ...answer }: Answer): AnswerObject => ({
  ...answer,
  language: language.toUpperCase(),
  facts: facts.map(toFactObject),
});

function toFactObject({ kind, source, ...fact }: AnsweredFact): AnswerFactObject {
  const { id, label, value, text, currency, asOf, position, fundId } = fact;
  return {
    id,
    label,
    value,
    text,
    currency,
    asOf,
    position,
    fundId,
    unit: kind,
    transaction: source.kind === "TRANSACTION" ? { id: source.transactionId } : null,
    metric: source.kind === "METRIC" ? source.metric : null,
    calculation: source.kind === "CALCULATION" ? source.operation : null,
    calculatedFrom: source.kind === "CALCULATION" ? source.from : [],
  };
}

export interface CheckedQuestion {
  readonly text: string;
  readonly fundId: string | null;
  readonly language: Language | null;
  readonly readerLanguage: Language | null;
}

const SHORTEST = 3;
const LONGEST = 500;

/** Refuses with INVALID_INPUT what is no question. */
export function checkAskInput({ question, fundId, ...input }: AskInput): CheckedQuestion {
  const text = question.trim();
  if (text.length < SHORTEST || text.length > LONGEST) {
    throw invalidInput("question", `must have ${SHORTEST} to ${LONGEST} characters`);
  }
  if (typeof fundId === "string" && !isId(fundId)) throw invalidInput("fundId", "must be a UUID");
  const language = languageIn(input.language);
  return {
    text,
    fundId: fundId ?? null,
    language,
    readerLanguage: languageIn(input.readerLanguage),
  };
}

const languageIn = (code: string | null | undefined): Language | null =>
  LANGUAGES.find((each) => each === code?.toLowerCase()) ?? null;
