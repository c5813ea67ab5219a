# What test_rounds.py holds the moments and the pooled slopes to: Rscript waves.R (base R 4.x).
i <- 0:59
y <- sin(1.7*i)
wave <- ifelse(i %% 5 == 0, 1, ifelse(i %% 5 == 1, 2, ifelse(i %% 5 == 2, 3, 0)))
lot <- 1 + (i %/% 5) %% 2
g <- 0.3
cell <- function(k) {
  asked <- wave == 0 | wave >= k; ans <- wave == k
  x <- cbind(1, lot == 2)
  f <- function(a) { inv <- 1 + exp(-(x %*% a + g*y)); c(t(x[ans,]) %*% inv[ans] - colSums(x[asked,])) }
  a <- c(-1, 0)
  for (n in 1:60) { J <- sapply(1:2, function(j) {e <- rep(0,2); e[j] <- 1e-6; (f(a+e)-f(a-e))/2e-6}); a <- a - solve(J, f(a)) }
  list(a = a, inv = c(1 + exp(-(x %*% a + g*y))), ans = ans)
}
cs <- lapply(1:3, cell)
h1 <- sum((y*(cs[[1]]$inv-1))[cs[[1]]$ans]) - sum((y*cs[[2]]$inv)[cs[[2]]$ans])
h2 <- sum((y*(cs[[2]]$inv-1))[cs[[2]]$ans]) - sum((y*cs[[3]]$inv)[cs[[3]]$ans])
early <- lot == 1 & wave > 0
P <- 1 - (1-1/cs[[1]]$inv)*(1-1/cs[[2]]$inv)*(1-1/cs[[3]]$inv)
late <- lot == 2 & wave == 1
h3 <- sum((y/P)[early])*60/sum(lot==1) - sum((y*cs[[1]]$inv)[late])*60/sum(lot==2)
cat(sprintf("%.12f\n", c(h1,h2,h3)))
yi <- c(.31,.05,.42,.20); se <- c(.15,.2,.12,.18)
w <- 1/se^2; m <- sum(w*yi)/sum(w); Q <- sum(w*(yi-m)^2)
tau2 <- max(0,(Q-3)/(sum(w)-sum(w^2)/sum(w)))
tau <- max(.1, sqrt(tau2)); ww <- 1/(tau^2+se^2); v <- 1/(1/(.36-tau^2)+sum(ww))
cat(sprintf("%.12f\n", c(sqrt(tau2), v*sum(ww*yi), sqrt(v+tau^2))))
yi <- c(.9,-.4,.42,.20); m <- sum(w*yi)/sum(w); Q <- sum(w*(yi-m)^2)
tau2 <- max(0,(Q-3)/(sum(w)-sum(w^2)/sum(w)))
tau <- max(.1, sqrt(tau2)); ww <- 1/(tau^2+se^2); v <- 1/(1/(.36-tau^2)+sum(ww))
cat(sprintf("%.12f\n", c(sqrt(tau2), v*sum(ww*yi), sqrt(v+tau^2))))
