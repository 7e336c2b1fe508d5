import { redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import { LANGUAGE_COOKIE, languageOf } from "#lib/language/languages.ts";
import { safeReturnPath } from "#lib/server/sign-in/return-path.ts";
import type { RequestHandler } from "./$types";

const YEAR_SECONDS = 31_536_000;

/** Keeps the language that a reader chose, and returns to the page. */
export const POST: RequestHandler = async ({ cookies, request }) => {
  const form = await request.formData();
  const chosen = languageOf(textOf(form, "language"));
  if (chosen !== undefined) {
    cookies.set(LANGUAGE_COOKIE, chosen, {
      path: "/",
      httpOnly: true,
      secure: true,
      sameSite: "lax",
      maxAge: YEAR_SECONDS,
    });
  }
  redirect(303, safeReturnPath(textOf(form, "returnTo")));
};
