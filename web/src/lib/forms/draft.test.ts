import { expect, test } from "vitest";
import { DraftKeeper } from "./draft.ts";

function tab(full = false): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    removeItem: (key: string) => void items.delete(key),
    setItem: (key: string, value: string) => {
      if (full) throw new DOMException("full", "QuotaExceededError");
      items.set(key, value);
    },
  } as unknown as Storage;
}
const isText = (value: unknown): value is string => typeof value === "string";

test("finds what was kept, until it is dropped", () => {
  const drafts = new DraftKeeper<string>("post", "ann", tab());
  expect(drafts.find(isText)).toBeUndefined();
  drafts.keep("Fee");
  expect(drafts.find(isText)).toMatchObject({ values: "Fee" });
  drafts.drop();
  expect(drafts.find(isText)).toBeUndefined();
});

test("keeps drafts of forms and of users apart", () => {
  const storage = tab();
  new DraftKeeper<string>("post", "ann", storage).keep("Fee");
  expect(new DraftKeeper<string>("post", "ben", storage).find(isText)).toBeUndefined();
  expect(new DraftKeeper<string>("import", "ann", storage).find(isText)).toBeUndefined();
});

test("finds nothing where something else was kept, and fails in no full tab", () => {
  const storage = tab();
  new DraftKeeper<number>("post", "ann", storage).keep(7);
  expect(new DraftKeeper<string>("post", "ann", storage).find(isText)).toBeUndefined();
  new DraftKeeper<string>("post", "ann", tab(true)).keep("Fee");
});
