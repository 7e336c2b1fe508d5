/** Pages that a browser keeps for one reader. */
export const MOST_PAGES = 50;
/** As long as a session lasts at most: afterwards no user is signed in for what a copy shows. */
export const LONGEST_KEPT_MS = 12 * 3_600_000;
/** The header of a copy with the time it was read; milliseconds since 1970. */
export const KEPT_AT = "x-allfunds-kept-at";
/** The attribute of a shown copy's root element, with the same time. */
const KEPT_ATTRIBUTE = "data-kept-at";

// Where a user signs in or out, the next reader may be another one.
const SIGNING = /^\/(?:sign-in|auth)(?:\/|$)/;
// Files, figures for machines, and what is for one moment.
const NEVER_KEPT =
  /^\/(?:sign-in|auth|health|metrics|graph|live-ticket|attachments|appearance|language)(?:\/|$)|\/export$/;

/** Whether a request begins or ends a session, which removes the copies. */
export const endsCopies = ({ pathname }: Pick<URL, "pathname">): boolean => SIGNING.test(pathname);

/** Whether a page may be kept: an answer of its own, in HTML, to a reader who is signed in. */
export function isKept(
  { pathname, searchParams }: Pick<URL, "pathname" | "searchParams">,
  answer: Pick<Response, "ok" | "redirected" | "headers">,
): boolean {
  if (!answer.ok || answer.redirected || NEVER_KEPT.test(pathname)) return false;
  // What a form left behind is shown once.
  if (searchParams.has("done") || searchParams.has("posted") || searchParams.has("new"))
    return false;
  return answer.headers.get("content-type")?.startsWith("text/html") ?? false;
}

/** Whether a copy may still be shown. */
export function isFresh(copy: Pick<Response, "headers">, now: number): boolean {
  const keptAt = Number(copy.headers.get(KEPT_AT));
  return keptAt > 0 && now - keptAt < LONGEST_KEPT_MS;
}

/** What is shown for a page that was not kept. The worker does not read the texts of a language. */
export const NOT_KEPT = `<!doctype html><html lang="en"><head><meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" /><meta name="color-scheme" content="light dark" />
<title>AllFunds</title></head><body><h1>AllFunds</h1>
<p>You are offline, and this browser has not kept this page. <a href="/">Overview</a></p>
<p lang="de">Sie sind offline, und dieser Browser hat diese Seite nicht aufbewahrt. <a href="/">Übersicht</a></p>
<p lang="he" dir="rtl">אין חיבור, והדפדפן לא שמר את העמוד הזה. <a href="/">סקירה</a></p></body></html>`;

/** The page as kept, with the time in its root element, where its scripts find it. */
export const markKept = (html: string, keptAt: string): string =>
  html.replace("<html ", `<html ${KEPT_ATTRIBUTE}="${Number(keptAt)}" `);
