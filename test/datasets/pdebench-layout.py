"""PDEBench's layout of one-dimensional equations written and read by h5py, for the tests alone.

    python3 pdebench-layout.py make PATH        3 samples, 5 frames, 8 points; the field is 100 sample + 10 time + x
    python3 pdebench-layout.py inspect PATH     prints shapes, types and values as JSON
"""

import json
import sys

import h5py
import numpy as np


def main():
    command, path = sys.argv[1:3]
    if command == "make":
        x = (np.arange(8) + 0.5).astype("f4") / 8
        # one time more than there are frames, as the benchmark's generator leaves it
        t = np.arange(6).astype("f4") / 4
        field = 100 * np.arange(3)[:, None, None] + 10 * t[None, :5, None] + x
        with h5py.File(path, "w") as file:
            file["tensor"], file["x-coordinate"], file["t-coordinate"] = field.astype("f4"), x, t
        return
    with h5py.File(path) as file:
        print(json.dumps({k: [list(v.shape), str(v.dtype), v[()].ravel().tolist()] for k, v in file.items()}))


main()
