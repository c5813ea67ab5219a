# Golden cases d23-d28, added to those of make_golden.R beside it, whose maker they use:
# Rscript make_statistics.R OUTDIR (OUTDIR as this folder: the data are read there).
# Needs survey >= 4.1 and jsonlite; psych is quoted, not needed.
here <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)); here <- dirname(here)
maker <- readLines(file.path(here, "make_golden.R"))
eval(parse(text = maker[seq_len(grep("end of shared functions", maker))]))
RC <- 'c1 <- rd("apiclus1"); d <- svydesign(id=~dnum,weights=~pw,data=c1,fpc=~fpc)'
RS <- 'st <- rd("apistrat"); d <- svydesign(id=~1,strata=~stype,weights=~pw,data=st,fpc=~fpc)'
RG <- 'g <- calibrate(d,~stype+sch.wide,population=c(6194,755,1018,5122),calfun="raking",epsilon=1e-12,maxit=200)'
IN1 <- list(data="data/apiclus1.csv",design=list(psu="dnum",weights="pw",fpc="fpc"))
INS <- list(data="data/apistrat.csv",design=list(strata="stype",weights="pw",fpc="fpc"))

golden("d23_regression_tables","Regression tables: t, p-values and limits, linear, logistic, and of a raked cluster sample",INS,
 c(RS,'f1 <- svyglm(api00~ell+meals+mobility,d)',
   'f2 <- svyglm(I(sch.wide=="Yes")~ell+meals+stype,d,family=quasibinomial(),control=glm.control(epsilon=1e-14,maxit=100))',
   'c1 <- rd("apiclus1"); d <- svydesign(id=~dnum,weights=~pw,data=c1,fpc=~fpc)',RG,'f3 <- svyglm(api00~meals+ell,g)',
   'q <- function(f) { s <- coef(summary(f)); i <- confint(f); list(t=s[,3],p=s[,4],lower=i[,1],upper=i[,2],df=f$df.residual) }'),
 list(linear='lapply(q(f1),num)',logit='lapply(q(f2),num)',raked='lapply(q(f3),num)'),
 notes="R's logistic errors use the information of the step before the last.")

golden("d24_quantiles","Quantiles with Woodruff intervals: whole, by domain, ties, and of a raked sample",IN1,
 c(RC,RG,'P <- c(.13,.27,.51,.73,.87)','f <- function(x,g) unclass(svyquantile(x,g,P,qrule="math",interval.type="mean",na.rm=TRUE)[[1]])',
   'o <- function(m) list(value=as.vector(m[,1]),lower=as.vector(m[,2]),upper=as.vector(m[,3]),se=as.vector(m[,4]))',
   'b <- function(x,g) lapply(setNames(nm=c("E","H","M")),function(s) o(f(x,subset(g,stype==s))))',
   's1 <- rd("apistrat"); s <- svydesign(id=~1,strata=~stype,weights=~pw,data=s1,fpc=~fpc)'),
 list(cluster='o(f(~api00,d))',strata='o(f(~enroll,s))',raked='o(f(~api00,g))',few_values='o(f(~target,s))',
      domains='b(~api00,s)'),
 notes="Shares at which no sum of weights is met exactly: there R (survey 4.1-1) goes to the next answer by rounding; and below the first answer's share it gives the second answer.")

golden("d25_tests","Tests of association (Rao and Scott, Wald) and of terms of a regression (Wald)",INS,
 c(RS,'h <- function(m,d) { r <- svychisq(~stype+awards,d,statistic=m); c(unname(r$statistic),unname(r$parameter),unname(r$p.value)) }',
   'a <- function(m,d) { r <- svychisq(~sch.wide+comp.imp,d,statistic=m); c(unname(r$statistic),unname(r$parameter),unname(r$p.value)) }',
   'c1 <- rd("apiclus1"); k <- svydesign(id=~dnum,weights=~pw,data=c1,fpc=~fpc)','d2 <- d; d <- k',RG,'d <- d2',
   'M <- setNames(nm=c("F","Chisq","Wald","adjWald"))',
   'f1 <- svyglm(api00~ell+meals+mobility,d); r <- regTermTest(f1,~ell+mobility)'),
 list(strata='lapply(M,h,d=d)',strata_two='lapply(M,a,d=d)',cluster='lapply(M,h,d=k)',raked='lapply(M,a,d=g)',
      term='c(r$Ftest,r$df,r$ddf,r$p)'))

golden("d26_mahalanobis_missing","Squared Mahalanobis distance with missing answers, pairwise covariance",list(data="data/careless_missing.csv"),
 c('set.seed(2626); x <- rd("careless_dev")[,1:10]; m <- as.matrix(x); m[sample(length(m),90)] <- NA; wr(as.data.frame(m),"careless_missing"); m <- as.matrix(rd("careless_missing"))',
   'S <- cov(m,use="pairwise"); mu <- colMeans(m,na.rm=TRUE); k <- ncol(m)',
   'one <- function(v) { o <- !is.na(v); mahalanobis(v[o],mu[o],S[o,o,drop=FALSE])*k/sum(o) }','whole <- complete.cases(m)'),
 list(distance='as.vector(apply(m,1,one))',complete='as.vector(mahalanobis(m[whole,],mu,S))'),
 notes="Of complete rows as careless::mahad (psych::outlier) has it; of others the distance in the items answered, by k over their number, where psych leaves out terms of the inverse of all items.")

golden("d27_replicates","Replicate designs: means by domain, ratio, proportion and regression, jackknifed, raked anew in each replicate",IN1,
 c('c1 <- rd("apiclus1"); d <- svydesign(id=~dnum,weights=~pw,data=c1)','r <- as.svrepdesign(d,type="JK1")',
   'k <- rake(r,list(~stype,~sch.wide),list(data.frame(stype=c("E","H","M"),Freq=c(4421,755,1018)),data.frame(sch.wide=c("No","Yes"),Freq=c(1072,5122))),control=list(maxit=2000,epsilon=1e-13))',
   'b <- svyby(~api00,~stype,k,svymean,covmat=TRUE)','u <- svyratio(~api.stu,~enroll,k)','f <- svyglm(api00~meals+ell,k)',
   'l <- svyglm(I(sch.wide=="Yes")~meals,r,family=quasibinomial(),control=glm.control(epsilon=1e-14,maxit=100))'),
 list(domains='by2(b)',domain_vcov='mat(vcov(b))',ratio='as.vector(coef(u))',ratio_se='as.vector(SE(u))',
      coef='as.vector(coef(f))',coef_se='as.vector(SE(f))',logit='as.vector(coef(l))',logit_se='as.vector(SE(l))',df='degf(k)'))

golden("d28_pooled_slopes","Unit means by generalised regression with slopes pooled over units, each unit to its own population",
 list(data="data/review_dev.csv",margins="data/review_dev_margins.csv",design=list(strata="unit",weights="1 + wave / 10")),
 c('x <- rd("review_dev"); mg <- rd("review_dev_margins"); x <- x[!is.na(x$score),]; x$w <- 1+x$wave/10',
   'd <- svydesign(id=~1,strata=~unit,weights=~w,data=x); U <- sort(unique(x$unit))',
   't <- function(v) { r <- mg[mg$variable==v,]; setNames(r$total/sum(r$total),r$category)[sort(r$category)] }',
   'tilt <- function(k) { a <- t("age")*(1+.05*(k%%4)*(seq_along(t("age"))-3)); a/sum(a) }',
   'pop <- function(k) c(setNames(as.numeric(seq_along(U)==k),paste0("unit",U)),setNames(tilt(k)[-1],paste0("age",names(tilt(k))[-1])),setNames(t("sex")[-1],paste0("sex",names(t("sex"))[-1])))',
   'one <- function(k) svytotal(~score,calibrate(d,~0+unit+age+sex,population=pop(k),calfun="linear"))',
   'r <- lapply(seq_along(U),one)'),
 list(mean='setNames(sapply(r,coef),U)',se='setNames(sapply(r,SE),U)',raw='unlist(as.list(setNames(coef(svyby(~score,~unit,d,svymean)),U)))'),
 notes="calibrate() of the whole sample to one unit's population and nothing elsewhere: the weights of other units' answers sum to zero. Shares of ages differ by unit.")

golden("d29_crosswise","A crosswise item with an anchor: the formulas of both papers, errors of a ratio, whole and by domain",
 list(data="data/crosswise_dev.csv",chance=.2,anchor_chance=.15,design=list(weights="w")),
 c('set.seed(2929); n <- 1200; p <- .2; q <- .15; s <- rbinom(n,1,.3); g <- rbinom(n,1,.8); coin <- function() rbinom(n,1,.5)',
   'one <- function(s,p) ifelse(g==1,as.integer(s==rbinom(n,1,p)),coin())',
   'wr(data.frame(item=one(s,p),anchor=one(0,q),class=sample(c("A","B","C"),n,TRUE,c(.5,.3,.2)),w=round(runif(n,.5,3),2)),"crosswise_dev"); x <- rd("crosswise_dev")',
   'l <- mean(x$item); k <- mean(x$anchor); naive <- (l+p-1)/(2*p-1); att <- (k-.5)/(.5-q)',
   'bias <- (1/2-1/(2*att))*((l-1/2)/(p-1/2))',
   'd <- svydesign(id=~1,weights=~1,data=x); e <- svydesign(id=~1,weights=~w,data=x); b <- (.5-q)/(2*(.5-p))',
   'r <- svyratio(~I(item-.5),~I(anchor-.5),d); v <- svyratio(~I(item-.5),~I(anchor-.5),e)',
   'f <- lapply(setNames(nm=c("A","B","C")),function(k) svyratio(~I(item-.5),~I(anchor-.5),subset(e,class==k)))'),
 list(naive='naive',naive_se='sqrt(l*(1-l)/((n-1)*(2*p-1)^2))',attentive='att',attentive_se='sqrt(k*(1-k)/(n-1))/(.5-q)',
      share='naive-bias',share_se='b*as.vector(SE(r))',weighted='.5-b*as.vector(coef(v))',weighted_se='b*as.vector(SE(v))',
      classes='unname(sapply(f,function(r) .5-b*coef(r)))',classes_n='as.vector(table(x$class))'),
 notes="naive and its error: Yu, Tian and Tang (2008); bias: Atsusaka and Stevenson (2023), their equation for the corrected share. Errors of domains follow the design restricted to the domain's answers, as means do here; they are compared for the whole sample.")
