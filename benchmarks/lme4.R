# Fit a table by lme4 and print every time and every estimate.
# Usage: Rscript lme4.R homes.csv slopes|intercepts CALLS
suppressPackageStartupMessages(library(lme4))
arguments <- commandArgs(trailingOnly = TRUE)
homes <- read.csv(arguments[1], fileEncoding = "UTF-8")
homes$county <- factor(homes$county)
formulas <- list(
  slopes = log_radon ~ floor + (1 | county) + (0 + floor | county),
  intercepts = log_radon ~ floor + (1 | county)
)
formula <- formulas[[arguments[2]]]

seconds <- numeric(as.integer(arguments[3]))
for (call in seq_along(seconds)) {
  start <- Sys.time()
  fit <- lmer(formula, data = homes)
  seconds[call] <- as.numeric(Sys.time() - start, units = "secs")
}

scales <- as.data.frame(VarCorr(fit))
scale <- function(group, name) {
  rows <- startsWith(scales$grp, group) & scales$var1 %in% name
  scales$sdcor[rows]
}
rows <- coef(summary(fit))
floor_name <- if (arguments[2] == "slopes") "mu_beta" else "beta"
estimates <- data.frame(
  parameter = c("mu_alpha", floor_name, "sigma", "sigma_alpha"),
  estimate = c(rows[, "Estimate"], sigma(fit), scale("county", "(Intercept)")),
  standard_error = c(rows[, "Std. Error"], NA, NA)
)
if (arguments[2] == "slopes") {
  slope <- data.frame("sigma_beta", scale("county", "floor"), NA)
  estimates <- rbind(estimates, setNames(slope, names(estimates)))
}
write.table(
  format(estimates, digits = 12), sep = ",", quote = FALSE, row.names = FALSE
)
cat("seconds", format(seconds, digits = 9, trim = TRUE), sep = ",")
