"""Plane vorticity by NumPy and SciPy, and by exponax where it is installed, for the tests alone.

    python3 vorticity-reference.py scipy|exponax

Reads {"initial": [x][y], "viscosity": ν, "time": t} from standard input, prints the vorticity at t on the unit square.
"""

import json
import sys

import numpy as np


def by_scipy(w, viscosity, time):
    from scipy.integrate import solve_ivp

    n = len(w)
    k = 2 * np.pi * np.fft.fftfreq(n, 1 / n)
    kx, ky = np.meshgrid(k, k, indexing="ij")
    square = kx**2 + ky**2
    kept = (abs(kx) < 2 * np.pi * n / 3) & (abs(ky) < 2 * np.pi * n / 3)
    inverse = np.divide(1, square, out=np.zeros_like(square), where=square > 0)

    def rate(_, flat):
        field = np.fft.fft2(flat.reshape(n, n)) * kept
        back = lambda z: np.fft.ifft2(z).real
        # advective form here, conservative there: the same without aliasing
        turn = back(1j * ky * inverse * field) * back(1j * kx * field)
        turn -= back(1j * kx * inverse * field) * back(1j * ky * field)
        return back(-np.fft.fft2(turn) * kept - viscosity * square * np.fft.fft2(flat.reshape(n, n))).ravel()

    return solve_ivp(rate, (0, time), w.ravel(), method="DOP853", rtol=1e-8, atol=1e-9).y[:, -1].reshape(n, n)


def by_exponax(w, viscosity, time):
    import jax

    jax.config.update("jax_enable_x64", True)
    import exponax as ex

    steps = 400
    stepper = ex.stepper.NavierStokesVorticity(2, 1.0, len(w), time / steps, diffusivity=viscosity)
    return np.asarray(ex.repeat(stepper, steps)(w[None]))[0]


question = json.load(sys.stdin)
solve = {"scipy": by_scipy, "exponax": by_exponax}[sys.argv[1]]
json.dump(solve(np.array(question["initial"]), question["viscosity"], question["time"]).tolist(), sys.stdout)
