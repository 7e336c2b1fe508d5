import { z } from "zod";
import { AppError } from "@allfunds/contract/errors";
import type { Caller } from "@allfunds/contract/caller";
import type { Logger } from "../logging.ts";
import type { ClientCredentials } from "./client-credentials.ts";
import type { Claims } from "@allfunds/contract/claims";

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** Everything by which an issuer ends the token with these claims. */
export function revocationKeys(claims: Claims): string[] {
  const subject = textOf(claims["sub"]);
  const clientId = textOf(claims["client_id"]);
  return [
    `sub:${subject}`,
    `owner:${textOf(claims["owner"])}`,
    `client:${clientId}`,
    `act:${subject} ${clientId}`,
    `grant:${textOf(claims["grant"])}`,
    `jti:${textOf(claims["jti"])}`,
  ];
}

const answerSchema = z.object({
  revocations: z.array(z.object({ key: z.string(), before: z.number() })),
});

const TIME_LIMIT_MS = 3_000;

export interface RevocationsOptions {
  /** The issuer's list; undefined for an issuer that has none, whose tokens end by their expiry only. */
  readonly endpoint: () => Promise<string | undefined>;
  readonly credentials: ClientCredentials;
  readonly logger: Logger;
  readonly readEveryMs: number;
}

/**
 * The access tokens that an issuer has ended before their time, read periodically once tokens are verified. While
 * the issuer is away the last list goes on: tokens live five minutes.
 */
export class Revocations {
  readonly #options: RevocationsOptions;
  #ended: ReadonlyMap<string, number> = new Map();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RevocationsOptions) {
    this.#options = options;
  }

  /** Whether a token with one of these keys, issued at that second, has ended. */
  has(keys: readonly string[], issuedAtSeconds: number): boolean {
    return keys.some((key) => (this.#ended.get(key) ?? -Infinity) >= issuedAtSeconds);
  }

  /** Begins to read, once. */
  start(): void {
    if (this.#timer !== undefined) return;
    const { readEveryMs, logger } = this.#options;
    const read = (): void => {
      this.#read().catch((error: unknown) =>
        logger.warn({ err: error }, "the list of revoked tokens could not be read"),
      );
    };
    this.#timer = setInterval(read, readEveryMs).unref();
    read();
  }

  async #read(): Promise<void> {
    const { endpoint, credentials } = this.#options;
    const url = await endpoint();
    if (url === undefined) return;
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${await credentials.token()}` },
      redirect: "error",
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    });
    if (!response.ok) throw new Error(`the issuer answered ${response.status}`);
    const { revocations } = answerSchema.parse(await response.json());
    this.#ended = new Map(revocations.map(({ key, before }) => [key, before]));
  }
}

/** The caller of a token; `isRevoked` follows the list for as long as the caller is kept. */
export function watchRevocation(caller: Caller, claims: Claims, revocations: Revocations): Caller {
  revocations.start();
  const keys = revocationKeys(claims);
  const issuedAtSeconds = Number(claims["iat"]);
  return Object.defineProperty({ ...caller }, "isRevoked", {
    enumerable: true,
    get: () => revocations.has(keys, issuedAtSeconds),
  });
}

/** Throws UNAUTHENTICATED when the caller's token has ended before its time. */
export function refuseRevoked({ isRevoked }: Pick<Caller, "isRevoked">): void {
  if (isRevoked === true) throw new AppError("UNAUTHENTICATED", "The access token was revoked.");
}

/** The list itself is read less often. */
const WATCH_EVERY_MS = 1_000;
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls `end` once, when the caller's token expires or is revoked, also while the caller does nothing. The returned
 * function stops the watch.
 */
export function watchToken(
  caller: Pick<Caller, "expiresAt" | "isRevoked">,
  end: (reason: "expired" | "revoked") => void,
): () => void {
  const finish = (reason: "expired" | "revoked"): void => {
    stop();
    end(reason);
  };
  const leftMs = Math.min(Math.max(0, caller.expiresAt.getTime() - Date.now()), MAX_TIMER_MS);
  const expiry = setTimeout(() => finish("expired"), leftMs).unref();
  const watch = setInterval(() => {
    if (caller.isRevoked === true) finish("revoked");
  }, WATCH_EVERY_MS).unref();
  const stop = (): void => {
    clearTimeout(expiry);
    clearInterval(watch);
  };
  return stop;
}
