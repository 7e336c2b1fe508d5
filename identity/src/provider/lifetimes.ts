import type { Configuration } from "oidc-provider";

/** A session ends this long after its sign-in, even when it is in use. */
const SESSION_SECONDS = 12 * 3600;
export const ACCESS_TOKEN_SECONDS = 300;

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** What is left of a session that began then; at least a second, because zero means "unlimited". */
const leftOfSession = (startedSeconds: number | undefined): number =>
  Math.max(1, (startedSeconds ?? nowSeconds()) + SESSION_SECONDS - nowSeconds());

/** How long each kind of protocol record lives, in seconds. */
export const LIFETIMES: NonNullable<Configuration["ttl"]> = {
  AccessToken: ACCESS_TOKEN_SECONDS,
  ClientCredentials: ACCESS_TOKEN_SECONDS,
  AuthorizationCode: 60,
  DeviceCode: 10 * 60,
  IdToken: ACCESS_TOKEN_SECONDS,
  Interaction: 20 * 60,
  Grant: SESSION_SECONDS,
  Session: (_context, session) => leftOfSession(session.loginTs),
  RefreshToken: (_context, token) => leftOfSession(token.authTime),
};
