import { loadMessages } from "#lib/language/load-messages.ts";
import type { LayoutLoad } from "./$types";

/** Adds the texts of the reader's language, of which a browser reads what the page needs. */
export const load: LayoutLoad = async ({ data, route }) => ({
  ...data,
  translate: await loadMessages(data.language, route.id),
});
