import type { AddressInfo } from "node:net";
import { ALL_GRANTED, EVERY_TENANT } from "@allfunds/platform/auth";
import { newId } from "@allfunds/platform/ids";
import { testContext } from "@allfunds/platform/testing";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import type { Config } from "../config.ts";
import { quiet } from "../ledger-database.fixture.ts";
import { createService } from "../service.ts";
import {
  openFund,
  POST,
  posting,
  send,
  type Answer,
  type OpenedFund,
  type TestService,
} from "../service.fixture.ts";

const TENANT_HEADER = "test-tenant";

/** The service over several databases; requests name their tenant themselves. */
export async function openOver(
  first: string,
  further: Record<string, string>,
): Promise<TestService> {
  const config = {
    WEBHOOK_ALLOWED_NETWORKS: "127.0.0.0/8",
    DATABASE_URL_LEDGER: first,
    DATABASE_URLS_LEDGER: Object.entries(further)
      .map(([name, url]) => `${name}=${url}`)
      .join(" "),
  } as Config;
  const authentication = {
    contextOf: async (headers: Readonly<Record<string, unknown>>) => {
      const tenantId = String(headers[TENANT_HEADER]);
      const key = headers["idempotency-key"];
      return testContext({
        tenantId,
        now: new Date(),
        idempotencyKey: typeof key === "string" ? key : undefined,
        ...(tenantId === EVERY_TENANT
          ? { caller: { kind: "client", funds: ALL_GRANTED, owner: "test" } as never }
          : {}),
      });
    },
    ready: () => Promise.resolve(),
  };
  const { server, closers } = await createService(config, quiet, { authentication });
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = server.app.server.address() as AddressInfo;
  const socket = createClient({ url: `ws://127.0.0.1:${port}/graphql`, webSocketImpl: WebSocket });
  return {
    url: `http://127.0.0.1:${port}`,
    socket,
    server,
    close: async () => {
      await socket.dispose();
      await server.app.close();
      for (const close of closers) await close();
    },
  };
}

export const asTenant = (tenantId: string): Record<string, string> => ({
  [TENANT_HEADER]: tenantId,
});

interface FollowedEvent {
  readonly tenantId: string;
  readonly fundId: string;
  readonly position: number;
}

const FOLLOW = `subscription ($after: Cursor) {
  ledgerEvents(after: $after) { cursor events { tenantId fundId position } }
}`;

interface Followed {
  readonly ledgerEvents: {
    readonly cursor: string;
    readonly events: readonly FollowedEvent[];
  };
}

/** Follows the feed of a tenant, or of every one, and keeps what it was sent. */
export class Follower {
  readonly events: FollowedEvent[] = [];
  cursor: string | null = null;
  failure: unknown;
  readonly #tenantId: string;
  #stop: () => void = () => undefined;

  constructor(tenantId: string) {
    this.#tenantId = tenantId;
  }

  start({ url }: TestService): void {
    const client = createClient({
      url: `${url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: asTenant(this.#tenantId),
      retryAttempts: 0,
    });
    const end = client.subscribe<Followed>(
      { query: FOLLOW, variables: { after: this.cursor } },
      {
        next: ({ data, errors }) => {
          if (errors !== undefined) this.failure = errors;
          if (data === null || data === undefined) return;
          this.events.push(...data.ledgerEvents.events);
          this.cursor = data.ledgerEvents.cursor;
        },
        error: (error) => (this.failure = error),
        complete: () => undefined,
      },
    );
    this.#stop = () => {
      end();
      void client.dispose();
    };
  }

  stop(): void {
    this.#stop();
  }

  /** The positions of a book, in the order in which they came. */
  positionsOf(fundId: string): number[] {
    return this.events.flatMap((event) => (event.fundId === fundId ? [event.position] : []));
  }
}

/** Posts without pause, each posting under its own key until it is acknowledged. */
export class Writer {
  readonly acknowledged: { readonly key: string; readonly position: number }[] = [];
  readonly refused: string[] = [];
  readonly #service: () => TestService;
  readonly #tenantId: string;
  readonly #fund: OpenedFund;
  #isStopping = false;
  #running: Promise<void> | undefined;

  constructor(service: () => TestService, tenantId: string, fund: OpenedFund) {
    this.#service = service;
    this.#tenantId = tenantId;
    this.#fund = fund;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) await this.#post(newId());
  }

  async #post(key: string): Promise<void> {
    const headers = { ...asTenant(this.#tenantId), "idempotency-key": key };
    for (;;) {
      const answer: Answer = await send(
        this.#service(),
        POST,
        posting(this.#fund, "1.00"),
        headers,
      );
      const posted = (answer.data as { postTransaction: { position: number } } | null | undefined)
        ?.postTransaction;
      if (posted !== undefined && posted !== null) {
        this.acknowledged.push({ key, position: posted.position });
        return;
      }
      this.refused.push(answer.errors?.[0]?.extensions.code ?? "no answer");
    }
  }
}

export const openFundOf = (service: TestService, tenantId: string): Promise<OpenedFund> =>
  openFund(service, asTenant(tenantId));
