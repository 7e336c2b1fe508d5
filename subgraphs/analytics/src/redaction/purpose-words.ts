/*
 * Words that may leave: those of memos, books and questions about money, in five languages, and names of companies
 * that many people pay. Names of people and of places have no place here, even where they are words too.
 */

/** Abbreviations and terms of bank statements, in any language. */
const STATEMENTS = `
abführung abonnement above abr abrechnung abschlag abschlagszahlung abschluss abschlussprüfung abwasser acc
accepted access accommodation account accounting accounts accretion accrual achat acquisition acte action
actionnaires ad additional administration administrator adr ads advance advertising advice adviser advisers
advisory affranchissement agentur agios agreed aifm airline airport aktenvernichtung aktien alarm allocation
allotment alternative altersvorsorge amc aml analyse anlage anlageverwaltung anleger anleihe anmeldung annual
annuelle annuels annuität another anschluss answers anteil anteile anteilen anteilinhaber anteilklasse
anteilrücknahme anteilschein anteilsrückgabe anteilszeichnung anzeige anzeigen application arbeitsplatz
archive asset assets au auction audit auditors auf aufsicht aufsichtsgebühr auftrag ausgabe ausland
auslandszahlung ausschüttung auszahlungsbetrag authority autorité aux avion avis avocat avocats backup bafin
bahn bahnfahrkarte balances balancing bancaire bancaires banking bankspesen banque base batch beitrag beiträge
beleg belongs benchmark beneficial beratung bericht bescheid bestand betreuung betriebliche betriebsnr
beurkundung bewirtung bildschirm bildschirme billet billing board bonds bonus bonuses book booking booth
borrowing bot bought bourse branding bridge briefmarken broadband brochures brokerage broschüren brutto
buchhaltung buchungsposten bulk bureau bureaux business buy buyout börsenzulassung büro büromaterial büromiete
büromöbel büroräume cabinet calculation campagne campaign cancelled car carried carry categories category
central centrale ch chairs charge cible civile cl claim classe cleaning clearing closed closer cloud code
codes coffee collection commerce commissaire commission commissioners commitment committed compensation
comptant compte comptes conferencing confirmation conseil conservation consultant contents contractor
contracts contrat contribution contributions conversion copies correspondent costs cotisations counsel coupons
courant courier cours coworking credit credited crime crystallisation crystallised crédit créditeurs cssf ct
currency current custodian cyber darlehen darlehensauszahlung darlehenszinsen data datenträger dauerauftrag
day dealing declared deducted deduction deed delegate deliver delivery depobank depositary depot depotbank
depotbankgebühr depotgebühr depotgebühren derivatives description design desk desks development
devisengeschäft devisenkauf devisentermingeschäft devisenverkauf dienstleistung dienstreise diligence
direction disposal disposition distrib distributing distributions distributor district div
dividendengutschrift dividends dockingstation documentation documents dokumente domain domiciliation données
dossier drawdown droits druckkosten due duty dvca dvp débiteurs déplacement dépositaire dépôt each earned
economic edv eigene eigenes einlage eintragung electricity emir employee employees employer emprunt
encaissement encaissée energy engagement english enregistrement entgelt entgeltabschluss entity entre
entsorgung equities equity er erfolgsabhängige erfolgshonorar erhalten erp ertragsausschüttung
ertragsgutschrift esg etf events every ex exceeded exchange exchanges exercice exercise exit exiting expenses
export extends external facility factsheets facture fahrkarte fahrt family far fca feed feeder feeds fernwärme
festgeld festnetz fibre filing finances financial financing financière finanzamt finanzkasse firm fixed fixing
flight flights floating floor flows flug flugticket folio fonds fondsanteile fondsbuchhaltung forfait form
forward found fournitures fra frais franking freelancer fremdspesen frn fuel full fund funding funds furniture
futures fxd fälligkeit garde gebäudeversicherung gebühr gebühren gegen gehalt gehaltszahlung gemäß
geschäftsessen geschäftsräume gestion get getränke gets gewerbesteuer gifts glasfaser gp granted gross
grundsteuer guard guthaben gutschrift habenzins habenzinsen haftpflicht haftpflichtversicherung hailing
handelsregister has hausverwaltung heating hedged hedging here high hire hmrc holder holders holdings
honoraires host hosting hotels hotelübernachtung house hurdle hébergement hôtel identifier ie if iii illiquid
immeuble implementation impression impôt incentive income incoming indemnity independent index indexlizenz
indices inflow informatique infrastruktur initial instalment instant institutional insurance interest
interface intern internal interne intr intérêts investee investisseur investment investments investor
investorenabend investors isin iso issuance issue issued issuers jahresabschluss jahresbeitrag jahresbericht
jahresgebühr jahresumlage je jetons juin juridique kaffee kanzlei kapitalabruf kapitalertragsteuer
kapitalverwaltungsgesellschaft kartenzahlung kauf keyboards kfz klasse kommanditist konten konto kontoführung
kontoführungsgebühr kontoübertrag korrespondenzbank krankenkasse kredit kunde kupon kurierdienst kurs
kurslieferung kvg kyc körperschaftsteuer landline landlord language laptop late law lawyers lease leg lei les
letter levy liability lieferung light line lines liquidation liquidity listing lizenz loan loans locatives
locaux logiciel lohn lohnsteuer loyer lp lunch lux luxembourg machine mailing managed management manager
managing manco mandate map marché mark market marktdaten master matured mcal meals media meeting membership
messe mgmt mgt middle miete mietwagen mietzahlung mileage mise mitarbeiter mobile mobilfunk model monat money
monies monitor monitoring monitors monthly mortgage mouvement movements mt multirisque municipal name nav ndf
near nebenkosten nettoyage newsletter nights nominal nominee nos notaire notar notaries notary notebook
notebooks notes nothing notice notierungsgebühr notification nuits numbering numéro nächte oat objekt oblig
obligations offer office officers offices one opc operating operations opinion option opérateur opération
opéré other outflow outgoing outperformance outsourcing overdraft oversight own owner papier paris part
partial partner passporting password payable paye payer paying payment payout payroll pays pct pension
pensionskasse perf performance performanceabhängige performancegebühr periodic person phone phones placement
plan platform pmt police pooling portefeuille porteurs portfolio pos post postage postaux posts premises
premiums preparation prepayment price prices pricing printer printing priority procedures proceeds production
produit professionnelle profit promotional prompt property prospectus prospekte provider prämie prélèvement
présence prêt prüfer prüfung publicité publiques pursuant qty quartal quellensteuer quotes rachat rachats
rating ratings rc rebalancing recallable receivable receive recherche rechnung rechtsanwaltskosten record recu
redeemed redemptions redesign redevance redm refund refunded register registered registers registrar
registration registre regulator regulatory reimbursement reinigung reisekosten reisekostenabrechnung relations
remboursement remittance remuneration renewal rental repaid repayment report reporting repository repurchase
request research responsabilité restaurant restructuring result retainer retenue retraite return returned
revenue review revolving reçus ride rights roll rolling room run running rvp règlement rémunération
rückführung rückgabe rücknahmeerlös rückzahlung saas safe safekeeping salaires salaries salariés salary sale
salon same sammelüberweisung savings scheme schreibtisch sci screens scrip seats secondary secretarial
secretary security sell semi sepa server serveurs servicing settled settlement severance sewage share
shareholder shareholders shares should sitzung siège sld sncf sociales société sociétés softwarelizenz sold
solicitors solidaritätszuschlag sollzinsen source souscripteur souscription sozialversicherungsbeiträge space
spesen sponsoring sponsorship spot staatsanleihe stadtkasse stadtwerke staff stamp stand statement statements
stationery statutory stellplatz steuerberater steuererstattung stk stnr store stück stückzinsen sub subs
subscr subscriber subscriptions suite supervision supervisor supervisors supervisory supplies supply support
supported sur surperformance sv swap sweep swift switch system systematic systemhaus ta tagesgeld
tagesgeldkonto target taxis td team telecom telefon telephone tender tenue term terme terminal terminals text
texts their ticket tiefgarage tilgung time toner too trade traders trades trains transfer transfert travel
trimestriel trip trips trsf trésorerie type téléphone ucits umbuchung umlage umrechnung umsatzsteuer
underlying undrawn unfunded unitholder units unterhaltsreinigung untidy update upon urssaf us usage utility
valorem valuta vat vault vehicle venue veranstaltung vergütung verkauf vermögensverwalter vers versement
versicherung versicherungsbeitrag versus versé vertrag verwahrentgelt verwahrgebühr verwahrstellenvergütung
verwaltung verwaltungsgebühr verwaltungsrat verwaltungsvergütung via video virement von voranmeldung
vorauszahlung vs wages warranty wartung wasser wasserwerke waste water waterfall web website werbeagentur
werbung wertpapierabrechnung wertpapiere wertpapierertrag wertpapierkauf wertpapierorder wertpapierverkauf wht
wire wirtschaftsprüfer wirtschaftsprüfungsgesellschaft withdrawal wording wp written währungstausch xs
zahlungsverkehr zeichner zeichnung zeichnungsbetrag zentrale zentralverwaltung zielfonds zinsabschluss zinsen
zinsertrag zinsgutschrift zwischenausschüttung échéance électricité épargne événement übertrag überziehung`;

const ENGLISH = `
a ab about accrued actual after ag again against agency ago agreement airfare all also amount and annually
answer any apartment appraisal apr april aps are arrears article as association at attached aud aug august
automatic available average bacs balance bank banks barrister basic be been benefit benefits between bill
bills bimonthly bond bookkeeping borrower broker brokers building buildings bus buying bv by cad calendar call
called cancellation capital card cards care case cash cashback cashflow ceo cfo change charity cheque cheques
chf childcare class classes client closing cny co collateral collected commercial community company compare
compliance conference construction consultancy consulting contract contractors convention cooling corp
corporate corporation council count coupon courses court cover creditor credits crypto currencies custody
customer cut czk daily damages deal dealer debit debt debtor dec december decoration decrease default deferred
delayed deposit deposits did dinner direct directors discount discounted disputed distribution dividend dkk
dollar dollars donation donations double down drinks driver driving early earnings electric electrical
electronic email emergency end engineer engineering equalisation equipment escrow estate estimated eur euro
eurobond euros event excess exempt expected expense expert express fair feb february fee fees file final fine
fines first fiscal fix flat food for forecast foreign forwards foundation franc francs free freight fri friday
from fx fy gain gains garden gasoline gbp general gift global gmbh goods government grant grants green grocery
group guarantee h1 h2 half handling hardware headquarters health heat hedge help higher historical hkd holding
holiday hours household housing how hr huf ils in inbound inc increase inspection installation installment
insurer intercompany interim international internship into inv invoice invoiced invoices is it items its jan
january jpy jul july jun june junior kg kitchen labor labour largest last laundry leasing leave legal lender
lending less license licenses life limited linked liquid list llc llp local lodging long loss losses low lower
ltd lump mail main major manual many mar march margin material materials maturity may mechanical medical
member members merchant merger milestone minimum minor miscellaneous mon monday month months more moving much
multi mutual national needs negative new next nis no nok none not notarial note nov november nr number nursery
nv nzd obligation oct october of off old on onboarding online opening operator optional or order our out
outstanding over overdue overnight overpayment overtime owed owners oy package paid paint paper parcel parent
park partners party past patent pay payments payrolls penalties penalty pensions per percent permit permits
petrol petty pharmacy planning plc pln plus po pocket policy pool position pound pounds power preferred
premium prepaid previous principal print private prize processing product products professional project
projects promotion provisional provisions public purchase purchases pure put q1 q2 q3 q4 quarter quarterly
question quick quota railway rate real reallocation rebate rebates receipt received recharge reclaim recovered
recovery recruiting recruitment recurring redemption reduced ref reference refinancing refunds regular
reinvested reinvestment relocation remaining remote removal renovation rent repair repairs replaced
replacement repo reserve reserves retail retained retirement retrocession retrocessions reversal reverse
reversed rolls royalties royalty sa sales sarl sas sat saturday se sea seat second securities sek self seminar
senior sent sep sept september services settlements setup sgd shekel shekels shipment shipping shop short show
side single site sl slu small smallest soft solutions spa special spend spread srl standard standing start
state stay sterling stolen stop storage strategic structure student studio subscription subsidy sum summer sun
sunday supplier surcharge surety survey systems tax telecoms temporary tenant tenants than that the third this
thu thursday tickets to tolls tool tools top total tour toward towards trademark trading trailer training
tranche transfers translation translations translator transport travelling treasury trust trustee trustees tue
tuesday tuition turnover two types uncalled under unit unitholders unknown unpaid unused up urgent usd used
utilities vacation valuation value variable vehicles vendor vet virtual visa visit voucher vouchers warehouse
warrant was we wealth wed wednesday week weekly weeks welfare were what when which who wholesale why wind
winding winter with withholding without work worker workers works workshop workspace wrong year yearly years
yen yield your ytd zero`;

const GERMAN = `
abzüglich allgemein am an anwalt anwaltskosten arbeitgeber arbeitnehmer arbeitslohn aufwand aufwendungen
ausgleichszahlung auslagen ausschüttungen ausstattung auszahlung auto bankgebühr bankgebühren bar bau
baukosten bei benzin beratungshonorar bereitstellung berufsgenossenschaft bestandsprovision bestellung betrag
bezug bezüge bis buchführung buchung bürobedarf bürokosten darlehensrate das datenschutz dem den der des
dezember die dividende dividenden dritte druck durch ein eine einer einkauf einkommen einkommensteuer einmalig
einmalzahlung einzahlung erstattung ertrag ertragsausgleich erträge essen fahrtkosten fahrzeug februar fehler
forderung fortbildung frachten für garantie gas gastgeschenke gehälter gemeinschaft geschäft geschäftsführer
geschäftsführung geschäftsreise gesellschaft gesellschafter gewinn grund grundbesitz grundstück handel
handwerker hauptversammlung haus heizkosten heizung heizöl honorar im immobilie immobilien inkasso inkl
insgesamt instandhaltung investition ist jahr jahre jahresabrechnung januar jubiläum juli juni jährlich
kapital kapitalerhöhung kasse kassen kaufpreis kaufvertrag kaution kfzversicherung kommunikation kosten kunden
kündigung lager lagerung lastschrift leasingrate leistung lieferant lieferanten löhne mahngebühr mahnung mai
makler maklergebühr margenzahlung marketing maut meldung mieteinnahme mieteinnahmen mieten mieter mieterträge
mit mittel monate monatlich monats märz nach nachzahlung netto neu ohne oktober pachtzins personal
personalkosten pflege porto portokosten prüfungskosten quartals quittung rabatt raten rechnungen rechnungsnr
recht rechtsanwalt rechtsberatung reise reisen reparatur restaurantbesuch restzahlung rückerstattung rücknahme
rückstellung rückzahlungen saldo schaden schulung service sicherheit sicherheitsleistung software sonstige
sonstiges spende spenden stadt stellplatzmiete steuer steuerberatung steuern storno strafe strom stromabschlag
stromkosten tagung tankstelle teilnahme teilzahlung telefonkosten telefonrechnung tilgungsrate umsatz umzug
und unterhalt unterlagen unternehmen unternehmensberatung urlaub urlaubsgeld verbindlichkeit verein vergleich
verkäufe verlust vermietung vermittlung verpflegung versand versandkosten versicherungen versorgung vertrieb
vertriebsprovision verwahrung vierteljährlich vom vor vorschuss vorsteuer wechsel weihnachten weihnachtsgeld
weiterbildung werkstatt werkzeug wertpapier wertpapierleihe wertpapierleihgebühr wohnung zahlung zahlungen
zahlungseingang zeichnungen zeitschrift zeitung zinszahlung zoll zu zum zur zusatz zuschuss zuzüglich zwei
öffentlich über übernachtung überweisung`;

const FRENCH = `
abonnements acompte actif actions administratif administratifs agence agent annuel annulation août appel
appels apport arriérés assistance associés assurance assurances autres avance avances avec avril bail bailleur
banques billets bons bourses budget bénéfice caisse carburant carte cautionnement cession charges chauffage
chèque clients clientèle collecte comptabilité comptable conférence congés consommation contentieux
copropriété cotisation coût coûts dans date dettes deux divers dividendes don dons du décembre dépenses dépôts
développement eau emploi employeur employés en entreprise entretien et exceptionnel expertise facturation
factures financier foncier foncière formation fournisseur fournisseurs février gaz gestionnaire gros hors
huissier immobilier immobilière impayé impôts indemnité indemnités informatiques intérêt investissements
investisseurs janvier jour jours juillet juridiques licence licences livraison location logement logiciels
loyers maintenance marchés mars matériel mensualité mensuel mobilier mois montant mutuelle net notaires
novembre octobre opcvm ordre ou par parts passif personnel petit postale pour premier prestation prestations
prime primes prix produits projet provision prêts publicitaire pénalité quatrième rappel recettes recouvrement
redevances remboursements remise repas reprise retard revenus réassurance réduction rénovation réparation
réserve rétrocession rétrocessions salaire sans septembre sociale solde sous souscriptions stage stock
subvention surveillance sécurité séminaire taxe taxes timbres titre titres tous train traitance transaction
travaux trimestre trésor tva téléphonie un une urgence vente ventes versements virements voyage voyages
véhicule vérification à énergie équipement étude études`;

const SPANISH = `
abogado abogados abono abril acciones acreedor actividad activo adelanto administración administrativo aduana
agencia agosto agua ahorro ajuste alquiler alquileres alta amortización anticipo anual anulación aportaciones
aportación arrendamiento asesor asesores asesoría asistencia auditor auditores auditoría autónomo autónomos
aval aviso ayuda baja bancaria bancario bancarios banco beneficio bienes billete billetes bolsa bonificación
bono bonos cada caja calefacción cambio cargo cargos catering cesión clase cliente clientes cobro combustible
comercialización comida comisiones comisión compra compras comunicación comunidad con concepto conferencia
consejo consultoría contabilidad contrato contribución correo correos corretaje coste costes crédito créditos
cuenta cuentas cuota cuotas cupón custodia de del dependencia depositaria depositario depósito derechos
derivados descuento desplazamiento deuda devoluciones devolución diciembre dieta dietas dinero directo
distribuciones distribución dividendo dividendos divisa divisas domiciliación donación donativo dos débito día
días ecualización efectivo el electricidad empleado empleados empresa energía enero envío equipo equipos error
estudio evento expediente exterior factura facturas febrero fianza fondo fondos formación fotocopias franqueo
fusión garantía garantías gasolina gasto gastos gestión gestora gestoría hacienda hipoteca honorarios hotel
ibi importe imprenta impuesto impuestos indemnización informe informática ingreso ingresos inicial
inmobiliaria inmueble inmuebles intereses internet interés inversiones inversión inversor inversores irpf iva
julio junio jurídico la laboral las licencia licencias limpieza liquidación locales los luz mantenimiento
margen marzo materiales mayo mensual mensualidad mercado mercancía mes mesas mobiliario moneda multa mutua
móvil nacional neto notario notaría noviembre nuestra nómina nóminas obligaciones obra obras octubre oficina
oficinas operaciones operación orden ordinario otros paga pagaré pago pagos papelería parking participaciones
participación partícipe partícipes patrimonio peaje peajes pedido pendiente pensiones pensión periodo plazo
pleito por portes presupuesto prima primas primer procurador producto productos proveedor proveedores
provisión proyecto préstamo préstamos publicidad póliza reaseguro rebaja recargo recibo recibos reclamación
reembolso reembolsos referencia regalo registro regularización renovación renta rentas reparación reparto
representación reserva restaurante retenciones retención retorno retrocesión reunión revisión salario salarios
segundo seguridad seguro seguros semana semestre septiembre servicio servicios servidor servidores sin sobre
social sociedad su subvención sueldo sueldos suministro suministros suscripciones suscripción tarjeta tasa
tasación tasas taxi telefonía teléfono tesorería tique trabajo traductor transferencia transferencias
transporte traspaso trimestral título títulos una urgente vacaciones valor valores vehículo vencimiento venta
ventas viaje viajes vigilancia vivienda vuelo vuelos y`;

const HEBREW = `
אגח אגרה אגרות או אוגוסט אוקטובר אחזקה אחסון אחריות אינטרנט אירו אירוע אישור אפריל ארנונה אשראי את באמצעות
בגין בדיקה ביטוח ביטול בית בנק בנקאית בע בעמ ברוקר בשל גביה גז גם דואר דוח דולר דיבידנד דיווח דירקטוריון
דירקטורים דלק דמי דצמבר הוצאה הוצאות החזר החזרים הכנסה הכנסות הלוואה הלוואות המחאה המרה הנהלה הנהלת הנפקה הסכם
העברה העברת הפקדה הפקדת הפרשה הפרשות הצלחה הקצאה הרשאה השכרה השכרת השקעה השקעות השתלמות התחייבות ואן ועד ועדה
זה זיכוי זכויות זכות חברה חברת חדש חוב חובה חודש חודשי חודשית חוזה חניה חשבון חשבונאות חשבונות חשבוניות
חשבונית חשמל חשמלית טיסה טיסות טלפון יולי יוני יועץ יועצים יחידות ייעוץ ימים ינואר יתרה יתרת כאבים כיבוד כל
כללי כנס כספים כרטיס כרטיסים לאומי לבנק לחברה לחודש ללא לקוח לקוחות לרבעון לשנת מאי מבקר מבקרים מדינה מדיניות
מוניות מוניטין מונית מוסד מזומן מזון מחשב מחשבים מחשוב מטבע מטח מים מיסים מכירה מכירת מכתב מלון ממשלת ממשלתי
מנהל מנוי מניה מניות מס מסחר מסמכים מסעדה מע מעמ מעסיק מערכת מפתח מקדמה מרץ משכורות משכורת משפטי משפטיות משרד
משרדי משרדים מתנות נאמן נאמנות נובמבר נוטריון ניהול ניירות ניכוי ניקיון נכס נכסים נסיעה נסיעות נתונים סוכן
סכום סליקה ספטמבר ספק ספקים ספרים עבודה עבור עדכון עובד עובדים עודף עורך עורכי עירייה עיריית עיתון על עם עמלה
עמלות עמלת ערך פברואר פדיון פיצויים פיקדון פירעון פנסיה פנסיוני פעולה פעולות פרויקט פרמיה פרסום פרסומת צד
ציבורי ציוד קבלה קופה קופת קניה קניית קרדיט קרן קרנות ראשון רבעון רבעוני רואה רווח רווחים ריבית רישום רישיון
רכב רכוש רכישה רכישת רשות רשם שטרות שיווק שירות שירותי שירותים שכירות שכר של שנה שני שנתי שנתית שער שקל שקלים
תוכנה תוספת תחזוקה תיווך תיק תיקון תמלוגים תעודת תפעול תקבול תקופה תקשורת תרומה תרומות תשואה תשלום תשלומים`;

const COMPANIES = `
accenture adobe aib airbnb airfrance allianz alphabet amazon amundi aon apple asana atlassian aviva aws axa
barclays bbva bdo bezeq blackrock bloomberg bnp bouygues bvg caceis caixabank cellcom cisco citibank citigroup
clearstream cloudflare commerzbank credit datadog dell deloitte deutsche dhl docusign dpd dropbox dws easyjet
edf elal endesa engie eon equinix eurex euroclear euronext expedia facebook factset fedex ftse generali
gettaxi github gitlab glovo google grenke hapag helvetia hertz hetzner hilton hiscox hostinger hp hsbc hubspot
iberdrola iberia ibm ikea ing intesa intralinks invesco isracard jetbrains jpmorgan kpmg leumi lexisnexis lidl
linkedin linode lloyd lloyds lufthansa lyft marriott mastercard mazars meta microsoft miro moodys morningstar
movistar msci munichre nasdaq naturgy natwest netflix netjets notion novotel o2 okta openai oracle orange ovh
ovhcloud paypal pelephone pictet postfinance preqin pwc qantas quickbooks raiffeisen refinitiv regus renfe
repsol reuters revolut ryanair sage salesforce samsung santander sap schindler shell shufersal siemens simcorp
sixt slack sncf societegenerale sodexo splunk spotify standardandpoors starbucks statestreet stripe suisse
swisscom swisslife swissre tableau telefonica telekom tesco tmobile totalenergies twilio twitter uber ubs
unicredit ups vattenfall verizon virgin vodafone vueling westpac wework wilmington wolterskluwer workday xerox
zendesk zoom zurich`;

const listed = (text: string): string[] => text.trim().split(/\s+/);

/** Words of purposes, in lower case. */
export const PURPOSE_WORDS: readonly string[] = [
  STATEMENTS,
  ENGLISH,
  GERMAN,
  FRENCH,
  SPANISH,
  HEBREW,
].flatMap(listed);

/** Names of companies, in lower case. */
export const KNOWN_PAYEES: readonly string[] = listed(COMPANIES);
