"""BA-Transolver of NPSolver (arXiv 2605.25786) in PyTorch, written from its published formulas, with the key names of
its checkpoints: what Fieldsmith's module is compared with.

    python3 ba_transolver.py forward QUESTION.safetensors ANSWER.safetensors
        Weights, batches and, in the metadata, the configuration are read; the field of every batch is written.
    python3 ba_transolver.py draw CONFIGURATION.json SEED QUESTION.safetensors ANSWER.safetensors
        Random weights and batches for a configuration, answered.
    python3 ba_transolver.py checkpoint CONFIGURATION.json SEED CHECKPOINT.pth
        A file as NPSolver's trainers write it.
"""

import json
import sys

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn


class Perceptron(nn.Module):
    """Linear, GELU, linear."""

    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        self.linear_pre = nn.Sequential(nn.Linear(inputs, hidden), nn.GELU())
        self.linear_post = nn.Linear(hidden, outputs)

    def forward(self, x):
        return self.linear_post(self.linear_pre(x))


class BoundaryAwareAttention(nn.Module):
    def __init__(self, width, heads, slices_int, slices_bd):
        super().__init__()
        self.heads, self.dim = heads, width // heads
        inner = self.heads * self.dim
        self.slices_int = slices_int
        self.temperature = nn.Parameter(torch.full((1, heads, 1, 1), 0.5))
        self.alpha_self = nn.Parameter(torch.ones(1))
        self.alpha_cross = nn.Parameter(torch.ones(1))
        self.in_project_x = nn.Linear(width, inner)
        self.in_project_fx = nn.Linear(width, inner)
        self.in_project_slice_int = nn.Linear(self.dim, slices_int)
        self.in_project_slice_bd = nn.Linear(self.dim, slices_bd)
        self.to_q = nn.Linear(self.dim, self.dim, bias=False)
        self.to_k = nn.Linear(self.dim, self.dim, bias=False)
        self.to_v = nn.Linear(self.dim, self.dim, bias=False)
        self.to_out = nn.Sequential(nn.Linear(inner, width), nn.Dropout(0.0))

    def split(self, x):
        batch, nodes, _ = x.shape
        return x.reshape(batch, nodes, self.heads, self.dim).permute(0, 2, 1, 3)

    def forward(self, h, b, mask_int=None, mask_bd=None):
        interior = h.shape[1]
        nodes = torch.cat([h, b], dim=1)
        x, fx = self.in_project_x(nodes), self.in_project_fx(nodes)
        if mask_int is not None:
            mask = torch.cat([mask_int, mask_bd], dim=1).to(h.dtype)
            x, fx = x * mask[:, :, None], fx * mask[:, :, None]
        x, fx = self.split(x), self.split(fx)
        w_int = torch.softmax(self.in_project_slice_int(x[:, :, :interior]) / self.temperature, dim=-1)
        w_bd = torch.softmax(self.in_project_slice_bd(x[:, :, interior:]) / self.temperature, dim=-1)
        if mask_int is not None:
            w_int = w_int * mask_int[:, None, :, None].to(h.dtype)
            w_bd = w_bd * mask_bd[:, None, :, None].to(h.dtype)
        tokens = torch.cat(
            [
                torch.einsum("bhng,bhnd->bhgd", w, f) / (w.sum(dim=2)[..., None] + 1e-5)
                for w, f in ((w_int, fx[:, :, :interior]), (w_bd, fx[:, :, interior:]))
            ],
            dim=2,
        )
        q, k, v = self.to_q(tokens), self.to_k(tokens), self.to_v(tokens)
        scores = torch.softmax(q @ k.transpose(-1, -2) / self.dim**0.5, dim=-1)
        answers = (scores @ v)[:, :, : self.slices_int]
        y = torch.einsum("bhng,bhgd->bhnd", w_int, answers)
        if mask_int is not None:
            y = y * mask_int[:, None, :, None].to(h.dtype)
        y = y.permute(0, 2, 1, 3).reshape(h.shape[0], interior, self.heads * self.dim)
        return self.to_out(y)


class Block(nn.Module):
    def __init__(self, width, heads, slices_int, slices_bd, mlp_ratio, outputs, last):
        super().__init__()
        self.fx_ln_1 = nn.LayerNorm(width)
        self.fx_bd_ln_1 = nn.LayerNorm(width)
        self.Attn = BoundaryAwareAttention(width, heads, slices_int, slices_bd)
        self.fx_ln_2 = nn.LayerNorm(width)
        self.mlp = Perceptron(width, int(width * mlp_ratio), width)
        self.last = last
        if last:
            self.fx_ln_3 = nn.LayerNorm(width)
            self.mlp2 = nn.Linear(width, outputs)

    def forward(self, h, b, mask_int=None, mask_bd=None):
        h = self.fx_ln_1(h)
        # the skip connection carries the normalised features
        h = self.Attn(h, self.fx_bd_ln_1(b), mask_int, mask_bd) + h
        h = self.mlp(self.fx_ln_2(h)) + h
        return self.mlp2(self.fx_ln_3(h)) if self.last else h


class BATransolver(nn.Module):
    """x [batch, cells, d], f [batch, cells, 1], x_bd [batch, faces, d_b], boolean masks or none: u [batch, cells, 1]."""

    def __init__(self, space=2, boundary=4, width=256, layers=10, heads=8, slices=(64, 8), mlp_ratio=1, outputs=1):
        super().__init__()
        self.preprocess = Perceptron(space + 1, 2 * width, width)
        self.preprocess_bd = Perceptron(boundary, 2 * width, width)
        self.blocks = nn.ModuleList(
            Block(width, heads, *slices, mlp_ratio, outputs, index == layers - 1) for index in range(layers)
        )
        self.apply(initialise)

    def forward(self, x, f, x_bd, mask_int=None, mask_bd=None):
        h = self.preprocess(torch.cat([x, f], dim=-1))
        b = self.preprocess_bd(x_bd)
        for block in self.blocks:
            h = block(h, b, mask_int, mask_bd)
        return h


def initialise(module):
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, std=0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def lively(model, generator):
    """Weights of an answer that depends on all of them, which the initial ones hardly do."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() == 2:
                parameter.copy_(noise / parameter.shape[1] ** 0.5)
            elif name.endswith("temperature"):
                parameter.copy_(0.5 + 0.2 * noise.abs())
            else:
                parameter.copy_(parameter + 0.3 * noise)


def draw(configuration, seed, path, target):
    """One mesh without masks, and a batch of three of different sizes, padded with zeros and, in one-hot features, -1."""
    generator = torch.Generator().manual_seed(seed)
    model = BATransolver(**configuration)
    lively(model, generator)
    tensors = {f"weights/{name}": value.contiguous() for name, value in model.state_dict().items()}
    space, boundary = configuration["space"], configuration["boundary"]
    for case, sizes in {"single": [(37, 16)], "batch": [(40, 18), (23, 18), (31, 9)]}.items():
        cells, faces = max(size[0] for size in sizes), max(size[1] for size in sizes)
        masks = {"mask_int": torch.zeros(len(sizes), cells), "mask_bd": torch.zeros(len(sizes), faces)}
        x = 2 * torch.pi * torch.rand(len(sizes), cells, space, generator=generator)
        f = torch.randn(len(sizes), cells, 1, generator=generator)
        x_bd = 2 * torch.pi * torch.rand(len(sizes), faces, boundary, generator=generator)
        fixed = torch.randint(0, 2, (len(sizes), faces), generator=generator)
        if boundary >= space + 2:
            x_bd[..., space : space + 2] = nn.functional.one_hot(fixed, 2).float()
        for member, (n_cells, n_faces) in enumerate(sizes):
            masks["mask_int"][member, :n_cells] = 1
            masks["mask_bd"][member, :n_faces] = 1
            x[member, n_cells:], f[member, n_cells:], x_bd[member, n_faces:] = 0, 0, 0
            x_bd[member, n_faces:, space:] = -1
        batch = {"x": x, "f": f, "x_bd": x_bd, **(masks if case == "batch" else {})}
        tensors.update({f"{case}/{name}": value for name, value in batch.items()})
    save_file(tensors, path, metadata={"configuration": json.dumps(configuration)})
    forward(path, target)


def forward(source, target):
    """Computed in double precision, so that what is measured is the other side's rounding."""
    with safe_open(source, framework="pt") as file:
        configuration = json.loads(file.metadata()["configuration"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    model = BATransolver(**configuration)
    weights = {name.removeprefix("weights/"): t for name, t in tensors.items() if name.startswith("weights/")}
    model.load_state_dict(weights)
    model.double().eval()
    answers = {}
    for case in sorted({name.split("/")[0] for name in tensors} - {"weights"}):
        batch = {name: tensors[f"{case}/{name}"].double() for name in ("x", "f", "x_bd")}
        masks = {
            name: tensors[f"{case}/{name}"].bool() for name in ("mask_int", "mask_bd") if f"{case}/{name}" in tensors
        }
        with torch.no_grad():
            answers[f"{case}/u"] = model(**batch, **masks).float().contiguous()
    save_file(answers, target)


def checkpoint(configuration, seed, path):
    model = BATransolver(**configuration)
    lively(model, torch.Generator().manual_seed(seed))
    optimizer = torch.optim.Adam(model.parameters())
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-3, total_steps=10)
    states = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
    torch.save({f"{name}_state_dict": part.state_dict() for name, part in states.items()}, path)


def main():
    command, *arguments = sys.argv[1:]
    torch.set_num_threads(1)
    if command == "forward":
        forward(*arguments)
    else:
        with open(arguments[0], encoding="utf-8") as file:
            configuration = json.load(file)
        {"draw": draw, "checkpoint": checkpoint}[command](configuration, int(arguments[1]), *arguments[2:])


if __name__ == "__main__":
    main()
