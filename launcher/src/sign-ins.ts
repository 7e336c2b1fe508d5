import type { DemoDirectory } from "./demo/demo-directory.ts";

type SignIn = DemoDirectory["users"][number];

const FIRST_TENANT = `tenant -- --name "Northgate Funds" --email ada@northgate.example --admin "Ada Admin"`;

/** How people and programs sign in. `settings` is what a command needs to find this system. */
export function waysIn(demo: DemoDirectory | undefined, settings: string): string {
  const run = (script: string): string => `${settings}npm run ${script}`;
  if (demo === undefined) {
    return `To sign in for the first time, make a tenant:\n  ${run(FIRST_TENANT)}`;
  }
  const withCode = demo.users.find(({ totpSecret }) => totpSecret !== undefined);
  const [fundId] = Object.values(demo.fundIds);
  return [
    "Sign in as:",
    ...userLines(demo.users),
    ...(withCode
      ? ["A code, as an authenticator app shows it:", `  ${run(`totp -- ${withCode.email}`)}`]
      : []),
    "As a program, with a token that is valid for five minutes:",
    `  TOKEN=$(${run("-s token")})`,
    `  curl -s '${demo.endpoints["rest"]}/metrics?fundId=${fundId}' -H "authorization: Bearer $TOKEN"`,
  ].join("\n");
}

function userLines(users: readonly SignIn[]): string[] {
  const wide = (field: "email" | "role"): number =>
    Math.max(0, ...users.map((user) => user[field].length));
  return users.map(
    ({ email, password, role, totpSecret }) =>
      `  ${role.padEnd(wide("role"))}  ${email.padEnd(wide("email"))}  ${password}` +
      (totpSecret === undefined ? "" : "  and a code"),
  );
}
