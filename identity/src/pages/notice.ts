import { html, type Html } from "./html.ts";

/** What went wrong or well, above a form. */
export const notice = (text: string | undefined, kind: "bad" | "good" = "bad"): Html | undefined =>
  text === undefined
    ? undefined
    : html`<p class="notice ${kind}" role="${kind === "bad" ? "alert" : "status"}">${text}</p>`;

export const minutes = (seconds: number): string => {
  const count = Math.max(1, Math.ceil(seconds / 60));
  return count === 1 ? "a minute" : `${count} minutes`;
};
