import type { MethodName } from "./forecast-methods.ts";

/** What each method of a forecast is, with its source: docs/metrics.md is made from it. */
export const METHOD_DEFINITIONS: Readonly<Record<MethodName, string>> = {
  naive: "The last value goes on.",
  "seasonal naive": "The value of one season before goes on.",
  drift: "The last value and the mean change of the history go on.",
  mean: "The mean of the history.",
  "simple exponential smoothing":
    "The level of an exponential average whose constant fits the one-step errors best (Brown 1956), of a series without its season.",
  Holt: "Exponential smoothing of level and trend (Holt 1957).",
  "damped trend": "Holt's method whose trend fades (Gardner and McKenzie 1985).",
  "Holt-Winters": "Holt's method with a season (Winters 1960).",
  ETS: "The state space model of error, trend and season with the least corrected Akaike criterion (Hyndman, Koehler, Snyder and Grose 2002).",
  Theta:
    "The mean of a straight line and of simple exponential smoothing of twice the curvature (Assimakopoulos and Nikolopoulos 2000).",
  "optimised Theta": "Theta whose curvature fits best (Fiorucci and others 2016).",
  ARIMA:
    "The autoregressive moving average of differences that a stepwise search finds by the corrected Akaike criterion (Hyndman and Khandakar 2008).",
  intermittent:
    "The mean of the methods of Syntetos and Boylan, of Teunter, Syntetos and Babai, and of ADIDA, for series that are mostly zero.",
  combination:
    "The mean of ETS, optimised Theta, damped trend and ARIMA, which in competitions does better than each of them.",
};
