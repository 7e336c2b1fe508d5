import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import { serveGraphql } from "@allfunds/platform/graphql";
import { createHttpServer } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import type { LedgerEvent } from "@allfunds/contract/events";
import type { RequestContext } from "@allfunds/platform/context";
import type { HttpServer } from "@allfunds/platform/http";
import { buildSchema } from "graphql";

const SDL = `
  scalar Cursor scalar JSON
  type LedgerEventBatch { whole: JSON! cursor: Cursor! }
  type Query { ready: Boolean }
  type Subscription { ledgerEvents(after: Cursor): LedgerEventBatch! }`;

const EVENTS_PER_BATCH = 3;
const createContext = (request: RequestContext) => ({ request });

/** A real server of the ledger's feed over events that a test writes. */
export class FakeLedger {
  readonly #events: LedgerEvent[] = [];
  #server: HttpServer | undefined;
  #close: () => Promise<void> = async () => undefined;
  #wake: () => void = () => undefined;
  #changed = Promise.resolve();
  readonly #eventsPerBatch: number;

  constructor(eventsPerBatch = EVENTS_PER_BATCH) {
    this.#eventsPerBatch = eventsPerBatch;
  }

  /** True for a feed that starts from the first event whatever cursor it receives. */
  redelivers = false;

  publish(events: readonly LedgerEvent[]): void {
    this.#events.push(...events);
    this.#wake();
  }

  /** Returns its address. */
  async start(): Promise<string> {
    const schema = buildSchema(SDL);
    Object.assign(schema.getSubscriptionType()?.getFields()["ledgerEvents"] ?? {}, {
      subscribe: (_root: unknown, { after }: { after?: string | null }) =>
        this.#follow(this.redelivers ? 0 : Number(after ?? 0)),
    });
    const logger = createLogger("fake-ledger", "silent");
    const authentication = OPEN_TO_ALL;
    this.#server = createHttpServer({ service: "fake-ledger", logger, authentication });
    this.#close = await serveGraphql({ schema, server: this.#server, logger, createContext });
    await this.#server.app.listen({ host: "127.0.0.1", port: 0 });
    return this.#server.app.listeningOrigin;
  }

  async stop(): Promise<void> {
    await this.#close();
    await this.#server?.app.close();
  }

  async *#follow(after: number) {
    for (let sent = after; ;) {
      this.#changed = new Promise((resolve) => {
        this.#wake = resolve;
      });
      while (sent < this.#events.length) {
        const whole = this.#events.slice(sent, sent + this.#eventsPerBatch);
        sent += whole.length;
        yield { ledgerEvents: { whole, cursor: String(sent) } };
      }
      await this.#changed;
    }
  }
}
