import { expect, test } from "vitest";
import { liveAddress } from "./live-address.ts";

const page = (href: string) => new URL(href);

test("uses the browser's host when the gateway is on loopback", () => {
  const address = liveAddress({
    gatewayUrl: "http://127.0.0.1:4000",
    publicUrl: undefined,
    pageUrl: page("http://localhost:3000/funds/1"),
  });
  expect(address).toBe("ws://localhost:4000/graphql");
});

test("keeps the gateway's host when it is on another machine", () => {
  const address = liveAddress({
    gatewayUrl: "http://gateway:4000",
    publicUrl: undefined,
    pageUrl: page("http://localhost:3000/"),
  });
  expect(address).toBe("ws://gateway:4000/graphql");
});

test("uses the configured public address with its path and encryption", () => {
  const address = liveAddress({
    gatewayUrl: "http://gateway:4000",
    publicUrl: "https://funds.example/api",
    pageUrl: page("https://funds.example/"),
  });
  expect(address).toBe("wss://funds.example/api/graphql");
});
