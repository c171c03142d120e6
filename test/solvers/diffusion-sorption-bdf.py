"""R u_t = D u_xx of PDEBench's diffusion–sorption problem by SciPy's BDF, for the tests alone.

Reads {"initial": u0, "cells": N, "times": [...]} from standard input, prints {"values": [time][cell]}.
"""

import json
import sys

import numpy as np
from scipy.integrate import solve_ivp

question = json.load(sys.stdin)
cells, times = question["cells"], question["times"]
diffusivity, porosity, density, k_f, n_f = 5e-4, 0.29, 2880, 3.5e-4, 0.874
width = 1 / cells


def rate(_, u):
    retardation = 1 + ((1 - porosity) / porosity) * density * k_f * n_f * (u + 1e-6) ** (n_f - 1)
    right = diffusivity * (u[-2] - u[-1]) / width
    wide = np.concatenate([[1.0], u, [right]])
    return diffusivity / retardation * np.diff(wide, 2) / width**2


answer = solve_ivp(
    rate, (0, times[-1]), np.full(cells, question["initial"]), method="BDF", t_eval=times, rtol=1e-9, atol=1e-11
)
json.dump({"values": answer.y.T.tolist()}, sys.stdout)
