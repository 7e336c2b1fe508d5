import { AppError } from "@allfunds/contract/errors";
import type { FastifyInstance, FastifyReply } from "fastify";
import { answerRaw, type ErrorRenderer } from "./error-response.ts";

/** The requests of a server that have no answer yet. */
export class UnfinishedRequests {
  readonly #render: ErrorRenderer;
  readonly #replies = new Set<FastifyReply>();

  constructor(render: ErrorRenderer) {
    this.#render = render;
  }

  watch(app: FastifyInstance): void {
    app.addHook("onRequest", (_request, reply, done) => {
      this.#replies.add(reply);
      reply.raw.once("close", () => this.#replies.delete(reply));
      done();
    });
  }

  /** Answers all of them with SHUTTING_DOWN. What was begun may still take effect. */
  refuse(): void {
    for (const reply of this.#replies) if (!reply.raw.headersSent) this.#answer(reply);
  }

  /** At once: what a handler still brings would otherwise change the status of this answer. */
  #answer(reply: FastifyReply): void {
    const { request, raw } = reply;
    if (!reply.sent) reply.hijack();
    if (request.raw.httpVersionMajor === 1) raw.setHeader("connection", "close");
    answerRaw(this.#render, unfinished(), request.raw, raw);
  }
}

const unfinished = (): AppError =>
  new AppError(
    "SHUTTING_DOWN",
    "The service stopped before it had an answer. Repeat a write under its idempotency key.",
    { retryAfterSeconds: 1 },
  );
