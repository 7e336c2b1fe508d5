# Reads the series named in the file given, holds out the last values, forecasts them by R's ets and
# thetaf, and prints one JSON object a series: numbers and CPU milliseconds.
suppressMessages(library(forecast))

arguments <- commandArgs(trailingOnly = TRUE)
horizons <- c("1" = 6, "4" = 8, "12" = 18)
longest <- c("1" = 100, "4" = 200, "12" = 300)

json_numbers <- function(x) paste0("[", paste(sprintf("%.17g", x), collapse = ","), "]")

# A series without missing values at either end; NULL when there are some inside, or it is constant.
trimmed <- function(x) {
  x <- na.contiguous_or_null(x)
  if (is.null(x) || length(unique(as.numeric(x))) < 3 || mean(x == 0) > 0.5) return(NULL)
  period <- as.character(frequency(x))
  if (!(period %in% names(horizons))) return(NULL)
  tail(x, longest[[period]])
}

na.contiguous_or_null <- function(x) {
  known <- which(!is.na(x))
  if (length(known) < 16 || any(diff(known) != 1)) return(NULL)
  window(x, start = time(x)[known[1]], end = time(x)[known[length(known)]])
}

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

evaluate <- function(id, x) {
  horizon <- min(horizons[[as.character(frequency(x))]], floor(length(x) / 3))
  train <- head(x, -horizon)
  cat(sprintf(
    '{"id":"%s","seasonLength":%g,"train":%s,"test":%s,"ets":%s,"thetaf":%s}\n',
    id, frequency(x), json_numbers(train), json_numbers(tail(x, horizon)),
    measured(function() forecast(ets(train), h = horizon, level = c(80, 95))),
    measured(function() thetaf(train, h = horizon, level = c(80, 95)))
  ))
}

load_object <- function(package, item, name) {
  place <- new.env()
  suppressWarnings(data(list = item, package = package, envir = place))
  get(name, envir = place, inherits = FALSE)
}

# At most so many groups of a data frame, in the order of their names.
most_groups <- 12

# The named columns of an object as a list of time series.
series_of <- function(object, id, columns, frequency, group) {
  if (frequency == "-") {
    if (is.null(ncol(object))) return(setNames(list(object), id))
    chosen <- if (columns == "*") colnames(object) else strsplit(columns, ",")[[1]]
    result <- lapply(chosen, function(column) object[, column])
    return(setNames(result, paste0(id, "[", chosen, "]")))
  }
  table <- as.data.frame(object)
  parts <- list(table)
  if (group != "-") parts <- split(table, as.character(table[[group]]))
  result <- list()
  for (part in names_or_blank(parts)) for (column in strsplit(columns, ",")[[1]]) {
    x <- (if (part == "") table else parts[[part]])[[column]]
    if (sum(!is.na(x)) < 16 || length(result) >= most_groups) next
    label <- paste0(id, "[", column, if (part != "") paste0(" ", part), "]")
    result[[label]] <- ts(as.numeric(x), frequency = as.numeric(frequency))
  }
  result
}

names_or_blank <- function(parts) if (is.null(names(parts))) "" else names(parts)

wanted <- read.table(arguments[1], comment.char = "#", colClasses = "character")
for (row in seq_len(nrow(wanted))) {
  source <- unlist(wanted[row, ])
  object <- try(load_object(source[[1]], source[[2]], source[[3]]), silent = TRUE)
  if (inherits(object, "try-error")) {
    message(sprintf("not there: %s in %s", source[[3]], source[[1]]))
    next
  }
  id <- paste0(source[[1]], "::", source[[3]])
  columns <- series_of(object, id, source[[4]], source[[5]], source[[6]])
  for (name in names(columns)) {
    x <- trimmed(columns[[name]])
    if (!is.null(x)) evaluate(name, x)
  }
}
