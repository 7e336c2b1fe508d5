import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { signatureOf } from "./webhook.ts";

/** A message as a receiver got it. */
export interface Received {
  readonly path: string;
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: string;
  readonly event: { readonly type: string; readonly data: { readonly position: number } & object };
}

/** The signatures that a message must carry. */
export const signedBy = (secrets: readonly Buffer[], received: Received | undefined): string =>
  signatureOf(secrets, {
    id: received?.id ?? "",
    timestamp: Number(received?.timestamp),
    body: received?.body ?? "",
  });

/** What a receiver does with a message; by default it answers 204. */
export type Behaviour = (received: Received, response: ServerResponse) => void;

/** A real receiver on this machine that keeps what it gets. */
export class Receiver {
  readonly received: Received[] = [];
  behaviour: Behaviour = accept;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (request, response) => void this.#receive(request, response));
  }

  static async open(port = 0, host = "127.0.0.1"): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(port, host, resolve));
    return new Receiver(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/in`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => void this.#server.close(resolve));
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString("utf8");
    const header = (name: string): string => String(request.headers[name]);
    const received = {
      path: request.url ?? "",
      id: header("webhook-id"),
      timestamp: header("webhook-timestamp"),
      signature: header("webhook-signature"),
      body,
      event: JSON.parse(body) as Received["event"],
    };
    this.received.push(received);
    this.behaviour(received, response);
  }
}

export const accept: Behaviour = (_, response) => void response.writeHead(204).end();

/** Answers with a status and, when given, headers. */
export const answer =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (_, response) =>
    void response.writeHead(status, headers).end("answered");
