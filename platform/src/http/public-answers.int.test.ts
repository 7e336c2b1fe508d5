import { gunzipSync } from "node:zlib";
import { afterEach, expect, it } from "vitest";
import { AppError } from "@allfunds/contract/errors";
import { createLogger } from "../logging.ts";
import { createHttpServer, type HttpServer } from "./http-server.ts";

const PAGE = "https://app.example.com";

let server: HttpServer | undefined;
afterEach(async () => server?.app.close());

function open(corsOrigins: readonly string[] = [PAGE]): HttpServer["app"] {
  server = createHttpServer({
    service: "test",
    logger: createLogger("test", "silent"),
    authentication: {
      contextOf: () => {
        throw new AppError("UNAUTHENTICATED", "Send a token.");
      },
    },
    publicAnswers: { corsOrigins },
  });
  server.app.get("/data", () => ({}));
  server.app.get("/open", { config: { public: true } }, () => ({ text: "x".repeat(2_000) }));
  server.app.get<{ Params: { size: string } }>(
    "/of/:size",
    { config: { public: true } },
    ({ params }) => "x".repeat(Number(params.size)),
  );
  return server.app;
}

const preflight = (origin: string) =>
  open().inject({
    method: "OPTIONS",
    url: "/data",
    headers: { origin, "access-control-request-method": "PATCH" },
  });

const encodingOf = async (url: string, accepted: string) =>
  (await open().inject({ url, headers: { "accept-encoding": accepted } })).headers[
    "content-encoding"
  ];

it("answers a preflight without a token, for listed origins only", async () => {
  const listed = await preflight(PAGE);
  expect(listed.statusCode).toBe(204);
  expect(listed.headers["access-control-allow-origin"]).toBe(PAGE);
  expect(listed.headers["access-control-allow-methods"]).toContain("PATCH");
  expect((await preflight("https://other.example")).headers).not.toHaveProperty(
    "access-control-allow-origin",
  );
});

it("lets pages of listed origins read refusals", async () => {
  const refused = await open().inject({ url: "/data", headers: { origin: PAGE } });
  expect(refused.statusCode).toBe(401);
  expect(refused.headers["access-control-allow-origin"]).toBe(PAGE);
  expect(refused.headers["vary"]).toContain("Origin");
  expect(refused.headers["access-control-expose-headers"]).toContain("www-authenticate");
});

it("lets no page of another origin read anything when no origin is listed", async () => {
  const answer = await open([]).inject({ url: "/open", headers: { origin: PAGE } });
  expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
});

it("compresses large answers in the client's favourite encoding, and small ones not at all", async () => {
  expect(await encodingOf("/open", "gzip, br;q=0.5")).toBe("gzip");
  expect(await encodingOf("/open", "zstd, gzip")).toBe("zstd");
  expect(await encodingOf("/open", "identity")).toBeUndefined();
  expect(await encodingOf("/health/live", "gzip")).toBeUndefined();
});

it("compresses what fits in memory at once, so that its length is known", async () => {
  const headers = { "accept-encoding": "gzip" };
  const sizes = [64_000, 70_000].map((size) => `/of/${size}`);
  const app = open();
  const answers = await Promise.all(sizes.map((url) => app.inject({ url, headers })));
  expect(answers.map((answer) => answer.headers["content-length"] !== undefined)).toEqual([
    true,
    false,
  ]);
  const texts = answers.map(({ rawPayload }) => gunzipSync(rawPayload).length);
  expect(texts).toEqual([64_000, 70_000]);
});
