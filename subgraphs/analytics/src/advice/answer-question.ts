import { AppError } from "@allfunds/contract/errors";
import type { Logger } from "@allfunds/platform/logging";
import type { LanguageModel, Part } from "../language-model/language-model.ts";
import { isFailure } from "../language-model/model-failure.ts";
import type { CheckedSentence } from "./check-sentence.ts";
import { fold } from "./prose.ts";
import { labelIn } from "./fact-words.ts";
import { FactSheet, renderFact, type Fact, type Language } from "./fact.ts";
import { AdviceFundsDocument } from "./graph/graph-types.generated.ts";
import type { RunOperation } from "./graph/graph-client.ts";
import { answerWithModel } from "./model-answer.ts";
import { NOTICES, type NoticeName } from "./phrases.ts";
import { requestsTradeAdvice, languageOf, understand } from "./question.ts";
import { answerFromTemplates } from "./templates.ts";
import type { AskedFund, ToolContext } from "./tool.ts";

export interface AdviceParts {
  /** Absent without a key: then templates answer. */
  readonly model: LanguageModel | undefined;
  readonly logger: Logger;
}

/** A question, and the caller it is answered for. */
export interface Question {
  readonly text: string;
  /** Null for every fund the caller sees. */
  readonly fundId: string | null;
  /** Null for the language of the question. */
  readonly language: Language | null;
  /** Of a question that shows no language: a currency code, a name. Null for English. */
  readonly readerLanguage: Language | null;
  readonly tenantId: string;
  readonly today: string;
  readonly graph: RunOperation;
  readonly signal?: AbortSignal | undefined;
  /** Called with each sentence as soon as it may be shown. */
  readonly onSentence?: (sentence: AnswerSentence) => void;
}

export interface AnswerSentence {
  readonly text: string;
  /** Ids of the facts it cites, in their order. */
  readonly factIds: readonly string[];
}

/** ANSWERED, or why not. */
export type Outcome = "ANSWERED" | NoticeName;

/** A fact as it is shown: with its value as the sentences have it. */
export interface AnsweredFact extends Fact {
  readonly text: string;
}

export interface Answer {
  readonly outcome: Outcome;
  readonly by: "MODEL" | "TEMPLATES";
  /** Name of the language model when it wrote the answer. */
  readonly model: string | null;
  readonly language: Language;
  readonly sentences: readonly AnswerSentence[];
  /** The facts that the sentences cite. */
  readonly facts: readonly AnsweredFact[];
  readonly asOf: string | null;
  /** Position of the fund's book; null when several funds are cited. */
  readonly position: number | null;
  readonly refusedSentences: number;
  /** What left the system for this answer, in order; empty when nothing did. */
  readonly sent: readonly string[];
}

/** With more funds, a question has to name one. */
const MOST_FUNDS = 5;

/**
 * Answers a question from facts. The language model writes when there is one and it can; otherwise, and when
 * nothing it wrote could be shown, templates do. Throws FUND_NOT_FOUND, and what the graph refuses.
 */
export async function answerQuestion(parts: AdviceParts, question: Question): Promise<Answer> {
  const language = question.language ?? languageOf(question.text, question.readerLanguage ?? "en");
  const draft = new AnswerDraft(language, question.onSentence);
  if (requestsTradeAdvice(question.text)) return draft.notice("NO_TRADE_ADVICE");
  const funds = await fundsOf(question);
  if (funds.length === 0) return draft.notice("NO_DATA");
  if (funds.length > MOST_FUNDS) return draft.notice("NAME_A_FUND");
  const context: ToolContext = {
    graph: question.graph,
    funds,
    today: question.today,
    sheet: draft.sheet,
  };
  if (parts.model !== undefined && (await writeWithModel(parts, question, context, draft))) {
    return draft.answer(parts.model.name);
  }
  return writeFromTemplates(question, context, draft);
}

/** The fund of the question, those it names, or all. */
async function fundsOf({ graph, fundId, text }: Question): Promise<readonly AskedFund[]> {
  const { funds } = await graph(AdviceFundsDocument, {});
  if (fundId !== null) {
    const fund = funds.nodes.find(({ id }) => id === fundId);
    if (fund !== undefined) return [fund];
    throw new AppError("FUND_NOT_FOUND", `There is no fund ${fundId}.`);
  }
  const folded = fold(text);
  const named = funds.nodes.filter(({ name }) => folded.includes(fold(name)));
  return named.length > 0 ? named : funds.nodes;
}

/** True when at least one sentence of the model's could be shown. */
async function writeWithModel(
  { model, logger }: AdviceParts,
  question: Question,
  context: ToolContext,
  draft: AnswerDraft,
): Promise<boolean> {
  if (model === undefined) return false;
  try {
    const { refused } = await answerWithModel(question.text, {
      model,
      tenantId: question.tenantId,
      language: draft.language,
      context,
      signal: question.signal,
      onSentence: (sentence) => draft.add(sentence),
      onSent: (sent) => draft.addSent(sent),
    });
    draft.refusedSentences = refused;
  } catch (error) {
    if (!isFailure(error)) throw error;
    // These refuse before the call.
    if (isFailure(error, "CONSENT", "BUDGET")) draft.dropLastSent();
    logger.warn({ kind: error.kind, reason: error.message }, "the language model wrote no answer");
  }
  return draft.sentences.length > 0;
}

/** Codes that say there is no such figure. */
const NO_FIGURE: ReadonlySet<string> = new Set(["INSUFFICIENT_DATA", "INSTRUMENT_NOT_FOUND"]);

async function writeFromTemplates(
  { text, today }: Question,
  context: ToolContext,
  draft: AnswerDraft,
): Promise<Answer> {
  const understood = understand(text, today, draft.language);
  if (understood === undefined) return draft.notice("OUTSIDE");
  try {
    for (const sentence of await answerFromTemplates(understood, context)) draft.add(sentence);
  } catch (error) {
    if (!(error instanceof AppError) || !NO_FIGURE.has(error.code)) throw error;
  }
  return draft.sentences.length === 0 ? draft.notice("NO_DATA") : draft.answer(null);
}

/** An answer while it is written. */
class AnswerDraft {
  readonly sheet = new FactSheet();
  readonly sentences: AnswerSentence[] = [];
  readonly language: Language;
  refusedSentences = 0;
  readonly #sent: string[][] = [];
  readonly #onSentence: ((sentence: AnswerSentence) => void) | undefined;

  constructor(language: Language, onSentence?: (sentence: AnswerSentence) => void) {
    this.language = language;
    this.#onSentence = onSentence;
  }

  add(sentence: CheckedSentence): void {
    this.#show({
      text: textOf(sentence, this.language),
      factIds: [...new Set(sentence.cited.map(({ fact }) => fact.id))],
    });
  }

  addSent(parts: readonly Part[]): void {
    this.#sent.push(parts.map(sentText));
  }

  /** Takes back what was added last: it did not leave. */
  dropLastSent(): void {
    this.#sent.pop();
  }

  notice(outcome: NoticeName): Answer {
    this.#show({ text: NOTICES[outcome][this.language], factIds: [] });
    return { ...this.answer(null), outcome };
  }

  answer(model: string | null): Answer {
    const cited = new Set(this.sentences.flatMap(({ factIds }) => factIds));
    const facts = this.sheet.all().filter(({ id }) => cited.has(id));
    const funds = new Set(facts.flatMap(({ fundId }) => fundId ?? []));
    const positions = facts.flatMap(({ position }) => position ?? []);
    const days = facts.flatMap(({ asOf }) => asOf ?? []).toSorted();
    return {
      outcome: "ANSWERED",
      by: model === null ? "TEMPLATES" : "MODEL",
      model,
      language: this.language,
      sentences: this.sentences,
      facts: facts.map((fact) => ({
        ...fact,
        label: labelIn(fact, this.language),
        text: renderFact(fact, this.language),
      })),
      asOf: days.at(-1) ?? null,
      position: funds.size === 1 && positions.length > 0 ? Math.max(...positions) : null,
      refusedSentences: this.refusedSentences,
      sent: this.#sent.flat(),
    };
  }

  #show(sentence: AnswerSentence): void {
    this.sentences.push(sentence);
    this.#onSentence?.(sentence);
  }
}

/** The texts with the facts' values between them. */
const textOf = ({ texts, cited }: CheckedSentence, language: Language): string =>
  texts
    .map((text, index) => {
      const next = cited[index];
      return next === undefined ? text : text + renderFact(next.fact, language, next.magnitude);
    })
    .join("");

const sentText = (part: Part): string =>
  part.kind === "prompt" ? part.text : JSON.stringify(part.value);
