import { defineEntity, p } from "@mikro-orm/core";

/** An application as administration reads it. */
export const ApplicationEntity = defineEntity({
  name: "Application",
  tableName: "application",
  properties: {
    tenantId: p.uuid().primary(),
    clientId: p.text().primary(),
    name: p.text(),
    redirectUris: p.array(),
    signOutUris: p.array(),
    devices: p.boolean(),
    scopes: p.array(),
    apiVersion: p.text(),
    authentication: p
      .text()
      .$type<"none" | "client_secret_basic" | "client_secret_post" | "private_key_jwt">(),
    idTokenAlgorithm: p.text().$type<"RS256" | "ES256">(),
    createdBy: p.text(),
    createdAt: p.datetime(),
    revokedAt: p.datetime().nullable(),
  },
});
