import { InvalidInputError } from '../../common/errors.js';
import { diagonal, type PoissonOperator, type SparseMatrix } from '../../solvers/index.js';
import { partition } from './partition.js';
import type { ConstraintFamily, ConstraintProblem, LinearLaw, StencilResidual } from './residual.js';

export interface PoissonConstraintOptions {
  /**
   * Parts of the domain, by recursive coordinate bisection, whose balances are laws: what leaves a part through its faces is what its sources
   * give, Σ (Bu − b) = 0 over its cells. None by default.
   */
  readonly balancedParts: number;
}

export const POISSON_CONSTRAINT_DEFAULTS: PoissonConstraintOptions = { balancedParts: 0 };

/** An assembled problem −∇·(κ∇u) = q on a mesh, without what cannot be sent to a thread. */
export interface PoissonConstraintSample {
  /** B */
  readonly matrix: SparseMatrix;
  /** b, volume-integrated, with all boundary data, `[cell]` */
  readonly rightHandSide: Float64Array;
  /** Constants are in the kernel of B. */
  readonly singular: boolean;
  /** `[cell]` */
  readonly cellVolumes: Float64Array;
  /** `[cell][dimension]` */
  readonly cellCentroids: Float64Array;
  readonly dimension: number;
}

/** A sample from an operator of `assembleOperator` and a right-hand side of `assembleRightHandSide`. */
export function poissonConstraintSample(
  {
    mesh,
    matrix,
    singular,
  }: Pick<PoissonOperator, 'matrix' | 'singular'> & {
    readonly mesh: Pick<PoissonOperator['mesh'], 'cellVolumes' | 'cellCentroids' | 'dimension'>;
  },
  rightHandSide: Float64Array,
): PoissonConstraintSample {
  const { cellVolumes, cellCentroids, dimension } = mesh;
  return { matrix, rightHandSide, singular, cellVolumes, cellCentroids, dimension };
}

/**
 * Poisson's equation on any mesh, R(u) = Bu − b by finite volumes: linear and symmetric, so that either norm has one solve. Dirichlet and
 * Neumann data are in B and b and with them in every answer, exactly, whatever the basis. Rows `cells`, weighted with 1/√B_ii.
 *
 * Where constants are in the kernel, a law fixes the volume mean at zero; the right-hand side has to sum to zero.
 *
 * @throws InvalidInputError for samples whose sizes do not fit one another
 */
export function poissonConstraint(
  options: Partial<PoissonConstraintOptions> = {},
): ConstraintFamily<PoissonConstraintSample> {
  const complete = { ...POISSON_CONSTRAINT_DEFAULTS, ...options };
  return {
    name: 'poisson',
    options: complete,
    problem: (sample) => problemOf(sample, complete),
  };
}

function problemOf(
  sample: PoissonConstraintSample,
  { balancedParts }: PoissonConstraintOptions,
): ConstraintProblem {
  const { matrix, rightHandSide, singular, cellVolumes, cellCentroids, dimension } = sample;
  const { rows } = matrix;
  for (const [name, length, expected] of [
    ['right-hand side', rightHandSide.length, rows],
    ['cell volumes', cellVolumes.length, rows],
    ['centroids', cellCentroids.length, rows * dimension],
  ] as const) {
    if (length === expected) continue;
    throw new InvalidInputError(
      `poissonConstraint: expected ${expected} values of ${name} for ${rows} cells, got ${length}`,
    );
  }
  const volume = cellVolumes.reduce((sum, value) => sum + value, 0);
  const laws: LinearLaw[] = [];
  const all = Int32Array.from({ length: rows }, (_, cell) => cell);
  if (singular)
    laws.push({ points: all, coefficients: cellVolumes.map((value) => value / volume), value: 0 });
  if (balancedParts > 0) {
    const { windows } = partition({ coordinates: cellCentroids, dimension }, { experts: balancedParts });
    // the balance of all parts follows from the others where nothing can leave
    const count = singular ? windows.length - 1 : windows.length;
    for (const { points } of windows.slice(0, count)) laws.push(balanceLaw(matrix, rightHandSide, points));
  }
  return {
    residual: poissonResidual(matrix, all),
    data: rightHandSide,
    laws,
    measures: cellVolumes.map((value) => value / volume),
    coordinates: cellCentroids,
    dimension,
  };
}

/** Σ over cells of a part of (Bu)_i = Σ b_i. */
function balanceLaw(matrix: SparseMatrix, rightHandSide: Float64Array, cells: Int32Array): LinearLaw {
  const { rowOffsets, columns, values } = matrix;
  const sums = new Map<number, number>();
  let value = 0;
  for (const cell of cells) {
    value += rightHandSide[cell];
    for (let entry = rowOffsets[cell]; entry < rowOffsets[cell + 1]; entry++) {
      sums.set(columns[entry], (sums.get(columns[entry]) ?? 0) + values[entry]);
    }
  }
  // what two cells of the part exchange cancels, up to round-off of the diagonal
  const scale = Math.max(...diagonal(matrix));
  const points = [...sums.keys()]
    .filter((cell) => Math.abs(sums.get(cell)!) > 1e-13 * scale)
    .sort((a, b) => a - b);
  return {
    points: Int32Array.from(points),
    coefficients: Float64Array.from(points, (cell) => sums.get(cell)!),
    value,
  };
}

function poissonResidual(matrix: SparseMatrix, cells: Int32Array): StencilResidual {
  const { rows } = matrix;
  return {
    kind: 'stencil',
    points: rows,
    equations: rows,
    linear: true,
    symmetric: true,
    rows: [
      {
        name: 'cells',
        points: cells,
        equations: cells,
        weights: diagonal(matrix).map((value) => 1 / Math.sqrt(value)),
        scope: 'own',
        sampling: 'drawn',
      },
    ],
    residual: (u, b) => product(matrix, u, 1).map((value, cell) => value - b[cell]),
    jvp: (_, __, du, columns) => product(matrix, du, columns),
    vjp: (_, __, z) => product(matrix, z, 1),
    // never asked for: R is affine
    hvp: (_, __, ___, du) => new Float64Array(du.length),
    dataVjp: (_, __, z) => z.map((value) => -value),
  };
}

/** B X, `[cell][column]` */
function product(
  { rows, rowOffsets, columns: neighbours, values }: SparseMatrix,
  x: Float64Array,
  columns: number,
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const to = row * columns;
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      const value = values[entry];
      const from = neighbours[entry] * columns;
      for (let j = 0; j < columns; j++) out[to + j] += value * x[from + j];
    }
  }
  return out;
}
