/** One leaf of the taxonomy of fund operations; every transaction gets exactly one. */
export interface Category {
  /** Stable code, safe to store and to compare. */
  readonly code: string;
  /** Short English name for screens. */
  readonly name: string;
  /** What belongs here, in one sentence; the language model reads it too. */
  readonly description: string;
}

/** The closed list. Its order is part of the model prompt: answers name a category by its index. */
export const CATEGORIES = [
  category("SUBSCRIPTION", "Subscription", "Money received from investors for units of the fund."),
  category("REDEMPTION", "Redemption", "Money paid to investors who return units of the fund."),
  category(
    "CAPITAL_CALL",
    "Capital call",
    "Committed capital called from investors, or called by a target fund.",
  ),
  category(
    "DISTRIBUTION",
    "Distribution",
    "Income or capital paid out to the investors of the fund.",
  ),
  category(
    "MANAGEMENT_FEE",
    "Management fee",
    "Fee of the investment manager for managing the portfolio.",
  ),
  category(
    "PERFORMANCE_FEE",
    "Performance fee",
    "Incentive fee or carried interest that depends on the result.",
  ),
  category(
    "ADMINISTRATION_FEE",
    "Administration fee",
    "Fund accounting, transfer agency, domiciliation and directors' fees.",
  ),
  category(
    "CUSTODY_FEE",
    "Custody fee",
    "Safekeeping and depositary fees for the assets of the fund.",
  ),
  category("AUDIT_LEGAL", "Audit and legal", "Auditors, lawyers, notaries and tax advisers."),
  category(
    "REGULATORY_FEE",
    "Regulatory fee",
    "Fees of supervisors, registers, exchanges' listing and LEI issuers.",
  ),
  category("DIVIDEND", "Dividend income", "Dividends received on shares and fund units held."),
  category("INTEREST", "Interest income", "Coupons of bonds and interest received on deposits."),
  category(
    "SECURITY_PURCHASE",
    "Security purchase",
    "Payment for shares, bonds, fund units or derivatives bought.",
  ),
  category(
    "SECURITY_SALE",
    "Security sale",
    "Proceeds of shares, bonds, fund units or derivatives sold or matured.",
  ),
  category(
    "FX",
    "Foreign exchange",
    "Conversion of one currency into another, spot, forward or swap.",
  ),
  category(
    "BANK_CHARGES",
    "Bank charges",
    "Account fees, payment fees, brokerage charges and debit interest.",
  ),
  category(
    "TAX",
    "Tax",
    "Withholding tax, subscription tax, VAT and other taxes, paid or refunded.",
  ),
  category("PAYROLL", "Payroll", "Salaries, bonuses, social security and pension contributions."),
  category("RENT", "Rent", "Rent and service charges of offices and other premises."),
  category(
    "UTILITIES",
    "Utilities",
    "Electricity, gas, water, heating, telephone and internet access.",
  ),
  category("IT", "IT and software", "Software licences, cloud services, hardware and IT support."),
  category("OFFICE", "Office", "Office supplies, furniture, cleaning, post and security."),
  category(
    "MARKET_DATA",
    "Market data and research",
    "Price feeds, indices, terminals, ratings and research.",
  ),
  category("TRAVEL", "Travel", "Flights, trains, hotels, taxis and meals on business trips."),
  category(
    "INSURANCE",
    "Insurance",
    "Premiums of liability, cyber, property and health insurance.",
  ),
  category("MARKETING", "Marketing", "Advertising, events, distribution material and sponsoring."),
  category(
    "LOAN",
    "Loan",
    "Borrowing and repayment of loans and credit lines, with their interest.",
  ),
  category("OWN_TRANSFER", "Own transfer", "Money moved between accounts of the same fund."),
  category("RENTAL_INCOME", "Rental income", "Rent and service charges received from tenants."),
  category(
    "SECURITIES_LENDING",
    "Securities lending",
    "Fees, repo interest and compensation for securities lent or borrowed.",
  ),
  category(
    "MARGIN",
    "Margin and collateral",
    "Initial and variation margin and cash collateral of derivatives, posted or returned.",
  ),
  category(
    "EQUALISATION",
    "Equalisation",
    "Payments that put investors of different entry dates on one footing.",
  ),
  category(
    "DISTRIBUTION_COMMISSION",
    "Distribution commission",
    "Trailer fees, retrocessions, placement fees and sales charges of distributors.",
  ),
  category(
    "PROPERTY",
    "Property",
    "Purchase, sale, building works and management of real estate held.",
  ),
  category(
    "OTHER_INCOME",
    "Other income",
    "Receipts from customers, grants, compensation and other income named by the text.",
  ),
  category("OTHER", "Other", "Nothing above is supported by the text; a person should look at it."),
] as const satisfies readonly Category[];

export type CategoryCode = (typeof CATEGORIES)[number]["code"];

/** The fallback category; never learned. */
export const UNKNOWN_CATEGORY: CategoryCode = "OTHER";

const byCode = new Map<string, Category>(CATEGORIES.map((each) => [each.code, each]));

export function isCategoryCode(code: string): code is CategoryCode {
  return byCode.has(code);
}

/** The category of a code of the taxonomy. */
export function categoryOf(code: CategoryCode): Category {
  const found = byCode.get(code);
  if (found === undefined) throw new Error(`no category ${code}`);
  return found;
}

function category<const Code extends string>(code: Code, name: string, description: string) {
  return { code, name, description };
}
