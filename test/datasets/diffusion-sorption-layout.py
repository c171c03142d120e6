"""PDEBench's layout of diffusion–sorption written and read by h5py, for the tests alone.

    python3 diffusion-sorption-layout.py make PATH      3 samples, 5 frames, 8 points; the field is 100 sample + 10 time + x
    python3 diffusion-sorption-layout.py inspect PATH   prints shapes, types and values by path as JSON
"""

import json
import sys

import h5py
import numpy as np


def main():
    command, path = sys.argv[1:3]
    if command == "make":
        x = (np.arange(8) + 0.5).astype("f4") / 8
        t = np.arange(5).astype("f4") * 5
        with h5py.File(path, "w") as file:
            for sample in range(3):
                field = 100 * sample + 10 * t[:, None] + x
                group = file.create_group(f"{sample:04d}")
                group.create_dataset("data", data=field[..., None].astype("f4"))
                group.create_dataset("grid/x", data=x)
                group.create_dataset("grid/t", data=t)
                group.attrs["config"] = "sim: {}"
        return
    found = {}

    def note(name, item):
        if isinstance(item, h5py.Dataset):
            found[name] = [list(item.shape), str(item.dtype), item[()].ravel().tolist()]

    with h5py.File(path) as file:
        file.visititems(note)
    print(json.dumps(found))


main()
