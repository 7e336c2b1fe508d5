import { isKnownWord } from "./vocabulary.ts";

/*
 * Given names, and words of purposes that are surnames as well. Only a word that may leave can give a name away, so
 * the surnames are those of the list of such words; given names show where a name begins.
 */

const listed = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/).map(plain));

/** Lower case without accents and marks. */
function plain(word: string): string {
  return word
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\p{M}'’.׳"״]+/gu, "")
    .replaceAll("ß", "ss");
}

/** Of English, German, French, Spanish and languages beside them, and of Hebrew as it is spelled in Latin script. */
const LATIN_NAMES = listed(`
aaron abby abdul abel abigail abraham ada adam adel adele adelheid adi adnan adolf adrian adriana adrien agathe agnes
agnieszka ahmad ahmed ahmet aidan aileen aimee aisha akira alain alan alba albert alberto albrecht alejandra alejandro
alessandro alex alexander alexandra alexandre alexis alfonso alfred alfredo ali alice alicia alina aline alison allan
allen allison alma alois alon alvaro amanda amandine amber amelia amelie amina amir amit amos amparo amy ana anastasia
anders andre andrea andreas andres andrew andrey andrzej andy angel angela angelika angeles angie anita anja anke ann
anna annabel anne annegret anneliese annette annie annika anthony antje antoine anton antonella antonia antonio anya
ariane ariel arjun arlette armin arnaud arnold arthur arturo asaf ashley astrid audrey august auguste aurelie aurora
austin ava avi avraham axel ayelet ayse barbara barry bart bastian beate beatrice beatriz becky belen ben benedict
benedikt benjamin benny benoit bernard bernd bernhard bertha bertrand beth betty bettina beverly bianca bill billy birgit
bjorn blanca bob bobby boris brad bradley brenda brett brian brigitte bruce bruno bryan camilla camille candice carina
carl carla carlos carmen carol carole carolina caroline cassandra caterina catherine cathy cecile cecilia cedric celia
celine cesar chaim chantal charlene charles charlie charlotte chen cheryl chiara chloe chris christa christel christelle
christian christiane christina christine christoph christophe christopher cindy claire clara clarissa claude claudia
claudine claudio claus clemence clemens clement clive colette colin concepcion connor conrad consuelo corinna corinne
cornelia craig cristian cristina crystal curtis cynthia cyril dagmar daisy dale damian damien dan dana daniel daniela
daniele danielle danny daphne darren dave david dawn dean deborah debra delphine denis denise dennis derek deven diana
diane didier diego dieter dietmar dimitri dina dirk dolores dominic dominik dominique don donald donna dora dorit doris
dorothea dorothy douglas drew duncan dylan earl eberhard eckhard eddie edgar edith edmund eduardo edward edwin ehud eileen
elaine eleanor elena eleonore eli eliane elias elisa elisabeth elise elizabeth elke ella ellen elliot elodie eloise elsa
elvira emil emile emilia emilie emilio emily emma emmanuel emmanuelle enrico enrique eric erica erich erik erika ernest
ernesto ernst erwin esperanza esteban estelle esther ethan etienne eugen eugene eugenie eva evan eve evelyn ewa fabian
fabien fabio fabrice faith fatima federico felicia felicity felipe felix ferdinand fernando fiona flora florence
florian florin frances francesca francesco francine francis francisco franck francois francoise frank franz franziska
fred freddy frederic frederick frederik frida frieda friederike friedrich fritz gabi gabriel gabriela gabriele gabrielle
gad gail gareth gary gaston geoffrey georg george georges georgina gerald gerard gerd gerhard gerlinde gerry gertrud
ghislaine gideon gil gilbert gilles gina gisela giovanni giulia giuseppe gladys glen glenn gloria gordon grace graham
grant greg gregor gregory greta gretchen guido guillaume guillermo gunter gunther gustav guy hadas hamid hanna hannah hannelore hans
hansjorg hanspeter harald harold harriet harry hartmut harvey hassan heather hector heide heidi heike heiko heiner heinrich
heinz helen helena helene helga helmut henri henriette henrik henry herbert hermann herve hilda hilde holger holly hope
horst howard hubert hugh hugo hussein ian ibrahim ida idan ignacio igor ilan ilse immanuel imran ines inge ingeborg ingo
ingrid irene irina iris irma isaac isabel isabella isabelle isaiah isidro ismail israel itai ivan ivana ivy jack jackie
jacob jacqueline jacques jaime jake jakob james jamie jan jana jane janet janice janina jared jasmin jason javier jay jean
jeanette jeanne jeff jeffrey jennifer jenny jens jeremy jerome jerry jesse jessica jesus jill jim jimmy joachim joan joana
joanna joanne joao jochen jodie joe joel joelle joerg johan johann johanna johannes john johnny jon jonas jonathan jordan
jordi jorg jorge jose josef josefina joseph josephine josh joshua joy joyce juan juana judith judy julia julian juliana
juliane julie julien juliette julio julius june jurgen juergen justin justine jutta kai kamal karen karim karin karl karla karolina
kaspar katarina kate katharina katherine kathleen kathrin kathy katie katja katrin katarzyna kay keith kelly ken kenneth
kerstin kevin khalid kim kirsten klara klaus knut konrad konstantin kristen kristian kristin kristina krzysztof kumar kurt
kyle lara larissa larry lars laszlo laura laure laurence laurent lauren laurin lea leah leila lena leo leon leonard
leonardo leonie leonora leopold leslie leticia lewis lia liam lila lilian liliane lillian lily lina linda lior lisa lise
liselotte lluis lloyd logan lola lorena lorenz lorenzo loretta lorraine lothar lou louis louisa louise luc luca lucas
lucia lucie lucien lucy ludovic ludwig luigi luis luisa lukas luz lydia lynn madeleine maria mae magali magda magdalena
maggie mahmoud maike maja malcolm malte mandy manfred manon manuel manuela marc marcel marcella marco marcos marcus margaret
margarita margit margot marguerite mari maria mariana mariane marianne marie marielle marina mario marion marisa mark
marko markus marlene marlies marta martha martin martina martine mary mateo mathias mathieu mathilde matt matteo matthew
matthias matthieu maud maureen maurice mauricio max maxime maximilian may megan mehmet meir melanie melissa mercedes meret
merav mia micha michael michaela michal michel michele micheline michelle miguel mika mike milan milena miles mina
mireille miriam mirjam mitchell mohamed mohammad mohammed moises molly monica monika monique mordechai moritz moshe muhammad
muriel mustafa myriam nadia nadine nadja naomi natalia natalie natasha nathalie nathan nathaniel neil nelly nelson nicholas
nick nicola nicolas nicole niklas nikolai nikolaus nils nina nir noa noah noel noelle noemi nora norbert norma norman
nuria octavio odile ofer ofra olaf oleg olga oliver olive olivia olivier omar oprah oren orit oscar oskar osman otto pablo paloma
pamela paola paolo pascal pascale pat patrice patricia patricio patrick patty paul paula paulina pauline pavel pedro peggy
penelope penny percy pete peter petra phil philip philipp philippa philippe phillip phyllis pia pierre pieter pilar
piotr priya quentin rachel rafael rahel raimund rainer ralf ralph ramon ramona raphael raquel raul ray raymond rebecca
regina regine regis reiner reinhard reinhold remi remy renate renaud rene renee ricardo richard rick ricky rita rob robert
roberta roberto robin rocio rodney rodrigo roger roland rolf roman romain romy ron ronald ronen ronny rony rosa rosalie
rosario rose rosemarie rosemary roswitha roxane roy ruben rudi rudolf rupert russell ruth ryan sabina sabine sabrina
sally salma salome salvador sam samantha samir samuel sandra sandrine sandro sanjay sara sarah sascha saul scott sean
sebastian sebastien selina serge sergei sergio severin shai shane shannon shari sharon sheila shelley shimon shira shirley
shlomo sibylle siegfried sigmund sigrid silke silvia silvio simon simone sina sinead sofia solange sonia sonja sophia
sophie stacy stan stanley stefan stefanie stella stephan stephane stephanie stephen steve steven stewart stuart sue sunil
susan susana susanna susanne suzanne svenja sven svetlana sybille sydney sylvain sylvia sylvie tal tamar tamara tanja tania
tanya tara tatiana tatjana ted teddy teresa terence terry tess thea theo theodor theresa therese theresia thibault thierry
thilo thomas thorsten tiffany till tim timo timothy tina tobias todd tom tomas tommy toni tony torsten tracy travis trevor
tristan trudy tyler udo ulf uli ulla ulrich ulrike ursula ute uwe valentin valentina valeria valerie vanessa vera
verena veronica veronika veronique vicente vicki vicky victor victoria viktor vilma vincent vincenzo viola violet virginia
virginie vivian viviane vladimir volker wade walter waltraud wanda warren wayne wei wendy werner wilfried wilhelm will
willi william willy winfried wolf wolfgang xavier ximena yael yair yan yann yannick yasmin yitzhak yoav yolanda yosef
yosi yossi yuki yusuf yves yvette yvonne zachary zara zeev zofia zoe
rich sterling abril faustino gal gali omer eyal itay noam uri yaakov yoni yaniv xiu ming li wang
`);

const HEBREW_NAMES = listed(`
דוד משה יוסף אברהם יצחק יעקב שרה רבקה רחל לאה מרים אסתר רות נעמי חנה דבורה יעל תמר מיכל דנה דניאל דנית רון רונן רונית אבי
אביגיל אבנר אהוד אהרון אודי אורי אורית אורלי איתי איתן אייל אילן אילנה אלון אלי אליהו אליעזר אלכס אלעד אמיר אמנון אסף
אריאל אריה ארנון אשר בועז בנימין ברק גד גדעון גיא גיל גילה גלית גליה דב דפנה הדס הילה הלל ורד זאב זהבה חגי חגית חיים חן
טל טליה יאיר יהודה יהודית יואב יובל יונתן יוני יורם יותם יניב ישראל כרמית לילך ליאור לימור מאיר מאיה מור מוטי מיכאל מנחם
מרדכי מתן נדב נוגה נועה נועם נורית ניר נירית נמרוד נתן נתנאל סיגל סיון עדי עדינה עוזי עומר עופר עידו עינת ענת עמית עמוס
עמיר פנינה צבי ציפי קרן רועי רויטל רינה רמי שאול שגיא שחר שי שירה שירי שלומי שלמה שמואל שמעון שני שרון תום תומר עובד
`);

/** Words of purposes that are surnames. */
const SURNAMES = listed(`
anwalt april avril august bahn ball banco bank banks bar bau bill bills bolsa bond bonds book booth bourse bridge broker caisse caja
capital card cards carte case cash charge charges close coffee corp count courant court cover credit day deal dealer driver
druck early essen fair fee field fine fisher food friday garde garden gas good goods grant grants grau green gros gross
grund guard handel haus hedge holder holiday house how janvier juillet juin jung june junior kitchen kunde kurs lager land lang
late law lawyers levy light line lines list lloyd long low lower loyer lux mai main mains major mar march marche margen mark
market marks mars marzo may mayo mercado merchant mesa mesas mieter minor mittel moneda montant more moving neto neu new
notaire notar notario obras one paga page painter papier paris park parks part petit petty plan pool porte post pound pounds power
precio premier price prices prima primas prime quick rating recht reise ride room sage salaire sale sales salon
schaden sea self seguro seguros short siege single small space spot stadt stamp state steuer sterling stock storage strategic street
strom stuck summer sun sunday swift target tasa taxe titre titulo tool tour towards trade train trust valor venta ventas
wage wages wasser water waters weekly wind winter winding work works zoll marz fevrier abril enero julio wire usage wood
notes note white wechsel werkstatt titel maut nueva gasto gastos luz prime
weeks porto makler roll rolls tender carry high side
sub garage option orden reserva retraite seat switch vault vers
שני נאמן שער ראשון מלון כספים קרן שוק נכס ערך מזון מפתח סוכן עובד רווח שירות תיק בית מאי
`);

/** Companies that are named after people, and so are people. */
const FOUNDERS = listed(`
bloomberg dell hertz hilton lloyd marriott miro orange apple sage schindler siemens sixt slack ing shell deloitte barclays
mazars morningstar schwab pictet hetzner virgin oracle generali iberia aviva meta
`);

/** Words of months and seasons, which stand beside names as dates. */
const DATES = listed(`
january february march april may june july august september october november december jan feb mar apr jun jul aug sep oct
nov dec januar februar marz mai juni juli oktober dezember janvier fevrier mars avril juin juillet aout septembre octobre
novembre decembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre winter summer
friday sunday saturday monday weekly day ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר
`);

/** Given names that are months before they are names. */
const MONTH_NAMES = listed("april may june august jan juli mai abril julio יוני מאי");

/** Names that are plain words too: they count where a name is written, in capitals or behind what calls for one. */
const PLAIN_NAMES = listed(
  "will rich rob pat sue hope joy faith dawn dean guy till rose grace wade love chance frank",
);

/** Words of purposes that say what a payment is for before they name a person. */
const TELLING = listed(`
bill bills grant grants luz sterling price prices bond bonds cash gross sale sales stock power charge charges fee credit
strom steuer gas wasser water salaire prime prima primas loyer taxe tasa titre carte card cards caisse trust capital market
marche trade storage option notes note rating reise reserva seguro seguros gasto gastos handel schaden zoll plan pool
post space storage training usage wages wage food insurance property line lines light list deal court book
switch swift bourse venta ventas junior house notario notar notaire mieter ערך עובד רווח שירות תיק מזון נכס בית סוכן קרן שער
`);

/** Terms of purposes that look like a name: a mark price, a grant price, a power bill. */
const TERMS = new Set(
  (
    "bill price|bill charge|bill charges|bill cover|bill cash|bills cash|grant price|grants price|mark price|mark cash|" +
    "cash grant|cash bill|bond price|power bill|water bill|gas bill|food bill|penny stock|state grant|house bill|" +
    "land grant|stock grant|work grant|storage bill|trade bill|room bill|sterling bond|sterling bonds|sterling bill|" +
    "sterling cash|sterling price|sterling bank|sterling trade|sterling credit|sterling market|sterling line|" +
    "pound sterling|bond sterling|bonds sterling|bank sterling|cash sterling|rich market|will close|will charge|" +
    "will cover|will trade|will work|קרן נכס|קרן ערך|קרן כספים|קרן שוק|קרן שירות|קרן רווח|קרן עובד|תיק קרן|" +
    "שער קרן|ערך קרן|נכס קרן|נאמן קרן|עובד שירות|ערך נכס|בית קרן|כספים קרן|שירות קרן|רווח קרן|שוק קרן"
  ).split("|"),
);

const GIVEN = new Set([...LATIN_NAMES, ...HEBREW_NAMES]);

export type NameWord =
  /** A given name that is no word of a purpose. */
  | "GIVEN"
  /** A given name that is one: Bill, Grant, Mark. */
  | "GIVEN_TOO"
  /** A word of a purpose that is a surname: Price, Banks, Strom. */
  | "SURNAME"
  /** What is not known may be any name. */
  | "UNKNOWN"
  /** Any other word of a purpose. */
  | "NONE";

/** What a word is in a name. */
export function nameWord(word: string): NameWord {
  const form = plain(word);
  const isKnown = isKnownWord(word);
  if (GIVEN.has(form) || (/^[ולמ]\p{Script=Hebrew}{3,}$/u.test(form) && GIVEN.has(form.slice(1))))
    return isKnown ? "GIVEN_TOO" : "GIVEN";
  if (!isKnown) return "UNKNOWN";
  return SURNAMES.has(form) ? "SURNAME" : "NONE";
}

/** Whether a word of a purpose can be a surname, also where it can be a given name. */
export const isSurname = (word: string): boolean => SURNAMES.has(plain(word));

/** Whether a company has the name of a person. */
export const isFounder = (word: string): boolean => FOUNDERS.has(plain(word));

export const isDateWord = (word: string): boolean => DATES.has(plain(word));

export const isMonthName = (word: string): boolean => MONTH_NAMES.has(plain(word));

/** Whether a word is a name only where a name is written. */
export const isPlainName = (word: string): boolean => PLAIN_NAMES.has(plain(word));

/** Whether a word is more likely what was paid than who. */
export const isTelling = (word: string): boolean => TELLING.has(plain(word));

/** Whether two words are a term before they are a name. */
export const isTerm = (one: string, other: string): boolean =>
  TERMS.has(`${plain(one)} ${plain(other)}`);
