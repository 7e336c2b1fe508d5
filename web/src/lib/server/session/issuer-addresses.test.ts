import { expect, test } from "vitest";
import { insideAddress, withAddresses } from "./issuer-addresses.ts";

const issuer = "https://id.funds.example";
const inside = { issuer, tokenEndpoint: "http://identity:4100/oauth/token" };

test("without an inner address everything is asked for where the issuer says", () => {
  expect(insideAddress(`${issuer}/keys?a=b`, { issuer })).toBe(`${issuer}/keys?a=b`);
  const document = { issuer, authorization_endpoint: `${issuer}/authorize` };
  expect(withAddresses(document, { issuer })).toEqual(document);
});

test("with an inner address this server asks there, and browsers are still led outside", () => {
  expect(insideAddress(`${issuer}/keys?a=b`, inside)).toBe("http://identity:4100/keys?a=b");
  expect(insideAddress("https://elsewhere.example/keys", inside)).toBe(
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
      { ...inside, jwksUri: "http://identity:4100/keys" },
    ),
  ).toEqual({
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    end_session_endpoint: `${issuer}/oauth/sign-out`,
    token_endpoint: "http://identity:4100/oauth/token",
    jwks_uri: "http://identity:4100/keys",
  });
});
