import type { Cookies } from "@sveltejs/kit";
import { ZONE_COOKIE } from "../dates/reader.svelte.ts";
import { dayIn, knownZone } from "../dates/time-zone.ts";

/** The reader's time zone, as the browser named it on an earlier page; UTC before. */
export const readerZone = (cookies: Cookies): string => knownZone(cookies.get(ZONE_COOKIE));

/** The reader's calendar date now. */
export const readerToday = (cookies: Cookies): string => dayIn(readerZone(cookies), Date.now());

/** Whether the pages' scripts ran in this browser before: only they can show what is streamed. */
export const runsScripts = (cookies: Cookies): boolean => cookies.get(ZONE_COOKIE) !== undefined;
