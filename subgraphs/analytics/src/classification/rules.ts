import type { CashDirection } from "./features.ts";
import type { CategoryCode } from "./taxonomy.ts";

/** A wording so typical that no statistics are needed. Read against the normalised text. */
export interface Rule {
  readonly name: string;
  readonly category: CategoryCode;
  readonly pattern: RegExp;
  /** When given, the rule applies only to money that moves this way. */
  readonly direction?: CashDirection;
}

/** Every rule; their chances to be right are measured on the corpus, see `rules` of the weights. */
export const RULES: readonly Rule[] = [
  rule(
    "management-fee",
    "MANAGEMENT_FEE",
    /\b(management|mgmt|mgt|manager) fees?\b|\bverwaltungsverguetung|\b(frais|commission) de gestion\b(?! de fortune)/,
  ),
  rule(
    "performance-fee",
    "PERFORMANCE_FEE",
    /\b(performance|incentive) fees?\b|\bcarried interest\b|\bperformancegebuehr|\berfolgs(honorar|gebuehr)|\bcommission de (sur)?performance\b/,
  ),
  rule(
    "fund-administration-fee",
    "ADMINISTRATION_FEE",
    /\b(fund administration|fund accounting|transfer agency|nav calculation|domiciliation)\b|\bfondsbuchhaltung\b/,
  ),
  rule(
    "custody-fee",
    "CUSTODY_FEE",
    /\b(custody|safekeeping|depositary) (fees?|charges?)\b|\bdepotgebuehr|\bverwahr(stellenverguetung|gebuehr)|\bdroits de garde\b/,
  ),
  rule(
    "audit-fee",
    "AUDIT_LEGAL",
    /\baudit fees?\b|\bstatutory auditor|\bwirtschaftspruef|\bcommissaire aux comptes\b/,
  ),
  rule(
    "legal-fee",
    "AUDIT_LEGAL",
    /\blegal (fees?|advice|counsel)\b|\bnota(ry|rkosten|ire)\b|\brechtsanw/,
  ),
  rule("lei-renewal", "REGULATORY_FEE", /\b(lei|legal entity identifier)\b.*\brenewal\b/),
  rule(
    "investor-subscription",
    "SUBSCRIPTION",
    /\b(subscription|subscr|subs|souscription|zeichnung\w*)\b.*\b(class|units?|shares?|investor|fund|parts|anteil\w*|fondsanteile)\b/,
    "IN",
  ),
  rule(
    "investor-redemption",
    "REDEMPTION",
    /\b(redemption|redm|rachat|ruecknahme\w*|rueckgabe)\b.*\b(class|units?|shares?|investor|fund|parts|anteil\w*|fondsanteile)\b/,
    "OUT",
  ),
  rule(
    "capital-call",
    "CAPITAL_CALL",
    /\bcapital call\b|\bdrawdown notice\b|\bkapitalabruf\b|\bappel de fonds\b/,
  ),
  rule(
    "distribution-to-investors",
    "DISTRIBUTION",
    /\bdistribution to (limited partners|investors|unitholders|shareholders)\b|\bausschuettung (an )?(anleger|anteilinhaber|investoren)\b/,
    "OUT",
  ),
  rule(
    "dividend-received",
    "DIVIDEND",
    /\b(cash dividend|dividend income|dividendengutschrift|dividend received|dividende encaissee)\b/,
    "IN",
  ),
  rule("iso-code-dividend", "DIVIDEND", /\bdvca\b/, "IN"),
  rule("iso-code-interest", "INTEREST", /\bintr\b/, "IN"),
  rule(
    "coupon-received",
    "INTEREST",
    /\bcoupon\b(?!.*\b(actions|dividende)\b)|\b(habenzinsen|zinsgutschrift|interets crediteurs|credit interest)\b/,
    "IN",
  ),
  rule(
    "security-bought",
    "SECURITY_PURCHASE",
    /\b(buy|bought|bot|kauf|achat)\b.*\b(isincode|shares|etf|aktien|actions|bonds?|anleihe|obligations|titres)\b/,
    "OUT",
  ),
  rule(
    "security-sold",
    "SECURITY_SALE",
    /\b(sell|sold|sld|sale|verkauf|vente)\b.*\b(isincode|shares|etf|aktien|actions|bonds?|anleihe|obligations|titres)\b/,
    "IN",
  ),
  rule(
    "currency-conversion",
    "FX",
    /\bfx (spot|forward|swap|conversion)\b|\bforeign exchange\b|\bdevisen(kauf|verkauf|geschaeft|termingeschaeft)|\bcurrency conversion\b/,
  ),
  rule(
    "account-charges",
    "BANK_CHARGES",
    /\b(bank|account maintenance|wire transfer) (fees?|charges?)\b|\bkontofuehrung|\bfrais (bancaires|de tenue de compte)\b|\bsollzinsen\b/,
  ),
  rule(
    "withholding-tax",
    "TAX",
    /\bwithholding tax\b|\btax (reclaim|refund)\b|\bquellensteuer\b|\bretenue source\b|\bkapitalertragsteuer\b|\btaxe abonnement\b|\btaxe d abonnement\b/,
  ),
  rule(
    "tax-office",
    "TAX",
    /\bfinanzamt\b|\btax office\b|\b(corporation|corporate income) tax\b|\bumsatzsteuer\b|\bvat (payment|refund)\b/,
  ),
  rule(
    "salaries",
    "PAYROLL",
    /\bpayroll\b|\bsalar(y|ies)\b|\bgehalt|\bsalaires\b|\bsocial security\b|\bsozialversicherung/,
    "OUT",
  ),
  rule(
    "office-rent",
    "RENT",
    /\boffice rent\b|\brent payment\b|\b(buero)?miete\b|\bloyer\b/,
    "OUT",
  ),
  rule(
    "power-and-lines",
    "UTILITIES",
    /\belectricity\b|\bstadtwerke\b|\bbroadband\b|\belectricite\b/,
    "OUT",
  ),
  rule(
    "software",
    "IT",
    /\bsoftware (licen[cs]e|subscription|maintenance)\b|\bcloud (hosting|services)\b|\bsoftwarelizenz/,
    "OUT",
  ),
  rule("market-data", "MARKET_DATA", /\bmarket data\b|\bmarktdaten\b|\bdonnees de marche\b/, "OUT"),
  rule(
    "insurance-premium",
    "INSURANCE",
    /\binsurance premium\b|\b(liability|cyber|indemnity) insurance\b|\bprime assurance\b|\bprime d assurance\b|\w*versicherungsbeitrag\b/,
    "OUT",
  ),
  rule(
    "loan-repayment",
    "LOAN",
    /\bloan (repayment|drawdown|interest)\b|\bdarlehen\w*|\btilgung\b/,
  ),
  rule(
    "own-accounts",
    "OWN_TRANSFER",
    /\b(own|internal) (account )?transfer\b|\btransfer between own accounts\b|\bumbuchung\b|\bvirement interne\b|\bkontouebertrag\b/,
  ),
];

/** Words that deny the payment they name: "custody fee waived". Read against the normalised text. */
const DENIAL =
  /\b(waived|waiver|exempt|exempted|exemption|without|not charged|free of charge|ohne|entfaellt|entfallen|erlassen|gebuehrenfrei|kein|keine|sans|exoneration|exoneree?s?|offerts?|sin|exento|exenta|exencion|bonificad[ao])\b|\bno (\w+ ){0,2}(fees?|charges?|commissions?|rent|interest|dividends?)\b|(^| )(פטור|ללא|בלי)( |$)/;

/** Whether a text states that what it names was not paid. */
export const denies = (normalised: string): boolean => DENIAL.test(normalised);

/**
 * The one rule a text fits. Two rules that name different categories cancel each other: then the
 * wording is not typical after all and the classifier weighs it.
 */
export function matchRule(normalised: string, direction?: CashDirection): Rule | undefined {
  const matches = RULES.filter(
    (each) =>
      (each.direction === undefined || direction === undefined || each.direction === direction) &&
      each.pattern.test(normalised),
  );
  const first = matches[0];
  return matches.every(({ category }) => category === first?.category) ? first : undefined;
}

function rule(
  name: string,
  category: CategoryCode,
  pattern: RegExp,
  direction?: CashDirection,
): Rule {
  return { name, category, pattern, ...(direction === undefined ? {} : { direction }) };
}
