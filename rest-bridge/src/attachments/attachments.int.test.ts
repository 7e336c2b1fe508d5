import { afterAll, beforeAll, expect, it } from "vitest";
import { ATTACHMENT } from "../fake-graph/attachments.fixture.ts";
import { UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { openService, type OpenService } from "../service.fixture.ts";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

it("gives a file for download only, under its own name", async () => {
  const answer = await service.send(`/api/v1/attachments/${ATTACHMENT.id}`);
  expect(answer.status).toBe(200);
  expect(answer.text).toBe("%PDF-1.7");
  expect(answer.headers.get("content-type")).toContain("application/octet-stream");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect(answer.headers.get("content-disposition")).toBe(
    `attachment; filename="Gr__e _1_ 100_.pdf"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22%20100%25.pdf`,
  );
});

it("is not sent again to who has it, and has another tag than what is known of it", async () => {
  const path = `/api/v1/attachments/${ATTACHMENT.id}`;
  const tag = (await service.send(path)).headers.get("etag") ?? "";
  expect(tag).toMatch(/^"[\w-]{22}"$/);
  const again = await service.send(path, { headers: { "if-none-match": tag } });
  expect([again.status, again.text, again.headers.get("etag")]).toEqual([304, "", tag]);
  const known = await service.send(path, { headers: { accept: "application/json" } });
  expect(known.headers.get("etag")).not.toBe(tag);
});

it("gives what is known of a file as JSON", async () => {
  const headers = { accept: "application/json" };
  const answer = await service.send(`/api/v1/attachments/${ATTACHMENT.id}`, { headers });
  const { contentBase64: _content, transaction, ...known } = ATTACHMENT;
  expect(answer.json()).toEqual({ ...known, transactionId: transaction.id });
});

it("answers 404 for a file that does not exist, or that the caller may not see", async () => {
  for (const accept of ["*/*", "application/json"]) {
    const answer = await service.send(`/api/v1/attachments/${UNKNOWN}`, { headers: { accept } });
    expect(answer.json()).toMatchObject({ status: 404, code: "NOT_FOUND" });
  }
});
