import { describe, expect, it } from 'vitest';
import {
  type ConstraintOptions,
  type ConstraintProblem,
  solveConstraint,
} from '../../../operators/hard-constraints/index.js';
import {
  burgersCollocation,
  burgersStepProblem,
  diffusionProblem,
  dot,
  norm,
  randomVector,
  smoothBasis,
  twoLaws,
} from './fixtures.js';

const tight: Partial<ConstraintOptions> = {
  solver: { maximumIterations: 200, gradientTolerance: 1e-13, polishSteps: 3 },
};

const N = 5;

interface Case {
  readonly name: string;
  readonly problem: ConstraintProblem;
  readonly options: Partial<ConstraintOptions>;
}

const collocation = burgersCollocation();
const step = burgersStepProblem(24);
const cases: readonly Case[] = [
  { name: 'pointwise, one expert', problem: collocation, options: {} },
  {
    name: 'pointwise, four independent experts',
    problem: collocation,
    options: { mode: 'independent', experts: [1, 4] },
  },
  { name: 'pointwise, four coupled experts', problem: collocation, options: { experts: [2, 2] } },
  {
    name: 'pointwise, overlapping independent experts',
    problem: collocation,
    options: { mode: 'independent', experts: 3, overlap: 0.6 },
  },
  {
    name: 'pointwise, overlapping coupled experts',
    problem: collocation,
    options: { experts: 3, overlap: 0.6 },
  },
  {
    name: 'pointwise, sampled rows and other weights',
    problem: collocation,
    options: { experts: [1, 2], samples: 15, seed: 5, weights: { initial: 1.7 } },
  },
  {
    name: 'pointwise, function-space ridge',
    problem: collocation,
    options: { experts: [1, 2], overlap: 0.5, ridge: { norm: 'function', weight: 0.3 } },
  },
  {
    name: 'pointwise, ridge of independent experts',
    problem: collocation,
    options: { mode: 'independent', experts: [1, 2], ridge: { norm: 'function', weight: 0.3 } },
  },
  {
    name: 'pointwise, ridge on coefficients',
    problem: collocation,
    options: { ridge: { norm: 'coefficients', weight: 0.2 } },
  },
  {
    name: 'pointwise, envelope',
    problem: burgersCollocation({ envelope: 'time' }),
    options: { experts: [1, 2], overlap: 0.3 },
  },
  {
    name: 'pointwise, envelope, independent',
    problem: burgersCollocation({ envelope: 'time' }),
    options: { mode: 'independent', experts: [1, 2] },
  },
  {
    name: 'pointwise, laws in the solve',
    problem: burgersCollocation({ laws: twoLaws(40) }),
    options: { laws: 'in-solve' },
  },
  {
    name: 'pointwise, laws across independent experts',
    problem: burgersCollocation({ laws: twoLaws(40) }),
    options: { mode: 'independent', experts: [1, 3], laws: 'in-solve' },
  },
  {
    name: 'pointwise, projected laws',
    problem: burgersCollocation({ laws: twoLaws(40) }),
    options: { experts: [1, 2], laws: 'projected' },
  },
  { name: 'stencil, one expert', problem: step, options: {} },
  { name: 'stencil, four coupled experts', problem: step, options: { experts: 4 } },
  {
    name: 'stencil, independent overlapping experts',
    problem: step,
    options: { mode: 'independent', experts: 2, overlap: 0.4 },
  },
  {
    name: 'stencil, laws in the solve',
    problem: burgersStepProblem(24, twoLaws(24)),
    options: { experts: 2, laws: 'in-solve', ridge: { norm: 'function', weight: 0.1 } },
  },
  { name: 'linear, least squares', problem: diffusionProblem(30), options: { experts: 3 } },
  {
    name: 'linear, independent',
    problem: diffusionProblem(30),
    options: { mode: 'independent', experts: 3 },
  },
  { name: 'Ritz, one expert', problem: diffusionProblem(30), options: { norm: 'ritz' } },
  {
    name: 'Ritz, coupled overlapping experts',
    problem: diffusionProblem(30),
    options: { norm: 'ritz', experts: 3, overlap: 0.5 },
  },
  {
    name: 'Ritz, laws in the solve',
    problem: diffusionProblem(30, twoLaws(30)),
    options: { norm: 'ritz', experts: 2, laws: 'in-solve' },
  },
];

/** Central difference of f along a direction of one of the inputs, every value from a full solve. */
function slope(f: (t: number) => number, epsilon: number): number {
  return (f(epsilon) - f(-epsilon)) / (2 * epsilon);
}

/** The same to fourth order, where only the value matters. */
const fineSlope = (f: (t: number) => number, epsilon = 1e-4): number =>
  (4 * slope(f, epsilon) - slope(f, 2 * epsilon)) / 3;

const along = (x: Float64Array, direction: Float64Array, t: number): Float64Array =>
  x.map((value, at) => value + t * direction[at]);

/** Some loss of u that is not quadratic, with its gradient. */
const loss = (u: Float64Array): number => u.reduce((sum, value, at) => sum + Math.sin(value + at), 0);
const lossGradient = (u: Float64Array): Float64Array => u.map((value, at) => Math.cos(value + at));

describe.each(cases)('gradient: $name', ({ problem, options }) => {
  const { points } = problem.residual;
  const all = { ...tight, ...options };
  const basis = smoothBasis(points, N, 3);
  const solution = solveConstraint(problem, basis, N, all);
  const cotangents = solution.adjoint(lossGradient(solution.field));
  const value = (other: ConstraintProblem, b = basis, more: Partial<ConstraintOptions> = {}): number =>
    loss(solveConstraint(other, b, N, { ...all, ...more }).field);

  it('converges to a stationary point', () => {
    for (const { status, gradientNorm } of solution.diagnostics) {
      expect(status).toBe('converged');
      expect(gradientNorm).toBeLessThan(1e-11);
    }
  });

  it('agrees with differences of full solves in the basis, to second order', () => {
    const direction = randomVector(basis.length, 4);
    const exact = dot(cotangents.basis, direction);
    const scale = norm(cotangents.basis) * norm(direction) * 0.05;
    const error = (epsilon: number): number =>
      Math.abs(slope((t) => value(problem, along(basis, direction, t)), epsilon) - exact) / scale;
    const errors = [2e-3, 2e-4, 2e-5, 5e-6].map(error);
    expect(Math.min(...errors)).toBeLessThan(1e-6);
    // ten times closer is a hundred times better, in the widest pair that is neither cubic terms nor round-off
    const falls = [errors[0] / errors[1], errors[1] / errors[2]];
    if (errors[0] > 1e-5) expect(Math.max(...falls)).toBeGreaterThan(80);
  });

  it('agrees with differences in the lifting', () => {
    const direction = randomVector(points, 5);
    const moved = (t: number) => value({ ...problem, lifting: along(problem.lifting!, direction, t) });
    expectClose(
      fineSlope(moved),
      dot(cotangents.lifting, direction),
      norm(cotangents.lifting) * norm(direction),
    );
  });

  it('agrees with differences in the data', () => {
    if (!cotangents.data) return;
    const direction = randomVector(problem.data!.length, 6);
    const moved = (t: number) => value({ ...problem, data: along(problem.data!, direction, t) });
    expectClose(fineSlope(moved), dot(cotangents.data, direction), norm(cotangents.data) * norm(direction));
  });

  it('agrees with differences in the weights and targets of rows', () => {
    const { residual } = problem;
    cotangents.groups?.forEach(({ weights, target }, group) => {
      const rows = residual.rows[group];
      const count = rows.points.length;
      const direction = randomVector(count, 7, 0.1);
      const own =
        typeof rows.weights === 'number' ? new Float64Array(count).fill(rows.weights) : rows.weights;
      const withRows = (change: object): ConstraintProblem =>
        ({
          ...problem,
          residual: {
            ...residual,
            rows: residual.rows.map((other, at) => (at === group ? { ...other, ...change } : other)),
          },
        }) as ConstraintProblem;
      expectClose(
        fineSlope((t) => value(withRows({ weights: along(own, direction, t) }))),
        dot(weights, direction),
        norm(weights) * norm(direction),
      );
      if (residual.kind === 'stencil') return;
      const aim = residual.rows[group].target!;
      expectClose(
        fineSlope((t) => value(withRows({ target: along(aim, direction, t) }))),
        dot(target, direction),
        norm(target) * norm(direction),
      );
    });
  });

  it('agrees with differences in the ridge and in the values of laws', () => {
    const { ridge } = all;
    if (ridge !== undefined && ridge !== 'none') {
      const moved = (t: number) => value(problem, basis, { ridge: { ...ridge, weight: ridge.weight + t } });
      expectClose(fineSlope(moved), cotangents.ridge, Math.abs(cotangents.ridge));
    }
    const { laws } = problem;
    if (!laws) return;
    const direction = Float64Array.of(1, -0.7);
    const moved = (t: number) =>
      value({ ...problem, laws: laws.map((law, at) => ({ ...law, value: law.value + t * direction[at] })) });
    expectClose(fineSlope(moved), dot(cotangents.laws, direction), norm(cotangents.laws));
  });

  it('gives the objective’s gradient without an adjoint solve', () => {
    const own = solution.objectiveGradient();
    const objective = (b: Float64Array, other = problem): number =>
      solveConstraint(other, b, N, all).objective;
    const direction = randomVector(basis.length, 8);
    expectClose(
      fineSlope((t) => objective(along(basis, direction, t))),
      dot(own.basis, direction),
      norm(own.basis) * norm(direction) + 1e-6 * Math.abs(solution.objective),
    );
    if (all.norm === 'ritz') return; // an energy counts from that of the lifting
    const shift = randomVector(points, 9);
    expectClose(
      fineSlope((t) => objective(basis, { ...problem, lifting: along(problem.lifting!, shift, t) })),
      dot(own.lifting, shift),
      norm(own.lifting) * norm(shift),
    );
  });

  it('does not change when basis fields are recombined', () => {
    if (all.ridge !== undefined && all.ridge !== 'none' && all.ridge.norm === 'coefficients') return;
    const product = new Float64Array(N * N);
    for (let point = 0; point < points; point++) {
      for (let i = 0; i < N; i++) {
        for (let j = 0; j < N; j++)
          product[i * N + j] += basis[point * N + i] * cotangents.basis[point * N + j];
      }
    }
    expect(norm(product) / (norm(basis) * norm(cotangents.basis))).toBeLessThan(1e-10);
  });
});

function expectClose(difference: number, exact: number, scale: number): void {
  expect(Math.abs(difference - exact) / (scale * 0.05 + 1e-3)).toBeLessThan(1e-6);
}
