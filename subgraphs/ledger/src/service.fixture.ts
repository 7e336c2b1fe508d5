import type { AddressInfo } from "node:net";
import { OPEN_TO_ALL, type Authentication } from "@allfunds/platform/auth";
import type { HttpServer } from "@allfunds/platform/http";
import { createTestDatabase } from "@allfunds/platform/testing";
import { createClient, type Client } from "graphql-ws";
import { expect } from "vitest";
import { WebSocket } from "ws";
import { LEDGER_TEMPLATE, quiet } from "./ledger-database.fixture.ts";
import type { Config } from "./config.ts";
import { createService } from "./service.ts";

export interface Answer {
  readonly data?: object | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: {
      readonly code: string;
      readonly violations?: unknown;
      readonly proposalId?: string;
    };
  }[];
}

/** The service as clients meet it: over real HTTP and WebSocket, on a database of its own. */
export interface TestService {
  readonly url: string;
  readonly socket: Client;
  readonly server: HttpServer;
  close(): Promise<void>;
}

/** On the database at `url`, which then is its owner's to drop. */
export async function openService(
  authentication: Pick<Authentication, "contextOf" | "ready"> = OPEN_TO_ALL,
  url?: string,
): Promise<TestService> {
  const own = url === undefined ? await createTestDatabase(LEDGER_TEMPLATE) : undefined;
  const config = { DATABASE_URL_LEDGER: own?.url ?? url ?? "" } as Config;
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
      await own?.drop();
    },
  };
}

export async function send(
  { url }: TestService,
  query: string,
  variables: object = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

/** The data of an operation that must succeed. */
export async function ask<Data>(
  service: TestService,
  query: string,
  variables: object = {},
  headers: Record<string, string> = {},
): Promise<Data> {
  const { data, errors } = await send(service, query, variables, headers);
  expect(errors).toBeUndefined();
  return data as Data;
}

export const codeOf = ({ errors }: Answer): string => errors?.[0]?.extensions.code ?? "ok";

export const OPEN_ACCOUNT =
  "mutation ($input: OpenAccountInput!) { openAccount(input: $input) { id } }";

export interface OpenedFund {
  readonly fundId: string;
  readonly bank: string;
  readonly capital: string;
}

/** Opens a EUR fund with the accounts BANK and CAP through the public API. */
export async function openFund(
  service: TestService,
  headers: Record<string, string> = {},
): Promise<OpenedFund> {
  const { openFund: fund } = await ask<{ openFund: { id: string } }>(
    service,
    'mutation { openFund(input: { name: "Fund", currency: "EUR" }) { id } }',
    {},
    headers,
  );
  const open = async (code: string, type: string): Promise<string> => {
    const input = { fundId: fund.id, code, name: code, type };
    const opened = await ask<{ openAccount: { id: string } }>(
      service,
      OPEN_ACCOUNT,
      { input },
      headers,
    );
    return opened.openAccount.id;
  };
  return {
    fundId: fund.id,
    bank: await open("BANK", "ASSET"),
    capital: await open("CAP", "EQUITY"),
  };
}

export const POST = `mutation ($input: PostTransactionInput!) {
  postTransaction(input: $input) { id position replayed entries { side amount { amount currency } balanceAfter { amount } account { code } } }
}`;

/** Variables of `POST`: capital paid into the bank account. */
export const posting = (
  { fundId, bank, capital }: OpenedFund,
  amount = "100.00",
  more: object = {},
) => ({
  input: {
    fundId,
    effectiveDate: "2026-06-30",
    description: "Paid in",
    entries: [
      { accountId: bank, side: "DEBIT", amount },
      { accountId: capital, side: "CREDIT", amount },
    ],
    ...more,
  },
});

export interface Posted {
  readonly postTransaction: {
    readonly id: string;
    readonly position: number;
    readonly replayed: boolean;
  };
}
