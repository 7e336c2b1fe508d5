import { constants } from "node:zlib";
import compress from "@fastify/compress";
import cors from "@fastify/cors";
import type { FastifyInstance, onSendHookHandler } from "fastify";

/** How a server that people and programs outside of the system call answers them. */
export interface PublicAnswers {
  /** Origins whose pages may call the server from browsers; those of the same origin always may. */
  readonly corsOrigins: readonly string[];
}

/** Smaller answers fit into one packet. */
const SMALLEST_COMPRESSED_BYTES = 1_024;
/** Of 0 to 11: higher levels cost more CPU than the network time they save. */
const BROTLI_QUALITY = 4;
/** Of 1 to 9. The usual 6 takes 3.5 times as long for an answer of 34 kB that is 6 % smaller. */
const GZIP_LEVEL = 4;

/**
 * Up to this an answer is compressed in one call, in 0.2 ms at most for 34 kB: a stream of the library takes four times
 * as long in all, in threads that a busy machine makes wait.
 */
const LARGEST_AT_ONCE_BYTES = 65_536;

const ENCODINGS = ["zstd", "br", "gzip"] as const;

/** Compresses what the client accepts compressed, and lets pages of the listed origins read the answers. */
export function servePublicAnswers(app: FastifyInstance, { corsOrigins }: PublicAnswers): void {
  // Called, not registered: a plugin that is registered starts only after the routes were added.
  compress(
    app,
    {
      encodings: [...ENCODINGS],
      threshold: SMALLEST_COMPRESSED_BYTES,
      syncThreshold: LARGEST_AT_ONCE_BYTES,
      zlibOptions: { level: GZIP_LEVEL },
      brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
      // Bodies of requests may inflate to a thousand times their size.
      globalDecompression: false,
    },
    started,
  );
  // Registered after the compression, so that it runs after it on each route.
  app.addHook("onRoute", (route) => {
    route.onSend = [...[route.onSend ?? []].flat(), describeEncoded];
  });
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
        "api-version",
        "content-disposition",
        "deprecation",
        "dpop-nonce",
        "etag",
        "idempotency-hit",
        "idempotent-replayed",
        "link",
        "location",
        "ratelimit",
        "ratelimit-policy",
        "retry-after",
        "sunset",
        "www-authenticate",
        "x-trace-id",
      ],
    },
    started,
  );
}

/**
 * States what RFC 9110 requires of an answer that may be compressed: a tag of its own for each encoding (8.8.1),
 * Vary for caches, also on what is not compressed, and no length where there is no body that has it (8.6).
 */
const describeEncoded: onSendHookHandler = ({ method }, reply, payload, done) => {
  const isRead = method === "GET" || method === "HEAD";
  if (isRead && (reply.statusCode === 200 || reply.statusCode === 304)) {
    const vary = [reply.getHeader("vary") ?? []].flat().join(", ");
    if (!vary.includes("accept-encoding")) {
      void reply.header("vary", [...(vary === "" ? [] : [vary]), "accept-encoding"].join(", "));
    }
  }
  if (method === "HEAD" || reply.statusCode === 304) void reply.removeHeader("content-length");
  const encoding = reply.getHeader("content-encoding");
  const tag = reply.getHeader("etag");
  if (typeof encoding === "string" && typeof tag === "string" && tag.startsWith('"')) {
    void reply.header("etag", `${tag.slice(0, -1)}-${encoding}"`);
  }
  done(null, payload);
};

const ENCODED_TAG = new RegExp(`-(?:${ENCODINGS.join("|")})"$`);

/** The entity tag of an answer as it is without compression, by which services compare. */
export const withoutEncoding = (tag: string): string => tag.replace(ENCODED_TAG, '"');

function started(error?: Error): void {
  if (error !== undefined) throw error;
}
