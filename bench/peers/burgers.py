"""The scheme of solvers/burgers (pseudo-spectral, 2/3 rule, ETDRK4, float64) in NumPy and SciPy, one thread.

Reads JSON lines {"fft": "numpy" | "scipy" | "exponax", "points": [...], "trajectories": T, "steps": n, "viscosity": nu,
"step": h, "repeats": r} and answers {"ms": median milliseconds of processor time a step, "check": sum of squares of the
last state}.
"""

import json
import os
import statistics
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"


def factors(np, linear, h):
    circle = np.exp(1j * np.pi * (np.arange(1, 33) - 0.5) / 32)
    z = h * linear[..., None] + circle
    e = np.exp(z)
    mean = lambda values: h * np.mean(values.real, axis=-1)
    q = mean((np.exp(z / 2) - 1) / z)
    f1 = mean((-4 - z + e * (4 - 3 * z + z * z)) / z**3)
    f2 = mean((2 + z + e * (z - 2)) / z**3)
    f3 = mean((-4 - 3 * z - z * z + e * (4 - z)) / z**3)
    return np.exp(h * linear), np.exp(h * linear / 2), q, f1, f2, f3


def problem(np, fft, points, viscosity):
    """Transforms of the last axes, the nonlinearity, and the linear part."""
    axes = tuple(range(-len(points), 0))
    last = np.arange(points[-1] // 2 + 1)
    waves = [np.fft.fftfreq(n, 1 / n) for n in points[:-1]] + [last]
    grids = np.meshgrid(*waves, indexing="ij")
    keep = np.prod([abs(k) < n / 3 for k, n in zip(grids, points)], axis=0)
    k = [2 * np.pi * grid for grid in grids]
    linear = -viscosity * sum(axis * axis for axis in k)
    forward = lambda u: fft.rfftn(u, axes=axes) if len(points) > 1 else fft.rfft(u)
    inverse = lambda v: fft.irfftn(v, s=points, axes=axes) if len(points) > 1 else fft.irfft(v, n=points[0])
    if len(points) == 1:
        factor = -0.5j * k[0] * keep

        def nonlinear(v):
            u = inverse(keep * v)
            return factor * forward(u * u)

    else:
        nonlinear = in_plane(np, forward, inverse, keep, k)

    return forward, inverse, nonlinear, linear


def in_plane(np, forward, inverse, keep, k):
    """(u·∇)u as the gradient of |u|²/2 and the products with the rotation, which the 2/3 rule makes the same: in three
    arrangements of the arrays, of which the first evaluation finds the fastest for the case at hand."""
    dx, dy = [1j * axis * keep for axis in k]
    gradient = np.stack([dx, dy])

    def together(v):
        u = inverse(keep * v)
        turning = inverse(dx * v[:, 1] - dy * v[:, 0])
        products = np.empty_like(u)
        products[:, 0] = -u[:, 1] * turning
        products[:, 1] = u[:, 0] * turning
        energy = forward(0.5 * (u * u).sum(axis=1))
        return -(keep * forward(products) + gradient * energy[:, None])

    def stacked(v):
        spectra = np.empty((len(v), 3, *v.shape[2:]), complex)
        np.multiply(keep, v, out=spectra[:, :2])
        spectra[:, 2] = dx * v[:, 1] - dy * v[:, 0]
        fields = inverse(spectra)
        x, y, turning = fields[:, 0], fields[:, 1], fields[:, 2]
        products = np.empty_like(fields)
        products[:, 0] = -y * turning
        np.multiply(x, turning, out=products[:, 1])
        products[:, 2] = 0.5 * (x * x + y * y)
        spectra = forward(products)
        out = keep * spectra[:, :2]
        out += gradient * spectra[:, 2:]
        return np.negative(out, out=out)

    def apart(v):
        u = inverse(keep * v)
        x, y = u[:, :1], u[:, 1:]
        turning = inverse(dx * v[:, 1:] - dy * v[:, :1])
        energy = forward(0.5 * (x * x + y * y))
        out = np.empty_like(v)
        out[:, :1] = keep * forward(y * turning) - dx * energy
        out[:, 1:] = -keep * forward(x * turning) - dy * energy
        return out

    fastest = []

    def nonlinear(v):
        if not fastest:
            times = {arrangement: [] for arrangement in (together, stacked, apart)}
            for _ in range(7):
                for arrangement, taken in times.items():
                    began = time.process_time()
                    arrangement(v)
                    taken.append(time.process_time() - began)
            fastest.append(min(times, key=lambda arrangement: statistics.median(times[arrangement])))
        return fastest[0](v)

    return nonlinear


def initial(np, points, trajectories):
    x = np.meshgrid(*[np.arange(n) / n for n in points], indexing="ij")
    components = len(points)
    u = np.empty((trajectories, components, *points))
    for t in range(trajectories):
        for c in range(components):
            u[t, c] = 0.5 * np.sin(2 * np.pi * (x[c] + 0.1 * t)) + 0.3 * np.cos(4 * np.pi * x[-1 - c])
    return u[:, 0] if components == 1 else u


def run(np, fft, points, trajectories, steps, viscosity, step, repeats):
    forward, inverse, nonlinear, linear = problem(np, fft, points, viscosity)
    e, e2, q, f1, f2, f3 = factors(np, linear, step)
    start = initial(np, points, trajectories)
    if len(points) == 1 and trajectories == 1:
        start = start[0]
    times = []
    for _ in range(repeats):
        v = forward(start)
        nonlinear(v)
        began = time.process_time()
        for _ in range(steps):
            nv = nonlinear(v)
            a = e2 * v + q * nv
            na = nonlinear(a)
            b = e2 * v + q * na
            nb = nonlinear(b)
            c = e2 * a + q * (2 * nb - nv)
            nc = nonlinear(c)
            v = e * v + f1 * nv + 2 * f2 * (na + nb) + f3 * nc
        times.append((time.process_time() - began) / steps * 1e3)
    return {"ms": statistics.median(times), "check": float(np.sum(inverse(v) ** 2))}


def run_exponax(points, trajectories, steps, viscosity, step, repeats):
    import jax

    jax.config.update("jax_enable_x64", True)
    import exponax
    import jax.numpy as jnp
    import numpy as np

    one = exponax.stepper.Burgers(len(points), 1.0, points[0], step, diffusivity=viscosity, order=4,
                                  conservative=len(points) == 1)
    u = jnp.asarray(initial(np, points, trajectories))
    if len(points) == 1:
        u = u[:, None]
    advance = jax.jit(lambda u: jax.lax.fori_loop(0, steps, lambda _, w: jax.vmap(one)(w), u))
    last = advance(u).block_until_ready()
    times = []
    for _ in range(repeats):
        began = time.process_time()
        advance(u).block_until_ready()
        times.append((time.process_time() - began) / steps * 1e3)
    return {"ms": statistics.median(times), "check": float(jnp.sum(last**2))}


for line in sys.stdin:
    question = json.loads(line)
    library = question.pop("fft")
    try:
        if library == "exponax":
            answer = run_exponax(**question)
        else:
            import numpy

            if library == "scipy":
                import scipy.fft as fft
            else:
                fft = numpy.fft
            answer = run(numpy, fft, **question)
    except ModuleNotFoundError as missing:
        answer = {"missing": str(missing)}
    print(json.dumps(answer), flush=True)
