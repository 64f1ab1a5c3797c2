// Varying slopes with the book's priors; the populations are non-centred.
data {
  int<lower=1> homes;
  int<lower=1> counties;
  array[homes] int<lower=1, upper=counties> county;
  vector[homes] on_first;
  vector[homes] log_radon;
}
parameters {
  real mu_alpha;
  real mu_beta;
  real<lower=0> sigma_alpha;
  real<lower=0> sigma_beta;
  real<lower=0> sigma;
  vector<offset=mu_alpha, multiplier=sigma_alpha>[counties] alpha;
  vector<offset=mu_beta, multiplier=sigma_beta>[counties] beta;
}
model {
  mu_alpha ~ std_normal();
  mu_beta ~ std_normal();
  sigma_alpha ~ cauchy(0, 1);
  sigma_beta ~ cauchy(0, 1);
  sigma ~ cauchy(0, 1);
  alpha ~ normal(mu_alpha, sigma_alpha);
  beta ~ normal(mu_beta, sigma_beta);
  log_radon ~ normal(alpha[county] + beta[county] .* on_first, sigma);
}
