import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../common/random.js';
import {
  type ConstraintOptions,
  type ConstraintProblem,
  IDENTITY,
  type PointwiseResidual,
  solveConstraint,
  UnsolvedConstraintError,
} from '../../../operators/hard-constraints/index.js';
import { drawWithoutReplacement } from '../../../operators/hard-constraints/row-selection.js';
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

const N = 5;
const tight: Partial<ConstraintOptions> = {
  solver: { maximumIterations: 200, gradientTolerance: 1e-13, polishSteps: 3 },
};

describe('solveConstraint', () => {
  it('finds a field that the basis can represent, with either Hessian’s gradient', () => {
    const problem = burgersCollocation();
    const { points } = problem.residual;
    const basis = smoothBasis(points, N, 3);
    const answer = problem.lifting!.slice();
    const omega = [0.3, -0.2, 0.5, 0.1, -0.4];
    for (let i = 0; i < points; i++) for (let j = 0; j < N; j++) answer[i] += basis[i * N + j] * omega[j];
    const solvable = solvedBy(problem, answer);
    const solution = solveConstraint(solvable, basis, N, tight);
    expect(solution.objective).toBeLessThan(1e-24);
    expect(distance(solution.coefficients[0], Float64Array.from(omega))).toBeLessThan(1e-10);
    const cotangent = randomVector(points, 1);
    const full = solution.adjoint(cotangent).basis;
    const shortcut = solveConstraint(solvable, basis, N, { ...tight, hessian: 'gauss-newton' }).adjoint(
      cotangent,
    ).basis;
    expect(distance(full, shortcut)).toBeLessThan(1e-8 * norm(full));
  });

  it('would be wrong by percents without the second derivatives where rows do not vanish', () => {
    const problem = burgersCollocation();
    const basis = smoothBasis(problem.residual.points, N, 3);
    const cotangent = randomVector(problem.residual.points, 1);
    const gradient = (hessian: 'full' | 'gauss-newton') =>
      solveConstraint(problem, basis, N, { ...tight, hessian }).adjoint(cotangent).basis;
    const full = gradient('full');
    expect(distance(full, gradient('gauss-newton'))).toBeGreaterThan(0.01 * norm(full));
  });

  it.each(['pointwise', 'stencil', 'linear'] as const)(
    'answers alike with one expert in any mode, to the bit: %s',
    (kind) => {
      const problem = {
        pointwise: burgersCollocation(),
        stencil: burgersStepProblem(24),
        linear: diffusionProblem(24),
      }[kind];
      const basis = smoothBasis(problem.residual.points, N, 6);
      const options = { samples: 18, seed: 4 };
      const [coupled, independent, blocks] = [
        solveConstraint(problem, basis, N, { ...options, mode: 'coupled' }),
        solveConstraint(problem, basis, N, { ...options, mode: 'independent' }),
        solveConstraint(problem, basis, N, {
          ...options,
          mode: 'independent',
          experts: problem.grid!.map(() => 1),
        }),
      ];
      expect(independent.field).toEqual(coupled.field);
      expect(blocks.field).toEqual(coupled.field);
      const cotangent = randomVector(problem.residual.points, 2);
      expect(independent.adjoint(cotangent).basis).toEqual(coupled.adjoint(cotangent).basis);
    },
  );

  it('gives the gradient of unrolled Gauss–Newton steps', () => {
    // finite differences of twenty undamped steps from zero, which is what a tape would differentiate
    const problem = burgersStepProblem(16);
    const columns = 3;
    const basis = smoothBasis(16, columns, 2);
    const representable = { ...problem, data: problem.data!.map((value) => 0.1 * value) };
    const solution = solveConstraint(representable, basis, columns, tight);
    const cotangent = randomVector(16, 3);
    const direction = randomVector(basis.length, 4);
    const unrolled = (t: number) =>
      dot(
        cotangent,
        gaussNewton(
          representable,
          basis.map((value, at) => value + t * direction[at]),
          columns,
          40,
        ),
      );
    const h = 1e-4;
    const slope = (8 * (unrolled(h) - unrolled(-h)) - (unrolled(2 * h) - unrolled(-2 * h))) / (12 * h);
    const exact = dot(solution.adjoint(cotangent).basis, direction);
    expect(Math.abs(slope - exact)).toBeLessThan(
      1e-6 * norm(solution.adjoint(cotangent).basis) * norm(direction),
    );
  });

  it('gives nearly the same answer and gradient for a basis in float32', () => {
    const problem = burgersCollocation();
    const basis = smoothBasis(problem.residual.points, N, 3);
    const cotangent = randomVector(problem.residual.points, 1);
    const [double, single] = [basis, Float32Array.from(basis)].map((b) =>
      solveConstraint(problem, b, N, tight),
    );
    expect(distance(double.field, single.field)).toBeLessThan(1e-5 * norm(double.field));
    const [exact, rounded] = [double, single].map((solution) => solution.adjoint(cotangent).basis);
    expect(distance(exact, rounded)).toBeLessThan(1e-4 * norm(exact));
  });

  it('never does worse with more coupled experts', () => {
    const problem = diffusionProblem(48);
    const basis = smoothBasis(48, N, 8);
    for (const norm of ['ritz', 'least-squares'] as const) {
      const objectives = [1, 2, 4, 8].map(
        (experts) => solveConstraint(problem, basis, N, { norm, experts }).objective,
      );
      for (let k = 1; k < 4; k++)
        expect(objectives[k]).toBeLessThanOrEqual(objectives[k - 1] * (1 - Math.sign(objectives[k]) * 1e-9));
    }
  });

  it('solves exactly what a linear system of all unknowns solves', () => {
    const problem = diffusionProblem(12);
    const identity = Float64Array.from({ length: 144 }, (_, at) => (at % 13 === 0 ? 1 : 0));
    for (const norm of ['ritz', 'least-squares'] as const) {
      const { field } = solveConstraint(problem, identity, 12, { norm });
      const { residual, data } = problem;
      if (residual.kind !== 'stencil') throw new Error('a stencil');
      for (const value of residual.residual(field, data!)) expect(Math.abs(value)).toBeLessThan(1e-11);
    }
  });

  it.each(['in-solve', 'projected'] as const)('obeys laws to machine precision: %s', (laws) => {
    for (const mode of ['independent', 'coupled'] as const) {
      const problem = burgersStepProblem(24, twoLaws(24));
      const { field } = solveConstraint(problem, smoothBasis(24, N, 6), N, { mode, experts: 3, laws });
      for (const { points, coefficients, value } of problem.laws!) {
        const sum = points.reduce((total, point, at) => total + coefficients[at] * field[point], 0);
        const size = points.reduce(
          (total, point, at) => total + Math.abs(coefficients[at] * field[point]),
          0,
        );
        expect(Math.abs(sum - value)).toBeLessThan(1e-15 * 10 * size);
      }
    }
  });

  it('is better under laws in the solve than after a projection', () => {
    const problem = diffusionProblem(24, twoLaws(24));
    const basis = smoothBasis(24, N, 6);
    const rows = (laws: 'in-solve' | 'projected') => {
      const { field } = solveConstraint(problem, basis, N, { laws, norm: 'ritz' });
      if (problem.residual.kind !== 'stencil') throw new Error('a stencil');
      const y = problem.data!;
      const residual = problem.residual.residual(field, y);
      return dot(field, residual) / 2 - dot(field, y) / 2;
    };
    expect(rows('in-solve')).toBeLessThan(rows('projected'));
  });
});

describe('solves without an answer, or with one under a reservation', () => {
  const problem = burgersCollocation();
  const { points } = problem.residual;
  const basis = smoothBasis(points, N, 3);

  it('leaves duplicate basis fields out, with finite gradients', () => {
    const doubled = basis.slice();
    for (let i = 0; i < points; i++) doubled[i * N + 4] = doubled[i * N + 1];
    for (const mode of ['independent', 'coupled'] as const) {
      const solution = solveConstraint(problem, doubled, N, { ...tight, mode, experts: [1, 2] });
      for (const { status, rank, unknowns, sentence } of solution.diagnostics) {
        expect(status).toBe('rank-deficient');
        expect(unknowns - rank).toBe(mode === 'coupled' ? 2 : 1);
        expect(sentence).toContain('combinations of others');
      }
      const gradient = solution.adjoint(randomVector(points, 1)).basis;
      expect(gradient.every(Number.isFinite)).toBe(true);
      const without = solveConstraint(problem, keepColumns(basis, 4), 4, { ...tight, mode, experts: [1, 2] });
      expect(distance(solution.field, without.field)).toBeLessThan(1e-6 * norm(without.field));
    }
  });

  it('says that more unknowns than rows are underdetermined', () => {
    const solution = solveConstraint(diffusionProblem(30), smoothBasis(30, N, 3), N, {
      mode: 'independent',
      experts: 3,
      samples: 3,
    });
    for (const { status, sentence } of solution.diagnostics) {
      expect(status).toBe('underdetermined');
      expect(sentence).toContain('5 unknowns have but 3 rows');
    }
    expect(solution.adjoint(randomVector(30, 1)).basis.every(Number.isFinite)).toBe(true);
  });

  it('gives an expert without rows no part', () => {
    const few = { ...diffusionProblem(6), grid: undefined };
    const options = { mode: 'independent', experts: 8, onFailure: 'continue' } as const;
    const solution = solveConstraint(few, smoothBasis(6, 1, 3), 1, options);
    expect(solution.diagnostics.filter(({ status }) => status === 'empty')).toHaveLength(2);
    expect(solution.field.every(Number.isFinite)).toBe(true);
    expect(() => solveConstraint(few, smoothBasis(6, 1, 3), 1, { ...options, onFailure: 'stop' })).toThrow(
      /2 of 8 solves.*empty.*fewer experts/,
    );
  });

  it('keeps what is not finite to the expert whose rows it reaches', () => {
    const broken = basis.slice();
    broken[7 * N] = Number.NaN; // last cell of the first time
    const options = { ...tight, mode: 'independent', experts: [1, 4], onFailure: 'continue' } as const;
    const own = { ...problem, residual: { ...(problem.residual as PointwiseResidual) } };
    own.residual.rows = own.residual.rows.map((group) => ({ ...group, scope: 'own' as const }));
    const solution = solveConstraint(own, broken, N, options);
    expect(solution.diagnostics.map(({ status }) => status)).toEqual([
      'converged',
      'converged',
      'converged',
      'not-finite',
    ]);
    expect(solution.field.every(Number.isFinite)).toBe(true);
    expect(solution.adjoint(randomVector(points, 1)).basis.every(Number.isFinite)).toBe(true);
    const stop = () => solveConstraint(own, broken, N, { ...options, onFailure: 'stop' });
    expect(stop).toThrow(UnsolvedConstraintError);
    expect(stop).toThrow(/1 of 4 solves have no answer; sample 0, experts 3: not-finite/);
  });

  it('names laws that no combination obeys', () => {
    const laws = [...twoLaws(points), { ...twoLaws(points)[0], value: 7 }];
    const contradictory = burgersCollocation({ laws });
    expect(() => solveConstraint(contradictory, basis, N, { laws: 'in-solve' })).toThrow(/infeasible/);
    expect(() => solveConstraint(contradictory, basis, N, { laws: 'projected' })).toThrow(/contradict/);
    const { diagnostics, field } = solveConstraint(contradictory, basis, N, {
      laws: 'in-solve',
      onFailure: 'continue',
    });
    expect(diagnostics[0].status).toBe('infeasible');
    expect(field).toEqual(contradictory.lifting);
  });

  it('takes a law twice for one', () => {
    const [law] = twoLaws(points);
    const once = solveConstraint(burgersCollocation({ laws: [law] }), basis, N, {
      ...tight,
      laws: 'in-solve',
    });
    const twice = solveConstraint(burgersCollocation({ laws: [law, law] }), basis, N, {
      ...tight,
      laws: 'in-solve',
    });
    expect(distance(once.field, twice.field)).toBeLessThan(1e-9 * norm(once.field));
    expect(twice.adjoint(randomVector(points, 1)).basis.every(Number.isFinite)).toBe(true);
  });

  it('reports the limit of iterations', () => {
    const [diagnostics] = solveConstraint(problem, basis, N, {
      solver: { maximumIterations: 2 },
    }).diagnostics;
    expect(diagnostics.status).toBe('maximum-iterations');
    expect(diagnostics.iterations).toBe(2);
  });

  it('ends where rows have a kink and no gradient vanishes', () => {
    const kinked: ConstraintProblem = {
      residual: {
        kind: 'pointwise',
        points: 3,
        linear: false,
        terms: { u: IDENTITY },
        rows: [
          {
            name: 'kink',
            points: Int32Array.of(0, 1, 2),
            weights: 1,
            scope: 'own',
            sampling: 'all',
            terms: ['u'],
            g: {
              value: ([u], _points, out) => out.set(u.map((value) => 1 + Math.abs(value))),
              first: ([u], _points, [du]) => du.set(u.map(Math.sign)),
              pairs: [],
              second: () => {},
            },
          },
        ],
      },
      coordinates: Float64Array.of(0, 1, 2),
      dimension: 1,
    };
    const { field, diagnostics } = solveConstraint(kinked, new Float64Array(3).fill(1), 1, { start: 0.7 });
    expect(diagnostics[0].status).toBe('stalled');
    expect(diagnostics[0].iterations).toBeLessThan(50);
    expect(Math.abs(field[0])).toBeLessThan(1e-3);
  });

  it.each<[Partial<ConstraintOptions>, RegExp]>([
    [{ norm: 'ritz' }, /stencil/],
    [{ norm: 'ritz', mode: 'independent', experts: 2 }, /couple the experts/],
    [{ experts: [2] }, /blocks need a grid/],
    [{ experts: 0 }, /positive integers/],
    [{ overlap: 2 }, /overlap/],
    [{ samples: 0 }, /samples/],
    [{ weights: { wall: 2 } }, /no rows 'wall'/],
    [{ ridge: { norm: 'function', weight: -1 } }, /positive weight/],
    [{ solver: { maximumIterations: 0 } }, /maximumIterations/],
  ])('refuses %o', (options, message) => {
    expect(() => solveConstraint(problem, basis, N, options)).toThrow(message);
  });

  it('refuses a basis of another size', () => {
    expect(() => solveConstraint(problem, basis.subarray(1), N)).toThrow(/40 points × 5 basis fields/);
  });
});

it('draws rows without replacement, each as likely as another', () => {
  const items = Int32Array.from({ length: 20 }, (_, i) => 3 * i);
  const random = createRandom(1);
  const counts = new Float64Array(20);
  for (let draw = 0; draw < 4000; draw++) {
    const drawn = drawWithoutReplacement(items, 5, random);
    expect(new Set(drawn).size).toBe(5);
    for (const item of drawn) counts[item / 3]++;
  }
  // 4,000 draws of probability 1/4: deviation 27
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(6 * 27);
});

function distance(a: Float64Array, b: Float64Array): number {
  return norm(a.map((value, at) => value - b[at]));
}

function keepColumns(basis: Float64Array, kept: number): Float64Array {
  return Float64Array.from(
    { length: (basis.length / N) * kept },
    (_, at) => basis[Math.floor(at / kept) * N + (at % kept)],
  );
}

/** The same equations with targets that a given field meets exactly. */
function solvedBy(problem: ConstraintProblem, field: Float64Array): ConstraintProblem {
  const residual = problem.residual as PointwiseResidual;
  const rows = residual.rows.map((group) => {
    const v = group.terms.map((name) => {
      const term = residual.terms[name].apply(field, 1);
      return Float64Array.from(group.points, (point) => term[point]);
    });
    const target = new Float64Array(group.points.length);
    group.g.value(v, group.points, target);
    return { ...group, target };
  });
  return { ...problem, residual: { ...residual, rows } };
}

/** Undamped Gauss–Newton steps from zero, by normal equations and elimination. */
function gaussNewton(
  { residual, data, lifting }: ConstraintProblem,
  basis: Float64Array,
  n: number,
  steps: number,
): Float64Array {
  if (residual.kind !== 'stencil') throw new Error('a stencil');
  const weights = residual.rows[0].weights as Float64Array;
  const omega = new Float64Array(n);
  const field = () =>
    lifting!.map((value, i) => omega.reduce((sum, w, j) => sum + w * basis[i * n + j], value));
  for (let step = 0; step < steps; step++) {
    const u = field();
    const r = residual.residual(u, data!);
    const image = residual.jvp(u, data!, basis, n);
    const system = Array.from({ length: n }, (_, a) => {
      const row = Array.from({ length: n }, (__, b) =>
        r.reduce((sum, _value, i) => sum + weights[i] ** 2 * image[i * n + a] * image[i * n + b], 0),
      );
      return [...row, -r.reduce((sum, value, i) => sum + weights[i] ** 2 * image[i * n + a] * value, 0)];
    });
    for (let k = 0; k < n; k++) {
      for (let i = 0; i < n; i++) {
        if (i === k) continue;
        const multiple = system[i][k] / system[k][k];
        for (let j = k; j <= n; j++) system[i][j] -= multiple * system[k][j];
      }
    }
    for (let j = 0; j < n; j++) omega[j] += system[j][n] / system[j][j];
  }
  return field();
}
