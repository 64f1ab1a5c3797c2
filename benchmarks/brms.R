# Let brms read the formulas of the ladder, without sampling, and write which
# parameters it finds and which prior each would get.
# Usage: Rscript brms.R homes.csv
suppressPackageStartupMessages(library(brms))
homes <- read.csv(commandArgs(trailingOnly = TRUE)[1], fileEncoding = "UTF-8")
start <- "log_radon ~ 0 + Intercept + floor"
formulas <- list(
  complete_pooling = bf(paste(start, "")),
  separate_regressions = bf(
    log_radon ~ 0 + county + county:floor, sigma ~ 0 + county
  ),
  pooled_uranium = bf(paste(start, "+ log_uranium")),
  varying_intercepts = bf(paste(start, "+ (1 | county)")),
  varying_slopes = bf(paste(start, "+ (1 + floor || county)")),
  correlated_slopes = bf(paste(start, "+ (1 + floor | county)")),
  uranium = bf(paste(start, "+ log_uranium + (1 | county)")),
  contextual = bf(paste(start, "+ log_uranium + mean_floor + (1 | county)")),
  uranium_slopes = bf(
    log_radon ~ 0 + Intercept + floor * log_uranium + (1 + floor || county)
  ),
  nested = bf(paste(start, "+ (1 | state/county)"))
)
ours <- c(
  prior(normal(0, 1), class = b),
  prior(cauchy(0, 1), class = sd),
  prior(cauchy(0, 1), class = sigma),
  prior(lkj(2), class = cor)
)

# One row a parameter: of a class whose prior is ours, those it stands for.
read_by_brms <- function(model) {
  formula <- formulas[[model]]
  known <- get_prior(formula, data = homes)
  parameter <- known$coef != "" | known$class == "sigma" |
    (known$class == "cor" & known$group != "")
  known <- known[parameter, ]
  of_class <- match(known$class, ours$class)
  spread <- known$dpar == "sigma"
  code <- make_stancode(
    formula, data = homes,
    prior = ours[ours$class %in% known$class[!spread], ]
  )
  stopifnot(nchar(code) > 0)
  unique(data.frame(
    model, class = known$class, group = known$group,
    coef = sub("^county[^:]*", "county", known$coef),
    dpar = known$dpar, prior = ifelse(spread, "", ours$prior[of_class])
  ))
}

table <- do.call(rbind, lapply(names(formulas), read_by_brms))
write.csv(table, stdout(), row.names = FALSE, quote = 6)
