import type { ExecutionResult } from "graphql";
import { WebSocket } from "ws";

/**
 * A subscription whose answers are written to its socket as texts, which subscribers with equal answers share;
 * graphql-ws would make each answer a text of its own. It ends as the answers end.
 */
export class WrittenAnswers implements AsyncGenerator<ExecutionResult, void> {
  readonly #answers: AsyncGenerator<ExecutionResult, void>;
  readonly #write: (answer: ExecutionResult) => Promise<void>;

  constructor(
    answers: AsyncGenerator<ExecutionResult, void>,
    write: (answer: ExecutionResult) => Promise<void>,
  ) {
    this.#answers = answers;
    this.#write = write;
  }

  async next(): Promise<IteratorResult<ExecutionResult, void>> {
    for (;;) {
      const answered = await this.#answers.next();
      if (answered.done === true) return answered;
      await this.#write(answered.value);
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult, void>> {
    return this.#answers.return();
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult, void>> {
    return this.#answers.throw(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

/** Sends a text, and resolves when it has left; a closed socket takes it as lost. */
export const sendText = (socket: WebSocket, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    if (socket.readyState !== WebSocket.OPEN) return resolve();
    socket.send(text, (error) => (error ? reject(error) : resolve()));
  });
