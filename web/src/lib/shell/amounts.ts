import type { Reader } from "../dates/reader.svelte.ts";

/** Hides or shows amounts at once, and keeps the choice in this browser. False where it could not be kept. */
export async function switchAmounts(reader: Reader): Promise<boolean> {
  reader.hidesAmounts = !reader.hidesAmounts;
  const body = new URLSearchParams({ amounts: reader.hidesAmounts ? "hidden" : "shown" });
  try {
    const { type, ok } = await fetch("/appearance", { method: "POST", body, redirect: "manual" });
    return ok || type === "opaqueredirect";
  } catch {
    return false;
  }
}
