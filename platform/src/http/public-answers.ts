import { constants } from "node:zlib";
import compress from "@fastify/compress";
import cors from "@fastify/cors";
import type { FastifyInstance } from "fastify";

/** How a server that people and programs outside of the system call answers them. */
export interface PublicAnswers {
  /** Origins whose pages may call the server from browsers; those of the same origin always may. */
  readonly corsOrigins: readonly string[];
}

/** Smaller answers fit into one packet. */
const SMALLEST_COMPRESSED_BYTES = 1_024;
/** Of 0 to 11: higher levels cost more CPU than the network time they save. */
const BROTLI_QUALITY = 4;

/** Compresses what the client accepts compressed, and lets pages of the listed origins read the answers. */
export function servePublicAnswers(app: FastifyInstance, { corsOrigins }: PublicAnswers): void {
  // Called, not registered: a plugin that is registered starts only after the routes were added.
  compress(
    app,
    {
      encodings: ["zstd", "br", "gzip"],
      threshold: SMALLEST_COMPRESSED_BYTES,
      brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
      // Bodies of requests may inflate to a thousand times their size.
      globalDecompression: false,
    },
    started,
  );
  if (corsOrigins.length === 0) return;
  cors(
    app,
    {
      origin: [...corsOrigins],
      methods: ["GET", "HEAD", "POST", "PATCH", "DELETE"],
      // Tokens are sent in a header, never in cookies.
      credentials: false,
      maxAge: 600,
      exposedHeaders: [
        "allfunds-position",
        "dpop-nonce",
        "etag",
        "idempotency-hit",
        "idempotent-replayed",
        "link",
        "location",
        "ratelimit",
        "ratelimit-policy",
        "retry-after",
        "www-authenticate",
        "x-trace-id",
      ],
    },
    started,
  );
}

function started(error?: Error): void {
  if (error !== undefined) throw error;
}
