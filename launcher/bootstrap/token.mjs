import { readFileSync } from "node:fs";
import { demoFile } from "./demo-file.mjs";
import { fail } from "./terminal.mjs";

/**
 * Prints an access token of the demo's first client, valid for five minutes: `TOKEN=$(npm run -s token)`; with a
 * scope, of the last client that has it: `npm run -s token -- nav:publish` is the approver's.
 */
export async function token([scope]) {
  const { tokenEndpoint, resource, clients } = JSON.parse(readFileSync(demoFile(), "utf8"));
  const client =
    scope === undefined ? clients[0] : clients.findLast((one) => one.scopes.includes(scope));
  if (client === undefined) fail(`No client of the demo has the scope ${scope}.`);
  const { clientId, clientSecret, scopes } = client;
  const response = await fetch(tokenEndpoint, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      scope: scopes.join(" "),
      resource,
    }),
  }).catch(() => fail(`${tokenEndpoint} does not answer. Start the system first: npm start`));
  const answer = await response.json();
  if (!response.ok) fail(`${tokenEndpoint} refused a token: ${answer.error_description}`);
  console.log(answer.access_token);
}
