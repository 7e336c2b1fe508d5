/** A new idempotency key for one form: 128 random bits in hexadecimal. */
export function newKey(): string {
  // randomUUID is missing in browsers where the page came over plain HTTP from another machine.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
