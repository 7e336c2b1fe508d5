import { hash as sha256 } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSchema, GraphQLError, type GraphQLSchema } from "graphql";
import type { SubscribePayload } from "graphql-ws";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { DEMO_TENANT_ID } from "../context.ts";
import type { UnknownEvent } from "@allfunds/contract/feed";
import type { Book } from "./cursor-store.ts";

export const BOOK: Book = {
  tenantId: DEMO_TENANT_ID,
  bookId: "018f0000-0000-7000-8000-0000000000f1",
};

/**
 * A fake ledger that serves the feed over graphql-ws from an array of events. Its cursors contain a hash of
 * the history, as the real ones do; a bare number is a cursor of an older version.
 */
export class SmallLog {
  readonly log: (Omit<UnknownEvent, "payload"> & { readonly payload: object })[] = [];
  /** The tokens of the subscriptions so far. */
  readonly subscriptions: (string | undefined)[] = [];
  /** Returns the code of a refusal, or undefined to accept the subscription. */
  refuse: (authorization: string | undefined) => string | undefined = () => undefined;
  /** Events sent to the last subscription. */
  sent = 0;
  wake: () => void = () => undefined;
  /** The name in the events it publishes. */
  name = "first";
  #server: Server | undefined;
  #sockets: WebSocketServer | undefined;
  port = 0;

  publish(count: number, { tenantId, bookId: fundId }: Book = BOOK): void {
    for (let index = 0; index < count; index += 1) {
      const position = 1 + this.log.filter((event) => event.tenantId === tenantId).length;
      this.log.push({
        tenantId,
        fundId,
        position,
        type: "FundOpened",
        recordedAt: "2026-01-01T00:00:00.000Z",
        payload: { fundId, name: `${this.name} ${position}`, currency: "EUR" },
      });
    }
    this.wake();
  }

  /** Drops the last events, as a restored ledger does. */
  async restoreTo(length: number): Promise<void> {
    await this.stop();
    this.log.length = length;
    await this.start();
  }

  cursorAt(place: number): string {
    const history = JSON.stringify(this.log.slice(0, place));
    return `${place}-${sha256("sha256", history).slice(0, 12)}`;
  }

  #isOwn(cursor: string): boolean {
    const place = placeIn(cursor);
    const isBare = !cursor.includes("-");
    return place <= this.log.length && (isBare || cursor === this.cursorAt(place));
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
      let sent = after === null ? 0 : placeIn(after);
      if (after !== null) yield { ledgerEvents: { cursor: ledger.cursorAt(sent), whole: [] } };
      for (;;) {
        while (sent < log.length) {
          const whole = log.slice(sent, sent + 3);
          sent += whole.length;
          yield { ledgerEvents: { cursor: ledger.cursorAt(sent), whole } };
          ledger.sent = sent;
        }
        await new Promise<void>((resolve) => {
          ledger.wake = resolve;
        });
      }
    }
    this.#server = createServer();
    this.#sockets = new WebSocketServer({ server: this.#server, path: "/graphql" });
    const onSubscribe = (
      _socket: unknown,
      _id: string,
      { extensions, variables }: SubscribePayload,
    ) => {
      const headers = extensions?.["headers"] as Record<string, string> | undefined;
      this.subscriptions.push(headers?.["authorization"]);
      const after = variables?.["after"];
      const isForeign = typeof after === "string" && !this.#isOwn(after);
      const code = isForeign ? "CURSOR_OF_ANOTHER_LOG" : this.refuse(headers?.["authorization"]);
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

const placeIn = (cursor: string): number => Number(cursor.split("-")[0]);
