import type { Browser, Cookie } from "playwright-core";
import { STATE_TIMEOUT_MS } from "../e2e/browser.ts";

interface DemoFile {
  readonly tokenEndpoint: string;
  readonly resource: string;
  readonly clients: readonly {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly scopes: readonly string[];
  }[];
  readonly users: readonly {
    readonly email: string;
    readonly password: string;
    readonly role: string;
    readonly totpSecret?: string;
  }[];
}

/** A fund of the demo with two accounts to post between. */
export interface MeasuredFund {
  readonly id: string;
  readonly debit: string;
  readonly credit: string;
}

/** Transactions of one request, and requests under way. */
const BATCH = 500;
const BATCHES_AT_ONCE = 4;
const GATEWAY_PORT_AFTER_WEB = 1_000;
/** Positions of a book before its first transaction: the fund and two accounts were opened. */
const OPENINGS = 3;

interface Answer<Data> {
  readonly data: Data;
  readonly errors?: unknown;
}

const failure = (errors: unknown): Error => new Error(JSON.stringify(errors));

/** The running demo system: its users, and its graph as a program sees it. */
export class Demo {
  readonly #file: DemoFile;
  readonly #url: string;
  #token: Promise<string> | undefined;
  /** When another token is fetched, on the clock of the process. */
  #renewAt = 0;

  constructor(file: DemoFile, url: string) {
    this.#file = file;
    this.#url = url;
  }

  /** Signs a user without a second factor in, and returns the cookies of the session. */
  async signIn(browser: Browser): Promise<Cookie[]> {
    const user = this.#file.users.find(({ totpSecret }) => totpSecret === undefined);
    if (user === undefined) throw new Error("The demo has no user with one factor.");
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(STATE_TIMEOUT_MS);
    await page.goto(`${this.#url}/sign-in`);
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByLabel("Email").fill(user.email);
    await page.getByLabel("Password").fill(user.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("navigation", { name: "Main" }).waitFor();
    await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
    const cookies = await context.cookies(this.#url);
    await context.close();
    return cookies;
  }

  /** The first fund, which has the longest history. */
  async fundToMeasure(): Promise<MeasuredFund> {
    const { funds } = await this.#send<{
      funds: {
        nodes: { id: string; accounts: { nodes: { id: string; currency: string }[] } }[];
      };
    }>("{ funds(first: 1) { nodes { id accounts(first: 50) { nodes { id currency } } } } }", {});
    const [fund] = funds.nodes;
    const [debit, ...others] = fund?.accounts.nodes ?? [];
    const credit = others.find(({ currency }) => currency === debit?.currency);
    if (!fund || !debit || !credit) throw new Error("The demo has no fund with two accounts.");
    return { id: fund.id, debit: debit.id, credit: credit.id };
  }

  /** Posts one cent. */
  async post({ id, debit, credit }: MeasuredFund): Promise<void> {
    const entries = [
      { accountId: debit, side: "DEBIT", amount: "0.01" },
      { accountId: credit, side: "CREDIT", amount: "0.01" },
    ];
    const effectiveDate = new Date().toISOString().slice(0, 10);
    await this.#send(
      "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }",
      { input: { fundId: id, effectiveDate, description: "Posted by bench:web", entries } },
    );
  }

  /** A fund with so many transactions: the one of an earlier run, filled up where rows are missing. */
  async longFund(rows: number): Promise<MeasuredFund> {
    const name = `Long list of ${rows}`;
    const fund = (await this.#fundNamed(name)) ?? (await this.#openLongFund(name));
    const { fund: known } = await this.#send<{ fund: { position: number } }>(
      "query ($id: ID!) { fund(id: $id) { position } }",
      { id: fund.id },
    );
    const missing = rows - (known.position - OPENINGS);
    for (let at = 0; at < missing; at += BATCH * BATCHES_AT_ONCE) {
      const starts = Array.from({ length: BATCHES_AT_ONCE }, (_, nth) => at + nth * BATCH);
      await Promise.all(
        starts
          .filter((start) => start < missing)
          .map((start) =>
            this.#postRows(fund, rows - missing + start, Math.min(BATCH, missing - start)),
          ),
      );
    }
    await this.#untilSearchable(fund);
    return fund;
  }

  /** What was posted last is searched a little later; until then a search is refused. */
  async #untilSearchable({ id }: MeasuredFund): Promise<void> {
    const search = `query ($id: ID!) {
      fund(id: $id) { transactions(first: 1, filter: { text: "list" }) { nodes { id } } }
    }`;
    for (;;) {
      const found = await this.#request<object>(search, { id });
      if (found.errors === undefined) return;
      if (!JSON.stringify(found.errors).includes("CONSISTENCY_TIMEOUT"))
        throw failure(found.errors);
    }
  }

  async #fundNamed(name: string): Promise<MeasuredFund | undefined> {
    const { funds } = await this.#send<{
      funds: { nodes: { id: string; name: string; accounts: { nodes: { id: string }[] } }[] };
    }>("{ funds(first: 100) { nodes { id name accounts(first: 2) { nodes { id } } } } }", {});
    const found = funds.nodes.find((fund) => fund.name === name);
    const [debit, credit] = found?.accounts.nodes ?? [];
    return found && debit && credit
      ? { id: found.id, debit: debit.id, credit: credit.id }
      : undefined;
  }

  async #openLongFund(name: string): Promise<MeasuredFund> {
    const { openFund } = await this.#send<{ openFund: { id: string } }>(
      "mutation ($input: OpenFundInput!) { openFund(input: $input) { id } }",
      { input: { name, currency: "EUR" } },
    );
    const open = async (code: string, name: string, type: string): Promise<string> => {
      const { openAccount } = await this.#send<{ openAccount: { id: string } }>(
        "mutation ($input: OpenAccountInput!) { openAccount(input: $input) { id } }",
        { input: { fundId: openFund.id, code, name, type, currency: "EUR" } },
      );
      return openAccount.id;
    };
    const debit = await open("1000", "Cash", "ASSET");
    const credit = await open("4000", "Income", "INCOME");
    return { id: openFund.id, debit, credit };
  }

  async #postRows({ id, debit, credit }: MeasuredFund, from: number, count: number): Promise<void> {
    const transactions = Array.from({ length: count }, (_, nth) => {
      const row = from + nth;
      const amount = `${1 + (row % 9_973)}.${String(row % 100).padStart(2, "0")}`;
      const day = new Date(Date.UTC(2024, 0, 1 + (row % 700))).toISOString().slice(0, 10);
      return {
        fundId: id,
        effectiveDate: day,
        description: `Row ${row} of a long list`,
        entries: [
          { accountId: debit, side: "DEBIT", amount },
          { accountId: credit, side: "CREDIT", amount },
        ],
      };
    });
    await this.#send(
      "mutation ($input: PostTransactionsInput!) { postTransactions(input: $input) { results { error { code } } } }",
      { input: { mode: "ATOMIC", transactions } },
    );
  }

  async #send<Data>(query: string, variables: object): Promise<Data> {
    const { data, errors } = await this.#request<Data>(query, variables);
    if (errors !== undefined) throw failure(errors);
    return data;
  }

  async #request<Data>(query: string, variables: object): Promise<Answer<Data>> {
    const token = await this.#currentToken();
    const gateway = new URL("/graphql", this.#url);
    gateway.port = String(Number(gateway.port) + GATEWAY_PORT_AFTER_WEB);
    const response = await fetch(gateway, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer<Data>;
  }

  /** A million rows take longer than a token lasts. Requests at once share the next one. */
  #currentToken(): Promise<string> {
    if (!this.#token || performance.now() >= this.#renewAt) {
      this.#renewAt = Number.POSITIVE_INFINITY;
      this.#token = this.#fetchToken();
    }
    return this.#token;
  }

  async #fetchToken(): Promise<string> {
    const [client] = this.#file.clients;
    if (client === undefined) throw new Error("The demo has no API client.");
    const response = await fetch(this.#file.tokenEndpoint, {
      method: "POST",
      headers: {
        authorization: `Basic ${btoa(`${client.clientId}:${client.clientSecret}`)}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        resource: this.#file.resource,
        scope: client.scopes.join(" "),
      }),
    });
    const { access_token: token, expires_in: seconds } = (await response.json()) as {
      access_token?: string;
      expires_in?: number;
    };
    if (token === undefined || seconds === undefined) {
      throw new Error(`No token: HTTP ${response.status}.`);
    }
    this.#renewAt = performance.now() + (seconds * 1_000) / 2;
    return token;
  }
}
