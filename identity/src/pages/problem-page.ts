import { html } from "./html.ts";
import type { Page } from "./layout.ts";
import { minutes } from "./notice.ts";

export const problemPage = (title: string, text: string): Page => ({
  title,
  body: html`<p>${text}</p>`,
});

export const tooManyAttempts = (retryAfterSeconds: number): string =>
  `Too many attempts. Try again in ${minutes(retryAfterSeconds)}.`;
