import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Provider } from "oidc-provider";
import type { SecretBox } from "../keys/secret-box.ts";
import { readKeyRing } from "../keys/signing-keys.ts";
import { createProvider, type ProviderParts } from "./create-provider.ts";

const DEFAULT_REFRESH_MS = 5_000;

/**
 * The protocol with the present signing keys. A provider takes its keys when it is made, so a change of
 * keys makes a new one; running requests finish in the one they started in.
 */
export class IdentityProvider {
  readonly #parts: ProviderParts;
  readonly #secretBox: SecretBox;
  readonly #refreshMs: number;
  #version = "";
  #current: { provider: Provider; handle: Handler } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: ProviderParts, secretBox: SecretBox, refreshMs: number = DEFAULT_REFRESH_MS) {
    this.#parts = parts;
    this.#secretBox = secretBox;
    this.#refreshMs = refreshMs;
  }

  /** Reads the keys, now and periodically. */
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

  /** Serves the protocol's endpoints; the library reads the bodies itself. */
  serve(app: FastifyInstance): void {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", (_request, _body, done) => done(null));
    const handle = (request: FastifyRequest, reply: FastifyReply): void => {
      if (!isFromTrustedProxy(request)) dropForwarded(request.raw.headers);
      reply.hijack();
      void this.#current?.handle(request.raw, reply.raw);
    };
    app.all("/oauth/*", handle);
    // RFC 8414 has another name for the same document, where assistants look for it.
    app.get("/.well-known/oauth-authorization-server", (request, reply) => {
      request.raw.url = "/.well-known/openid-configuration";
      handle(request, reply);
    });
    app.all("/.well-known/*", handle);
  }

  async #refresh(): Promise<void> {
    const { pool, logger } = this.#parts;
    const { keys, version } = await readKeyRing(pool, this.#secretBox);
    if (version === this.#version) return;
    const provider = createProvider(this.#parts, keys);
    this.#current = { provider, handle: provider.callback() };
    this.#version = version;
    logger.info({ signing: keys[0]?.kid, published: keys.length }, "signing keys are in use");
  }
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Fastify lists more than one address when it trusts the forwarding headers of the nearest. */
const isFromTrustedProxy = ({ ips = [] }: FastifyRequest): boolean => ips.length > 1;

/** The library trusts these from every client, because `provider.proxy` is set. */
function dropForwarded(headers: IncomingHttpHeaders): void {
  for (const name of ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"]) {
    delete headers[name];
  }
}
