"""BA-Transolver (width 128, 4 blocks) in PyTorch on a CUDA card: training steps and predictions.

Reads one JSON object a line, answers one a line:
{"task": "train" | "predict", "batch": B, "cells": N, "faces": M, "repeats": R} -> {"milliseconds": [...], "card": NAME}
"""

import json
import sys
import time


def measure(question):
    import torch
    from torch.nn import functional

    from train_step import BoundaryAwareTransolver

    if not torch.cuda.is_available():
        raise ModuleNotFoundError("PyTorch sees no CUDA card")
    torch.manual_seed(0)
    model = BoundaryAwareTransolver(3, 4, width=128, blocks=4, outputs=1).cuda()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    batch, cells, faces = question["batch"], question["cells"], question["faces"]
    # as in ours, a call begins with arrays of the host and ends with a number or a field there
    host = [torch.randn(batch, cells, 3), torch.randn(batch, faces, 4), torch.randn(batch, cells, 1)]

    def train():
        inputs = [tensor.cuda() for tensor in host]
        optimizer.zero_grad(set_to_none=True)
        loss = functional.mse_loss(model(*inputs[:2]), inputs[2])
        loss.backward()
        optimizer.step()
        loss.item()

    def predict():
        with torch.inference_mode():
            model(host[0].cuda(), host[1].cuda()).cpu()

    call = {"train": train, "predict": predict}[question["task"]]
    milliseconds = []
    for repeat in range(question["repeats"] + 3):
        start = time.perf_counter()
        call()
        torch.cuda.synchronize()
        if repeat >= 3:
            milliseconds.append(1000 * (time.perf_counter() - start))
    return {"milliseconds": milliseconds, "card": torch.cuda.get_device_name()}


def main():
    for line in sys.stdin:
        try:
            answer = measure(json.loads(line))
        except ModuleNotFoundError as error:
            answer = {"missing": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
