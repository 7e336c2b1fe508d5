import { defineEntity, p } from "@mikro-orm/core";

/** A passkey as its user's own page reads it. */
export const PasskeyEntity = defineEntity({
  name: "Passkey",
  tableName: "passkey",
  properties: {
    credentialId: p.text().primary(),
    userId: p.uuid(),
    name: p.text(),
    createdAt: p.datetime(),
    lastUsedAt: p.datetime().nullable(),
  },
});
