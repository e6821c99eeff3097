"""The log densities of common distributions, traced: what `scipy.stats` computes of plain arrays only.

Each name is SciPy's, with SciPy's parameters: `norm.logpdf(x, loc, scale)`, `poisson.logpmf(k, mu)`. Plain arrays and
numbers will do too.
"""

from hagang.stats.continuous import Beta, Exponential, Gamma, LogNormal, Normal, StudentT
from hagang.stats.discrete import Binomial, Poisson

__all__ = ["beta", "binom", "expon", "gamma", "lognorm", "norm", "poisson", "t"]

norm = Normal()
t = StudentT()
gamma = Gamma()
beta = Beta()
expon = Exponential()
lognorm = LogNormal()
poisson = Poisson()
binom = Binomial()
