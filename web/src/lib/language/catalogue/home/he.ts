import type { Catalogue } from "./en.ts";

/** The texts of Home in Hebrew. */
export const he: Catalogue = {
  "home.title": "סקירה",
  "home.figuresMissing": "חלק מהנתונים חסרים.",
  "home.steps": "שלושה צעדים לנתונים הראשונים:",
  "home.stepChart": ", עם תרשים חשבונות להתחלה.",
  "home.stepImport": "ייבוא דף חשבון לחשבון המזומנים של הקרן, או רישום תנועה.",
  "home.stepCategories": "אישור הקטגוריות שנמצאו.",
  "home.noAccess": "קרן תופיע כאן לאחר שתיפתח ותינתן לך גישה אליה.",
  "home.oldest": "{shown} הקרנות הוותיקות מתוך {all}; השאר מופיעות ברשימת הקרנות.",
  "home.cashIn": "מזומנים של כל הקרנות ב־{currency}",
  "home.cashByMonth": "מזומנים של כל הקרנות ב־{currency} לפי חודש",
  "home.netAssetsIn": "שווי נכסים נקי של כל הקרנות ב־{currency}",
  "home.netAssetsByMonth": "שווי נכסים נקי של כל הקרנות ב־{currency} לפי חודש",
  "home.amountsIn": "סכומים ב־",
  "home.ownCurrencies": "המטבע של כל קרן",
  "home.noRates": "אין סכום של כל הקרנות ב־{currency}: לחלק מנכסיהן אין שער חליפין.",
  "home.leftOut": {
    one: "חודש אחד הושמט: לחלק ממנו אין שער חליפין.",
    two: "{count} חודשים הושמטו: לחלק מהם אין שער חליפין.",
    other: "{count} חודשים הושמטו: לחלק מהם אין שער חליפין.",
  },
  "home.ofPosting": "תנועה",
  "home.convertedAt": "הומר לפי:",
  "home.insightsMissing": "חלק מהתובנות חסרות.",
  "home.latest": "התנועות האחרונות",
  "home.counted": "{counted} מתוך {all} קרנות",
  "figure.nav": "NAV",
};
