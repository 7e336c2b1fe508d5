import { forwardingHeaders, tokenOf, type TokenExchange } from "@allfunds/platform/auth";
import { AppError } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import type { CheckedQuestion } from "./advice-graphql.ts";
import {
  answerQuestion,
  type AdviceParts,
  type Answer,
  type AnswerSentence,
} from "./answer-question.ts";
import { graphOf } from "./graph/graph-client.ts";
import type { KeptAnswers } from "./kept-answers.ts";

export interface AskParts extends AdviceParts {
  readonly gatewayUrl: string;
  readonly answers: KeptAnswers;
  /** Absent where the graph requires no token. */
  readonly exchange: TokenExchange | undefined;
}

/** A checked sentence as it comes, or at last the complete answer. */
export type AnswerPart =
  | { readonly sentence: AnswerSentence; readonly answer: null }
  | { readonly sentence: null; readonly answer: Answer };

/** A caller, and the token with which the graph is read for it. */
export interface Reader {
  readonly request: RequestContext;
  readonly token: () => Promise<string | undefined>;
}

/** What a resolver of questions receives. */
export interface AdviceContext {
  readonly request: RequestContext;
  readonly advice: Advice;
}

/** Answers questions with the rights of the caller: what it may not see is in no answer. */
export class Advice {
  readonly #parts: AskParts;

  constructor(parts: AskParts) {
    this.#parts = parts;
  }

  /** The answer; the same one for a repeat with the same key. */
  ask(
    request: RequestContext,
    question: CheckedQuestion,
    key: string | undefined,
  ): Promise<Answer> {
    const reader = { request, token: async () => tokenOf(request) };
    return this.#parts.answers.once(request, key, question, () => this.answer(reader, question));
  }

  /**
   * What lets a job answer for the caller; undefined where the graph requires no token. Throws DELEGATION_UNSUPPORTED
   * when the issuer has no token exchange.
   */
  async delegate(request: RequestContext): Promise<string | undefined> {
    const token = tokenOf(request);
    if (token === undefined) return undefined;
    if (this.#parts.exchange !== undefined) return this.#parts.exchange.delegate(token);
    throw new AppError("DELEGATION_UNSUPPORTED", "This service has no client at the issuer.");
  }

  /** The tokens of a job: of the caller, and of no other fund than the question's. */
  tokensOf(
    delegation: string | undefined,
    { fundId }: CheckedQuestion,
  ): () => Promise<string | undefined> {
    const { exchange } = this.#parts;
    if (delegation === undefined || exchange === undefined) return async () => undefined;
    return exchange.tokensOf(delegation, fundId === null ? undefined : [fundId]);
  }

  answer(
    { request, token }: Reader,
    question: CheckedQuestion,
    onSentence?: (sentence: AnswerSentence) => void,
  ): Promise<Answer> {
    const { tenantId, traceId, clientAddress, signal, now } = request;
    const forwarding = forwardingHeaders(request);
    const behalf = { traceId, clientAddress, signal, token, forwarding };
    const graph = graphOf(this.#parts.gatewayUrl, behalf);
    return answerQuestion(this.#parts, {
      ...question,
      tenantId,
      graph,
      signal,
      today: now.toISOString().slice(0, 10),
      ...(onSentence === undefined ? {} : { onSentence }),
    });
  }

  /** The answer in parts. It is no longer written when the consumer returns. */
  stream(request: RequestContext, question: CheckedQuestion): AsyncIterableIterator<AnswerPart> {
    const stop = new AbortController();
    const signals = [stop.signal, ...(request.signal === undefined ? [] : [request.signal])];
    const stoppable = { ...request, signal: AbortSignal.any(signals) };
    const parts = this.#partsOf(stoppable, question);
    return {
      next: () => parts.next(),
      // Returning a generator that waits would wait with it; aborting wakes it first.
      return: async () => {
        stop.abort();
        await parts.return(undefined).catch(() => undefined);
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async *#partsOf(request: RequestContext, question: CheckedQuestion): AsyncGenerator<AnswerPart> {
    const ready: AnswerSentence[] = [];
    let wake = Promise.withResolvers<void>();
    const reader = { request, token: async () => tokenOf(request) };
    const answer = this.answer(reader, question, (sentence) => {
      ready.push(sentence);
      wake.resolve();
    });
    const ended = answer.then(
      () => true,
      () => true,
    );
    for (let isOver = false; !isOver;) {
      isOver = await Promise.race([ended, wake.promise.then(() => false)]);
      wake = Promise.withResolvers<void>();
      for (const sentence of ready.splice(0)) yield { sentence, answer: null };
    }
    yield { sentence: null, answer: await answer };
  }
}
