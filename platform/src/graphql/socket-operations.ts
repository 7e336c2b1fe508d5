import type { Context, SubscribePayload } from "graphql-ws";
import type { RequestContext } from "../context.ts";
import { answerNotWanted } from "../http/client-gone.ts";

/** The running operations of sockets: the request context of each, and its end. */
export class SocketOperations {
  readonly #accepted = new WeakMap<SubscribePayload, RequestContext>();
  readonly #running = new WeakMap<Context, Map<SubscribePayload, AbortController>>();

  /** Keeps the context of an operation, with a signal that is aborted when the operation ends. */
  accept(socket: Context, payload: SubscribePayload, request: RequestContext): void {
    const end = new AbortController();
    const ofSocket = this.#running.get(socket) ?? new Map<SubscribePayload, AbortController>();
    this.#running.set(socket, ofSocket.set(payload, end));
    this.#accepted.set(payload, { ...request, signal: end.signal });
  }

  contextOf(payload: SubscribePayload): RequestContext {
    const request = this.#accepted.get(payload);
    if (request === undefined) throw new Error("the operation has no accepted context");
    return request;
  }

  end(socket: Context, payload: SubscribePayload): void {
    const ofSocket = this.#running.get(socket);
    ofSocket?.get(payload)?.abort(answerNotWanted());
    ofSocket?.delete(payload);
  }

  endAll(socket: Context): void {
    for (const end of this.#running.get(socket)?.values() ?? []) end.abort(answerNotWanted());
    this.#running.delete(socket);
  }
}
