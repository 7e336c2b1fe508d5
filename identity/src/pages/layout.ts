import type { FastifyReply } from "fastify";
import { html, type Html } from "./html.ts";

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Wide pages have space for lists. */
  readonly wide?: boolean;
}

/** A whole page in the product's design. */
export const layout = ({ title, body, wide }: Page): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title} · AllFunds</title>
        <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/identity.css" />
        <script src="/assets/webauthn.js" defer></script>
        <script src="/assets/pages.js" defer></script>
      </head>
      <body>
        <main class="${wide === true ? "wide" : "narrow"}">
          <p class="brand">
            <svg viewBox="0 0 32 32" aria-hidden="true">
              <path d="M7 23v-7M13 23V11M19 23v-9M25 23V8" />
            </svg>
            AllFunds
          </p>
          <div class="card">
            <h1>${title}</h1>
            ${body}
          </div>
        </main>
      </body>
    </html> `.text;

/** The policy of every page: this site's files only, no inline script, not in a frame. */
const contentSecurityPolicy = (formTargets: readonly string[]): string =>
  [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    // A form's response redirects to the web app, which browsers count as a target of the form.
    `form-action 'self' ${formTargets.join(" ")}`.trim(),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ");

export const pageHeaders = (formTargets: readonly string[]): Record<string, string> => ({
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": contentSecurityPolicy(formTargets),
  "cache-control": "no-store",
  // Not "no-referrer": with it browsers do not send the origin of this site's own forms.
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
});

/** What the policy of a page has for an address that the answer to its form redirects to: its origin, or an app's scheme. */
export function formTargetOf(address: string): string | undefined {
  const url = URL.parse(address);
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  return isWeb ? url.origin : url?.protocol;
}

/** Sends a page; its forms may end at the web app, and at another target. */
export const sendPage = (
  { webUrl }: { readonly webUrl: string },
  reply: FastifyReply,
  page: Page,
  formTarget?: string,
): FastifyReply => {
  const targets = [new URL(webUrl).origin, ...(formTarget === undefined ? [] : [formTarget])];
  return reply.headers(pageHeaders(targets)).send(layout(page));
};
