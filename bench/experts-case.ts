import {
  burgersSpaceTimeConstraint,
  CONSTRAINT_DEFAULTS,
  type ConstraintOptions,
  type SolveRequest,
} from '../operators/index.js';

/** A space–time problem with so many points, split among experts. */
export interface ExpertsCase {
  readonly frames: number;
  /** Points of space */
  readonly cells: number;
  /** N */
  readonly columns: number;
  /** K, along space */
  readonly experts: number;
}

const INTERVAL = 0.01;
const VISCOSITY = 0.01;

/** Levenberg–Marquardt alone, without steps of the full Hessian, as the peer has it. */
export const SOLVER = {
  maximumIterations: 50,
  gradientTolerance: 1e-8,
  objectiveTolerance: 0,
  polishSteps: 0,
  slowness: 1e9,
} as const;

/** Inner experts see no condition at their sides: what their rows leave open, the ridge decides. */
const RIDGE = 1e-3;

/** Smooth fields without a random number, so that a peer can write down the same: sin(a_j t + 2π k_j x + j). */
export function expertsRequest({ frames, cells, columns, experts }: ExpertsCase): SolveRequest {
  const family = burgersSpaceTimeConstraint({
    points: cells,
    frames,
    interval: INTERVAL,
    viscosity: VISCOSITY,
  });
  const basis = new Float32Array(frames * cells * columns);
  for (let t = 0, at = 0; t < frames; t++) {
    for (let i = 0; i < cells; i++) {
      for (let j = 0; j < columns; j++, at++) {
        basis[at] = Math.sin((1 + (j % 5)) * (t / frames) + 2 * Math.PI * (j % 9) * (i / cells) + j);
      }
    }
  }
  const options: ConstraintOptions = {
    ...CONSTRAINT_DEFAULTS,
    mode: 'independent',
    experts: [1, experts],
    ridge: { norm: 'coefficients', weight: RIDGE },
    solver: SOLVER,
  };
  return {
    family: family as unknown as SolveRequest['family'],
    sample: {
      initial: Float64Array.from({ length: cells }, (_, i) => Math.sin((2 * Math.PI * i) / cells) + 0.5),
    },
    basis,
    columns,
    options,
  };
}

/** What the peer needs beside the case. */
export const PEER_SETTINGS = {
  interval: INTERVAL,
  viscosity: VISCOSITY,
  ridge: RIDGE,
  iterations: SOLVER.maximumIterations,
  tolerance: SOLVER.gradientTolerance,
};

/**
 * Floating-point operations of I iterations by the cost model: I (M N (N + 4L) + N³/3) an expert, M its rows, L = 4 terms.
 */
export function modelledFlops(
  { columns: n }: ExpertsCase,
  solves: readonly { readonly rows: number; readonly iterations: number }[],
): number {
  return solves.reduce(
    (sum, { rows, iterations }) => sum + iterations * (rows * n * (n + 16) + n ** 3 / 3),
    0,
  );
}
