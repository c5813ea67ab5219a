# Golden case d31, added to those of make_golden.R beside it, whose maker it uses:
# Rscript make_borrowing.R OUTDIR (OUTDIR as this folder: the data are read there).
# Needs metafor, lme4 and jsonlite (survey for the maker). Errors are written out from the dense
# covariance of all estimates, by no formula of one unit at a time.
here <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)); here <- dirname(here)
maker <- readLines(file.path(here, "make_golden.R"))
eval(parse(text = maker[seq_len(grep("end of shared functions", maker))]))

golden("d31_borrowing","Groups of one unit borrow: variances by REML, estimates, mean squared errors of groups and units, some groups missing",
 list(data="data/borrowing_dev.csv",people="data/borrowing_people.csv",weights=c(.5,.2,.2,.1)),
 c('set.seed(3131); m <- 24; g <- 4; cell <- expand.grid(group=1:g,unit=1:m); cell <- cell[-c(7,38,39,90),]',
   'th <- 70+rnorm(m,0,4.5)[cell$unit]+c(0,4,2,6)[cell$group]+rnorm(nrow(cell),0,2.2)',
   'cell$v <- c(3,5.5,12,18)[cell$group]*runif(nrow(cell),.7,1.3); cell$y <- th+rnorm(nrow(cell),0,sqrt(cell$v)); cell$last <- (70+rnorm(m,0,5))[cell$unit]',
   'wr(cell,"borrowing_dev"); x <- rd("borrowing_dev"); x$group <- factor(x$group); n <- nrow(x)',
   'f <- metafor::rma.mv(y,v,mods=~0+group,random=~1|unit/group,data=x,method="REML",control=list(optimizer="optim",optmethod="BFGS",reltol=1e-14,maxit=2000))',
   'h <- metafor::rma.mv(y,v,mods=~0+group+last,random=~1|unit/group,data=x,method="REML",control=list(optimizer="optim",optmethod="BFGS",reltol=1e-14,maxit=2000))',
   's <- f$sigma2; J <- outer(x$unit,x$unit,"=="); storage.mode(J) <- "double"; I <- diag(n); T <- s[1]*J+s[2]*I; D <- diag(x$v); V <- T+D; W <- solve(V)',
   'X <- model.matrix(~0+group,x); Phi <- solve(t(X)%*%W%*%X); b <- drop(Phi%*%t(X)%*%W%*%x$y); B <- T%*%W; value <- drop(X%*%b+B%*%(x$y-X%*%b))',
   'L <- X-B%*%X; K <- list(J,I); Q <- matrix(0,2,2); for(k in 1:2) for(l in 1:2) Q[k,l] <- sum(diag(W%*%K[[k]]%*%W%*%K[[l]]))/2; C <- solve(Q)',
   'G <- lapply(K,function(k) k%*%W-T%*%W%*%k%*%W); G3 <- 0; for(k in 1:2) for(l in 1:2) G3 <- G3+C[k,l]*G[[k]]%*%V%*%t(G[[l]])',
   'M <- T-T%*%W%*%T+L%*%Phi%*%t(L)+2*G3',
   'w <- c(.5,.2,.2,.1); A <- t(sapply(1:m,function(u) ifelse(x$unit==u,w[as.integer(x$group)],0)))',
   'P <- W-W%*%X%*%Phi%*%t(X)%*%W; off <- drop(P%*%x$y)/diag(P)',
   'p <- cell[rep(seq_len(n),each=6),c("unit","group")]; p$y <- rep(th,each=6)+rnorm(6*n,0,9); wr(p,"borrowing_people"); p <- rd("borrowing_people"); p$group <- factor(p$group)',
   'e <- lme4::lmer(y~0+group+(1|unit)+(1|unit:group),p,control=lme4::lmerControl(optimizer="bobyqa",optCtrl=list(rhoend=1e-12,maxfun=20000)))',
   'vc <- as.data.frame(lme4::VarCorr(e)); vc <- setNames(vc$vcov,vc$grp); pr <- predict(e)'),
 list(variances='s',covariate_variances='h$sigma2',covariate='unname(coef(h))[5]',coefficients='unname(b)',value='unname(value)',mse='unname(diag(M))',others='unname(x$y-off)',
      unit_value='drop(A%*%value)',unit_mse='diag(A%*%M%*%t(A))',
      people_variances='unname(vc[c("unit","unit:group","Residual")])',people='as.vector(tapply(pr,interaction(p$group,p$unit,drop=TRUE),mean))'),
 pkgs=c("metafor","lme4"),
 notes="metafor::rma.mv has the variances; estimates and errors are exact at these. Of people: lmer estimates the variance of answers besides, here given to the model of means.")
