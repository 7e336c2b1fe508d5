import type { Dispatcher } from "undici";

/** What a server answered, read to its end. */
export interface EndpointAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/**
 * `unsent`: no byte of the request left. `lost`: the request may have been carried out. `silent`: the endpoint
 * was taken for dead meanwhile. `oversized`: the answer was longer than allowed.
 */
export type FailureKind = "unsent" | "lost" | "silent" | "oversized";

/** An endpoint gave no answer. */
export class EndpointFailure extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "EndpointFailure";
    this.kind = kind;
  }
}

/** Counts the bytes of an answer that have come; throws when they are too many. */
export type ByteCount = (bytes: number) => void;

const BOM_BYTES = 3;

/**
 * One request and its whole answer. `Dispatcher.request` would make a stream of each answer, which costs more than
 * reading a small one.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #answered = Promise.withResolvers<EndpointAnswer>();
  readonly #count: (headers: EndpointAnswer["headers"]) => ByteCount | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #countBytes: ByteCount | undefined;
  #status = 0;
  #headers: EndpointAnswer["headers"] = {};
  #parts: Buffer[] = [];
  #ended: { readonly reason: unknown } | undefined;

  /** `count` chooses by the headers of an answer how its bytes are counted; undefined where they need not be. */
  constructor(count: (headers: EndpointAnswer["headers"]) => ByteCount | undefined) {
    this.#count = count;
  }

  /** Resolves with the answer; rejects with the failure, or with the reason of `abort`. */
  get answer(): Promise<EndpointAnswer> {
    return this.#answered.promise;
  }

  /** Ends the request, also one that waits for a connection. */
  abort(reason: unknown): void {
    if (this.#ended !== undefined) return;
    this.#ended = { reason };
    this.#parts = [];
    this.#answered.reject(reason);
    this.#controller?.abort(reason as Error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // A connection that was lost before its request was sent begins it again.
    this.#parts = [];
    if (this.#ended !== undefined) controller.abort(this.#ended.reason as Error);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: EndpointAnswer["headers"],
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    this.#countBytes = this.#count(headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, part: Buffer): void {
    if (this.#ended !== undefined) return;
    try {
      this.#countBytes?.(part.length);
      this.#parts.push(part);
    } catch (error) {
      this.abort(error);
    }
  }

  onResponseEnd(): void {
    if (this.#ended !== undefined) return;
    this.#ended = { reason: undefined };
    const text = textOf(this.#parts);
    this.#parts = [];
    this.#answered.resolve({ status: this.#status, headers: this.#headers, text });
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = { reason: error };
    this.#parts = [];
    this.#answered.reject(error);
  }
}

function textOf([first, ...others]: readonly Buffer[]): string {
  if (first === undefined) return "";
  const bytes = others.length === 0 ? first : Buffer.concat([first, ...others]);
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString("utf8", hasMark ? BOM_BYTES : 0);
}

const UNSENT = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENOENT",
  "UND_ERR_CONNECT_TIMEOUT",
  // The endpoint was let go of in the same moment.
  "UND_ERR_CLOSED",
  "UND_ERR_DESTROYED",
]);

/** A failure of an exchange by its kind. */
export function asFailure(error: unknown): EndpointFailure {
  if (error instanceof EndpointFailure) return error;
  const { code = "", message } = error as { code?: string; message: string };
  if (UNSENT.has(code)) return new EndpointFailure("unsent", message, error);
  return new EndpointFailure("lost", message, error);
}
