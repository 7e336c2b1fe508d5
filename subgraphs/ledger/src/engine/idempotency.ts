import { hash as sha256 } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";

/** A UUID that stands for a text: equal texts give equal UUIDs (version 8, from SHA-256). */
export function uuidOfText(text: string): string {
  const bytes = sha256("sha256", text, "buffer").subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}

/** What makes two requests the same: the kind of command and all that the client said. */
export const hashRequest = (kind: string, said: unknown): Buffer =>
  sha256("sha256", canonicalJson([kind, said]), "buffer");
