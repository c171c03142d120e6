"""One training step (forward, backward, Adam) of the same models in PyTorch, on the CPU.

Reads one JSON object a line: {"case": NAME, "threads": T, "compile": true | false, "steps": N}; the first one makes the
model and takes two steps to warm up. Answers one a line: {"milliseconds": [...], "peak_mb": X} with one entry per step
and the largest resident set of this process so far, or {"unavailable": REASON}, or {"missing": PACKAGE}.
"""

import json
import resource
import sys
import time

try:
    import torch
    from torch import nn
    from torch.nn import functional
except ModuleNotFoundError as error:
    for _ in sys.stdin:
        print(json.dumps({"missing": str(error)}), flush=True)
    sys.exit()


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


class SpectralConvolution(nn.Module):
    """Li et al. 2021, one axis: the lowest wavenumbers of the field times complex matrices."""

    def __init__(self, width, modes):
        super().__init__()
        self.modes = modes
        self.weight = nn.Parameter(torch.randn(width, width, modes, dtype=torch.cfloat) / width)

    def forward(self, field):
        batch, width, points = field.shape
        spectrum = torch.fft.rfft(field)
        answer = torch.zeros(batch, width, points // 2 + 1, dtype=torch.cfloat)
        low = spectrum[:, :, : self.modes]
        answer[:, :, : self.modes] = torch.einsum("bix,iox->box", low, self.weight)
        return torch.fft.irfft(answer, n=points)


class FourierOperator(nn.Module):
    def __init__(self, inputs=2, outputs=1, width=32, layers=4, modes=16, head=128):
        super().__init__()
        self.lift = nn.Conv1d(inputs, width, 1)
        self.spectral = nn.ModuleList(SpectralConvolution(width, modes) for _ in range(layers))
        self.pointwise = nn.ModuleList(nn.Conv1d(width, width, 1) for _ in range(layers))
        self.head = nn.Sequential(nn.Conv1d(width, head, 1), nn.GELU(), nn.Conv1d(head, outputs, 1))

    def forward(self, field):
        hidden = self.lift(field)
        for spectral, pointwise in zip(self.spectral, self.pointwise):
            hidden = functional.gelu(spectral(hidden) + pointwise(hidden))
        return self.head(hidden)


class TwoConvolutions(nn.Sequential):
    def __init__(self, inputs, outputs, groups=8):
        super().__init__(
            nn.Conv2d(inputs, outputs, 3, padding=1),
            nn.GroupNorm(groups, outputs),
            nn.GELU(),
            nn.Conv2d(outputs, outputs, 3, padding=1),
            nn.GroupNorm(groups, outputs),
            nn.GELU(),
        )


class UNet(nn.Module):
    def __init__(self, inputs=3, outputs=1, width=32, levels=3):
        super().__init__()
        widths = [width * 2**level for level in range(levels)]
        self.down = nn.ModuleList(TwoConvolutions(i, o) for i, o in zip([inputs, *widths], widths))
        pairs = list(zip(widths[:-1], widths[1:]))[::-1]
        self.up = nn.ModuleList(nn.ConvTranspose2d(coarse, fine, 2, 2) for fine, coarse in pairs)
        self.merge = nn.ModuleList(TwoConvolutions(2 * fine, fine) for fine, _ in pairs)
        self.head = nn.Conv2d(width, outputs, 1)

    def forward(self, field):
        features = []
        for level, down in enumerate(self.down):
            field = down(field if level == 0 else functional.max_pool2d(field, 2))
            features.append(field)
        for up, merge, fine in zip(self.up, self.merge, features[-2::-1]):
            field = merge(torch.cat([up(field), fine], 1))
        return self.head(field)


def fourier_case():
    torch.manual_seed(0)
    model = FourierOperator()
    field, target = torch.randn(16, 2, 256), torch.randn(16, 1, 256)
    return model, lambda: functional.mse_loss(model(field), target)


def fourier_jacobian_case():
    """A probe of the Jacobian's size, |Jᵀw|² with random signs w, beside the misfit: a gradient of a gradient."""
    torch.manual_seed(0)
    model = FourierOperator()
    field, target = torch.randn(16, 2, 256), torch.randn(16, 1, 256)
    signs = torch.sign(torch.randn(16, 1, 256))

    def loss():
        given = field.detach().requires_grad_()
        answer = model(given)
        (product,) = torch.autograd.grad((answer * signs).sum(), given, create_graph=True)
        return functional.mse_loss(answer, target) + 0.01 * product.square().mean()

    return model, loss


def u_net_case():
    torch.manual_seed(0)
    model = UNet()
    field, target = torch.randn(8, 3, 64, 64), torch.randn(8, 1, 64, 64)
    return model, lambda: functional.mse_loss(model(field), target)


CASES = {
    "ba-transolver": ba_transolver_case,
    "fno": fourier_case,
    "fno-jacobian": fourier_jacobian_case,
    "u-net": u_net_case,
    "reduced-basis": reduced_basis_case,
}


def prepared(question):
    torch.set_num_threads(question["threads"])
    model, loss = CASES[question["case"]]()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    if question["compile"]:
        loss = torch.compile(loss)

    def step():
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss().backward()
        optimizer.step()
        return 1000 * (time.perf_counter() - start)

    step()
    step()
    return step


def main():
    step = None
    for line in sys.stdin:
        question = json.loads(line)
        try:
            step = step or prepared(question)
            milliseconds = [step() for _ in range(question["steps"])]
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            answer = {"milliseconds": milliseconds, "peak_mb": peak}
        except Exception as error:  # a peer that cannot do a case is reported, not the end of the bench
            answer = {"unavailable": f"{type(error).__name__}: {str(error).strip().splitlines()[0][:200]}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
