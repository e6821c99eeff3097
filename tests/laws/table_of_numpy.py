"""The table of NumPy's and SciPy's names that are traced: expressions, grouped as the documentation lists them.

Small letters are traced arguments, capitals plain arrays; what they are is said in `ARRAYS` and `PLAIN`.
"""

import numpy as np


def spread(shape, low=-2.1, high=2.3):
    """Distinct values over the range, in a fixed disorder."""
    size = int(np.prod(shape))
    return np.random.default_rng(size).permutation(np.linspace(low, high, size)).reshape(shape)


ARRAYS = {
    "x": spread((2, 3)),
    "y": spread((2, 3), -1.9, 2.45),
    "p": spread((2, 3), 0.31, 3.0),
    "u": spread((2, 3), -0.9, 0.8),
    "b": spread((2, 3), 1.1, 3.0),
    "v": spread((3,), -1.7, 1.9),
    "w": spread((2,)),
    "s": spread(()),
    "o": spread((1, 3)),
    "c": spread((2, 1)),
    "e": spread((0, 3)),
    "z": spread((1,)),
    "t": spread((2, 3, 4)),
    "m": spread((3, 3)) + 4 * np.eye(3),
    "n": spread((2, 3, 3)) + 4 * np.eye(3),
    "k": np.array([[3, -1, 2], [0, 5, -4]]),
    "i": np.array([2, 0, -1]),
    "j": np.array([[2], [0]]),
    "q": np.array([[True, False, True], [False, False, True]]),
}
PLAIN = {
    "X": spread((2, 3), -1.5, 1.6),
    "M": np.array([[2.0, 0.5, 0.1], [0.3, 3.0, 0.2], [0.1, 0.4, 4.0]]),
    "P": spread((2, 3), 0.6, 3.0),
    "Q": np.array([[True, False, True], [False, True, True]]),
    "L": np.array([True, False, True]),
    "I": np.array([1, 0, 1, 2]),
    "J": np.array([[0, 1], [1, 1]]),
}

GROUPS = {
    "arithmetic": """
        x + y; x - y; x * y; x / p; x + 1; 1 - x; 2 * x; 1 / p; -x; +x; abs(x); x + v; x * c; o + c; s * s; s + x
        e + v; e * e; z + z; x + X; X / p; X @ m; np.float64(2.0) * x; x + [1.0, 2.0, 3.0]; [1.0, 2.0, 3.0] - x
        x ** 2; x ** 3; x ** 4.0; x ** -1; x ** -2; x ** 0; p ** 0.5; p ** 2.5; p ** x; 2.0 ** x; p ** I[:3]; x // p
        x % p; 5 // p; 5 % p; divmod(x, p)[0]; divmod(x, p)[1]; k + 1; k * k; k - 2.5; k / 2; k // 2; k % 3; -k
        k ** 2; k ** 5; abs(k); x * k; q * x; q + q; q * q; k + q; np.add(x, y); np.subtract(x, y)
        np.multiply(x, y); np.divide(x, p); np.true_divide(x, p); np.negative(x); np.positive(x); np.absolute(x)
        np.abs(x); np.fabs(x); np.sign(x); np.sign(k); np.power(p, y); np.float_power(p, y); np.square(x)
        np.square(k); np.sqrt(p); np.cbrt(p); np.reciprocal(p); np.hypot(x, y); np.floor_divide(x, p)
        np.remainder(x, p); np.mod(x, p); np.divmod(x, p)[1]; np.add(x, y, dtype=float)
    """,
    "rounding": """
        np.floor(x); np.ceil(x); np.rint(x); np.trunc(x); np.round(x); np.round(0.1 * x, 1); (0.1 * x).round(1)
        np.round(k)
    """,
    "comparison and logic": """
        x > y; x >= y; x < 1; x <= y; x == y; x != y; 0 < x; k > 2; k == 3; q == q; k < x; x > v; np.greater(x, y)
        np.greater_equal(x, y); np.less(x, y); np.less_equal(x, y); np.equal(k, 2); np.not_equal(k, 2)
        np.isfinite(x); np.isnan(x); np.isinf(1 / (k * x)); np.logical_and(x > 0, y > 0); np.logical_or(x > 0, k)
        np.logical_not(x > 0); np.logical_xor(q, x > 0); (x > 0) & (y > 0); (x > 0) | q; q ^ (x > 0); ~q
        np.bitwise_and(q, x > 0); np.bitwise_or(q, Q); np.bitwise_xor(q, Q); np.invert(q)
    """,
    "choice": """
        np.where(x > 0, x, y); np.where(x > 0, x, 0.0); np.where(q, 1, 0); np.where(Q, x, y); np.where(q, k, 2)
        np.where(k, x, y); np.where(x > v, v, c); np.where(q, 1, 2.5); np.maximum(x, y); np.minimum(x, 0.5)
        np.maximum(x, v); np.maximum(k, 1); np.maximum(q, Q); np.minimum(q, Q); np.clip(x, -1, 1)
        np.clip(x, None, y); np.clip(x, 0.1, None); x.clip(-1, 1); np.clip(k, 0, 3)
        np.clip(x, a_min=-1.0, a_max=c + 1.5); np.heaviside(x, 0.5)
    """,
    "exponentials": """
        np.exp(x); np.exp2(x); np.expm1(x); np.log(p); np.log2(p); np.log10(p); np.log1p(p); np.logaddexp(x, y)
        np.logaddexp2(x, y); np.exp(k); np.exp(e); np.exp(s); np.exp(z)
    """,
    "trigonometric and hyperbolic": """
        np.sin(x); np.cos(x); np.tan(u); np.arcsin(u); np.arccos(u); np.arctan(x); np.arctan2(x, y); np.sinh(x)
        np.cosh(x); np.tanh(x); np.arcsinh(x); np.arccosh(b); np.arctanh(u); np.deg2rad(x); np.rad2deg(x)
        np.asin(u); np.acos(u); np.atan(x); np.atan2(x, y); np.asinh(x); np.acosh(b); np.atanh(u); np.pow(p, y)
    """,
    "special functions": """
        special.erf(x); special.erfc(x); special.expit(x); special.xlogy(x, p); special.xlogy(0.0, p)
        special.gammaln(p); special.psi(p); special.digamma(p); hagang.logsumexp(x); hagang.logsumexp(x, axis=1)
        hagang.logsumexp(x, axis=(0, 1), keepdims=True); hagang.logsumexp(500 * x, axis=0)
    """,
    "reductions": """
        np.sum(x); np.sum(x, axis=0); np.sum(x, axis=-1, keepdims=True); np.sum(t, axis=(0, 2)); np.sum(t, (1,))
        x.sum(1); np.sum(k); np.sum(q); np.sum(q, axis=1); np.sum(e); np.sum(e, axis=0); np.sum(e, axis=1)
        np.sum(s); np.sum(k, dtype=float); np.sum(x, axis=()); sum(v); sum(v ** 2); np.mean(x); np.mean(x, axis=1)
        np.mean(k, axis=0); np.mean(t, axis=(0, 1), keepdims=True); x.mean(0); np.average(x, axis=0); np.var(x)
        np.var(x, axis=1); np.var(x, ddof=1); np.var(t, axis=(0, 2), keepdims=True); np.std(x); np.std(x, axis=0)
        np.std(x, axis=1, ddof=1); x.std(); x.var(1); np.max(x); np.max(x, axis=1); np.max(t, (0, 2), keepdims=True)
        np.min(x); np.min(x, axis=0); np.amax(x, 1); np.amin(x, 1); x.max(0); x.min(); np.max(k, axis=0)
        np.max(q, axis=0); np.min(q, axis=0); np.prod(x); np.prod(x, axis=0); np.prod(t, axis=2)
        np.prod(t, axis=(0, 2)); np.prod(e); np.prod(e, axis=0); np.prod(k); np.prod(x * (x > 0), axis=1); x.prod(1)
        np.cumsum(x); np.cumsum(x, axis=0); np.cumsum(t, axis=-1); np.cumsum(e, axis=0); np.cumsum(k); x.cumsum(1)
        np.argmax(x); np.argmax(x, axis=1); np.argmin(x, axis=0); np.argmin(x); np.argmax(x, axis=0, keepdims=True)
        np.argmax(x, keepdims=True); x.argmax(); np.any(x > 2); np.any(x > 2, axis=0); np.all(x > -1, axis=1)
        np.all(k); x.any(axis=1, keepdims=True); np.add.reduce(x); np.add.reduce(x, axis=1); np.multiply.reduce(x)
        np.maximum.reduce(x, axis=None); np.minimum.reduce(x, keepdims=True); np.logaddexp.reduce(x, axis=1)
        np.add.accumulate(x, axis=1); np.diff(x); np.diff(x, axis=0); np.diff(v, n=2)
    """,
    "products": """
        x @ m; v @ v; x @ v; w @ x; t[0] @ t[1].T; n @ m; m @ n; n @ n; n @ v; v @ n; e @ m; x[:, :0] @ m[:0]
        np.matmul(x, m); np.dot(x, m); np.dot(v, v); np.dot(x, v); np.dot(s, x); np.dot(n, m); np.dot(n, n)
        x.dot(m); np.inner(x, y); np.inner(v, v); np.inner(x, v); np.inner(s, v); np.inner(n, x); np.vdot(x, y)
        np.outer(v, w); np.outer(x, w); np.outer(v, [1.0, 2.0]); np.tensordot(n, m); np.tensordot(x, m, axes=1)
        np.tensordot(t, x, axes=([0, 1], [0, 1])); np.tensordot(v, w, axes=0); np.tensordot(x, y, axes=(1, 1))
        np.einsum("ij,jk->ik", x, m); np.einsum("ij,jk", x, m); np.einsum("ij->ji", x); np.einsum("ij->", x)
        np.einsum("ii", m); np.einsum("ii->i", m); np.einsum("bij,bjk->bik", n, n); np.einsum("ij,ij->i", x, y)
        np.einsum("ij,j,ik->k", x, v, y); np.einsum("i,j->ij", v, w); np.einsum("bii->bi", n)
        np.einsum("bij,j->b", n, v); np.einsum("ij,kj->ik", x, X); np.einsum("i,i,i->i", v, v, v)
        np.einsum("ij,jk->ik", k, m); np.trace(m); np.trace(n, axis1=1, axis2=2); np.trace(m, offset=1); m.trace()
    """,
    "shape": """
        np.reshape(x, (3, 2)); np.reshape(x, -1); np.reshape(t, (2, -1)); x.reshape(3, 2); x.reshape((6,))
        x.reshape(-1, 1); np.reshape(s, (1, 1)); np.reshape(e, (3, 0)); np.reshape(e, (-1, 3)); np.transpose(x)
        np.transpose(t, (2, 0, 1)); x.T; t.transpose(1, 0, 2); t.transpose(); t.transpose((0, 2, 1))
        np.swapaxes(t, 0, 2); t.swapaxes(0, -1); np.moveaxis(t, 0, -1); np.moveaxis(t, [0, 1], [-1, 0])
        np.squeeze(o); np.squeeze(o, axis=0); c.squeeze(1); np.expand_dims(x, 0); np.expand_dims(x, (0, -1))
        np.ravel(x); x.ravel(); x.flatten(); np.flip(x); np.flip(x, 1); np.flip(x, (0,)); np.broadcast_to(v, (2, 3))
        np.broadcast_to(c, (4, 2, 3)); np.broadcast_to(s, (2,)); np.atleast_1d(s); np.atleast_2d(v)
        np.atleast_1d(x); np.broadcast_arrays(v, c)[0]; np.broadcast_arrays(v, c)[1]; np.concatenate([x, y])
        np.concatenate([x, c], axis=1); np.concatenate((x, X), axis=-1); np.concatenate([x, v], axis=None)
        np.concatenate([k, x]); np.concatenate([e, x]); np.stack([x, y]); np.stack([v, v, V], axis=-1)
        np.stack([s, 1.0, s]); np.hstack([v, w]); np.hstack([x, c]); np.vstack([x, v]); np.column_stack([w, x])
        np.column_stack([v, v]); np.zeros_like(x); np.ones_like(k); np.full_like(x, 2.5); np.full_like(x, s)
        np.zeros_like(x, dtype=int); np.copy(x); x.copy(); x.astype(int); k.astype(float); x.astype(bool)
        q.astype(np.float64); np.array([s, 2.0], like=x); np.array([[s, 1], [2.0, s]], like=x)
        np.asarray(X, like=x) * x; np.zeros((2, 3), like=x) + x; np.ones(3, like=x) * x; np.full((2, 1), s, like=x)
        np.eye(3, like=x) @ v; np.arange(3, like=x) * v; np.zeros(2, dtype=int, like=x)
        np.asanyarray(V, like=x) + x; x + [[s, s, 1.0], [2.0, s, s]]; np.shape(x)[0] * x; np.ndim(x) * x
        np.size(x) * x; len(x) * x; x.size * x; x.ndim * x
    """,
    "indexing": """
        x[0]; x[-1]; x[1, 2]; x[:, 1]; x[0, :2]; x[:, ::2]; x[::-1]; x[:, ::-2]; x[1:1]; x[:0]; x[..., 0]; x[0, ...]
        x[...]; x[None]; x[:, None]; x[:, np.newaxis, 1]; x[..., None, 0]; x[()]; s[()]; s[None]; t[1, ::-1, 1:3]
        t[..., -1]; t[:, 1, None, ::2]; x[5:]; x[-10:1]; x[1:0:-1]; x[np.int64(1)]; v[2:0:-1]; x[[0, 1, 0]]
        x[:, [2, 0]]; x[[1, 0], [2, 0]]; x[[0], 1:]; x[[[0, 1], [1, 0]]]; x[[]]; x[:, []]; v[I]; v[J]
        t[[0, 1], :, [1, 2]]; t[:, [0, 1], [1, 2]]; t[[0, 1], [1, 2]]; t[0, :, [1, 2]]; t[:, 0, [1, 2]]
        t[[1], None, 0]; t[[[1], [0]], [1, 2]]; t[..., [0, 3]]; t[None, [0, 1], ..., [2, 0]]
        t[[0, 1], 1:, None, [1, 2]]; x[-1, [0, -1]]; x[np.ix_([1, 0], [2, 0])]; v[i]; x[:, i]; t[0][j, i]; x[0, i]
        v[j]; t[1, i[:2], ::2]; v[np.argmax(v)]; v[k[0, 0] - 2]; x[Q]; x[Q[:, 0]]; x[:, L]; v[L]; t[Q]; t[0, L]
        x[~Q & Q]; x[L[:2], 1]; t[:, L, 0]; t[L[:2], :, I[:2]]; np.take(x, [2, 0], axis=1); np.take(x, 3)
        np.take(x, [[0, 5]]); np.take(v, i); np.take(np.asarray(V, like=i), i); np.asarray(V, like=i)[i]
        x.take(1, axis=0); np.take_along_axis(x, np.array([[0, 2], [1, 1]]), axis=1)
        np.take_along_axis(x, np.argmax(x, axis=1)[:, None], 1); np.take_along_axis(x, j, axis=-1)
        [row for row in x][1]; (lambda a, b: a - b)(*x)
    """,
    "linear algebra": """
        np.linalg.norm(x); np.linalg.norm(v); np.linalg.norm(x, axis=1); np.linalg.norm(x, axis=0, keepdims=True)
        np.linalg.norm(v, 1); np.linalg.norm(v, 3); np.linalg.norm(v, 0.5); np.linalg.norm(v, np.inf)
        np.linalg.norm(v, 2); np.linalg.norm(v, -np.inf); np.linalg.norm(v, 0); np.linalg.norm(x, 'fro')
        np.linalg.norm(x, 1); np.linalg.norm(x, np.inf); np.linalg.norm(x, -1)
        np.linalg.norm(t, np.inf, axis=(2, 0)); np.linalg.norm(t); np.linalg.norm(t, 1, axis=(0, 2), keepdims=True)
        np.linalg.norm(e, axis=1); np.linalg.norm(x, 2, axis=1); np.linalg.solve(m, v); np.linalg.solve(m, x.T)
        np.linalg.solve(n, x[..., None]); np.linalg.solve(M, v); np.linalg.solve(n, m); np.linalg.solve(m, n)
        np.linalg.solve(m, [1.0, 2.0, 3.0]); np.linalg.solve(n, v); np.linalg.inv(m); np.linalg.inv(n)
        np.linalg.inv(m[:1, :1]); np.linalg.det(m); np.linalg.det(n); np.linalg.det(m[:0, :0])
        np.linalg.solve(m, e.T)
    """,
    "compositions": """
        np.exp(x - hagang.logsumexp(x, axis=1, keepdims=True)); np.log1p(np.exp(-abs(x))) + np.maximum(x, 0)
        (x - np.mean(x, axis=0)) / np.sqrt(np.var(x, axis=0) + 1e-5); np.sum((x - X) ** 2) / len(x)
        x / np.linalg.norm(x); np.where(x > 0, x, 0.01 * x); np.tanh(x @ m + v) @ m
        100 * (v[1:] - v[:-1] ** 2) ** 2 + (1 - v[:-1]) ** 2; -np.sum(special.xlogy(p, p))
        np.sum(np.where(Q, x, 0), axis=1) / np.sum(Q, axis=1); x * special.expit(1.702 * x)
    """,
    "rearranged": """
        np.roll(v, 1); np.roll(x, -1); np.roll(x, 1, axis=1); np.roll(x, (1, 2), axis=(0, 1)); np.repeat(v, 2)
        np.repeat(x, 3, axis=1); np.repeat(v, [1, 0, 2]); np.tile(v, 2); np.tile(x, (2, 1)); np.rot90(x); np.flipud(x)
        np.fliplr(x); np.rollaxis(t, 2); np.diagonal(m); np.diagonal(n, 1, 1, 2); np.delete(v, 1)
        np.resize(v, (2, 2)); np.split(v, 3)[1]; np.split(x, [1], axis=1)[1]; np.array_split(v, 2)[0]
        np.hsplit(x, 3)[2]; np.vsplit(x, 2)[0]; np.dsplit(t, 2)[1]; np.diag(v); np.diag(v, 1); np.diag(m)
        np.diag(m, -1); np.diagflat(x); np.pad(v, 1); np.pad(v, (0, 2), constant_values=3.0)
        np.pad(x, ((1, 0), (0, 2)), mode="edge"); np.pad(v, 2, "reflect"); np.pad(v, 1, mode="wrap")
        np.pad(v, 1, mode="symmetric"); np.triu(m); np.tril(m, -1); np.triu(n, 1); m.diagonal(); v.repeat(2)
        np.roll(k, 1)
    """,
    "joined and spread": """
        np.append(v, 1.0); np.append(x, y, axis=0); np.append(2.0, v); np.block([[x], [y]])
        np.block([[m, x.T], [x, M[:2, :2]]]); np.block([v, 2.0]); np.meshgrid(v, w)[0]; np.meshgrid(v, w)[1]
        np.meshgrid(v, w, indexing="ij")[0]; np.meshgrid(v, w, sparse=True)[1]; np.kron(v, w); np.kron(x, m)
        np.kron(v, x); np.linspace(s, 2.0, 5); np.linspace(w[0], w[1], 4, endpoint=False)
        np.linspace(v, 1.0, 3, axis=1); np.linspace(0.0, s, 3, retstep=True)[1]; np.logspace(s, 1.0, 3)
        np.geomspace(p[0], p[1] + 1, 4); np.ediff1d(x); np.ediff1d(v, to_end=1.0, to_begin=s); np.diff(v, prepend=0.0)
        np.diff(x, append=c, axis=1)
    """,
    "choices among many": """
        np.select([x < -1, x < 1], [x, x**2], 0.5); np.select([x > 0], [1.0 * x]); np.fmax(x, y); np.fmin(x, 0.5)
        np.piecewise(x, [x < 0, x >= 0], [lambda z: -z, lambda z: z**2]); np.nan_to_num(x); np.nan_to_num(k)
        np.piecewise(v, [v < 0], [2.0, lambda z: np.sin(z)]); np.isclose(x, y); np.allclose(x, y)
        np.array_equal(x, x); np.isclose(x, np.nan, equal_nan=True)
    """,
    "interpolation, polynomials, integrals": """
        np.interp(x, [-2.0, -0.5, 1.0, 2.0], [0.0, 1.0, -1.0, 3.0])
        np.interp(v, [-1.0, 1.0], [2.0, 4.0], left=0.0, right=9.0); np.interp(0.3, [-2.0, 0.0, 2.0], v)
        np.interp(s, [-2.0, 0.0, 2.0], v); np.polyval(v, 2.0); np.polyval([1.0, -2.0, 3.0], x); np.polyval(v, w)
        np.trapezoid(v); np.trapezoid(x, dx=0.5); np.trapezoid(x, axis=0); np.trapezoid(v, [0.0, 1.0, 3.0])
        np.trapezoid(X, y); np.convolve(v, [1.0, 2.0]); np.convolve(w, v); np.convolve(v, w, "same")
        np.convolve(v, w, "valid"); np.radians(x); np.degrees(x); np.correlate(v, w); np.correlate(w, v)
        np.correlate(w, v, "same"); np.correlate(v, w, "full"); np.correlate(w, v, "full"); np.gradient(v)
        np.gradient(v, 0.5); np.gradient(v, [0.0, 1.0, 3.0]); np.gradient(x, axis=1)
        np.gradient(t, 2.0, axis=(1, 2))[0]; np.cross(v, [1.0, 0.0, 2.0]); np.cross(x, y); np.cross(v, x); np.sinc(x)
        np.sinc(0.01 * x); np.searchsorted([-1.0, 0.0, 1.0], x); np.searchsorted([-1.0, 0.0, 1.0], x, side="right")
        np.digitize(x, [-1.0, 0.0, 1.0])
    """,
    "running": """
        np.real(x); np.imag(x); np.conj(x); np.real_if_close(x); x.real; np.atleast_3d(v); np.atleast_3d(x)
        np.atleast_3d(s); np.conjugate(x); np.atleast_3d(t); np.vstack([x, y], dtype=float); np.column_stack(v)
        np.column_stack([s, s]); np.stack([x, y], dtype=float, casting="unsafe")
        np.linalg.eigh(m, "U")[1]
        np.cumprod(v); np.cumprod(x); np.cumprod(x, axis=1); np.cumprod(x, axis=0); x.cumprod(axis=1)
        np.multiply.accumulate(v); np.maximum.accumulate(v); np.minimum.accumulate(x, axis=1)
        np.logaddexp.accumulate(v); np.multiply.outer(v, w); np.add.outer(v, w); np.subtract.outer(x, w)
    """,
    "order statistics": """
        np.sort(v); np.sort(x); np.sort(x, axis=0); np.sort(x, axis=None); np.argsort(v); np.argsort(x, axis=0)
        np.median(x); np.median(v); np.median(x, axis=1); np.median(t, axis=(0, 2), keepdims=True)
        np.percentile(x, 30); np.percentile(v, [25, 50, 90]); np.quantile(x, 0.4, axis=0)
        np.quantile(x, [0.1, 0.9], axis=1, method="lower"); np.quantile(v, 0.3, method="hazen")
        np.quantile(x, 0.3, method="median_unbiased", keepdims=True); np.ptp(x)
        np.quantile(x, 0.3, method="midpoint"); np.quantile(x, 0.3, method="nearest")
        np.quantile(v, 0.8, method="weibull"); np.ptp(x, axis=1); np.partition(v, 1)[1]; v.argsort()
    """,
    "weighted, and without NaNs": """
        np.average(x); np.average(x, weights=p); np.average(x, axis=1, weights=[1.0, 2.0, 3.0]); np.average(x, axis=0)
        np.average(x, weights=p, axis=0, returned=True)[1]; np.average(v, weights=[1.0, 2.0, 3.0]); np.nansum(x)
        np.nanmean(x, axis=1); np.nanvar(x, ddof=1); np.nanstd(x, axis=0); np.nanmax(x); np.nanmin(x, axis=1)
        np.nanprod(x, axis=0); np.nansum(np.where(x > 0, x, np.nan)); np.nanmean(np.where(x < 1.5, x, np.nan), axis=0)
        np.cov(x); np.cov(v); np.cov(x, y); np.cov(x, rowvar=False, bias=True); np.corrcoef(t[0])[0, 1]
        np.sum(x, where=x > 0); np.sum(x, initial=2.0); np.sum(x, axis=1, where=L); np.mean(x, where=Q)
        np.max(x, initial=0.0); np.max(x, axis=1, where=L, initial=-9.0); np.min(x, initial=5.0)
        np.prod(x, where=Q, initial=2.0); np.all(x > 0, where=L); np.any(x > 0, axis=0, where=Q)
        np.max(e, axis=0, initial=0.0)
    """,
    "more of linear algebra": """
        np.linalg.slogdet(m)[0]; np.linalg.slogdet(m)[1]; np.linalg.slogdet(n)[1]; np.linalg.matrix_power(m, 3)
        np.linalg.matrix_power(m, 0); np.linalg.matrix_power(m, -2); np.linalg.cholesky(m @ m.T)
        np.linalg.cholesky(n @ np.swapaxes(n, 1, 2)); np.linalg.cholesky(m @ m.T, upper=True); np.linalg.eigvalsh(m)
        np.linalg.eigvalsh(n); np.linalg.eigvalsh(m, UPLO="U"); np.linalg.eigh(m)[0]; np.linalg.eigh(m)[1] ** 2
        np.linalg.pinv(x); np.linalg.pinv(x.T); np.linalg.pinv(m); np.linalg.lstsq(x.T, v)[0]
        np.linalg.lstsq(x.T, m)[0]; np.linalg.lstsq(x.T, v)[1]; np.linalg.lstsq(x, w)[0]; np.linalg.lstsq(x.T, v)[3]
        np.linalg.multi_dot([x, m, v]); np.einsum("...i,...i->...", x, y); np.einsum("i...,i...->...", x, y)
        np.einsum("...ij,jk", n, m); np.einsum(x, [0, 1], y, [0, 1]); np.einsum(x, [0, 1], m, [1, 2], [0, 2])
        np.einsum("...ij->...", t)
    """,
    "roots squared": """
        np.sqrt(p) ** 2; np.square(np.sqrt(p)); np.sqrt(p) * np.sqrt(p); np.linalg.norm(v) ** 2
        np.linalg.norm(0 * v) ** 2; np.std(x) ** 2
    """,
    "more special functions": """
        special.logit(0.5 + 0.4 * u); special.ndtr(x); special.log_ndtr(x); special.log_ndtr(10 * x)
        special.log_ndtr(20 * x); special.gamma(p); special.gamma(u - 1.05); special.betaln(p, b); special.beta(p, b)
        special.log_expit(x); special.xlog1py(x, p); special.entr(p); special.rel_entr(p, b); special.kl_div(p, b)
        special.binom(b + 3, p); special.gammainc(2.5, p); special.gammaincc(P, p)
        special.betainc(1.5, P, 0.5 + 0.4 * u); hagang.logsumexp(x, b=p)
        hagang.logsumexp(x, axis=1, b=[1.0, 0.0, 2.0], keepdims=True); hagang.logsumexp(1.0 * X, b=p)
    """,
}
PLAIN["V"] = spread((3,), -1.0, 1.1)

WITH_ROWS = """
    x + y; x * v; x - 1; x / p; x > 0; np.exp(x); np.where(x > v, x, y); np.clip(x, -1, 1); x ** 2; -x; abs(x)
    x @ m; x @ v; x.T @ y; x.T @ x; x.T; np.einsum("ij,ij->i", x, y); np.einsum("ij,ik->jk", x, y)
    np.tensordot(x, y, axes=([0], [0])); np.dot(x, m); np.dot(x.T, y); np.vdot(x[:, 0], y[:, 0])
    np.outer(v, x[:, 0]); np.sum(x); np.sum(x, axis=0); np.sum(x, axis=1); np.sum(x, axis=(0, 1), keepdims=True)
    np.mean(x); np.mean(x, axis=0); np.mean(x, axis=1); np.var(x, axis=0); np.var(x, ddof=1); np.std(x); np.max(x)
    np.max(x, axis=0); np.min(x, axis=1); np.argmax(x, axis=1); np.argmax(x, axis=0); np.argmax(x[:, 0])
    np.all(x > -9, axis=0); np.prod(x, axis=1); np.cumsum(x, axis=0); np.cumsum(x, axis=1); np.cumsum(x[:, 0])
    hagang.logsumexp(x, axis=1); hagang.logsumexp(x); np.add.reduce(x); x[:, 0]; x[:, 1:]; x[:, ::-1]; x[:, [2, 0]]
    x[...]; x[:, None]; x[None]; x[..., 0]; x[::-1]; x[: x.shape[0]]; x[:, L]; x.T[[0, 2]]; v[np.argmax(x, axis=1)]
    np.take(v, np.argmax(x, axis=1)); np.take(x, [0, 2], axis=1)
    np.take_along_axis(x, np.argmax(y, axis=1)[:, None], axis=1); np.reshape(x, (x.shape[0], -1)); x.reshape(-1, 3)
    x.reshape(x.shape[0], 3, 1); x.reshape((-1, 1, 3)); np.transpose(x); np.swapaxes(x, 0, 1); np.expand_dims(x, 0)
    np.squeeze(x[:, :1], axis=1); np.squeeze(x[None]); np.concatenate([x, y], axis=1); np.stack([x, y])
    np.stack([x, y], axis=-1); np.hstack([x, y]); np.column_stack([x[:, 0], y]); np.broadcast_to(v, x.shape)
    np.full((x.shape[0], 2), 0.5, like=x) * x[:, :2]; np.zeros_like(x); np.ones((x.shape[0], 2), like=x)
    np.full_like(x, 3.0); np.flip(x); np.flip(x, axis=1); np.diff(x); np.linalg.norm(x); np.linalg.norm(x, axis=1)
    np.linalg.norm(x, axis=0); np.linalg.norm(x, np.inf); np.ravel(x[:, 0]); np.sum(x) / x.shape[0]; x.shape[0] * v
    x.shape[0] - 1 + v; 1 / x.shape[0] + v; 2 * x.shape[0] + v; 3 - x.shape[0] + v; np.sqrt(x.shape[0]) * v
    x.size * v; x.shape[0] ** 2 + v; np.sum(x * y, axis=1) @ x; x - np.mean(x, axis=0, keepdims=True)
    np.linalg.solve(m, x.T); np.where(np.mean(x) > 0, v, -v); np.ndim(x) * x; np.broadcast_arrays(x, v)[1]
    (x.shape == y.shape) * x; -x.shape[0] + v; x.shape[0] % 4 + v; (x.shape[0] > 2) * v; np.einsum("ij->j", x)
    np.einsum("ij,j->i", x, v)
"""
"""Expressions in which the first axis of x, y and p may be the rows of a mini-batch."""

WITHOUT_ROWS = {
    "x[0]": "the rows of a mini-batch cannot be picked by position",
    "x[:5]": "the rows of a mini-batch cannot be sliced",
    "x[1:]": "the rows of a mini-batch cannot be sliced",
    "x[[0, 1]]": "the rows of a mini-batch cannot be picked by position",
    "x[[0, 1], [0, 1]]": "the rows of .* np.take_along_axis",
    "x[Q]": "expected a mask of size R along axis 0",
    "len(x)": "use x.shape\\[0\\]",
    "[row for row in x]": "work on all rows at once",
    "range(x.shape[0])": "the number of rows is known only at run time",
    "np.zeros((x.shape[0], 3))": "like=, as np.zeros\\(\\(x.shape\\[0\\], 3\\), like=x\\)",
    "x @ y.T": "at most one axis of rows in a value, received \\(R, R\\)",
    "np.outer(x[:, 0], y[:, 0])": "at most one axis of rows",
    "x.reshape(-1)": "the axis of rows R must stay an axis of its own",
    "np.ravel(x)": "the axis of rows R must stay an axis of its own",
    "np.cumsum(x)": "the axis of rows R must stay an axis of its own",
    "np.argmax(x)": "argmax: expected an axis, received None for the rows of \\(R, 3\\)",
    "np.prod(x, axis=0)": "prod: expected an axis of known size",
    "np.concatenate([x, y])": "the axis of rows cannot be cut or joined",
    "np.diff(x, axis=0)": "the rows of a mini-batch cannot be sliced",
    "x + X": "expected shapes that broadcast together, received \\(R, 3\\) and \\(2, 3\\)",
    "np.linalg.det(x)": "expected square matrices",
    "np.trace(x)": "expected two axes of known size",
    "x.reshape(x.size)": "a shape may hold integers and x.shape\\[0\\], not a traced value",
}
"""Expressions that need to know how many rows there are, and what the error says."""


def items(text):
    """The expressions of a text."""
    return [part.strip() for line in text.strip().splitlines() for part in line.split(";")]


EXPRESSIONS = [expression for text in GROUPS.values() for expression in items(text)]
