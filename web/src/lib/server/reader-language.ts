import { getRequestEvent } from "$app/server";
import type { RequestEvent } from "@sveltejs/kit";
import { loadMessages } from "../language/load-messages.ts";
import { LANGUAGE_COOKIE, readLanguage, type Language } from "../language/languages.ts";
import type { PlainKey, Translate } from "../language/messages.ts";
import { pointOf } from "../money/format-money.ts";

interface Reading {
  readonly cookies: { get(name: string): string | undefined };
  readonly request: Request;
}

/** The language of the reader of a request. */
export const readerLanguage = ({ cookies, request }: Reading): Language =>
  readLanguage(cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language"));

/** The texts of a route in the language of a request's reader, with those of refusals. */
export const loadReaderMessages = (event: RequestEvent): Promise<Translate> =>
  loadMessages(readerLanguage(event), event.route.id, "problems");

/** The texts in the language of the current request's reader. */
export const readerMessages = (): Translate => getRequestEvent().locals.t;

/** The text of what was done, in the language of the current request's reader; undefined without one. */
export const doneText = (key: PlainKey | undefined): string | undefined =>
  key === undefined ? undefined : readerMessages()(key);

/** The decimal sign of the figures that the current request's reader sees, and types. */
export const readerPoint = (): string => pointOf(readerLanguage(getRequestEvent()));
