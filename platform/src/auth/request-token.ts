/** Where a client requests tokens, and its secret. */
interface TokenClient {
  readonly endpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly timeoutMs?: number | undefined;
}

/** The token endpoint's refusal (RFC 6749, section 5.2). */
export class TokenRefusal extends Error {
  readonly error: string;

  constructor(status: number, error: string) {
    super(`${status} ${error}`);
    this.name = "TokenRefusal";
    this.error = error;
  }
}

/** The response of the token endpoint. Throws a TokenRefusal for an OAuth error, and any other error when it is away. */
export async function requestToken(
  { endpoint, clientId, clientSecret, timeoutMs = 5_000 }: TokenClient,
  parameters: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { authorization: basic(clientId, clientSecret), accept: "application/json" },
    body: new URLSearchParams(parameters),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (response.ok) return answer;
  throw new TokenRefusal(response.status, String(answer["error"]));
}

/** RFC 6749, section 2.3.1: id and secret are form-encoded before they are joined. */
const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64")}`;
