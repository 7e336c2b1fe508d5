import type { CategoryCode } from "../../src/classification/taxonomy.ts";

/** What bookkeepers call the account on the other side; `|` between names. */
const NAMES: Readonly<Record<CategoryCode, string>> = {
  SUBSCRIPTION:
    "Subscriptions|Subscriptions receivable|Fund capital|Anteilzeichnungen|Capital souscrit",
  REDEMPTION: "Redemptions|Redemptions payable|Rücknahmen|Rachats à payer|Reembolsos",
  CAPITAL_CALL: "Capital calls|Called capital|Commitments|Kapitalabrufe|Appels de fonds",
  DISTRIBUTION:
    "Distributions|Distributions payable|Ausschüttungen|Dividends paid|Distributions versées",
  MANAGEMENT_FEE:
    "Management fees|Management fee expense|Verwaltungsvergütung|Frais de gestion|Comisión de gestión",
  PERFORMANCE_FEE: "Performance fees|Carried interest|Erfolgsvergütung|Commission de performance",
  ADMINISTRATION_FEE:
    "Administration fees|Directors' fees|Fondsadministration|Frais d'administration",
  CUSTODY_FEE: "Custody fees|Depositary fees|Depotgebühren|Droits de garde|Custodia",
  AUDIT_LEGAL: "Audit fees|Legal fees|Professional fees|Prüfung und Beratung|Honoraires|Auditoría",
  REGULATORY_FEE: "Regulatory fees|Supervisory fees|Aufsichtsgebühren|Taxes de surveillance",
  DIVIDEND: "Dividend income|Dividends received|Dividendenerträge|Dividendes reçus|Dividendos",
  INTEREST: "Interest income|Bond interest|Zinserträge|Intérêts reçus|Intereses",
  SECURITY_PURCHASE: "Securities purchased|Investments at cost|Wertpapiere|Titres",
  SECURITY_SALE: "Securities sold|Proceeds from sales|Wertpapierverkäufe|Cessions de titres",
  FX: "FX gains and losses|Currency forwards|Devisen|Change",
  BANK_CHARGES: "Bank charges|Bank fees|Kontoführung|Frais bancaires|Gastos bancarios",
  TAX: "Tax expense|VAT|Withholding tax|Steuern|Impôts|Impuestos",
  PAYROLL: "Salaries|Wages|Löhne und Gehälter|Salaires|Sueldos y salarios|Social security",
  RENT: "Rent expense|Office rent|Raumkosten|Mietaufwand|Loyers|Arrendamientos",
  UTILITIES: "Utilities|Telephone|Energiekosten|Électricité|Suministros",
  IT: "IT expenses|Software|EDV-Kosten|Informatique|Informática",
  OFFICE: "Office expenses|Office supplies|Bürobedarf|Fournitures|Material de oficina",
  MARKET_DATA: "Market data|Research|Marktdaten|Données de marché",
  TRAVEL: "Travel expenses|Entertainment|Reisekosten|Frais de déplacement|Gastos de viaje",
  INSURANCE: "Insurance|Versicherungen|Assurances|Seguros",
  MARKETING: "Marketing|Advertising|Werbekosten|Publicité|Publicidad",
  LOAN: "Loans payable|Credit facility|Darlehen|Emprunts|Préstamos",
  OWN_TRANSFER: "Cash in transit|Geldtransit|Virements internes",
  RENTAL_INCOME: "Rental income|Rent receivable|Mieterträge|Revenus locatifs|Ingresos por alquiler",
  SECURITIES_LENDING: "Securities lending income|Wertpapierleihe|Prêt de titres",
  MARGIN: "Margin accounts|Collateral posted|Sicherheitsleistungen|Dépôts de garantie futures",
  EQUALISATION: "Equalisation account|Ertragsausgleich|Compte d'égalisation",
  DISTRIBUTION_COMMISSION: "Trailer fees|Distribution fees|Bestandsprovisionen|Rétrocessions",
  PROPERTY: "Real estate|Property maintenance|Immobilien|Instandhaltung|Immeubles",
  OTHER_INCOME: "Other income|Revenue|Sonstige Erträge|Produits divers|Otros ingresos",
  OTHER: "Suspense|Clearing|Expenses|Other|Verrechnungskonto|Sundry creditors|Creditors|Debtors",
};

/** Names of accounts by category. */
export const ACCOUNT_NAMES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(NAMES).map(([category, names]) => [category, names.split("|")]),
);
