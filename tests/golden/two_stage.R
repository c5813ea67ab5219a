# A two-stage sample, which make_golden.R has none of: prints what tests/appraisal/test_weigh.py
# compares with. Rscript two_stage.R (survey 4.1-1).
suppressMessages(library(survey)); options(digits = 15)
x <- read.csv("data/apiclus2.csv")
d <- svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, weights = ~pw, data = x)
f <- function(m) print(c(coef(m), SE(m), confint(m, df = degf(d))))
f(svymean(~api00, d)); f(svytotal(~enroll, d, na.rm = TRUE))
print(svyby(~api00, ~stype, d, svymean))
r <- svyratio(~api.stu, ~enroll, d, na.rm = TRUE); print(c(coef(r), SE(r)))
g <- calibrate(d, ~stype, c(6194, 755, 1018), calfun = "raking")
f(svymean(~api00, g)); print(svyby(~api00, ~awards, g, svymean))
p <- svyciprop(~I(awards == "Yes"), g); print(c(p, attr(p, "ci")))
