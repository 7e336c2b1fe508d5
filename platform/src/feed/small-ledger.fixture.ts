import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSchema, GraphQLError, type GraphQLSchema } from "graphql";
import type { SubscribePayload } from "graphql-ws";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { DEMO_TENANT_ID } from "../context.ts";
import type { Book } from "./book.ts";

export const BOOK: Book = {
  tenantId: DEMO_TENANT_ID,
  fundId: "018f0000-0000-7000-8000-0000000000f1",
};

/** A ledger that speaks the real feed over graphql-ws from an array of events. */
export class SmallLedger {
  readonly log: (Book & { readonly position: number; readonly [field: string]: unknown })[] = [];
  /** The tokens of the subscriptions so far. */
  readonly subscriptions: (string | undefined)[] = [];
  /** The code with which a subscription is refused. */
  refuse: (authorization: string | undefined) => string | undefined = () => undefined;
  wake: () => void = () => undefined;
  #server: Server | undefined;
  #sockets: WebSocketServer | undefined;
  port = 0;

  publish(count: number, { tenantId, fundId }: Book = BOOK): void {
    for (let index = 0; index < count; index += 1) {
      const position = 1 + this.log.filter((event) => event.tenantId === tenantId).length;
      this.log.push({
        tenantId,
        fundId,
        position,
        type: "FundOpened",
        recordedAt: "2026-01-01T00:00:00.000Z",
        payload: { fundId, name: `n${position}`, currency: "EUR" },
      });
    }
    this.wake();
  }

  async start(): Promise<void> {
    const schema: GraphQLSchema = buildSchema(`
      scalar Cursor scalar JSON
      type LedgerEventBatch { cursor: Cursor! whole: JSON! }
      type Query { ok: Boolean }
      type Subscription { ledgerEvents(after: Cursor): LedgerEventBatch! }`);
    const { log } = this;
    // oxlint-disable-next-line typescript/no-this-alias -- the generator below has no `this`
    const ledger = this;
    async function* ledgerEvents({ after }: { after: string | null }) {
      let sent = Number(after ?? 0);
      for (;;) {
        while (sent < log.length) {
          const whole = log.slice(sent, sent + 3);
          sent += whole.length;
          yield { ledgerEvents: { cursor: String(sent), whole } };
        }
        await new Promise<void>((resolve) => {
          ledger.wake = resolve;
        });
      }
    }
    this.#server = createServer();
    this.#sockets = new WebSocketServer({ server: this.#server, path: "/graphql" });
    const onSubscribe = (_socket: unknown, _id: string, { extensions }: SubscribePayload) => {
      const headers = extensions?.["headers"] as Record<string, string> | undefined;
      this.subscriptions.push(headers?.["authorization"]);
      const code = this.refuse(headers?.["authorization"]);
      return code === undefined
        ? undefined
        : [new GraphQLError("Refused.", { extensions: { code } })];
    };
    useServer({ schema, roots: { subscription: { ledgerEvents } }, onSubscribe }, this.#sockets);
    await new Promise<void>((resolve) => this.#server?.listen(this.port, "127.0.0.1", resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const client of this.#sockets?.clients ?? []) client.terminate();
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}
