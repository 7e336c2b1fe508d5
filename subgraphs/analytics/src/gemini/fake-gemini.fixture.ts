import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface RequestedItem {
  readonly item: number;
  readonly direction: string;
  readonly words: readonly string[];
}

export interface ReceivedCall {
  readonly path: string;
  readonly key: string | undefined;
  /** The request body as sent, for searching. */
  readonly body: string;
  /** The same, parsed. */
  readonly sent: unknown;
  /** The movements of a request for categories. */
  readonly items: readonly RequestedItem[];
}

/** How the fake replies to one call. */
export type Reply = (call: ReceivedCall, response: ServerResponse) => void;

/**
 * A local server of the Gemini API's own protocol for `:generateContent` and `:streamGenerateContent`, so
 * that the real SDK is tested. Replies are used in order; the last one repeats.
 */
export class FakeGemini {
  readonly calls: ReceivedCall[] = [];
  replies: Reply[] = [];
  readonly #server: Server = createServer(
    (request, response) => void this.#answer(request, response),
  );

  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, "127.0.0.1", resolve);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    const key = request.headers["x-goog-api-key"];
    const call = {
      path: request.url ?? "",
      key: Array.isArray(key) ? key[0] : key,
      body,
      sent: JSON.parse(body) as unknown,
      items: requestedItems(body),
    };
    const reply = this.replies[Math.min(this.calls.length, this.replies.length - 1)];
    this.calls.push(call);
    if (reply === undefined) response.writeHead(500).end();
    else reply(call, response);
  }
}

function requestedItems(body: string): RequestedItem[] {
  const { contents } = JSON.parse(body) as { contents: { parts: { text?: string }[] }[] };
  const text = contents[0]?.parts[0]?.text ?? "";
  if (!text.startsWith("{")) return [];
  return (JSON.parse(text) as { movements?: RequestedItem[] }).movements ?? [];
}

const send = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};

const USAGE = { promptTokenCount: 700, candidatesTokenCount: 50, totalTokenCount: 750 };

/** A successful answer whose candidate carries these parts. */
export const parts =
  (makeParts: (items: readonly RequestedItem[]) => object[]): Reply =>
  (call, response) =>
    send(response, 200, {
      candidates: [
        {
          content: { role: "model", parts: makeParts(call.items) },
          finishReason: "STOP",
          index: 0,
        },
      ],
      usageMetadata: USAGE,
    });

interface StreamedCandidate {
  readonly parts: readonly object[];
  readonly finishReason?: string;
}

/** A successful stream of these candidates. */
export const streamed =
  (...candidates: readonly StreamedCandidate[]): Reply =>
  (_call, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const { parts: raw, ...rest } of candidates) {
      const candidate = { content: { role: "model", parts: raw }, index: 0, ...rest };
      const chunk = { candidates: [candidate], usageMetadata: USAGE };
      response.write(`data: ${JSON.stringify(chunk)}\r\n\r\n`);
    }
    response.end();
  };

/** A successful answer: one JSON text. */
export const answer = (make: (items: readonly RequestedItem[]) => unknown): Reply =>
  parts((items) => [{ text: JSON.stringify(make(items)) }]);

/** A refusal in Google's error format. */
export const refusal =
  (code: number, status: string, details: object[] = []): Reply =>
  (_call, response) =>
    send(response, code, { error: { code, message: `refused: ${status}`, status, details } });

export const retryInfo = (delay: string): object => ({
  "@type": "type.googleapis.com/google.rpc.RetryInfo",
  retryDelay: delay,
});

export const promptBlocked: Reply = (_call, response) =>
  send(response, 200, {
    promptFeedback: { blockReason: "SAFETY" },
    usageMetadata: { totalTokenCount: 10 },
  });

export const never: Reply = () => undefined;
