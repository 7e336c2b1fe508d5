import { ClientCredentials } from "@allfunds/platform/auth/tokens";

/** The whole product as its clients see it, however it runs. */
export abstract class ReachableSystem {
  #credentials: ClientCredentials | undefined;

  /** The address of a path of the service that has a standard port. */
  abstract url(standardPort: number, path: string): string;
  abstract demo(): Promise<DemoDirectory>;

  /** An access token of the demo's first client, which has every scope. */
  async token(): Promise<string> {
    this.#credentials ??= await this.#demoCredentials();
    return this.#credentials.token();
  }

  async #demoCredentials(): Promise<ClientCredentials> {
    const { tokenEndpoint, resource, clients } = await this.demo();
    const [first] = clients;
    if (first === undefined) throw new Error("the demo has no client");
    return new ClientCredentials({ tokenEndpoint, resource, ...first });
  }

  /** The header with which a request is the demo's first client. */
  async authorization(): Promise<{ authorization: string }> {
    return { authorization: `Bearer ${await this.token()}` };
  }

  /** A GraphQL answer from the gateway, whole: data and errors. */
  async graphql<Data = Record<string, never>>(
    query: string,
    variables: object = {},
  ): Promise<GraphqlAnswer<Data>> {
    const response = await fetch(this.url(4000, "/graphql"), {
      method: "POST",
      headers: { "content-type": "application/json", ...(await this.authorization()) },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphqlAnswer<Data>;
  }

  /** The data of an operation that must not fail in any part. */
  async ask<Data>(query: string, variables: object = {}): Promise<Data> {
    const { data, errors } = await this.graphql<Data>(query, variables);
    if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(errors));
    return data;
  }

  /** Has the next token come from the address that `demo` then gives. */
  protected clearCredentials(): void {
    this.#credentials = undefined;
  }
}

export interface DemoDirectory {
  readonly issuer: string;
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
  readonly endpoints: { readonly web: string };
  readonly fundIds: Readonly<Record<string, string>>;
  readonly accountIds: Readonly<Record<string, string>>;
  readonly instrumentIds: Readonly<Record<string, string>>;
}

export interface GraphqlAnswer<Data> {
  readonly data?: Data;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string };
  }[];
}
