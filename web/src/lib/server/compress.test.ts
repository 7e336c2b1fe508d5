import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { compress } from "./compress.ts";

const TEXT = "A fund page with many rows. ".repeat(200);

const asking = (encodings: string) =>
  new Request("http://localhost/", { headers: { "accept-encoding": encodings } });
const page = (headers: Record<string, string> = {}) =>
  new Response(TEXT, { headers: { "content-type": "text/html", ...headers } });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

test("compresses as the browser accepts it", async () => {
  const brotli = compress(asking("gzip, deflate, br"), page());
  expect(brotli.headers.get("content-encoding")).toBe("br");
  expect(brotli.headers.get("vary")).toBe("accept-encoding");
  const bytes = await bytesOf(brotli);
  expect(bytes.length).toBeLessThan(TEXT.length / 10);
  expect(brotliDecompressSync(bytes).toString()).toBe(TEXT);
  const gzip = compress(asking("gzip, br;q=0"), page());
  expect(gunzipSync(await bytesOf(gzip)).toString()).toBe(TEXT);
});

test.each([
  ["the browser accepts none", "", {}],
  ["it is an image", "br", { "content-type": "image/png" }],
  ["it is compressed already", "br", { "content-encoding": "gzip" }],
  ["it is small", "br", { "content-length": "300" }],
])("leaves an answer as it is when %s", (_, encodings, headers) => {
  const response = page(headers);
  expect(compress(asking(encodings), response)).toBe(response);
});

test("sends each part of a streamed answer when it is there", async () => {
  let send: ((text: string) => void) | undefined;
  const body = new ReadableStream({
    start: (controller) => {
      send = (text) => controller.enqueue(new TextEncoder().encode(text));
    },
  });
  const response = compress(
    asking("gzip"),
    new Response(body, { headers: { "content-type": "text/html" } }),
  );
  const reader = response.body?.getReader();
  send?.("first");
  const { value } = (await reader?.read()) ?? {};
  expect(value?.length).toBeGreaterThan(0);
  await reader?.cancel();
});
