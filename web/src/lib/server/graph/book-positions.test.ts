import type { Cookies } from "@sveltejs/kit";
import { expect, test } from "vitest";
import { BookPositions } from "./book-positions.ts";

const FUND = "018f0000-0000-7000-8000-00000000000a";
const OTHER = "018f0000-0000-7000-8000-00000000000b";

function browser() {
  const kept = new Map<string, string>();
  return {
    get: (name: string) => kept.get(name),
    set: (name: string, value: string) => void kept.set(name, value),
  } as unknown as Cookies;
}

test("sends the positions of a viewer's last writes", () => {
  const positions = new BookPositions(browser(), "ann");
  expect(positions.headers).toEqual({});
  positions.keep(`${FUND}:3,${OTHER}:7`);
  positions.keep(`${FUND}:4`);
  expect(positions.headers).toEqual({ "allfunds-position": `${FUND}:4,${OTHER}:7` });
});

test("sends none of another viewer", () => {
  const cookies = browser();
  new BookPositions(cookies, "ann").keep(`${FUND}:3`);
  expect(new BookPositions(cookies, "ben").headers).toEqual({});
});

test("sends none of a cookie that was changed, and keeps a bounded number", () => {
  const cookies = browser();
  cookies.set("__Host-position", `ann x,${FUND}:1e9,${FUND}:`, { path: "/" });
  const positions = new BookPositions(cookies, "ann");
  expect(positions.headers).toEqual({});
  const many = Array.from({ length: 80 }, (_, n) => `${FUND.slice(0, -2)}${String(n + 10)}:1`);
  positions.keep(many.join(","));
  expect(positions.headers["allfunds-position"]?.split(",")).toHaveLength(50);
});
