/** What holds at one end of a line: nothing (its other end follows), a value at the face, or no gradient. */
export type LineEnd =
  | { readonly type: 'periodic' }
  | { readonly type: 'dirichlet'; readonly value: number }
  | { readonly type: 'outflow' };

export interface LineDiffusion {
  /** u ← one step of u_t = ν u_xx with r = ν dt/Δx², by Crank–Nicolson or by backward Euler. */
  crankNicolson(u: Float64Array, r: number): void;
  backwardEuler(u: Float64Array, r: number): void;
}

/**
 * Implicit steps of the three-point Laplacian on a line of cells. Crank–Nicolson is of second order and keeps sums; it
 * barely damps what changes from cell to cell when r is large, which backward Euler does.
 */
export function lineDiffusion(cells: number, left: LineEnd, right: LineEnd): LineDiffusion {
  const solve = left.type === 'periodic' ? cyclicSolver(cells) : endedSolver(cells, left, right);
  const rate = new Float64Array(cells);
  // boundary values enter the explicit half as ghosts mirrored about the face, the implicit half by its right-hand side
  const ghost = (end: LineEnd, cell: number) => (end.type === 'dirichlet' ? 2 * end.value - cell : cell);
  const laplacian = (u: Float64Array) => {
    const before = left.type === 'periodic' ? u[cells - 1] : ghost(left, u[0]);
    const after = right.type === 'periodic' ? u[0] : ghost(right, u[cells - 1]);
    for (let i = 0; i < cells; i++) {
      rate[i] = (i > 0 ? u[i - 1] : before) - 2 * u[i] + (i + 1 < cells ? u[i + 1] : after);
    }
  };
  return {
    crankNicolson(u, r) {
      laplacian(u);
      for (let i = 0; i < cells; i++) u[i] += 0.5 * r * rate[i];
      solve(u, 0.5 * r);
    },
    backwardEuler: (u, r) => solve(u, r),
  };
}

/** (1 + 2a) x_i − a (x_{i−1} + x_{i+1}) = u_i on a ring, by Thomas' algorithm and the formula of Sherman and Morrison. */
function cyclicSolver(cells: number): (u: Float64Array, a: number) => void {
  const factor = new Float64Array(cells);
  const correction = new Float64Array(cells);
  return (u, a) => {
    const diagonal = 1 + 2 * a;
    // matrix = tridiagonal + w zᵀ with w = (−diagonal, 0 …, −a), z = (1, 0 …, a/diagonal)
    const first = 2 * diagonal;
    const last = diagonal + (a * a) / diagonal;
    correction.fill(0);
    correction[0] = -diagonal;
    correction[cells - 1] = -a;
    eliminate(u, factor, first, diagonal, last, a);
    eliminate(correction, factor, first, diagonal, last, a);
    const z = a / diagonal;
    const share = (u[0] + z * u[cells - 1]) / (1 + correction[0] + z * correction[cells - 1]);
    for (let i = 0; i < cells; i++) u[i] -= share * correction[i];
  };
}

function endedSolver(cells: number, left: LineEnd, right: LineEnd): (u: Float64Array, a: number) => void {
  const factor = new Float64Array(cells);
  return (u, a) => {
    const ends = [left, right].map((end) => 1 + (end.type === 'dirichlet' ? 3 : 1) * a);
    if (left.type === 'dirichlet') u[0] += 2 * a * left.value;
    if (right.type === 'dirichlet') u[cells - 1] += 2 * a * right.value;
    eliminate(u, factor, ends[0], 1 + 2 * a, ends[1], a);
  };
}

/** Solves the tridiagonal system with off-diagonals −a in place. */
function eliminate(
  u: Float64Array,
  factor: Float64Array,
  first: number,
  diagonal: number,
  last: number,
  a: number,
): void {
  const end = u.length - 1;
  factor[0] = a / first;
  u[0] /= first;
  for (let i = 1; i <= end; i++) {
    const pivot = (i === end ? last : diagonal) - a * factor[i - 1];
    factor[i] = a / pivot;
    u[i] = (u[i] + a * u[i - 1]) / pivot;
  }
  for (let i = end - 1; i >= 0; i--) u[i] += factor[i] * u[i + 1];
}
