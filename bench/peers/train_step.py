"""One training step (forward, backward, Adam) of the same models in PyTorch, eager, on the CPU.

Usage: python train_step.py CASE THREADS REPEATS   with CASE one of ba-transolver, reduced-basis
Prints one JSON object: {"milliseconds": [...]} with one entry per timed step.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional


def mlp(inputs, hidden, outputs):
    return nn.Sequential(nn.Linear(inputs, hidden), nn.GELU(), nn.Linear(hidden, outputs))


class SliceAttention(nn.Module):
    """Physics attention over cells and boundary faces; the answer is distributed back to cells only."""

    def __init__(self, width, heads, cell_slices, face_slices):
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.project_x = nn.Linear(width, width)
        self.project_fx = nn.Linear(width, width)
        self.slice_cells = nn.Linear(self.size, cell_slices)
        self.slice_faces = nn.Linear(self.size, face_slices)
        self.temperature = nn.Parameter(torch.full((1, heads, 1, 1), 0.5))
        self.query = nn.Linear(self.size, self.size, bias=False)
        self.key = nn.Linear(self.size, self.size, bias=False)
        self.value = nn.Linear(self.size, self.size, bias=False)
        self.out = nn.Linear(width, width)

    def split(self, x):
        return x.view(*x.shape[:2], self.heads, self.size).transpose(1, 2)

    def tokens(self, features, slices):
        weights = torch.softmax(slices(self.split(self.project_x(features))) / self.temperature, -1)
        sums = weights.transpose(2, 3) @ self.split(self.project_fx(features))
        return weights, sums / (weights.sum(2)[..., None] + 1e-5)

    def forward(self, cells, faces):
        weights, cell_tokens = self.tokens(cells, self.slice_cells)
        _, face_tokens = self.tokens(faces, self.slice_faces)
        tokens = torch.cat([cell_tokens, face_tokens], 2)
        scores = self.query(tokens) @ self.key(tokens).transpose(2, 3) / self.size**0.5
        attended = torch.softmax(scores, -1) @ self.value(tokens)
        answer = weights @ attended[:, :, : cell_tokens.shape[2]]
        return self.out(answer.transpose(1, 2).reshape(cells.shape))


class Block(nn.Module):
    def __init__(self, width, heads, cell_slices, face_slices):
        super().__init__()
        self.norm_cells = nn.LayerNorm(width)
        self.norm_faces = nn.LayerNorm(width)
        self.norm_mlp = nn.LayerNorm(width)
        self.attention = SliceAttention(width, heads, cell_slices, face_slices)
        self.mlp = mlp(width, width, width)

    def forward(self, cells, faces):
        cells = self.norm_cells(cells)
        cells = self.attention(cells, self.norm_faces(faces)) + cells
        return self.mlp(self.norm_mlp(cells)) + cells


class BoundaryAwareTransolver(nn.Module):
    def __init__(self, cell_features, face_features, width, blocks, outputs, heads=8, cell_slices=64, face_slices=8):
        super().__init__()
        self.embed_cells = mlp(cell_features, 2 * width, width)
        self.embed_faces = mlp(face_features, 2 * width, width)
        self.blocks = nn.ModuleList(Block(width, heads, cell_slices, face_slices) for _ in range(blocks))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, outputs)

    def forward(self, cells, faces):
        hidden, boundary = self.embed_cells(cells), self.embed_faces(faces)
        for block in self.blocks:
            hidden = block(hidden, boundary)
        return self.head(self.norm(hidden))


def grid_operator(rows, columns):
    """Five-point Laplacian with Dirichlet sides on a rows × columns grid, as sparse CSR in float64."""
    index = torch.arange(rows * columns).view(rows, columns)
    pairs = torch.cat(
        [
            torch.stack([index[:, :-1].flatten(), index[:, 1:].flatten()]),
            torch.stack([index[:-1].flatten(), index[1:].flatten()]),
        ],
        1,
    )
    diagonal = torch.arange(rows * columns)
    entries = torch.cat([pairs, pairs.flip(0), torch.stack([diagonal, diagonal])], 1)
    values = torch.cat([-torch.ones(2 * pairs.shape[1]), 4 * torch.ones(rows * columns)]).double()
    return torch.sparse_coo_tensor(entries, values, (rows * columns, rows * columns)).to_sparse_csr()


def ba_transolver_case():
    torch.manual_seed(0)
    model = BoundaryAwareTransolver(3, 4, width=128, blocks=4, outputs=1)
    cells, faces = torch.randn(2, 2048, 3), torch.randn(2, 256, 4)
    target = torch.randn(2, 2048, 1)
    return model, lambda: functional.mse_loss(model(cells, faces), target)


def reduced_basis_case():
    """Ritz energy of the projection on 128 basis fields, 8 meshes of 1,024 cells, 16 sources each."""
    torch.manual_seed(0)
    batch, side, rank, sources = 8, 32, 128, 16
    model = BoundaryAwareTransolver(2, 4, width=64, blocks=4, outputs=rank)
    cells, faces = torch.randn(batch, side * side, 2), torch.randn(batch, 128, 4)
    operator = grid_operator(side, side)
    right = torch.randn(batch, side * side, sources, dtype=torch.float64)
    identity = torch.eye(rank, dtype=torch.float64)

    def loss():
        total = 0.0
        for basis, b in zip(model(cells, faces).double(), right):
            gram = basis.T @ (operator @ basis)
            gram = gram + 1e-7 * torch.trace(gram) / rank * identity
            energy = (b * (basis @ torch.cholesky_solve(basis.T @ b, torch.linalg.cholesky(gram)))).sum(0)
            total = total - (0.5 * energy / energy.detach()).mean()
        return total / batch

    return model, loss


CASES = {"ba-transolver": ba_transolver_case, "reduced-basis": reduced_basis_case}


def main():
    case, threads, repeats = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    model, loss = CASES[case]()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    milliseconds = []
    for step in range(repeats + 2):
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss().backward()
        optimizer.step()
        if step >= 2:
            milliseconds.append(1000 * (time.perf_counter() - start))
    print(json.dumps({"milliseconds": milliseconds, "version": torch.__version__}))


if __name__ == "__main__":
    main()
