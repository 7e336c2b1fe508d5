import type { Catalogue } from "./en.ts";

/** The texts of the page for those who are not signed in, in Hebrew. */
export const he: Catalogue = {
  "signIn.heading": "קרנות, הספרים והנתונים שלהן",
  "signIn.about": "הנהלת חשבונות כפולה, מחירים, תחזיות ותובנות, עדכניים כמו התנועה האחרונה.",
  "signIn.ended": "ההתחברות הסתיימה. יש להיכנס שוב כדי להמשיך מאותו מקום.",
  "signIn.failed": "הכניסה לא הושלמה. יש להתחיל מחדש.",
  "signIn.unavailable": "שירות הכניסה אינו זמין כרגע. אפשר לנסות שוב בעוד רגע.",
  "signIn.signedOut": "התנתקת.",
  "signIn.everywhere": "התנתקת מכל המקומות.",
  "signIn.insecure":
    "אי אפשר להיכנס בכתובת הזאת, כי דפדפנים שומרים התחברות רק ב־https, או ב־http באותו מחשב. על המפעיל להגיש את היישום ב־https ולקבוע את WEB_URL לכתובת הזאת.",
};
