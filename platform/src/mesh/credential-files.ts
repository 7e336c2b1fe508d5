import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createSecureContext } from "node:tls";

/** What a service presents and whom it trusts, in PEM. */
export interface Credentials {
  /** The authorities; two while one replaces the other. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Takes lines of the log, with details. */
export interface MeshLogger {
  readonly info: (details: object, line: string) => void;
  readonly warn: (details: object, line: string) => void;
}

const READ_EVERY_MS = 1_000;

/**
 * The files `ca.pem`, `cert.pem` and `key.pem` of a directory. They are read again when they change; while they
 * do not fit together, because one of them is still to be replaced, the credentials of before stay.
 */
export class CredentialFiles {
  readonly #directory: string;
  readonly #logger: MeshLogger;
  readonly #timer: NodeJS.Timeout;
  readonly #listeners = new Set<(credentials: Credentials) => void>();
  #current: Credentials;
  #expiresAtMs: number;
  #fault = "";

  /** Throws an Error that names the file which is absent or does not fit. */
  constructor(directory: string, logger: MeshLogger, readEveryMs = READ_EVERY_MS) {
    this.#directory = directory;
    this.#logger = logger;
    this.#current = this.#read();
    this.#expiresAtMs = checkFit(this.#current);
    this.#timer = setInterval(() => this.#readAgain(), readEveryMs).unref();
  }

  get current(): Credentials {
    return this.#current;
  }

  /** When the certificate ends, in milliseconds since 1970. */
  get expiresAtMs(): number {
    return this.#expiresAtMs;
  }

  /** Calls the listener with every later credentials. */
  follow(listener: (credentials: Credentials) => void): void {
    this.#listeners.add(listener);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  #read(): Credentials {
    const [ca, cert, key] = ["ca.pem", "cert.pem", "key.pem"].map((name) => {
      try {
        return readFileSync(join(this.#directory, name), "utf8");
      } catch {
        throw new Error(`${join(this.#directory, name)} cannot be read`);
      }
    });
    return { ca: ca ?? "", cert: cert ?? "", key: key ?? "" };
  }

  #readAgain(): void {
    try {
      const read = this.#read();
      const { ca, cert, key } = this.#current;
      if (read.ca === ca && read.cert === cert && read.key === key) return;
      this.#expiresAtMs = checkFit(read);
      this.#current = read;
      this.#fault = "";
      this.#logger.info({ until: new Date(this.#expiresAtMs) }, "certificate replaced");
      for (const listener of this.#listeners) listener(read);
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      if (fault !== this.#fault) this.#logger.warn({ fault }, "new certificate is not usable yet");
      this.#fault = fault;
    }
  }
}

/** The end of the certificate. Throws an Error when the three do not make a pair that can be presented. */
function checkFit(credentials: Credentials): number {
  try {
    createSecureContext(credentials);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`ca.pem, cert.pem and key.pem do not fit together: ${message}`, {
      cause: error,
    });
  }
  return new X509Certificate(credentials.cert).validToDate.getTime();
}
