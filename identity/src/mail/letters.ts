import type { Letter } from "./mailer.ts";

export const invitationLetter = (to: string, name: string, link: string): Letter => ({
  to,
  subject: "You are invited to AllFunds",
  text: `Hello ${name},

you have been given access to AllFunds. Choose your password here:

${link}

The link works once, for seven days.
`,
});

export const passwordResetLetter = (to: string, name: string, link: string): Letter => ({
  to,
  subject: "Choose a new AllFunds password",
  text: `Hello ${name},

someone, probably you, asked for a new password. Choose it here:

${link}

The link works once, for 30 minutes. If it was not you, there is nothing to do: your password
stays as it is.
`,
});

export const securityNotice = (to: string, name: string, what: string): Letter => ({
  to,
  subject: `AllFunds security: ${what}`,
  text: `Hello ${name},

${what} on your AllFunds account. If it was you, there is nothing to do.

If it was not, choose a new password at once, which also signs out everybody, and tell your
administrator.
`,
});
