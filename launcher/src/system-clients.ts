/** The services that ask others in their own name, and what each may ask for. */
const SYSTEM_CLIENTS: Readonly<Record<string, readonly string[]>> = {
  analytics: ["feed:read"],
  metrics: ["feed:read"],
  gateway: ["audit:write"],
  "rest-bridge": ["audit:write"],
};

export const SYSTEM_CLIENT_NAMES = Object.keys(SYSTEM_CLIENTS);

/** What the issuer is told about them: `SYSTEM_CLIENTS`. */
export const systemClientsText = (secrets: Readonly<Record<string, string>>): string =>
  JSON.stringify(
    Object.entries(SYSTEM_CLIENTS).map(([id, scopes]) => ({ id, secret: secrets[id], scopes })),
  );
