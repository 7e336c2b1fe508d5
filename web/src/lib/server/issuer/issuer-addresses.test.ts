import { expect, test } from "vitest";
import { internalAddress, withAddresses } from "./issuer-addresses.ts";

const issuer = "https://id.funds.example";
const internal = { issuer, tokenEndpoint: "http://identity:4100/oauth/token" };

test("keeps the addresses of the issuer's document when no internal address is set", () => {
  expect(internalAddress(`${issuer}/keys?a=b`, { issuer })).toBe(`${issuer}/keys?a=b`);
  const document = { issuer, authorization_endpoint: `${issuer}/authorize` };
  expect(withAddresses(document, { issuer })).toEqual(document);
});

test("sends this server to the internal address and browsers to the public one", () => {
  expect(internalAddress(`${issuer}/keys?a=b`, internal)).toBe("http://identity:4100/keys?a=b");
  expect(internalAddress("https://elsewhere.example/keys", internal)).toBe(
    "https://elsewhere.example/keys",
  );
  expect(
    withAddresses(
      {
        issuer,
        authorization_endpoint: "http://identity:4100/oauth/authorize",
        end_session_endpoint: `${issuer}/oauth/sign-out`,
        token_endpoint: `${issuer}/oauth/token`,
        jwks_uri: `${issuer}/keys`,
      },
      { ...internal, jwksUri: "http://identity:4100/keys" },
    ),
  ).toEqual({
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    end_session_endpoint: `${issuer}/oauth/sign-out`,
    token_endpoint: "http://identity:4100/oauth/token",
    jwks_uri: "http://identity:4100/keys",
  });
});
