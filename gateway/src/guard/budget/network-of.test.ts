import { expect, it } from "vitest";
import { networkOf } from "./network-of.ts";

it.each([
  ["203.0.113.77", "203.0.113.0/24"],
  ["::ffff:203.0.113.77", "203.0.113.0/24"],
  ["127.0.0.1", undefined],
  ["::1", undefined],
  ["2001:db8:1:2ab::9", "2001:db8:1:200::/56"],
  ["2001:db8::9", "2001:db8:0:0::/56"],
  ["fe80::1%eth0", "fe80:0:0:0::/56"],
  ["", undefined],
])("assigns a network when the address is %s: %s", (address, expected) => {
  expect(networkOf(address)).toBe(expected);
});
