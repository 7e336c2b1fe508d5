import type { LanguageModel, ModelAnswer, ModelChunk, ModelRequest } from "./language-model.ts";

/** What a wrapper does when a call has ended. It never throws. */
export interface CallObserver {
  readonly answered: (answer: ModelAnswer) => Promise<void> | void;
  /** Also when the reader of a stream left early. */
  readonly failed: (error: unknown) => Promise<void> | void;
}

/** Wraps both forms of a call: `begin` runs before it and may refuse it, its result when it has ended. */
export const observe = (
  next: LanguageModel,
  begin: (request: ModelRequest) => Promise<CallObserver> | CallObserver,
): LanguageModel => ({
  name: next.name,
  generate: async (request) => {
    const observer = await begin(request);
    let answer: ModelAnswer;
    try {
      answer = await next.generate(request);
    } catch (error) {
      await observer.failed(error);
      throw error;
    }
    await observer.answered(answer);
    return answer;
  },
  stream: (request) => observedStream(next, begin, request),
});

async function* observedStream(
  next: LanguageModel,
  begin: (request: ModelRequest) => Promise<CallObserver> | CallObserver,
  request: ModelRequest,
): AsyncGenerator<ModelChunk, void> {
  const observer = await begin(request);
  let failure: unknown = new Error("the reader of the stream left");
  let answer: ModelAnswer | undefined;
  try {
    for await (const chunk of next.stream(request)) {
      answer = chunk.answer ?? answer;
      yield chunk;
    }
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    await (answer === undefined ? observer.failed(failure) : observer.answered(answer));
  }
}
