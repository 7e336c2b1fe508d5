import type { FastifyReply } from "fastify";
import type { IdentityParts } from "../identity-parts.ts";
import { layout, pageHeaders, type Page } from "./layout.ts";

/** Sends a page; its forms may end at the web app. */
export const sendPage = (
  { config }: Pick<IdentityParts, "config">,
  reply: FastifyReply,
  page: Page,
): FastifyReply => reply.headers(pageHeaders([new URL(config.webUrl).origin])).send(layout(page));
