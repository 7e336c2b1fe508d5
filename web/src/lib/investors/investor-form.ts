import { textOf } from "../forms/form-data.ts";
import type {
  InvestorKind,
  KycState,
  RegisterInvestorsInput,
} from "../graph/graph-types.generated.ts";

/** Reads one investor to register. Fields that are left empty are not stored. */
export function readInvestor(form: FormData): RegisterInvestorsInput {
  return {
    investors: [
      {
        reference: textOf(form, "reference"),
        kind: textOf(form, "kind") as InvestorKind,
        taxCountry: textOf(form, "taxCountry").toUpperCase(),
        person: {
          name: textOf(form, "name"),
          address: textOf(form, "address") || undefined,
          dateOfBirth: textOf(form, "dateOfBirth") || undefined,
          taxNumber: textOf(form, "taxNumber") || undefined,
          bankAccount: textOf(form, "bankAccount").replaceAll(/\s/g, "") || undefined,
          email: textOf(form, "email") || undefined,
        },
        kycState: textOf(form, "kycState") as KycState,
        kycUntil: textOf(form, "kycUntil") || undefined,
      },
    ],
    idempotencyKey: textOf(form, "idempotencyKey"),
  };
}
