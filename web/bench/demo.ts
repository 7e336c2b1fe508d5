import type { Browser, Cookie } from "playwright-core";

interface DemoFile {
  readonly tokenEndpoint: string;
  readonly resource: string;
  readonly clients: readonly { readonly clientId: string; readonly clientSecret: string }[];
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

const GATEWAY_PORT_AFTER_WEB = 1_000;

/** The running demo system: its users, and its graph as a program sees it. */
export class Demo {
  readonly #file: DemoFile;
  readonly #url: string;
  #token: string | undefined;

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

  async #send<Data>(query: string, variables: object): Promise<Data> {
    this.#token ??= await this.#fetchToken();
    const gateway = new URL("/graphql", this.#url);
    gateway.port = String(Number(gateway.port) + GATEWAY_PORT_AFTER_WEB);
    const response = await fetch(gateway, {
      method: "POST",
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
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
      }),
    });
    const { access_token: token } = (await response.json()) as { access_token?: string };
    if (token === undefined) throw new Error(`No token: HTTP ${response.status}.`);
    return token;
  }
}
