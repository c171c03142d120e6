import { describe, expect, it, test } from 'vitest';
import {
  type ConstraintProblem,
  residualNorms,
  solveConstraint,
} from '../../../operators/hard-constraints/index.js';
import {
  burgersImplicitStepConstraint,
  burgersSpaceTimeConstraint,
  diffusionSorptionConstraint,
  vorticityConstraint,
} from '../../../operators/hard-constraints/problems/index.js';
import type {
  LinearFieldOperator,
  PointwiseResidual,
  StencilResidual,
} from '../../../operators/hard-constraints/residual.js';
import {
  burgersSpectral,
  diffusionSorptionFiniteVolumes,
  PDEBENCH_MEDIUM,
  potentialFlow,
  retardation,
  vorticitySpectral,
} from '../../../solvers/index.js';
import { dot, norm, randomVector } from './fixtures.js';

const sorption = (options: Parameters<typeof diffusionSorptionConstraint>[0] = {}) =>
  diffusionSorptionConstraint({ cells: 7, frames: 5, interval: 40, ...options }).problem({
    initial: new Float64Array(7).fill(0.12),
  });
const smooth = (points: number) =>
  Float64Array.from({ length: points }, (_, i) => Math.sin((2 * Math.PI * i) / points) + 0.3);
const swirl = (points: number) =>
  Float64Array.from({ length: points * points }, (_, at) => {
    const [x, y] = [Math.floor(at / points), at % points].map((i) => (2 * Math.PI * i) / points);
    return Math.sin(x) * Math.cos(y) + 0.5 * Math.cos(2 * x + y);
  });

const problems: Record<string, ConstraintProblem> = {
  'diffusion–sorption, balances': sorption(),
  'diffusion–sorption, balances, Euler': sorption({ timeOrder: 1, ends: 'ghost' }),
  'diffusion–sorption, paper': sorption({ form: 'paper', initialRows: 'every-frame' }),
  'Burgers in space and time': burgersSpaceTimeConstraint({ points: 10, frames: 5 }).problem({
    initial: smooth(10),
  }),
  'Burgers, implicit step': burgersImplicitStepConstraint({ cells: 12, implicitness: 0.7 }).problem({
    before: smooth(12),
  }),
  vorticity: vorticityConstraint({ points: 6, frames: 4 }).problem({ initial: swirl(6) }),
  'vorticity, squared': vorticityConstraint({ points: 6, frames: 4, rows: 'squared' }).problem({
    initial: swirl(6),
  }),
};

/** A field near the lifting or, where there is none, near ½: all terms of all problems are smooth there. */
function fieldOf({ lifting, residual }: ConstraintProblem, seed: number): Float64Array {
  const around = lifting ?? new Float64Array(residual.points).fill(0.5);
  const noise = randomVector(residual.points, seed, 0.02);
  return around.map((value, i) => value + noise[i]);
}

const pointwiseOnes = Object.entries(problems).filter(([, { residual }]) => residual.kind === 'pointwise');

describe.each(pointwiseOnes)('%s', (_, problem) => {
  const residual = problem.residual as PointwiseResidual;
  const operators: Record<string, LinearFieldOperator> = {
    ...residual.terms,
    ...(problem.envelope ? { envelope: problem.envelope } : {}),
  };

  test.each(Object.keys(operators))('⟨D x, z⟩ = ⟨x, Dᵀ z⟩: %s', (name) => {
    const [x, z] = [randomVector(3 * residual.points, 1), randomVector(3 * residual.points, 2)];
    const image = operators[name].apply(x, 3);
    const back = operators[name].applyTransposed(z, 3);
    expect(Math.abs(dot(image, z) - dot(x, back))).toBeLessThan(1e-12 * norm(image) * norm(z));
    expect(norm(image)).toBeGreaterThan(0);
  });

  test.each(residual.rows.map(({ name }) => name))('derivatives of rows by differences: %s', (name) => {
    const rows = residual.rows.find((group) => group.name === name)!;
    const field = fieldOf(problem, 3);
    const v = rows.terms.map((term) => {
      const image = residual.terms[term].apply(field, 1);
      return Float64Array.from(rows.points, (point) => image[point]);
    });
    const count = rows.points.length;
    const arrays = (length: number) => Array.from({ length }, () => new Float64Array(count));
    const at = (shift: (l: number, row: number) => number) =>
      v.map((values, l) => values.map((value, row) => value + shift(l, row)));
    const first = arrays(v.length);
    rows.g.first(v, rows.points, first);
    const second = arrays(rows.g.pairs.length);
    if (rows.g.pairs.length > 0) rows.g.second(v, rows.points, second);
    for (let l = 0; l < v.length; l++) {
      const h = 1e-5 * Math.max(1e-3, norm(v[l]) / Math.sqrt(count));
      const [ahead, back] = [h, -h].map((step) => at((k) => (k === l ? step : 0)));
      const [up, down] = [new Float64Array(count), new Float64Array(count)];
      rows.g.value(ahead, rows.points, up);
      rows.g.value(back, rows.points, down);
      const difference = up.map((value, row) => (value - down[row]) / (2 * h));
      expect(norm(difference.map((value, row) => value - first[l][row]))).toBeLessThan(
        1e-5 * norm(first[l]) + 1e-9,
      );
      const [upFirst, downFirst] = [arrays(v.length), arrays(v.length)];
      rows.g.first(ahead, rows.points, upFirst);
      rows.g.first(back, rows.points, downFirst);
      for (let k = l; k < v.length; k++) {
        const pair = rows.g.pairs.findIndex(([a, b]) => a === l && b === k);
        const expected = pair < 0 ? new Float64Array(count) : second[pair];
        const slope = upFirst[k].map((value, row) => (value - downFirst[k][row]) / (2 * h));
        expect(norm(slope.map((value, row) => value - expected[row]))).toBeLessThanOrEqual(
          1e-4 * norm(expected) + 1e-8 * norm(first[k]),
        );
      }
    }
  });
});

describe('a stencil: Burgers, implicit step', () => {
  const { residual: any, data } = problems['Burgers, implicit step'];
  const residual = any as StencilResidual;
  const y = data!;
  const [u, du, z] = [randomVector(12, 4), randomVector(12, 5), randomVector(12, 6)];
  const h = 1e-6;
  const moved = (x: Float64Array, step: number, along: Float64Array) =>
    x.map((value, i) => value + step * along[i]);
  const difference = (f: (step: number) => Float64Array) => {
    const [ahead, back] = [f(h), f(-h)];
    return ahead.map((value, i) => (value - back[i]) / (2 * h));
  };
  const expectNear = (a: Float64Array, b: Float64Array) =>
    expect(norm(a.map((value, i) => value - b[i]))).toBeLessThan(1e-7 * norm(b));

  it('has the derivative that differences confirm, and its transpose, for columns side by side', () => {
    expectNear(
      difference((step) => residual.residual(moved(u, step, du), y)),
      residual.jvp(u, y, du, 1),
    );
    expect(Math.abs(dot(residual.jvp(u, y, du, 1), z) - dot(du, residual.vjp(u, y, z)))).toBeLessThan(1e-10);
    const two = Float64Array.from({ length: 24 }, (_, at) => (at % 2 === 0 ? du : z)[at >> 1]);
    const both = residual.jvp(u, y, two, 2);
    residual.jvp(u, y, z, 1).forEach((value, i) => {
      expect(both[2 * i + 1]).toBeCloseTo(value, 12);
    });
  });

  it('has second derivatives, and those by its data', () => {
    expectNear(
      difference((step) => residual.vjp(moved(u, step, du), y, z)),
      residual.hvp(u, y, z, du, 1),
    );
    const byData = difference((step) => residual.residual(u, moved(y, step, du)));
    expect(dot(byData, z)).toBeCloseTo(dot(residual.dataVjp!(u, y, z), du), 6);
  });
});

/** A basis in which every field is possible where the envelope lets it. */
const everything = (points: number) =>
  Float64Array.from({ length: points * points }, (_, at) => (at % (points + 1) === 0 ? 1 : 0));

describe('losses of whole fields', () => {
  test.each(Object.entries(problems))('%s: value and gradient', (_, problem) => {
    const field = fieldOf(problem, 11);
    const alone = { ...problem, lifting: field, envelope: undefined };
    const { objective } = solveConstraint(alone, new Float64Array(field.length), 1);
    const { norms, gradient } = residualNorms(problem, field);
    expect(Object.values(norms).reduce((sum, norm) => sum + norm * norm, 0) / 2).toBeCloseTo(objective, 10);
    const direction = randomVector(field.length, 12, 0.02);
    const at = (step: number) =>
      residualNorms(
        problem,
        field.map((value, i) => value + step * direction[i]),
      ).value;
    const slope = dot(gradient, direction);
    const h = 1e-4;
    expect(Math.abs((at(h) - at(-h)) / (2 * h) - slope)).toBeLessThan(1e-5 * Math.abs(slope));
  });
});

describe('with a full basis the discrete equations are solved', () => {
  it('diffusion–sorption: implicit Euler of PDEBench’s right-hand side, mass for inflow', () => {
    const [cells, frames, interval] = [7, 4, 20];
    const family = diffusionSorptionConstraint({ cells, frames, interval, timeOrder: 1, ends: 'ghost' });
    const problem = family.problem({ initial: new Float64Array(cells).fill(0.1) });
    // frame 0 belongs to the lifting, so that its basis fields have no part
    const points = frames * cells;
    const { field } = solveConstraint(problem, everything(points), points, {
      ridge: { norm: 'coefficients', weight: 1e-20 },
      solver: { maximumIterations: 200 },
    });
    const { factor, mass } = retardation();
    const { diffusivity } = PDEBENCH_MEDIUM;
    const width = 1 / cells;
    for (let frame = 1; frame < frames; frame++) {
      const now = field.subarray(frame * cells, (frame + 1) * cells);
      const before = field.subarray((frame - 1) * cells, frame * cells);
      let [gain, inflow] = [0, 0];
      now.forEach((value, i) => {
        const ghost = (diffusivity * (now[cells - 2] - now[cells - 1])) / width;
        const left = i === 0 ? 1 : now[i - 1];
        const right = i === cells - 1 ? ghost : now[i + 1];
        const flow = (diffusivity * (left - 2 * value + right)) / width ** 2;
        expect(Math.abs((mass(value) - mass(before[i])) / interval - flow)).toBeLessThan(1e-9);
        gain += mass(value) - mass(before[i]);
        inflow += interval * flow;
      });
      expect(Math.abs(gain - inflow)).toBeLessThan(1e-8);
    }
    expect([...field.subarray(0, cells)]).toEqual(Array(cells).fill(0.1));
    expect(factor(0.1)).toBeGreaterThan(1);
  });

  it('Burgers, chained implicit steps against the pseudo-spectral solver: first order in Δt', () => {
    const cells = 32;
    const viscosity = 0.05;
    const initial = smooth(cells);
    const reference = burgersSpectral({ points: 256, viscosity, underResolved: 'allow' }).step(
      smooth(256),
      0.1,
    );
    const error = (steps: number) => {
      const family = burgersImplicitStepConstraint({ cells, viscosity, interval: 0.1 / steps });
      let state: Float64Array = initial;
      for (let step = 0; step < steps; step++) {
        const solution = solveConstraint(family.problem({ before: state }), everything(cells), cells);
        expect(solution.objective).toBeLessThan(1e-20);
        state = solution.field;
      }
      const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
      expect(Math.abs(sum(state) - sum(initial))).toBeLessThan(1e-11);
      return norm(state.map((value, i) => value - reference[8 * i])) / norm(state);
    };
    const [coarse, fine] = [error(4), error(8)];
    expect(coarse).toBeLessThan(0.06);
    expect(coarse / fine).toBeGreaterThan(1.5);
  });
});

describe('the residual of exact solutions falls with the grid', () => {
  /** ‖ρ‖ of a field: that of the problem with nothing but the field as lifting. */
  const residualNorm = (problem: ConstraintProblem, field: Float64Array) => {
    const lifted = { ...problem, lifting: field, envelope: undefined };
    const { objective } = solveConstraint(lifted, new Float64Array(field.length), 1);
    return Math.sqrt(2 * objective);
  };

  it('Burgers in space and time, second order', () => {
    const viscosity = 0.1;
    const flow = potentialFlow(viscosity, [
      { amplitude: 0.3, wave: [1], phase: 0.3 },
      { amplitude: 0.1, wave: [2], phase: 1 },
    ]);
    const size = (points: number, frames: number) => {
      const length = 2 * Math.PI;
      const options = { points, frames, interval: 1 / (frames - 1), viscosity, length };
      const field = Float64Array.from(
        { length: frames * points },
        (_, at) => flow([((at % points) * length) / points], Math.floor(at / points) / (frames - 1))[0],
      );
      const problem = burgersSpaceTimeConstraint(options).problem({ initial: field.subarray(0, points) });
      return residualNorm(problem, field);
    };
    expect(Math.log2(size(16, 11) / size(32, 21))).toBeGreaterThan(1.8);
    expect(size(32, 21)).toBeLessThan(0.01);
  });

  it('vorticity: a shell of Taylor and Green’s kind, second order in time', () => {
    const [points, viscosity] = [12, 0.01];
    const family = (frames: number) =>
      vorticityConstraint({ points, frames, interval: 1 / (frames - 1), viscosity });
    const size = (frames: number) => {
      const start = Float64Array.from({ length: points * points }, (_, at) => {
        const [x, y] = [Math.floor(at / points), at % points].map((i) => (2 * Math.PI * i) / points);
        return 2 * Math.sin(x) * Math.cos(y) + Math.cos(x + y);
      });
      const decay = (frame: number) => Math.exp((-viscosity * 8 * Math.PI ** 2 * frame) / (frames - 1));
      const field = Float64Array.from(
        { length: frames * start.length },
        (_, at) => decay(Math.floor(at / start.length)) * start[at % start.length],
      );
      return residualNorm(family(frames).problem({ initial: start }), field);
    };
    expect(Math.log2(size(9) / size(17))).toBeGreaterThan(1.8);
    expect(size(17)).toBeLessThan(0.01);
  });

  it('vorticity: the solver’s answer, second order in time', () => {
    const [points, viscosity] = [16, 0.02];
    const solver = vorticitySpectral({ points, viscosity, underResolved: 'allow' });
    const size = (frames: number) => {
      const interval = 0.5 / (frames - 1);
      const field = solver.rollout(swirl(points), { frames, interval });
      const problem = vorticityConstraint({ points, frames, interval, viscosity }).problem({
        initial: field.subarray(0, points * points),
      });
      return residualNorm(problem, field);
    };
    expect(Math.log2(size(6) / size(11))).toBeGreaterThan(1.8);
  });

  it('diffusion–sorption in balances: the solver’s answer, of the order in time', () => {
    const cells = 16;
    const solver = diffusionSorptionFiniteVolumes({ cells, ends: 'face', tolerance: 1e-10 });
    const start = solver.rollout(new Float64Array(cells).fill(0.1), { frames: 2, interval: 100 }).values;
    const initial = start.subarray(cells);
    const size = (frames: number, timeOrder: 1 | 2) => {
      const interval = 40 / (frames - 1);
      const field = solver.rollout(initial, { frames, interval }).values;
      const family = diffusionSorptionConstraint({ cells, frames, interval, timeOrder });
      // beyond the first step, which is of first order
      const problem = family.problem({ initial });
      const { residual } = problem as { residual: PointwiseResidual };
      const rows = residual.rows.map((group) => ({
        ...group,
        points: group.points.filter((point) => point >= 2 * cells),
      }));
      return residualNorm({ ...problem, residual: { ...residual, rows } }, field);
    };
    expect(Math.log2(size(9, 1) / size(17, 1))).toBeCloseTo(1, 0);
    expect(Math.log2(size(9, 2) / size(17, 2))).toBeGreaterThan(1.7);
  });

  it('diffusion–sorption in the paper’s form: inner rows are the equation’s, second order', () => {
    const { factor } = retardation();
    const worst = (cells: number, frames: number) => {
      const [interval, rate] = [100 / (frames - 1), 0.02];
      const { residual } = diffusionSorptionConstraint({ cells, frames, interval, form: 'paper' }).problem({
        initial: new Float64Array(cells).fill(1),
      });
      const { terms, rows } = residual as PointwiseResidual;
      const place = (point: number) => ({
        x: ((point % cells) + 0.5) / cells,
        decay: Math.exp(-rate * Math.floor(point / cells) * interval),
      });
      const field = Float64Array.from({ length: frames * cells }, (_, point) => {
        const { x, decay } = place(point);
        return 0.5 + 0.2 * Math.cos(3 * x) * decay;
      });
      const v = rows[0].terms.map((name) => terms[name].apply(field, 1));
      const values = new Float64Array(field.length);
      rows[0].g.value(v, rows[0].points, values);
      return values.reduce((most, value, point) => {
        const [frame, cell] = [Math.floor(point / cells), point % cells];
        if (frame === 0 || frame === frames - 1 || cell < 2 || cell > cells - 3) return most;
        const { x, decay } = place(point);
        const wave = 0.2 * Math.cos(3 * x) * decay;
        const exact = -rate * wave + (5e-4 / factor(field[point])) * 9 * wave;
        return Math.max(most, Math.abs(value - exact));
      }, 0);
    };
    expect(Math.log2(worst(32, 17) / worst(64, 33))).toBeGreaterThan(1.7);
  });
});

describe('gradients through the solve', () => {
  const tight = { solver: { maximumIterations: 300, gradientTolerance: 1e-13, polishSteps: 3 } };
  const cases = Object.entries(problems).flatMap(([name, problem]) =>
    (['coupled', 'independent'] as const).map((mode) => ({ name: `${name}, ${mode}`, problem, mode })),
  );

  test.each(cases.filter(({ name }) => !name.startsWith('vorticity, squared')))(
    '$name',
    ({ problem, mode }) => {
      const { points } = problem.residual;
      const columns = 3;
      const basis = randomVector(points * columns, 8, 0.3).map((value, at) =>
        at % columns === 0 ? 0.3 + 0.1 * value : value,
      );
      const options = { ...tight, mode, experts: 2, start: problem.lifting ? 0 : 0.5 } as const;
      const cotangent = randomVector(points, 9);
      const direction = randomVector(points * columns, 10, 0.1);
      const loss = (step: number) =>
        dot(
          solveConstraint(
            problem,
            basis.map((value, at) => value + step * direction[at]),
            columns,
            options,
          ).field,
          cotangent,
        );
      const solution = solveConstraint(problem, basis, columns, options);
      const slope = dot(solution.adjoint(cotangent).basis, direction);
      const h = 1e-4;
      const difference = (8 * (loss(h) - loss(-h)) - (loss(2 * h) - loss(-2 * h))) / (12 * h);
      expect(Math.abs(difference - slope)).toBeLessThan(2e-6 * Math.abs(slope) + 1e-8);
    },
  );
});

it('diffusion–sorption: with an untrained basis, balances find the solution where rows of weight 1 do not', () => {
  const [cells, frames, interval, columns] = [32, 26, 20, 16];
  const points = cells * frames;
  const draws = randomVector(3 * columns, 30);
  const basis = Float64Array.from({ length: points * columns }, (_, at) => {
    const [point, j] = [Math.floor(at / columns), at % columns];
    const [x, t] = [((point % cells) + 0.5) / cells, Math.floor(point / cells) / (frames - 1)];
    return Math.tanh(4 * draws[3 * j] * x + 3 * draws[3 * j + 1] * t + 2 * draws[3 * j + 2]);
  });
  const initial = new Float64Array(cells).fill(0.1);
  const solver = diffusionSorptionFiniteVolumes({ cells, ends: 'face' });
  const reference = solver.rollout(initial, { frames, interval }).values;
  const error = (form: 'balances' | 'paper') => {
    const problem = diffusionSorptionConstraint({ cells, frames, interval, form }).problem({ initial });
    const { field } = solveConstraint(problem, basis, columns, {
      start: form === 'paper' ? 1 : 0,
      onFailure: 'continue',
      ridge: { norm: 'coefficients', weight: 1e-8 },
    });
    return norm(field.map((value, i) => value - reference[i])) / norm(reference);
  };
  expect(error('balances')).toBeLessThan(0.2);
  expect(error('paper')).toBeGreaterThan(2 * error('balances'));
});

it('rows of later frames can be left out, and nothing of them reaches those that stay', () => {
  for (const form of ['balances', 'paper'] as const) {
    const problem = sorption({ form, constrainedFrames: 3 });
    const field = fieldOf({ ...problem, lifting: new Float64Array(35).fill(0.5) }, 20);
    const later = field.map((value, point) => (point < 3 * 7 ? value : value + 0.1));
    expect(residualNorms(problem, later)).toEqual(residualNorms(problem, field));
    const early = field.map((value, point) => (point < 2 * 7 ? value : value + 0.1));
    expect(residualNorms(problem, early).value).not.toBe(residualNorms(problem, field).value);
  }
});

it('samples and options that do not fit are refused', () => {
  const wrong = new Float64Array(3);
  expect(() => diffusionSorptionConstraint().problem({ initial: wrong })).toThrow(
    '128 initial concentrations',
  );
  expect(() => burgersSpaceTimeConstraint().problem({ initial: wrong })).toThrow('128 initial values');
  expect(() => burgersImplicitStepConstraint().problem({ before: wrong })).toThrow('128 cell means');
  expect(() => vorticityConstraint().problem({ initial: wrong })).toThrow('64 × 64');
  expect(() => diffusionSorptionConstraint({ frames: 1 })).toThrow('frames');
  expect(() => diffusionSorptionConstraint({ timeOrder: 3 as 2 })).toThrow('timeOrder');
  expect(() => diffusionSorptionConstraint({ constrainedFrames: 52 })).toThrow('from 2 to 51');
  expect(() => burgersImplicitStepConstraint({ implicitness: 0.2 })).toThrow('implicitness');
});
