import { toAppError } from "@allfunds/platform/http";
import type { FastifyInstance } from "fastify";
import { errors } from "oidc-provider";
import { html, type Html } from "./html.ts";
import { sendPage, type Page } from "./layout.ts";

/** A problem or a success, shown above a form. */
export const notice = (text: string | undefined, kind: "bad" | "good" = "bad"): Html | undefined =>
  text === undefined
    ? undefined
    : html`<p class="notice ${kind}" role="${kind === "bad" ? "alert" : "status"}">${text}</p>`;

export const tooManyAttempts = (retryAfterSeconds: number): string =>
  `Too many attempts. Try again in ${minutes(retryAfterSeconds)}.`;

const minutes = (seconds: number): string => {
  const count = Math.max(1, Math.ceil(seconds / 60));
  return count === 1 ? "a minute" : `${count} minutes`;
};

/** A page that consists of a message. */
export const messagePage = (title: string, text: string): Page => ({
  title,
  body: html`<p>${text}</p>`,
});

/** Answers errors of the pages with a page. */
export function answerErrorsWithPages(
  app: FastifyInstance,
  site: { readonly webUrl: string },
): void {
  app.setErrorHandler((thrown, request, reply) => {
    if (thrown instanceof errors.SessionNotFound) {
      const page = messagePage(
        "This sign-in has ended",
        "It took too long, or was finished in another window. Start again from the application.",
      );
      return sendPage(site, reply.status(400), page);
    }
    const { status } = toAppError(thrown);
    if (status < 500) {
      const page = messagePage("This cannot be read", "Open the page again and retry.");
      return sendPage(site, reply.status(status), page);
    }
    request.log.error({ err: thrown }, "a page failed");
    return sendPage(
      site,
      reply.status(500),
      messagePage("Something went wrong", "The fault is on the server. Try again."),
    );
  });
}
