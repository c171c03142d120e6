import { InvalidInputError } from '../common/errors.js';
import { BLOCK_WIDTH, multiplyBlock, putField, takeField } from './block-multiply.js';
import {
  advanceBlock,
  blockDot,
  blockPreconditioner,
  descendBlock,
  projectBlock,
  squaredNorms,
} from './block-vectors.js';
import {
  CONJUGATE_GRADIENT_DEFAULTS,
  type ConjugateGradientOptions,
  conjugateGradient,
  type SolveResult,
} from './conjugate-gradient.js';
import { type EnergyRecord, energyErrorBounds, energyErrorEstimate } from './energy-error.js';
import { compatibleRightHandSide, removeRowSum, removeVolumeMean } from './neumann-projection.js';
import { requireFinite } from './sampled-values.js';
import { requireRows, type SparseMatrix } from './sparse-matrix.js';

export interface ManyOptions extends Omit<ConjugateGradientOptions, 'guess'> {
  /** A start for each right-hand side, `[row]`; zero by default */
  readonly guesses?: readonly Float64Array[];
}

/**
 * A x_s = b_s for many right-hand sides: conjugate gradients on four at a time, each with its own α and β and as many
 * iterations as it needs, while matrix and preconditioner are read once for the four. The answers are those of
 * {@link conjugateGradient} up to round-off, and judged by it.
 *
 * A block Krylov space common to the four (O'Leary 1980) would save iterations too, with AMG about one in ten for
 * unrelated right-hand sides, at the price of products among the fields in every step and of breakdowns when directions
 * become dependent.
 *
 * @throws what conjugateGradient throws
 */
export function conjugateGradientMany(
  matrix: SparseMatrix,
  rightHandSides: readonly Float64Array[],
  options: ManyOptions,
): SolveResult[] {
  const { guesses, ...settings } = options;
  checkInput(matrix, rightHandSides, guesses);
  const results: SolveResult[] = [];
  for (let first = 0; first < rightHandSides.length; first += BLOCK_WIDTH) {
    const group = rightHandSides.slice(first, first + BLOCK_WIDTH);
    const starts = guesses?.slice(first, first + BLOCK_WIDTH);
    if (group.length === 1) {
      results.push(conjugateGradient(matrix, group[0], { ...settings, guess: starts?.[0] }));
      continue;
    }
    const { solutions, histories } = iterate(matrix, group, settings, starts);
    group.forEach((b, field) => {
      results.push(certified(matrix, b, settings, solutions[field], histories[field]));
    });
  }
  return results;
}

function checkInput(
  matrix: SparseMatrix,
  rightHandSides: readonly Float64Array[],
  guesses: readonly Float64Array[] | undefined,
): void {
  const caller = 'solvers.conjugateGradientMany';
  if (guesses && guesses.length !== rightHandSides.length) {
    throw new InvalidInputError(
      `${caller}: expected ${rightHandSides.length} guesses, one per right-hand side, got ${guesses.length}`,
    );
  }
  for (const [name, vectors] of [
    ['rightHandSides', rightHandSides],
    ['guesses', guesses ?? []],
  ] as const) {
    vectors.forEach((vector, index) => {
      requireRows(caller, `${name}[${index}]`, matrix, vector);
      requireFinite(caller, `${name}[${index}]`, vector);
    });
  }
}

interface FieldHistory extends EnergyRecord {
  readonly residuals: number[];
}

/** Conjugate gradients on up to four fields; each ends at its tolerance, the cap, an abort or a breakdown. */
function iterate(
  matrix: SparseMatrix,
  rightHandSides: readonly Float64Array[],
  settings: ManyOptions,
  guesses: readonly Float64Array[] | undefined,
): { solutions: Float64Array[]; histories: FieldHistory[] } {
  const { preconditioner, singular, signal } = settings;
  const { relativeTolerance, maximumIterations } = limitsOf(settings);
  const n = matrix.rows;
  const volumes = singular?.volumes;
  const applyBlock = blockPreconditioner(preconditioner, n);
  const [x, r, z, p, q] = Array.from({ length: 5 }, () => new Float64Array(BLOCK_WIDTH * n));
  const field = new Float64Array(n);
  const project = (block: Float64Array, projection: typeof removeRowSum) => {
    if (volumes) projectBlock(block, rightHandSides.length, volumes, projection, field);
  };
  rightHandSides.forEach((b, s) => {
    putField(r, s, volumes ? compatibleRightHandSide(b, volumes) : b);
    if (guesses?.[s]) putField(x, s, guesses[s]);
  });
  const targets = squaredNorms(r).map((squared) => relativeTolerance ** 2 * squared);
  if (guesses) {
    project(x, removeVolumeMean);
    multiplyBlock(matrix, x, q);
    for (let i = 0; i < r.length; i++) r[i] -= q[i];
  }
  if (preconditioner.start) {
    const correction = new Float64Array(n);
    for (let s = 0; s < rightHandSides.length; s++) {
      takeField(r, s, field);
      preconditioner.start(field, correction);
      putField(z, s, correction);
    }
    multiplyBlock(matrix, z, q);
    for (let i = 0; i < r.length; i++) {
      x[i] += z[i];
      r[i] -= q[i];
    }
  }
  let squared = squaredNorms(r);
  const histories = rightHandSides.map((_, s): FieldHistory => {
    return { residuals: [Math.sqrt(squared[s])], steps: [], ratios: [], products: [] };
  });
  const active = rightHandSides.map((_, s) => squared[s] > targets[s]);
  const rho = [0, 0, 0, 0];
  const alpha = [0, 0, 0, 0];
  const beta = [0, 0, 0, 0];
  for (let k = 0; k < maximumIterations && active.includes(true) && !signal?.aborted; k++) {
    project(r, removeRowSum);
    applyBlock(r, z);
    project(z, removeVolumeMean);
    const products = blockDot(r, z);
    for (let s = 0; s < active.length; s++) {
      beta[s] = k > 0 && active[s] ? products[s] / rho[s] : 0;
      rho[s] = products[s];
      if (!(rho[s] > 0 && rho[s] < Number.POSITIVE_INFINITY)) active[s] = false;
    }
    advanceBlock(beta, z, p);
    multiplyBlock(matrix, p, q);
    const curvatures = blockDot(p, q);
    for (let s = 0; s < active.length; s++) {
      if (!(curvatures[s] > 0 && curvatures[s] < Number.POSITIVE_INFINITY)) active[s] = false;
      alpha[s] = active[s] ? rho[s] / curvatures[s] : 0;
    }
    descendBlock(alpha, p, q, x, r);
    squared = squaredNorms(r);
    for (let s = 0; s < active.length; s++) {
      if (!active[s]) continue;
      histories[s].residuals.push(Math.sqrt(squared[s]));
      histories[s].steps.push(alpha[s]);
      histories[s].ratios.push(beta[s]);
      histories[s].products.push(rho[s]);
      if (!(squared[s] > targets[s])) active[s] = false;
    }
  }
  const solutions = rightHandSides.map((_, s) => {
    takeField(x, s, field);
    return field.slice();
  });
  return { solutions, histories };
}

/** The answer with the residual that {@link conjugateGradient} computes from it, continued where that asks for it. */
function certified(
  matrix: SparseMatrix,
  rightHandSide: Float64Array,
  settings: ManyOptions,
  guess: Float64Array,
  history: FieldHistory,
): SolveResult {
  const done = history.steps.length;
  const { maximumIterations } = limitsOf(settings);
  const rest = conjugateGradient(matrix, rightHandSide, {
    ...settings,
    guess,
    maximumIterations: maximumIterations - done,
  });
  const energies = history.steps.map((step, k) => step * history.products[k]);
  const reduction = energies.reduce((sum, energy) => sum + energy, 0);
  return {
    ...rest,
    reason:
      rest.status === 'maximum-iterations'
        ? `${maximumIterations} iterations did not reach the tolerance`
        : rest.reason,
    iterations: done + rest.iterations,
    residualHistory: Float64Array.of(...history.residuals.slice(0, -1), ...rest.residualHistory),
    energyReduction: Math.sqrt(reduction + rest.energyReduction ** 2),
    energyError: rest.energyError ?? energyErrorEstimate(energies),
    energyErrorBounds: rest.energyErrorBounds ?? energyErrorBounds(history, settings.smallestEigenvalue),
  };
}

function limitsOf(settings: ManyOptions) {
  return {
    relativeTolerance: settings.relativeTolerance ?? CONJUGATE_GRADIENT_DEFAULTS.relativeTolerance,
    maximumIterations: settings.maximumIterations ?? CONJUGATE_GRADIENT_DEFAULTS.maximumIterations,
  };
}
