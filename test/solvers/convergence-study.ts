import { gradients, solve } from '../../solvers/index.js';
import {
  ANISOTROPIC,
  type BoundaryKind,
  CONSTANT,
  CONTACT,
  type Manufactured,
  manufacturedProblem,
  PERIODIC,
  relativeErrors,
  VARIABLE,
} from './manufactured.js';
import type { MeshFamily } from './mesh-families.js';

export interface StudyCase {
  readonly name: string;
  readonly exact: Manufactured;
  readonly boundary: BoundaryKind;
}

/** What is measured on every family of meshes. */
export const STUDY_CASES: readonly StudyCase[] = [
  { name: 'Dirichlet', exact: CONSTANT, boundary: 'dirichlet' },
  { name: 'Neumann', exact: CONSTANT, boundary: 'neumann' },
  { name: 'Robin', exact: CONSTANT, boundary: 'robin' },
  { name: 'periodic', exact: PERIODIC, boundary: 'periodic' },
  { name: 'all Neumann', exact: CONSTANT, boundary: 'all neumann' },
  { name: 'variable κ, reaction', exact: VARIABLE, boundary: 'robin' },
  { name: 'anisotropic κ 10 : 1', exact: ANISOTROPIC, boundary: 'neumann' },
  { name: 'κ 1 | 5 with contact resistance', exact: CONTACT, boundary: 'dirichlet' },
];

export interface StudyPoint {
  readonly n: number;
  readonly cells: number;
  /** Relative L² error of u at the centroids */
  readonly solution: number;
  /** Relative L² error of ∇u */
  readonly gradient: number;
  readonly corrections: number;
}

/** Seeds of a family of random meshes; a single one scatters by a quarter about the mean. */
export const SEEDS = [5, 6, 7, 8] as const;

/**
 * Solves one case on meshes of n cells along a side to a residual of 1e-9. Errors are root mean squares over the seeds
 * where points are moved.
 */
export async function study(
  studied: StudyCase,
  family: MeshFamily,
  sizes: readonly number[],
  seeds: readonly number[] = SEEDS,
): Promise<StudyPoint[]> {
  const points: StudyPoint[] = [];
  for (const n of sizes) {
    const each: StudyPoint[] = [];
    for (const seed of family.random ? seeds : [0]) each.push(await solveOne(studied, family, n, seed));
    const rootMeanSquare = (values: number[]) =>
      Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    points.push({
      n,
      cells: each[0].cells,
      solution: rootMeanSquare(each.map(({ solution }) => solution)),
      gradient: rootMeanSquare(each.map(({ gradient }) => gradient)),
      corrections: Math.max(...each.map(({ corrections }) => corrections)),
    });
  }
  return points;
}

async function solveOne(
  { exact, boundary }: StudyCase,
  family: MeshFamily,
  n: number,
  seed: number,
): Promise<StudyPoint> {
  const mesh = family.mesh(n, seed);
  const problem = manufacturedProblem(mesh, exact, boundary);
  const answer = await solve(problem, { relativeTolerance: 1e-9, neumannImbalance: 'remove' });
  if (answer.status !== 'converged' || answer.nonOrthogonalCorrection % 1 !== 0) {
    throw new Error(`${family.name}, n = ${n}: ${answer.status}, ${answer.reason}`);
  }
  const slopes = gradients(problem, answer);
  const errors = relativeErrors(mesh, exact, answer.solution, slopes, boundary === 'all neumann');
  return { n, cells: mesh.cellCount, ...errors, corrections: answer.corrections };
}

/** Least-squares slope of −log error over log n. */
export function observedOrder(points: readonly { readonly n: number; readonly error: number }[]): number {
  const x = points.map(({ n }) => Math.log(n));
  const y = points.map(({ error }) => Math.log(error));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  let [top, bottom] = [0, 0];
  x.forEach((value, i) => {
    top -= (value - mx) * (y[i] - my);
    bottom += (value - mx) ** 2;
  });
  return top / bottom;
}
