import { redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import { safeReturnPath } from "#lib/server/sign-in/return-path.ts";
import {
  APPEARANCE_COOKIE,
  APPEARANCE_FIELDS,
  readAppearance,
  writeAppearance,
} from "#lib/shell/appearance.ts";
import type { RequestHandler } from "./$types";

const YEAR_SECONDS = 31_536_000;

/** Keeps how the pages look to this reader, and returns to the page. What a form does not have stays as it is. */
export const POST: RequestHandler = async ({ cookies, request }) => {
  const form = await request.formData();
  const present = readAppearance(cookies.get(APPEARANCE_COOKIE));
  const chosen = readAppearance(
    APPEARANCE_FIELDS.map((name) => (form.has(name) ? textOf(form, name) : present[name])).join(
      ".",
    ),
  );
  cookies.set(APPEARANCE_COOKIE, writeAppearance(chosen), {
    path: "/",
    httpOnly: true,
    secure: true,
    sameSite: "lax",
    maxAge: YEAR_SECONDS,
  });
  redirect(303, safeReturnPath(textOf(form, "returnTo")));
};
