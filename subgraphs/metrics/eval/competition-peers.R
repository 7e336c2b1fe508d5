# Draws series from the M1 and M3 competitions (the files M1.rda and M3.rda of the R package Mcomp, in the folder
# given), 60 yearly, quarterly and monthly ones of each, and prints one JSON object a series as forecast-peers.R does.
suppressMessages(library(forecast))

folder <- commandArgs(trailingOnly = TRUE)[1]
per_group <- 60

json_numbers <- function(x) paste0("[", paste(sprintf("%.17g", x), collapse = ","), "]")

# Forecasts with intervals of 80 and 95 %, and what they cost.
measured <- function(fit) {
  cpu <- system.time(result <- try(fit(), silent = TRUE))
  milliseconds <- 1000 * (cpu[["user.self"]] + cpu[["sys.self"]])
  if (inherits(result, "try-error")) return("null")
  sprintf(
    '{"mean":%s,"lower80":%s,"upper80":%s,"lower95":%s,"upper95":%s,"cpuMs":%.3f}',
    json_numbers(result$mean), json_numbers(result$lower[, 1]), json_numbers(result$upper[, 1]),
    json_numbers(result$lower[, 2]), json_numbers(result$upper[, 2]), milliseconds
  )
}

evaluate <- function(id, x, actual) {
  horizon <- length(actual)
  cat(sprintf(
    '{"id":"%s","seasonLength":%g,"train":%s,"test":%s,"ets":%s,"thetaf":%s}\n',
    id, frequency(x), json_numbers(x), json_numbers(actual),
    measured(function() forecast(ets(x), h = horizon, level = c(80, 95))),
    measured(function() thetaf(x, h = horizon, level = c(80, 95)))
  ))
}

set.seed(7)
for (name in c("M1", "M3")) {
  place <- new.env()
  load(file.path(folder, paste0(name, ".rda")), envir = place)
  all <- get(name, envir = place)
  for (period in c("YEARLY", "QUARTERLY", "MONTHLY")) {
    own <- names(all)[sapply(all, function(series) as.character(series$period) == period)]
    for (id in sample(own, min(per_group, length(own)))) evaluate(id, all[[id]]$x, all[[id]]$xx)
  }
}
