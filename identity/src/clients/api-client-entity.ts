import { defineEntity, p } from "@mikro-orm/core";

/** An API client as administration reads it. */
export const ApiClientEntity = defineEntity({
  name: "ApiClient",
  tableName: "api_client",
  properties: {
    tenantId: p.uuid().primary(),
    clientId: p.text().primary(),
    name: p.text(),
    scopes: p.array(),
    apiVersion: p.text(),
    createdBy: p.text(),
    createdAt: p.datetime(),
    expiresAt: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
    lastUsedAt: p.datetime().nullable(),
    lastUsedIp: p.text().nullable(),
  },
});
