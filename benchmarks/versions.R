cat(paste(getRversion()), paste(packageVersion("lme4")), extSoftVersion()["BLAS"])
