/** A user of the demo, as far as a person needs it to sign in. */
interface SignIn {
  readonly email: string;
  readonly password: string;
  readonly role: string;
  readonly totpSecret?: string | undefined;
}

/** What a system without the demo says: it has no users, or its own. */
export const FIRST_SIGN_IN = `To sign in for the first time, make a tenant:
  npm run tenant -- --name "Northgate Funds" --email ada@northgate.example --admin "Ada Admin"`;

/** The demo's users, one line each. */
export function signInTable(users: readonly SignIn[]): string {
  const wide = (field: "email" | "role"): number =>
    Math.max(0, ...users.map((user) => user[field].length));
  const rows = users.map(
    ({ email, password, role, totpSecret }) =>
      `  ${role.padEnd(wide("role"))}  ${email.padEnd(wide("email"))}  ${password}` +
      (totpSecret === undefined ? "" : "  and a code"),
  );
  const withCode = users.find(({ totpSecret }) => totpSecret !== undefined);
  const hint = withCode
    ? `\n  A code, as an authenticator app shows it: npm run totp -- ${withCode.email}`
    : "";
  return `Sign in as:\n${rows.join("\n")}${hint}`;
}
