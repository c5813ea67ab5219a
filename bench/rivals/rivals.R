# The rivals in R, each as its authors' help pages, vignettes or papers run it.
# Rscript rivals.R GROUND FOLDER SLOW [RIVAL,...]: estimates of the draws in FOLDER, a line for each;
# slow rivals are asked of the first SLOW draws alone.
options(warn = -1)
arguments <- commandArgs(TRUE)
GROUND <- arguments[1]; FOLDER <- arguments[2]
SLOW <- as.integer(arguments[3])
WANTED <- if (length(arguments) > 3 && nzchar(arguments[4])) strsplit(arguments[4], ",")[[1]]
has <- function(package) suppressPackageStartupMessages(suppressWarnings(
  requireNamespace(package, quietly = TRUE)))
suppressPackageStartupMessages({ library(survey); library(data.table) })
Z <- qnorm(.975)
joined <- function(v) paste(format(v, digits = 12, trim = TRUE), collapse = ";")
said <- function(name, draw, seconds, why, f)
  cat(paste("RIVAL", name, draw, seconds, why, joined(f$v), joined(f$l), joined(f$u), sep = ","), "\n")
by_se <- function(v, se) list(v = v, l = v - Z * se, u = v + Z * se)

# ---- an open sample beside a reference sample --------------------------------------------------
design_of <- function(d, size = NULL) {
  r <- d$reference
  if (is.null(size)) return(svydesign(ids = ~1, weights = ~d, data = as.data.frame(r)))
  r$size <- size
  svydesign(ids = ~1, weights = ~d, fpc = ~size, data = as.data.frame(r))
}
shared <- function(d) setdiff(names(d$reference), "d")
right <- function(names) paste(names, collapse = " + ")
answers <- function(d) setdiff(names(d$open), shared(d))
non <- function(d, kind, x = shared(d), size = NULL, ...) {
  y <- paste(answers(d), collapse = " + ")
  outcome <- as.formula(paste(y, "~", right(shared(d))))
  selection <- as.formula(paste("~", right(x)))
  a <- list(data = as.data.frame(d$open), svydesign = design_of(d, size), ...)
  if (kind != "mi") a$selection <- selection
  if (kind == "ipw") a$target <- as.formula(paste("~", y)) else a$outcome <- outcome
  r <- do.call(nonprobsvy::nonprob, a)
  list(v = r$output$mean, l = r$confidence_interval$lower_bound,
       u = r$confidence_interval$upper_bound)
}
# Elliott and Valliant's pseudo-weights; errors by a jackknife of 25 groups of both samples.
pseudo <- function(d) {
  x <- shared(d); y <- answers(d); G <- 25
  once <- function(o, r) {
    z <- rbind(o[, ..x], r[, ..x]); z$m <- rep(1:0, c(nrow(o), nrow(r)))
    odds <- predict(glm(reformulate(x, "m"), binomial, z), o)
    l <- predict(lm(reformulate(x, "log(d)"), r), o)
    w <- exp(l - odds)
    sapply(y, function(n) sum(w * o[[n]]) / sum(w))
  }
  o <- d$open; r <- d$reference
  go <- sample(rep_len(1:G, nrow(o))); gr <- sample(rep_len(1:G, nrow(r)))
  v <- once(o, r)
  j <- matrix(sapply(1:G, function(g) once(o[go != g], r[gr != g])), length(y))
  by_se(v, sqrt((G - 1) / G * rowSums((j - rowMeans(j))^2)))
}
PSEUDO <- list("elliott-valliant" = pseudo)
beside <- function(dr_x = NULL, size = NULL) list(
  "nonprobsvy dr" = function(d) non(d, "dr", if (is.null(dr_x)) shared(d) else dr_x, size),
  "nonprobsvy ipw" = function(d) non(d, "ipw", if (is.null(dr_x)) shared(d) else dr_x, size),
  "nonprobsvy mi glm" = function(d) non(d, "mi", size = size),
  "nonprobsvy mi pmm" = function(d) non(d, "mi", size = size, method_outcome = "pmm"))
selected <- function(d) non(d, "dr",
  control_inference = nonprobsvy::control_inf(
    vars_selection = TRUE, vars_combine = TRUE, bias_correction = TRUE))

# ---- a sample and a target: raked by survey ----------------------------------------------------
raked <- function(d) {
  x <- names(d$target); s <- d$sample; y <- setdiff(names(s), x)
  s$base <- nrow(d$target) / nrow(s)
  known <- colSums(model.matrix(reformulate(x), d$target))
  g <- calibrate(svydesign(ids = ~1, weights = ~base, data = s), reformulate(x), known,
                 calfun = "linear")
  m <- svymean(reformulate(y), g)
  by_se(as.numeric(coef(m)), as.numeric(SE(m)))
}

# ---- areas -------------------------------------------------------------------------------------
fh <- function(method) function(d) {
  D <- as.data.frame(d$areas)
  f <- if ("region" %in% names(D)) direct ~ as.factor(region) else direct ~ 1
  m <- eval(bquote(sae::mseFH(.(f), variance, method = .(method), data = D)))
  by_se(as.numeric(m$est$eblup), sqrt(pmax(as.numeric(m$mse), 0)))
}
direct <- function(d) by_se(d$areas$direct, sqrt(d$areas$variance))

# ---- MRP ---------------------------------------------------------------------------------------
CATS <- y ~ factor(male) + factor(male) * factor(age) + (1 | state) + (1 | age) + (1 | eth) + (1 | income)
poststratified <- function(cells, draws) {
  w <- cells$people / ave(cells$people, cells$state, FUN = sum)
  s <- t(sapply(split(seq_len(nrow(cells)), cells$state), function(i) draws[, i] %*% w[i]))
  list(v = rowMeans(s), l = apply(s, 1, quantile, .025), u = apply(s, 1, quantile, .975))
}
rstan <- function(d) {
  fit <- rstanarm::stan_glmer(CATS, family = binomial(link = "logit"), data = d$sample,
                              refresh = 0, chains = 4, seed = 1)
  draws <- rstanarm::posterior_epred(fit, newdata = d$cells, draws = 1000)
  poststratified(d$cells, draws)
}
lme4_mrp <- function(d) {
  fit <- lme4::glmer(CATS, family = binomial, data = d$sample, nAGQ = 0,
                     control = lme4::glmerControl(calc.derivs = FALSE))
  p <- predict(fit, d$cells, type = "response", allow.new.levels = TRUE)
  w <- d$cells$people / ave(d$cells$people, d$cells$state, FUN = sum)
  list(v = as.numeric(tapply(w * p, d$cells$state, sum)), l = rep(NA, 50), u = rep(NA, 50))
}
state_means <- function(d) {
  n <- tabulate(d$sample$state + 1, 50)
  v <- as.numeric(tapply(d$sample$y, factor(d$sample$state, 0:49), mean))
  v[n == 0] <- mean(d$sample$y); p <- pmin(pmax(v, .02), .98)
  by_se(v, sqrt(p * (1 - p) / pmax(n, 1)))
}

# ---- both samples asked ------------------------------------------------------------------------
# By region: mean and variance of each sample, m = invited, o = open.
moments <- function(t) t[, .(v = mean(y), s = var(y) / .N), keyby = region]
# Elliott and Haviland (2007): weights by mean squared error, the bias estimated by the difference.
composite <- function(m, o) {
  b2 <- pmax((o$v - m$v)^2 - m$s - o$s, 0); k <- (b2 + o$s) / (b2 + o$s + m$s)
  by_se(k * m$v + (1 - k) * o$v, sqrt(k^2 * m$s + (1 - k)^2 * (o$s + b2)))
}
# Sakshaug et al. (2019): the open mean as prior, its spread the distance to the invited mean.
distance <- function(m, o) {
  t2 <- pmax((o$v - m$v)^2, o$s); k <- t2 / (t2 + m$s)
  by_se(k * m$v + (1 - k) * o$v, sqrt(k * m$s))
}
of_both <- function(f) function(d) f(moments(d$invited), moments(d$open))
pooled_means <- function(m, o) {
  k <- (1 / m$s) / (1 / m$s + 1 / o$s)
  by_se(k * m$v + (1 - k) * o$v, sqrt(1 / (1 / m$s + 1 / o$s)))
}

# ---- a county ----------------------------------------------------------------------------------
# Whom a unit serves: its town, where it has one; everybody else's units, the county.
served <- function(d, u) {
  towns <- max(d$cells$town) + 1
  if (u < towns) d$cells[town == u] else d$cells
}
units_of <- function(d) sort(unique(d$answers$unit))
unit_raked <- function(a, d) {
  rows <- lapply(units_of(d), function(u) {
    s <- a[unit == u]; c <- served(d, u)
    if (nrow(s) < 2) return(c(NA, NA))
    s <- data.frame(y = s$y, age = factor(s$age), sex = factor(s$sex), base = 1)
    p <- list(tapply(c$people, c$age, sum), tapply(c$people, c$sex, sum))
    p <- Map(function(t, n) setNames(data.frame(names(t), as.numeric(t)), c(n, "Freq")), p,
             c("age", "sex"))
    keep <- p[[1]]$age %in% levels(s$age); p[[1]] <- p[[1]][keep, ]
    p[[1]]$Freq <- p[[1]]$Freq / sum(p[[1]]$Freq); p[[2]]$Freq <- p[[2]]$Freq / sum(p[[2]]$Freq)
    g <- rake(svydesign(ids = ~1, weights = ~base, data = s), list(~age, ~sex), p,
              control = list(maxit = 200, epsilon = 1e-6))
    m <- svymean(~y, g); c(coef(m), SE(m)^2)
  })
  rows <- do.call(rbind, rows); list(v = rows[, 1], s = rows[, 2])
}
split_raked <- function(f) function(d)
  f(unit_raked(d$answers[open == 0], d), unit_raked(d$answers[open == 1], d))
all_raked <- function(d) { r <- unit_raked(d$answers, d); by_se(r$v, sqrt(r$s)) }
raw <- function(d) {
  m <- d$answers[, .(v = mean(y), s = var(y) / .N), keyby = unit]; by_se(m$v, sqrt(m$s))
}
# MRP with a random intercept of the unit and the channel as a fixed effect, told for the invited.
county_mrp <- function(d) {
  a <- d$answers
  fit <- lme4::lmer(y ~ factor(age) + factor(sex) + open + (1 | unit) + (1 | unit:open), data = a)
  r <- as.data.frame(lme4::ranef(fit, whichel = "unit", condVar = TRUE))
  b <- lme4::fixef(fit)
  cells <- as.data.frame(unique(d$cells[, .(age, sex)])); cells$open <- 0
  X <- model.matrix(~ factor(age) + factor(sex) + open, cells)
  key <- paste(cells$age, cells$sex)
  out <- t(sapply(units_of(d), function(u) {
    c <- served(d, u); w <- tapply(c$people, factor(paste(c$age, c$sex), key), sum)
    w[is.na(w)] <- 0; x <- colSums(X * as.numeric(w)) / sum(w)
    i <- r$grp == u
    c(sum(x * b) + r$condval[i], r$condsd[i]^2 + as.numeric(x %*% as.matrix(vcov(fit)) %*% x))
  }))
  by_se(out[, 1], sqrt(out[, 2]))
}
unit_dr <- function(d) {
  rows <- lapply(units_of(d), function(u) {
    a <- d$answers[unit == u]; r <- a[open == 0]; o <- a[open == 1]; total <- sum(served(d, u)$people)
    r$d <- total / nrow(r)
    f <- tryCatch(non(list(open = o[, .(age, sex, y)], reference = r[, .(age, sex, d)]), "dr"),
                  error = function(e) by_se(mean(r$y), sd(r$y) / sqrt(nrow(r))))
    c(f$v, f$l, f$u)
  })
  rows <- do.call(rbind, rows); list(v = rows[, 1], l = rows[, 2], u = rows[, 3])
}
COUNTY <- list("plain mean" = raw, "raked" = all_raked, "mrp lme4" = county_mrp,
               "composite" = split_raked(composite), "distance prior" = split_raked(distance),
               "invited raked" = split_raked(function(m, o) by_se(m$v, sqrt(m$s))),
               "nonprobsvy dr" = unit_dr)

RIVALS <- list(
  chen_li_wu = c(beside(), PSEUDO), kim_wang = beside("x2", 1e5), kim_park_chen_wu = beside(size = 1e5),
  yang_kim_song = c(list("nonprobsvy dr selected" = selected), beside()),
  elliott_valliant = c(beside(), PSEUDO),
  balance_tutorial = list("survey calibrate" = raked), kang_schafer = list("survey calibrate" = raked),
  milk = list("sae reml" = fh("REML"), "sae ml" = fh("ML"), "sae fh" = fh("FH"), "direct" = direct),
  datta_rao_smith = list("sae reml" = fh("REML"), "sae ml" = fh("ML"), "sae fh" = fh("FH"),
                         "direct" = direct),
  mrp = list("rstanarm" = rstan, "mrp lme4" = lme4_mrp, "state means" = state_means),
  hybrid = list("distance prior" = of_both(distance), "composite" = of_both(composite),
                "pooled" = of_both(pooled_means),
                "invited alone" = of_both(function(m, o) by_se(m$v, sqrt(m$s)))),
  county_plain = COUNTY, county_selection = COUNTY)
PACKAGE <- c("nonprobsvy" = "nonprobsvy", "sae" = "sae", "rstanarm" = "rstanarm", "mrp" = "lme4")

draws <- sort(list.dirs(FOLDER, recursive = FALSE))
for (name in names(RIVALS[[GROUND]])) {
  if (!is.null(WANTED) && !(name %in% WANTED)) next
  package <- PACKAGE[strsplit(name, " ")[[1]][1]]
  missing <- !is.na(package) && !has(package)
  for (k in seq_len(if (name %in% c("rstanarm")) min(SLOW, length(draws)) else length(draws))) {
    files <- list.files(draws[k], full.names = TRUE)
    d <- lapply(setNames(files, sub("[.]csv$", "", basename(files))), fread)
    set.seed(k); f <- NULL; why <- paste("package", package, "is missing")
    t <- system.time(if (!missing) f <- tryCatch(RIVALS[[GROUND]][[name]](d), error = function(e) {
      why <<- gsub("[,\n]", " ", conditionMessage(e)); NULL }))
    said(name, k - 1, t[1] + t[2] + t[4] + t[5], if (is.null(f)) why else "ok",
         if (is.null(f)) list(v = NA, l = NA, u = NA) else f)
  }
}
