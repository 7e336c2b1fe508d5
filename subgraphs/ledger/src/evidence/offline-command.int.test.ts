import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { sampleLog, tenantLog } from "./offline-sample.fixture.ts";

const COMMAND = fileURLToPath(new URL("../../verify-book.mjs", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "book-"));
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, content: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

const run = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });

const { text } = sampleLog();
const endOf = (book: string): { position: number; hash: string } =>
  (JSON.parse(book.slice(0, book.indexOf("\n"))) as { head: { position: number; hash: string } })
    .head;
const { position, hash } = endOf(text);

test("a sound book ends with code 0, and what was not checked is reported", async () => {
  const file = await write("book.ndjson", text);
  const limits = await write("tenant.ndjson", tenantLog().text);
  const sound = `sound up to position ${position}, hash ${hash}\n`;
  expect(await run(file, "--limits", limits)).toEqual({ code: 0, stdout: sound, stderr: "" });
  const { code, stdout } = await run(file);
  expect(code).toBe(0);
  expect(stdout).toBe(
    `${sound}not checked: the tenant's limits, which could apply 16 times; give the tenant's own book with --limits\n`,
  );
});

test("a book that is not sound ends with code 1 and the first bad position", async () => {
  const file = await write("changed.ndjson", text.replace("200.00", "900.00"));
  expect(await run(file)).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^not sound: position 10: CHANGED: /),
  });
});

test("a position and hash that were noted must be in the book", async () => {
  const file = await write("noted.ndjson", text);
  expect(await run(file, `${position}:${hash}`)).toMatchObject({ code: 0 });
  expect(await run(file, `${position - 1}:${hash}`)).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/CHANGED: the hash there is not the one that was noted/),
  });
  expect(await run(file, `${position + 1}:${hash}`)).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/MISSING/),
  });
});

test.each([
  ["nothing", [], "usage: "],
  ["no such file", ["nowhere.ndjson"], "no such file"],
  ["another file", [COMMAND], "line 1 is no JSON"],
  ["a note that is none", [COMMAND, "12"], "<position>:<hash>"],
  ["an unknown option", [COMMAND, "--limit", "x"], "--limit"],
])("%s ends with code 2 and a reason", async (_what, args, reason) => {
  const { code, stdout, stderr } = await run(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^cannot be checked: /);
  expect(stderr).toContain(reason);
});

test("an empty file, and one whose header names no book, cannot be checked", async () => {
  const [empty, headless] = await Promise.all([
    write("empty.ndjson", ""),
    write("headless.ndjson", '{"format":"allfunds-book","version":1}\n'),
  ]);
  expect((await run(empty)).stderr).toContain("the file is empty");
  expect((await run(headless)).stderr).toContain("no header of an exported book");
});
