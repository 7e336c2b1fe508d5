import type { FastifyReply } from "fastify";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Text as it stands in markup and in quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

interface Page {
  readonly title: string;
  /** Markup; values in it are escaped by who writes it. */
  readonly body: string;
  readonly head?: string;
  /** What the page may load beside this origin's style sheet. */
  readonly policy?: string;
}

const BASE_POLICY =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'self'";

/** Sends a page that can load only what its policy names. */
export const sendPage = (reply: FastifyReply, { title, body, head = "", policy }: Page) =>
  reply
    .headers({
      "content-security-policy": policy ?? BASE_POLICY,
      "cache-control": "public, max-age=300",
      "referrer-policy": "no-referrer",
    })
    .type("text/html; charset=utf-8")
    .send(
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/docs/pages.css">${head}</head><body>${body}</body></html>`,
    );

export const PAGES_CSS = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 44rem; margin: 3rem auto; padding: 0 1rem }
code { overflow-wrap: anywhere }
dt { font-weight: 600; margin-top: 1rem }
dd { margin: 0 }
`;
