"""Latency of BA-Transolver's forward pass: PyTorch eager, and ONNX Runtime's Python package on the file given.

Reads one JSON object a line, answers one a line:
{"peer": "torch" | "onnxruntime", "cells": N, "faces": M, "threads": T, "model": PATH} -> {"milliseconds": X}
The first question of a kind builds the model and runs it once to warm up; "missing" says that a package is not there.
"""

import json
import sys
import time


def torch_call(question):
    import torch

    from train_step import BoundaryAwareTransolver

    torch.manual_seed(0)
    model = BoundaryAwareTransolver(3, 4, width=128, blocks=4, outputs=1).eval()
    cells, faces = torch.randn(1, question["cells"], 3), torch.randn(1, question["faces"], 4)

    def run():
        torch.set_num_threads(question["threads"])
        with torch.inference_mode():
            model(cells, faces)

    return run


def onnxruntime_call(question):
    import numpy
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = question["threads"]
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(question["model"], options, providers=["CPUExecutionProvider"])
    random = numpy.random.default_rng(0)
    sizes = {"cells": question["cells"], "faces": question["faces"]}
    shapes = {
        entry.name: [1 if name == "batch" else sizes.get(name, name) for name in entry.shape]
        for entry in session.get_inputs()
    }
    feeds = {
        name: numpy.ones(shape, numpy.float32)
        if name.endswith("Mask")
        else random.standard_normal(shape).astype(numpy.float32)
        for name, shape in shapes.items()
    }
    return lambda: session.run(None, feeds)


CALLS = {"torch": torch_call, "onnxruntime": onnxruntime_call}


def main():
    ready = {}
    for line in sys.stdin:
        question = json.loads(line)
        try:
            if line not in ready:
                ready.clear()
                ready[line] = CALLS[question["peer"]](question)
                ready[line]()
            start = time.perf_counter()
            ready[line]()
            answer = {"milliseconds": 1000 * (time.perf_counter() - start)}
        except ModuleNotFoundError as error:
            answer = {"missing": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
