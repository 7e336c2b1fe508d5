import type { CatalogueOf, Message } from "../message.ts";

/** The texts of the page for those who are not signed in, in English. */
export const en = {
  "signIn.heading": "Funds, their books and their figures",
  "signIn.about":
    "Double-entry ledgers, prices, forecasts and insights, each as fresh as the last transaction.",
  "signIn.ended": "Your session has ended. Sign in again to continue where you were.",
  "signIn.failed": "The sign-in was not completed. Start again.",
  "signIn.unavailable":
    "The sign-in service cannot be reached at the moment. Try again in a moment.",
  "signIn.signedOut": "You are signed out.",
  "signIn.everywhere": "You are signed out everywhere.",
  "signIn.insecure":
    "Sign-in does not work at this address, because browsers keep a session only over https, or over http on the same machine. The operator has to serve this app over https and set WEB_URL to that address.",
} as const satisfies Record<string, Message>;

export type Catalogue = CatalogueOf<typeof en>;
