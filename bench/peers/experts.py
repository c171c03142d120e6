"""Constraint solves of operators/hard-constraints in NumPy and SciPy, float64, one thread: viscous Burgers in space and time, K
independent experts, Levenberg-Marquardt by normal equations with Nielsen's damping, adjoint with the full Hessian.

Reads JSON lines. {"kind": "solve", "frames", "cells", "columns", "experts", "interval", "viscosity", "ridge", "iterations",
"tolerance"} is answered by {"forward": ms, "backward": ms, "check": sum of (u - c)^2}; {"kind": "gram", "rows", "columns",
"calls"} by {"ms": of one B.T @ B}.
"""

import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"


def time_difference(np, x, dt):
    out = np.empty_like(x)
    out[1:-1] = (x[2:] - x[:-2]) / (2 * dt)
    out[0] = (-1.5 * x[0] + 2 * x[1] - 0.5 * x[2]) / dt
    out[-1] = (1.5 * x[-1] - 2 * x[-2] + 0.5 * x[-3]) / dt
    return out


def time_difference_transposed(np, z, dt):
    out = np.zeros_like(z)
    out[2:] += z[1:-1] / (2 * dt)
    out[:-2] -= z[1:-1] / (2 * dt)
    for place, value in zip((0, 1, 2), (-1.5, 2, -0.5)):
        out[place] += value * z[0] / dt
        out[-1 - place] -= value * z[-1] / dt
    return out


def terms(np, x, dt, h):
    """u, u_t, u_x, u_xx of fields [frame, cell, ...]."""
    right, left = np.roll(x, -1, 1), np.roll(x, 1, 1)
    return [x, time_difference(np, x, dt), (right - left) / (2 * h), (right - 2 * x + left) / h**2]


def terms_transposed(np, parts, dt, h):
    z, zt, zx, zxx = parts
    shift = lambda a, n: np.roll(a, n, 1)
    return (
        z
        + time_difference_transposed(np, zt, dt)
        + (shift(zx, 1) - shift(zx, -1)) / (2 * h)
        + (shift(zxx, 1) - 2 * zxx + shift(zxx, -1)) / h**2
    )


def levenberg_marquardt(np, linalg, T, C, s, viscosity, ridge, iterations, tolerance):
    n = T[0].shape[1]
    omega = np.zeros(n)

    def at(w):
        v = [t @ w + c for t, c in zip(T, C)]
        return v, s * (v[1] + v[0] * v[2] - viscosity * v[3])

    def jacobian(v):
        J = T[2] * v[0][:, None]
        J += T[0] * v[2][:, None]
        J += T[1]
        J -= viscosity * T[3]
        J *= s
        return J

    v, rho = at(omega)
    phi = 0.5 * rho @ rho
    reference = np.sqrt(2 * phi)
    J = jacobian(v)
    A = J.T @ J
    A[np.diag_indices(n)] += ridge
    damping, growth = 1e-3, 2.0
    for _ in range(iterations):
        G = J.T @ rho + ridge * omega
        diagonal = A.diagonal().copy()
        if np.max(np.abs(G) / np.sqrt(diagonal)) <= tolerance * reference:
            break
        damped = A.copy()
        damped[np.diag_indices(n)] += damping * diagonal
        step = -linalg.cho_solve(linalg.cho_factor(damped, check_finite=False), G, check_finite=False)
        trial = omega + step
        v_trial, rho_trial = at(trial)
        phi_trial = 0.5 * rho_trial @ rho_trial + 0.5 * ridge * trial @ trial
        fall = phi - phi_trial
        if fall > 0 or abs(fall) <= 1e-14 * phi:
            ratio = fall / -(G @ step + 0.5 * step @ A @ step)
            omega, v, rho, phi = trial, v_trial, rho_trial, phi_trial
            J = jacobian(v)
            A = J.T @ J
            A[np.diag_indices(n)] += ridge
            damping *= max(1 / 3, 1 - (2 * ratio - 1) ** 3)
            growth = 2.0
        else:
            damping *= growth
            growth *= 2
    return omega


def solve(np, linalg, q):
    frames, cells, n, experts = q["frames"], q["cells"], q["columns"], q["experts"]
    dt, nu, ridge = q["interval"], q["viscosity"], q["ridge"]
    h = 1 / cells
    j = np.arange(n)
    t, x = np.arange(frames) / frames, np.arange(cells) / cells
    phase = (1 + j % 5) * t[:, None, None] + 2 * np.pi * (j % 9) * x[None, :, None] + j
    basis = np.sin(phase).astype(np.float32)
    initial = np.sin(2 * np.pi * x) + 0.5
    envelope = (np.arange(frames) / (frames - 1))[:, None]
    rows = (frames - 1) * cells
    s = (frames - 1) * dt / np.sqrt(rows)
    cotangent = np.cos(np.arange(frames * cells)).reshape(frames, cells)

    def blocks():
        V = basis.astype(float) * envelope[:, :, None]
        T = terms(np, V, dt, h)
        C = terms(np, np.broadcast_to(initial, (frames, cells)).copy(), dt, h)
        ends = [round(k * cells / experts) for k in range(experts + 1)]
        for first, end in zip(ends[:-1], ends[1:]):
            pick = slice(first, end)
            own = [np.ascontiguousarray(a[1:, pick]).reshape(-1, n) for a in T]
            yield pick, V, own, [a[1:, pick].reshape(-1) for a in C]

    began = time.perf_counter()
    omegas, check = [], 0.0
    for pick, V, T, C in blocks():
        omega = levenberg_marquardt(np, linalg, T, C, s, nu, ridge, q["iterations"], q["tolerance"])
        omegas.append(omega)
        check += np.sum((V[:, pick].reshape(-1, n) @ omega) ** 2)
    between = time.perf_counter()
    bar = np.zeros((frames, cells, n))
    for omega, (pick, V, T, C) in zip(omegas, blocks()):
        shape = (frames - 1, pick.stop - pick.start)
        v = [a @ omega + c for a, c in zip(T, C)]
        rho = s * (v[1] + v[0] * v[2] - nu * v[3])
        first = [v[2], 1.0, v[0], -nu]
        J = sum(a * (f if np.isscalar(f) else f[:, None]) for a, f in zip(T, first)) * s
        X = T[0].T @ (T[2] * (s * rho)[:, None])
        H = J.T @ J + X + X.T
        H[np.diag_indices(n)] += ridge
        given = np.zeros((frames, cells))
        given[:, pick] = cotangent[:, pick]
        moments = V[:, pick].reshape(-1, n).T @ cotangent[:, pick].reshape(-1)
        lam = linalg.solve(H, moments, assume_a="sym", check_finite=False)
        p = J @ lam
        a0, a2 = T[0] @ lam, T[2] @ lam
        alphas = [s * (f * p) for f in first]
        alphas[0] = alphas[0] + s * rho * a2
        alphas[2] = alphas[2] + s * rho * a0
        betas = [s * rho * f for f in first]

        def spread(parts):
            fields = []
            for part in parts:
                field = np.zeros((frames, cells))
                field[1:, pick] = np.broadcast_to(part, rho.shape).reshape(shape)
                fields.append(field)
            return terms_transposed(np, fields, dt, h)

        left = envelope * (given - spread(alphas))
        right = envelope * -spread(betas)
        bar += left[:, :, None] * omega + right[:, :, None] * lam
    ended = time.perf_counter()
    return {"forward": 1e3 * (between - began), "backward": 1e3 * (ended - between), "check": float(check)}


def gram(np, q):
    B = np.sin(np.arange(q["rows"] * q["columns"], dtype=float)).reshape(q["rows"], q["columns"])
    B.T @ B
    began = time.perf_counter()
    for _ in range(q["calls"]):
        B.T @ B
    return {"ms": 1e3 * (time.perf_counter() - began) / q["calls"]}


def main():
    try:
        import numpy as np
        import scipy.linalg as linalg
    except ImportError as error:
        for _ in sys.stdin:
            print(json.dumps({"missing": str(error)}), flush=True)
        return
    for line in sys.stdin:
        q = json.loads(line)
        print(json.dumps(gram(np, q) if q["kind"] == "gram" else solve(np, linalg, q)), flush=True)


main()
