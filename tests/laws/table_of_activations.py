"""The table of activations: each beside its definition in arithmetic of any precision."""

from mpmath import mp, mpf


def sigmoid(z):
    return 1 / (1 + mp.exp(-z))


def hard_sigmoid(z):
    return min(max((z + 3) / 6, mpf(0)), mpf(1))


def log_of_one_plus_exp(z):
    return mp.log1p(mp.exp(z)) if z < 0 else z + mp.log1p(mp.exp(-z))


def elu(alpha):
    return lambda z: z if z > 0 else mpf(alpha) * mp.expm1(z)


def selu(z):
    scale, alpha = mpf("1.0507009873554804934193349852946"), mpf("1.6732632423543772848170429916717")
    return scale * (z if z > 0 else alpha * mp.expm1(z))


def softplus(beta):
    return lambda z: log_of_one_plus_exp(mpf(beta) * z) / mpf(beta)


def gelu_tanh(z):
    return z * sigmoid(2 * mp.sqrt(2 / mp.pi) * (z + mpf(0.044715) * z**3))


def softmax(row):
    total = sum(mp.exp(z - max(row)) for z in row)
    return [mp.exp(z - max(row)) / total for z in row]


def log_softmax(row):
    at = row.index(max(row))
    rest = sum(mp.exp(z - row[at]) for k, z in enumerate(row) if k != at)
    return [z - row[at] - mp.log1p(rest) for z in row]


def glu(row):
    half = len(row) // 2
    return [a * sigmoid(b) for a, b in zip(row[:half], row[half:], strict=True)]


# Its text, its definition, and where it bends with its slope there: PyTorch's.
ELEMENTWISE = [
    ("identity", lambda z: z, {}),
    ("relu", lambda z: max(z, mpf(0)), {0: 0}),
    ("relu6", lambda z: min(max(z, mpf(0)), mpf(6)), {0: 0, 6: 0}),
    ("LeakyReLU(slope=0.01)", lambda z: z if z > 0 else mpf(0.01) * z, {0: 0.01}),
    ("LeakyReLU(slope=0.3)", lambda z: z if z > 0 else mpf(0.3) * z, {0: 0.3}),
    ("ELU(alpha=1.0)", elu(1), {}),
    ("ELU(alpha=0.5)", elu(0.5), {0: 0.5}),
    ("selu", selu, {0: 1.7580993408473766}),
    ("Softplus(beta=1.0)", softplus(1), {}),
    ("Softplus(beta=3.5)", softplus(3.5), {}),
    ("silu", lambda z: z * sigmoid(z), {}),
    ("mish", lambda z: z * mp.tanh(log_of_one_plus_exp(z)), {}),
    ("gelu", lambda z: z * mp.erfc(-z / mp.sqrt(2)) / 2, {}),
    ("gelu_tanh", gelu_tanh, {}),
    ("hard_swish", lambda z: z * hard_sigmoid(z), {-3: 0, 3: 1}),
    ("sigmoid", sigmoid, {}),
    ("hard_sigmoid", hard_sigmoid, {-3: 0, 3: 0}),
    ("log_sigmoid", lambda z: -log_of_one_plus_exp(-z), {}),
    ("tanh", mp.tanh, {}),
    ("hard_tanh", lambda z: min(max(z, mpf(-1)), mpf(1)), {-1: 0, 1: 0}),
    ("softsign", lambda z: z / (1 + abs(z)), {}),
]
ALONG_ROWS = [("softmax", softmax), ("log_softmax", log_softmax), ("glu", glu)]
TEXTS = [row[0] for row in (*ELEMENTWISE, *ALONG_ROWS)]
