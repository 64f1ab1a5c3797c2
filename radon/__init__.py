"""Hierarchical Bayesian regression on the radon survey of Minnesota."""
