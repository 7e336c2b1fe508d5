/** The services that call others in their own name, and the scopes of each. */
const SYSTEM_CLIENTS: Readonly<Record<string, readonly string[]>> = {
  analytics: ["feed:read", "audit:write"],
  metrics: ["feed:read"],
  gateway: ["audit:write"],
  "rest-bridge": ["audit:write"],
};

export const SYSTEM_CLIENT_NAMES = Object.keys(SYSTEM_CLIENTS);

/** The issuer's configuration of them: `SYSTEM_CLIENTS`. */
export const systemClientsText = (secrets: Readonly<Record<string, string>>): string =>
  JSON.stringify(
    Object.entries(SYSTEM_CLIENTS).map(([id, scopes]) => ({ id, secret: secrets[id], scopes })),
  );
