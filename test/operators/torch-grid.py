"""Forward pass of FNO and U-Net in PyTorch, written for the tests alone, with the parameters given.

Reads one JSON object: {"case", "options", "parameters": {name: {"shape", "values"}}, "field": {"shape", "values"}}, prints
{"shape", "values"} of the answer, channels last.
"""

import json
import sys

import torch
from torch.nn import functional


def array(entry):
    return torch.tensor(entry["values"], dtype=torch.float32).reshape(entry["shape"])


def linear(parameters, name, x):
    return functional.linear(x, parameters[f"{name}.weight"], parameters[f"{name}.bias"])


def spectral(field, weight, modes, dimensions):
    """field [batch, ...grid, channels], weight [2, wavenumbers, channels, channels] in the order of first axes first."""
    grid = field.shape[1:-1]
    axes = tuple(range(1, 1 + dimensions))
    spectrum = torch.fft.rfftn(field, dim=axes)
    matrices = torch.complex(weight[0], weight[1])
    sides = [list(range(modes)) + list(range(size - modes, size)) for size in grid[:-1]] + [list(range(modes))]
    kept = spectrum
    for axis, side in zip(axes, sides):
        kept = kept.index_select(axis, torch.tensor(side))
    shape = [len(side) for side in sides]
    matrices = matrices.reshape(*shape, *matrices.shape[1:])
    mixed = torch.einsum("b...i,...io->b...o", kept, matrices)
    answer = torch.zeros(*spectrum.shape[:-1], matrices.shape[-1], dtype=torch.cfloat)
    answer[(slice(None), *torch.meshgrid(*[torch.tensor(side) for side in sides], indexing="ij"))] = mixed
    return torch.fft.irfftn(answer, s=grid, dim=axes)


def fno(parameters, options, field):
    hidden = linear(parameters, "lift", field)
    for layer in range(options["layers"]):
        weight = parameters[f"layers.{layer}.spectral.weight"]
        update = spectral(hidden, weight, options["modes"], options["dimensions"])
        update = update + linear(parameters, f"layers.{layer}.pointwise", hidden)
        if layer < options["layers"] - 1 or options["activation"] == "every-layer":
            update = functional.gelu(update)
        hidden = hidden + update if options["skip"] == "added" else update
    return linear(parameters, "head.1", functional.gelu(linear(parameters, "head.0", hidden)))


def u_net(parameters, options, field):
    def filters(name):
        # [height, width, inputs, outputs] to [outputs, inputs, height, width]
        return parameters[f"{name}.weight"].permute(3, 2, 0, 1)

    def two(name, x):
        for index in range(2):
            prefix = f"{name}.{index}"
            bias = parameters[f"{prefix}.convolution.bias"]
            x = functional.conv2d(x, filters(f"{prefix}.convolution"), bias, padding=1)
            if options["normalisation"] != "none":
                scale, shift = parameters[f"{prefix}.norm.weight"], parameters[f"{prefix}.norm.bias"]
                x = functional.group_norm(x, options["normalisation"]["groups"], scale, shift)
            x = functional.gelu(x)
        return x

    x = field.permute(0, 3, 1, 2)
    features = []
    for level in range(options["levels"]):
        x = two(f"down.{level}", x if level == 0 else functional.max_pool2d(x, 2))
        features.append(x)
    for level in reversed(range(options["levels"] - 1)):
        # [height, width, outputs, inputs] to [inputs, outputs, height, width]
        finer = functional.conv_transpose2d(x, filters(f"up.{level}"), parameters[f"up.{level}.bias"], stride=2)
        x = two(f"merge.{level}", torch.cat([finer, features[level]], 1))
    return functional.conv2d(x, filters("head"), parameters["head.bias"]).permute(0, 2, 3, 1)


def main():
    question = json.load(sys.stdin)
    parameters = {name: array(entry) for name, entry in question["parameters"].items()}
    forward = {"fno": fno, "u-net": u_net}[question["case"]]
    answer = forward(parameters, question["options"], array(question["field"]))
    print(json.dumps({"shape": list(answer.shape), "values": answer.flatten().tolist()}))


main()
