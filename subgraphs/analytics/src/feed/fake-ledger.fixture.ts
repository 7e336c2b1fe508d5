import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { EventEmitter, once } from "node:events";
import type { LedgerEvent } from "@allfunds/contract/events";
import { buildSchema } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";

const SCHEMA = buildSchema(`
  scalar Cursor scalar JSON
  type LedgerEventBatch { cursor: Cursor! whole: JSON! }
  type Query { ok: Boolean }
  type Subscription { ledgerEvents(after: Cursor): LedgerEventBatch! }`);

/** A ledger's feed over graphql-ws, from a list of events that grows. */
export class FakeLedger {
  readonly #events: LedgerEvent[] = [];
  readonly #grown = new EventEmitter().setMaxListeners(0);
  readonly #server = createServer();
  readonly #sockets = new WebSocketServer({ server: this.#server, path: "/graphql" });

  /** Returns its address. */
  async start(): Promise<string> {
    const ledgerEvents = ({ after }: { after: string | null }) => this.#follow(Number(after ?? 0));
    useServer({ schema: SCHEMA, roots: { subscription: { ledgerEvents } } }, this.#sockets);
    await new Promise<void>((resolve) => {
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  publish(events: readonly LedgerEvent[]): void {
    this.#events.push(...events);
    this.#grown.emit("grown");
  }

  async stop(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  async *#follow(after: number) {
    for (let sent = after; ;) {
      if (sent === this.#events.length) await once(this.#grown, "grown");
      const whole = this.#events.slice(sent, sent + 50);
      sent += whole.length;
      yield { ledgerEvents: { cursor: String(sent), whole } };
    }
  }
}
