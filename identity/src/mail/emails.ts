import type { Email } from "./mailer.ts";

export const invitationEmail = (to: string, name: string, link: string): Email => ({
  to,
  subject: "You are invited to AllFunds",
  text: `Hello ${name},

you have been given access to AllFunds. Choose your password here:

${link}

The link works once, for seven days.
`,
});

export const passwordResetEmail = (to: string, name: string, link: string): Email => ({
  to,
  subject: "Choose a new AllFunds password",
  text: `Hello ${name},

a new password was requested for your account. Choose it here:

${link}

The link works once, for 30 minutes. If you did not request it, do nothing: your password stays as
it is.
`,
});

export const newDeviceEmail = (
  to: string,
  name: string,
  from: { readonly ip: string; readonly userAgent?: string | undefined; readonly at: Date },
): Email => ({
  to,
  subject: "AllFunds security: a sign-in from a new device",
  text: `Hello ${name},

your account was used to sign in from a device or browser that it was not used from before:

  when:     ${from.at.toISOString()}
  address:  ${from.ip}
  browser:  ${from.userAgent?.slice(0, 200) ?? "unknown"}

If it was you, do nothing. If it was not, choose a new password at once, which also ends every
sign-in, and inform your administrator.
`,
});

export const securityNotice = (to: string, name: string, what: string): Email => ({
  to,
  subject: `AllFunds security: ${what}`,
  text: `Hello ${name},

${what} on your AllFunds account. If it was you, do nothing.

If it was not you, choose a new password at once, which also ends every sign-in, and inform your
administrator.
`,
});
