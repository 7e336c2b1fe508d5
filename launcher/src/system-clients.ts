interface SystemClient {
  /** What it may do in its own name. */
  readonly scopes: readonly string[];
  /** What it may do for a caller whose token it exchanges. */
  readonly exchanges?: readonly string[];
}

/** The services that call others. */
const SYSTEM_CLIENTS: Readonly<Record<string, SystemClient>> = {
  analytics: {
    scopes: ["feed:read", "audit:write", "token:forward"],
    exchanges: ["ledger:read", "metrics:read", "analytics:read"],
  },
  metrics: { scopes: ["feed:read"] },
  gateway: { scopes: ["feed:read", "audit:write", "token:forward"] },
  "rest-bridge": { scopes: ["audit:write", "token:forward"] },
};

export const SYSTEM_CLIENT_NAMES = Object.keys(SYSTEM_CLIENTS);

/** The issuer's configuration of them: `SYSTEM_CLIENTS`. */
export const systemClientsText = (secrets: Readonly<Record<string, string>>): string =>
  JSON.stringify(
    Object.entries(SYSTEM_CLIENTS).map(([id, client]) => ({ id, secret: secrets[id], ...client })),
  );
