import { pipeline, Readable } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { constants, createBrotliCompress, createGzip } from "node:zlib";

/** Smaller answers fit into one packet. */
const SMALLEST_BYTES = 1_024;
/** Of 0 to 11: higher levels cost more CPU than the network time they save. */
const BROTLI_QUALITY = 4;
const COMPRESSIBLE =
  /^(?:text\/(?!event-stream)|application\/(?:json|x-ndjson|javascript)|image\/svg\+xml)/;

const COMPRESSORS = {
  // Flushed with each part: what is streamed arrives when it is sent.
  br: () =>
    createBrotliCompress({
      flush: constants.BROTLI_OPERATION_FLUSH,
      params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY },
    }),
  gzip: () => createGzip({ flush: constants.Z_SYNC_FLUSH }),
};

/** The response compressed as the browser accepts it. Files of the build were compressed before. */
export function compress(request: Request, response: Response): Response {
  const encoding = encodingFor(request.headers.get("accept-encoding") ?? "");
  if (encoding === undefined || response.body === null || !isCompressible(response.headers)) {
    return response;
  }
  const headers = new Headers(response.headers);
  headers.set("content-encoding", encoding);
  headers.append("vary", "accept-encoding");
  headers.delete("content-length");
  const compressor = COMPRESSORS[encoding]();
  // A browser that leaves ends both sides.
  pipeline(Readable.fromWeb(response.body as NodeStream), compressor, () => {});
  const { status, statusText } = response;
  return new Response(Readable.toWeb(compressor) as ReadableStream, {
    status,
    statusText,
    headers,
  });
}

function isCompressible(headers: Headers): boolean {
  const length = headers.get("content-length");
  return (
    !headers.has("content-encoding") &&
    COMPRESSIBLE.test(headers.get("content-type") ?? "") &&
    (length === null || Number(length) >= SMALLEST_BYTES)
  );
}

/** The best encoding that is accepted; one with weight zero is not. */
function encodingFor(accepted: string): keyof typeof COMPRESSORS | undefined {
  const names = accepted
    .split(",")
    .filter((each) => !/;\s*q=0(?:\.0*)?\s*$/.test(each))
    .map((each) => each.split(";")[0]?.trim());
  return (["br", "gzip"] as const).find((name) => names.includes(name));
}
