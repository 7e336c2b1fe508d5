import type { IncomingMessage, ServerResponse } from "node:http";
import { readKeyRing } from "../keys/signing-keys.ts";
import type { Vault } from "../keys/vault.ts";
import type { Provider } from "oidc-provider";
import { createProvider, type ProviderParts } from "./create-provider.ts";

const DEFAULT_REFRESH_MS = 5_000;

/**
 * The protocol with the keys of the moment. A provider takes its keys when it is made, so a change of
 * keys makes a new one; requests that are running end in the one they began in.
 */
export class IdentityProvider {
  readonly #parts: ProviderParts;
  readonly #vault: Vault;
  readonly #refreshMs: number;
  #version = "";
  #current: { provider: Provider; handle: Handler } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: ProviderParts, vault: Vault, refreshMs: number = DEFAULT_REFRESH_MS) {
    this.#parts = parts;
    this.#vault = vault;
    this.#refreshMs = refreshMs;
  }

  /** Reads the keys and goes on doing so. */
  async start(): Promise<void> {
    await this.#refresh();
    this.#timer = setInterval(() => {
      this.#refresh().catch((error: unknown) => {
        this.#parts.logger.warn({ err: error }, "the signing keys could not be read again");
      });
    }, this.#refreshMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  get provider(): Provider {
    if (this.#current === undefined) throw new Error("The provider has not been started.");
    return this.#current.provider;
  }

  /** Answers a request of the protocol. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    void this.#current?.handle(request, response);
  }

  async #refresh(): Promise<void> {
    const { pool, logger } = this.#parts;
    const { keys, version } = await readKeyRing(pool, this.#vault);
    if (version === this.#version) return;
    const provider = createProvider(this.#parts, keys);
    this.#current = { provider, handle: provider.callback() };
    this.#version = version;
    logger.info({ signing: keys[0]?.kid, published: keys.length }, "signing keys are in use");
  }
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
