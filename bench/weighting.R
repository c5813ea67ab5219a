# R survey on the benchmark's data; prints one JSON line. weighting.R FOLDER raking|means
suppressPackageStartupMessages(library(survey))
a <- commandArgs(TRUE); f <- a[1]
n <- file.size(file.path(f, "weight.bin")) / 8
rd <- function(v, k = n) readBin(file.path(f, paste0(v, ".bin")), "double", k)
V <- c("age", "sex", "area", "occupation")
x <- data.frame(lapply(setNames(V, V), function(v) factor(rd(v))))
x$unit <- rd("unit"); x$score <- rd("score"); x$w <- rd("weight")
pop <- lapply(V, function(v) { t <- rd(paste0("totals_", v), 100)
  setNames(data.frame(levels(x[[v]]), t), c(v, "Freq")) })
d <- svydesign(id = ~1, weights = ~w, data = x)
ms <- function(e) unname(system.time(e)["elapsed"]) * 1000
t1 <- ms(k <- rake(d, lapply(V, function(v) as.formula(paste0("~", v))), pop,
                   control = list(maxit = 1000, epsilon = 1e-10)))
w <- weights(k)
err <- max(sapply(seq_along(V), function(i) max(abs(tapply(w, x[[V[i]]], sum) / pop[[i]]$Freq - 1))))
j <- function(v) paste0("[", paste(format(v, digits = 17), collapse = ","), "]")
out <- sprintf('"raking_ms":%f,"error":%g', t1, err)
if (a[2] == "means") {
  t2 <- ms(b <- svyby(~score, ~unit, k, svymean))
  out <- sprintf('%s,"means_ms":%f,"mean":%s,"se":%s', out, t1 + t2, j(coef(b)), j(SE(b)))
}
cat("{", out, "}\n", sep = "")
