# Fit varying slopes by lme4, again and again, and print every time [s].
# Usage: Rscript lme4.R homes.csv CALLS
suppressPackageStartupMessages(library(lme4))
arguments <- commandArgs(trailingOnly = TRUE)
homes <- read.csv(arguments[1], fileEncoding = "UTF-8")
homes$county <- factor(homes$county)
seconds <- numeric(as.integer(arguments[2]))
for (call in seq_along(seconds)) {
  start <- Sys.time()
  lmer(log_radon ~ floor + (1 | county) + (0 + floor | county), data = homes)
  seconds[call] <- as.numeric(Sys.time() - start, units = "secs")
}
cat(format(seconds, digits = 9, trim = TRUE), sep = ",")
