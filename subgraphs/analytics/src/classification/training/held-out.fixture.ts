/** Texts the model is not trained on: other wording, the untidy spelling of real statements. */
export const HELD_OUT = `
SUBSCRIPTION
180000.00 SUBSCR/CLASS-I/ACC 88213/TD 12.05.2025
40000.00 Incoming payment for units, order 55-1920, subscriber nominee
75000.00 Zeichnung von Anteilen Klasse I Valuta 03.02.
260000.00 Virement souscription OPC porteurs
900000.00 Investor money received for share class D units
REDEMPTION
-65000.00 REDEMPTION PMT UNITS CLASS R
-230000.00 Auszahlung Anteilrücknahme Kunde
-48000.00 Règlement rachat parts OPC
-310000.00 Outgoing payment redeemed units investor
-91000.00 Withdrawal by unit holder, units cancelled 14/06
CAPITAL_CALL
1800000.00 LP CONTRIBUTION CALL #6
-560000.00 Drawdown request buyout fund commitment
725000.00 Kapitalabruf 2 Investor Einzahlung
940000.00 Appel de fonds n°3 souscripteur engagement
DISTRIBUTION
-130000.00 DISTRIB Q2 UNITHOLDERS CLASS D
-77000.00 Ausschüttung an Anleger 2024
-410000.00 Distribution of sale proceeds to limited partners
-52000.00 Versement dividende aux porteurs de parts de distribution
MANAGEMENT_FEE
-39800.00 MGT FEE 2025Q2 CL I
-22400.00 Manager's fee, management of portfolio, May
-17650.00 Verwaltungsvergütung KVG 05/2025
-28300.00 Frais de gestion financière T2
-51000.00 Investment manager quarterly fee
PERFORMANCE_FEE
-143000.00 PERF FEE CRYSTALLISATION 31DEC
-61000.00 Performanceabhängige Vergütung 2024
-205000.00 Carried interest GP
-88000.00 Commission de performance 2024
ADMINISTRATION_FEE
-5100.00 ADMINISTRATOR INVOICE NAV + FUND ACCOUNTING
-1950.00 TA fee register services
-2850.00 Frais administration du fonds comptabilité
-6600.00 Board of directors remuneration
-3200.00 Buchhaltung Fonds Administrator Mai
CUSTODY_FEE
-2900.00 CUSTODIAN FEES MAY safekeeping of assets
-1650.00 Depotgebühren 2. Quartal
-2480.00 Droits de garde 1er semestre
-3700.00 Depositary bank fee
AUDIT_LEGAL
-19500.00 AUDITORS INTERIM BILLING 2025
-7300.00 Solicitors legal advice fund restructuring
-8800.00 Prüfung Jahresabschluss Wirtschaftsprüfungsgesellschaft
-5600.00 Honoraires cabinet d'avocats
-2750.00 Tax advisers filing of annual return
REGULATORY_FEE
-3800.00 ANNUAL SUPERVISION FEE REGULATOR
-95.00 LEI annual renewal
-2650.00 Listing fee exchange
-1450.00 Aufsichtsgebühr BaFin Jahresumlage
DIVIDEND
1875.00 CASH DIVIDEND ISIN US4781601046 PAY DATE 10JUN
640.00 Dividende Aktien Bestand 300
2980.00 Encaissement dividende actions
5250.00 Dividend received from holding
INTEREST
4100.00 BOND COUPON 3.5% 2029 XS2010044621
33.20 Habenzinsen 2. Quartal
980.00 Intérêts sur dépôt à terme
7600.00 Interest on government bonds received
120.00 Deposit interest credited
SECURITY_PURCHASE
-73500.00 BUY ETF 1500 UNITS IE00B4L5Y983
-51200.00 Kauf 300 Aktien Abrechnung
-88000.00 Achat de titres OAT
-160000.00 Bond purchase settlement vs payment
-29900.00 Equity trade bought, broker settlement
SECURITY_SALE
81000.00 SALE 700 SHARES US5949181045
44800.00 Verkauf 250 Aktien Abrechnung
97500.00 Vente de titres OAT
200000.00 Bond matured, nominal repaid
63100.00 Equity trade sold, broker settlement
FX
-45000.00 FX SPOT BUY USD/EUR
0 Devisengeschäft Kauf USD
38700.00 Contrat de change USD/EUR
-14000.00 Currency forward settlement hedging
BANK_CHARGES
-7.50 FEE OUTGOING PAYMENT SWIFT
-14.90 Kontoführung Entgelt Abrechnung
-22.10 Frais de tenue de compte
-55.00 Overdraft interest and charges
-9.00 Bank fee international transfer
TAX
-1730.00 QUELLENSTEUER ISIN CH0038863350
-6200.00 Finanzamt Umsatzsteuer Mai
-11800.00 Taxe d'abonnement T1
-3900.00 Withholding tax on coupon
2200.00 Refund of tax by tax office
-18000.00 Corporate income tax prepayment
PAYROLL
-45100.00 SALARIES MAY BATCH
-4350.00 Gehaltszahlung Mai
-31200.00 Salaires mois de mai
-9900.00 Employer social security
-7000.00 Staff bonus payment
RENT
-6500.00 STANDING ORDER RENT OFFICE FLOOR 3
-4250.00 Miete Büro Juni
-5150.00 Loyer bureaux juin
-1180.00 Landlord service charge
UTILITIES
-355.00 ELECTRICITY DIRECT DEBIT
-198.00 Stadtwerke Strom Abschlag Juni
-84.00 Facture internet fibre
-140.00 Mobile phones monthly bill
IT
-910.00 CLOUD SERVICES MAY
-1250.00 Lizenz Software Jahresgebühr
-480.00 Licence logiciel annuelle
-2100.00 Notebooks for new staff hardware
-52.00 Monthly software subscription
MARKET_DATA
-2150.00 DATA TERMINAL JUNE
-990.00 Benchmark index licence
-655.00 Marktdaten Juni
-1720.00 Research services broker
OFFICE
-38.00 STATIONERY ORDER JUNE
-455.00 Reinigung Büroräume Juni
-61.00 Fournitures bureau papier
TRAVEL
-489.00 AIRLINE TICKET FRA-LUX
-176.00 Hotel Luxembourg 2 nights
-61.00 Taxi airport
-144.00 Bahnfahrkarte Dienstreise
-205.00 Billet de train Paris Luxembourg
INSURANCE
-11900.00 D&O INSURANCE RENEWAL
-790.00 Versicherungsbeitrag Haftpflicht
-1020.00 Prime assurance RC professionnelle
-2350.00 Cyber policy premium
MARKETING
-2700.00 AD CAMPAIGN JUNE
-1750.00 Sponsoring conference Luxembourg
-640.00 Brochures printing
-1150.00 Werbeagentur Anzeigen
LOAN
1200000.00 CREDIT FACILITY DRAWDOWN
-255000.00 Repayment of loan principal
-82000.00 Darlehen Tilgung Juni
-5100.00 Interest on bank loan
OWN_TRANSFER
0 INTERNAL TRANSFER OWN ACCOUNT
-95000.00 Umbuchung auf Tagesgeld
80000.00 Virement interne
-40000.00 Sweep to deposit account own funds
`;
