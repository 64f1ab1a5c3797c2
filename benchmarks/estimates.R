# Fit the models of the ladder by lme4 and write what it says.
# Usage: Rscript estimates.R homes.csv FOLDER MODEL ...
# FOLDER gets estimates.csv, intervals.csv and counties.csv.
suppressPackageStartupMessages(library(lme4))
arguments <- commandArgs(trailingOnly = TRUE)
homes <- read.csv(arguments[1], fileEncoding = "UTF-8")
folder <- arguments[2]
formulas <- list(
  complete_pooling = log_radon ~ floor,
  pooled_uranium = log_radon ~ floor + log_uranium,
  varying_intercepts = log_radon ~ floor + (1 | county),
  varying_slopes = log_radon ~ floor + (1 + floor || county),
  correlated_slopes = log_radon ~ floor + (1 + floor | county),
  uranium = log_radon ~ floor + log_uranium + (1 | county),
  contextual = log_radon ~ floor + log_uranium + mean_floor + (1 | county),
  uranium_slopes = log_radon ~ floor * log_uranium + (1 + floor || county),
  nested = log_radon ~ floor + (1 | state/county)
)

fitted <- function(formula) {
  if (is.null(findbars(formula))) lm(formula, data = homes)
  else lmer(formula, data = homes)
}

# Fixed effects have no group; a correlation has two terms.
estimates <- function(model, fit) {
  fixed <- coef(summary(fit))
  table <- data.frame(
    group = "", term = rownames(fixed), estimate = fixed[, "Estimate"],
    standard_error = fixed[, "Std. Error"]
  )
  spread <- data.frame(
    group = "Residual", term = "", estimate = sigma(fit), standard_error = NA
  )
  singular <- FALSE
  if (inherits(fit, "lmerMod")) {
    scales <- as.data.frame(VarCorr(fit))
    scales[is.na(scales)] <- ""
    spread <- data.frame(
      group = scales$grp, term = trimws(paste(scales$var1, scales$var2)),
      estimate = scales$sdcor, standard_error = NA
    )
    singular <- isSingular(fit)
  }
  cbind(model = model, rbind(table, spread), singular = singular)
}

intervals <- function(model, fit) {
  wald <- confint(fit, parm = "beta_", method = "Wald", level = 0.9)
  profiled <- suppressWarnings(
    confint(fit, method = "profile", level = 0.9, oldNames = FALSE,
            quiet = TRUE)
  )
  rbind(
    data.frame(model, method = "Wald", term = rownames(wald),
               lower = wald[, 1], upper = wald[, 2]),
    data.frame(model, method = "profile", term = rownames(profiled),
               lower = profiled[, 1], upper = profiled[, 2])
  )
}

# Conditional modes, with standard deviations given scales and fixed effects.
counties <- function(model, fit) {
  modes <- as.data.frame(ranef(fit, condVar = TRUE))
  data.frame(
    model, county = modes$grp, term = modes$term, mode = modes$condval,
    sd = modes$condsd
  )
}

written <- function(tables, name) {
  path <- file.path(folder, paste0(name, ".csv"))
  write.csv(do.call(rbind, tables), path, row.names = FALSE)
}

models <- arguments[-(1:2)]
fits <- lapply(setNames(models, models), function(m) fitted(formulas[[m]]))
written(Map(estimates, models, fits), "estimates")
profiled <- intersect(models, c("varying_intercepts", "varying_slopes"))
if (length(profiled)) {
  written(Map(intervals, profiled, fits[profiled]), "intervals")
  written(Map(counties, profiled, fits[profiled]), "counties")
}
