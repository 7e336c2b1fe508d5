import { z } from "zod";
import type { ClaimMapping } from "./map-claims.ts";

const claimMapping = z.strictObject({
  tenant: z.string().min(1),
  roles: z.string().min(1),
  scopes: z.string().min(1),
  funds: z.string().min(1),
  clientId: z.string().min(1),
  owner: z.string().min(1),
  fixedTenant: z.string().min(1),
  roleNames: z.record(z.string(), z.string()),
  scopesOfRole: z.record(z.string(), z.array(z.string())),
  mfaValues: z.array(z.string()),
} satisfies Record<keyof ClaimMapping, z.ZodType>);

/** A claim mapping as JSON; what it leaves out stays as the built-in issuer has it. */
export const claimsText = () =>
  z.string().transform((text, context): Partial<ClaimMapping> => {
    const parsed = z.safeParse(claimMapping.partial(), jsonOf(text));
    if (parsed.success) return withoutAbsent(parsed.data);
    const names = Object.keys(claimMapping.shape).join(", ");
    context.addIssue({ code: "custom", message: `must be a JSON object with any of ${names}` });
    return z.NEVER;
  });

/** Names parted by commas or spaces. */
export const words = () =>
  z.string().transform((text) => text.split(/[\s,]+/).filter((word) => word !== ""));

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const withoutAbsent = (mapping: z.output<ReturnType<typeof claimMapping.partial>>) =>
  Object.fromEntries(
    Object.entries(mapping).filter(([, value]) => value !== undefined),
  ) as Partial<ClaimMapping>;
