/** The clipped language of statements: ISO 20022 family codes, desk shorthand; written for this project. */
export const STATEMENT_JARGON = `
SUBSCRIPTION
120000.00 SUBS shares cl B order settlement
64000.00 SUBS units deal date trade
31000.00 SUBS TA batch units order
87000.00 Anteile Kauf Anleger Fondsanteile Stk
45000.00 Fondsanteile Kauf Platform Stk
260000.00 Assurance company SUBS units class I deal
150000.00 Versicherung Anlage Fondsanteile Zeichnung Auftrag
REDEMPTION
-52000.00 REDM shares cl B order settlement
-97000.00 REDM units deal date trade
-33000.00 REDM TA batch units order
-41000.00 Anteile Rückgabe Anleger Fondsanteile Stk
-28000.00 Fondsanteile Rückgabe Platform Stk
-310000.00 Assurance company REDM units class I deal
DISTRIBUTION
-48000.00 Ausschüttung Anteilklasse je Anteil an Anleger
-72000.00 Distribution par part classe D porteurs
MANAGEMENT_FEE
-22000.00 INV MGMT monthly invoice advisers
-19000.00 Portfolio advisory mandate remuneration
-31000.00 Asset management services mandate
ADMINISTRATION_FEE
-9000.00 Independent directors fees board quarter
-12500.00 Directors fee board of the fund
-3100.00 TA services share register
CUSTODY_FEE
-4500.00 Depobank Entgelt Verwahrung Quartal
AUDIT_LEGAL
-16000.00 Honoraires avocats dossier
-9500.00 Kanzlei Beratung Vertrag Honorar
-13000.00 Cabinet avocats avis juridique provision
DIVIDEND
5200.00 DVCA pay date custodian
870.00 DVCA gross WHT net shares
2600.00 CASH DIV gross WHT PCT
INTEREST
8800.00 INTR pay date FRN bond custodian
15000.00 INTR coupon note pay date
24000.00 Habenzins Konto p.a.
410.00 Zinsabschluss Guthaben Habenzins
SECURITY_PURCHASE
-140000.00 DVP RECEIPT securities QTY trade
-88000.00 RVP receive versus payment equities
-56000.00 WP-ABR Kauf Stk
-72000.00 Achat oblig contrat nominal
SECURITY_SALE
150000.00 DVP DELIVERY securities QTY trade
91000.00 DVP deliver versus payment equities
58000.00 WP-ABR Verkauf Stk
73000.00 Vente oblig contrat nominal
96000.00 MCAL REDM bond final maturity nominal custodian
FX
-85000.00 FXD deal USD
62000.00 FXD deal CHF
-41000.00 FXD GBP value spot
37000.00 CHANGE USD/EUR montant cours
-28000.00 CHANGE CHF/EUR montant cours
BANK_CHARGES
-15.00 Bankspesen Ausland
-22.00 Fremdspesen Korrespondenzbank
-9.00 Spesen Zahlungsverkehr
-18.00 Auslandszahlung Spesen Entgelt
TAX
-18500.00 Lohnsteuer Anmeldung Finanzkasse StNr
-9900.00 Finanzkasse Lohnsteuer Monat
-2400.00 Administration enregistrement taxe
PAYROLL
-24000.00 SV-Beiträge Betriebsnr Monat
-3100.00 Pensionskasse Beitrag Mitarbeiter
-57000.00 Salary run monthly posts
IT
-1900.00 Cloud usage account month
-420.00 Monitor Bildschirm Arbeitsplatz Büro EDV
-980.00 Notebook Dockingstation
-350.00 Monitors and keyboards
OFFICE
-42.00 OFFICE SUPPLIES stationery
-65.00 Büromaterial Papier Toner
-480.00 Unterhaltsreinigung Büro
-390.00 Office cleaning monthly
-28.00 Porto Briefmarken
-35.00 Courier delivery documents
-55.00 Fournitures de bureau
-410.00 Nettoyage des locaux
-120.00 Postage and franking machine
-870.00 Office furniture desks chairs
-640.00 Büromöbel Schreibtisch
-90.00 Coffee and water for the office
-75.00 Aktenvernichtung Entsorgung Datenträger
-49.00 Kurierdienst Dokumente
-33.00 Frais postaux affranchissement
-260.00 Security guard alarm monitoring premises
-150.00 Printer lease copies
-22.00 Getränke Kaffee Büro
TRAVEL
-38.00 Kartenzahlung Taxi
-29.00 Card payment taxi
-41.00 Taxi Zentrale Fahrt
-380.00 Flugticket ETIX
-520.00 Flight booking e-ticket
-190.00 2 nuits hôtel facture
-175.00 3 Nächte Hotel Rechnung
-240.00 Hotel folio
-310.00 HOTEL room nights folio
-88.00 POS Restaurant Beleg Bewirtung
UTILITIES
-160.00 Wasser Abwasser Quartal
MARKETING
-1300.00 Investorenabend Veranstaltung Catering
OWN_TRANSFER
-300000.00 TRSF own account custody cash
150000.00 TRSF between own accounts
-250000.00 Übertrag eigene Konten Depotbank Cash
`;
