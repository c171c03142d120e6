import { createRandom } from '../../../common/random.js';
import {
  type ConstraintProblem,
  IDENTITY,
  type LinearFieldOperator,
  type LinearLaw,
  type PointwiseFunction,
  type StencilResidual,
} from '../../../operators/hard-constraints/residual.js';

export function randomVector(length: number, seed: number, scale = 1): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length }, () => scale * random.normal());
}

export const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + value * b[i], 0);

export const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));

/** A matrix as an operator, given by its rows' entries. */
export function sparseOperator(
  points: number,
  entries: readonly (readonly [number, number, number])[],
): LinearFieldOperator {
  const product = (x: Float64Array, columns: number, from: 0 | 1): Float64Array => {
    const result = new Float64Array(points * columns);
    for (const entry of entries) {
      const [row, column] = from === 0 ? [entry[0], entry[1]] : [entry[1], entry[0]];
      for (let j = 0; j < columns; j++) result[row * columns + j] += entry[2] * x[column * columns + j];
    }
    return result;
  };
  return {
    apply: (x, columns) => product(x, columns, 0),
    applyTransposed: (x, columns) => product(x, columns, 1),
  };
}

/** Central differences with one-sided ends along one axis of a grid of two. */
export function difference(grid: readonly [number, number], axis: 0 | 1, order: 1 | 2): LinearFieldOperator {
  const [rows, columns] = grid;
  const h = 1 / (grid[axis] - 1);
  const stride = axis === 0 ? columns : 1;
  const entries: [number, number, number][] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const point = i * columns + j;
      const at = axis === 0 ? i : j;
      const last = grid[axis] - 1;
      if (order === 1) {
        const below = at === 0 ? point : point - stride;
        const above = at === last ? point : point + stride;
        const width = at === 0 || at === last ? h : 2 * h;
        entries.push([point, above, 1 / width], [point, below, -1 / width]);
      } else if (at > 0 && at < last) {
        entries.push(
          [point, point - stride, 1 / h ** 2],
          [point, point, -2 / h ** 2],
          [point, point + stride, 1 / h ** 2],
        );
      }
    }
  }
  return sparseOperator(rows * columns, entries);
}

/** u_t + u u_x − ν u_xx */
export const burgersFunction = (viscosity: number): PointwiseFunction => ({
  value: ([u, ut, ux, uxx], _points, out) => {
    for (let i = 0; i < out.length; i++) out[i] = ut[i] + u[i] * ux[i] - viscosity * uxx[i];
  },
  first: ([u, , ux], _points, [du, dut, dux, duxx]) => {
    for (let i = 0; i < u.length; i++) {
      du[i] = ux[i];
      dut[i] = 1;
      dux[i] = u[i];
      duxx[i] = -viscosity;
    }
  },
  pairs: [[0, 2]],
  second: (_v, _points, [mixed]) => mixed.fill(1),
});

/** u itself, for initial conditions. */
const valueFunction: PointwiseFunction = {
  value: ([u], _points, out) => out.set(u),
  first: (_v, _points, [du]) => du.fill(1),
  pairs: [],
  second: () => {},
};

export interface BurgersOptions {
  readonly grid?: readonly [number, number];
  readonly laws?: readonly LinearLaw[];
  readonly envelope?: 'time' | 'none';
}

/** Space–time Burgers with initial rows for every expert and random targets, far from being solved exactly. */
export function burgersCollocation({
  grid = [5, 8],
  laws,
  envelope = 'none',
}: BurgersOptions = {}): ConstraintProblem {
  const [times, cells] = grid;
  const points = times * cells;
  const all = Int32Array.from({ length: points }, (_, point) => point);
  const first = Int32Array.from({ length: cells }, (_, j) => j);
  return {
    residual: {
      kind: 'pointwise',
      points,
      linear: false,
      terms: {
        u: IDENTITY,
        u_t: difference(grid, 0, 1),
        u_x: difference(grid, 1, 1),
        u_xx: difference(grid, 1, 2),
      },
      rows: [
        {
          name: 'equation',
          points: all,
          weights: Float64Array.from(all, (point) => 0.1 + 0.01 * (point % 7)),
          scope: 'own',
          sampling: 'drawn',
          terms: ['u', 'u_t', 'u_x', 'u_xx'],
          g: burgersFunction(0.05),
          target: randomVector(points, 11, 0.5),
        },
        {
          name: 'initial',
          points: first,
          weights: 0.8,
          scope: 'every-expert',
          sampling: 'all',
          terms: ['u'],
          g: valueFunction,
          target: Float64Array.from(first, (j) => Math.sin((2 * Math.PI * j) / cells)),
        },
      ],
    },
    lifting: randomVector(points, 12, 0.3),
    measures: Float64Array.from(all, (point) => (1 + (point % 3)) / points),
    coordinates: Float64Array.from({ length: 2 * points }, (_, at) => {
      const point = Math.floor(at / 2);
      return at % 2 === 0 ? Math.floor(point / cells) / times : (point % cells) / cells;
    }),
    dimension: 2,
    grid,
    laws,
    envelope:
      envelope === 'time'
        ? sparseOperator(
            points,
            Array.from(all, (point) => [point, point, Math.floor(point / cells) / times] as const),
          )
        : undefined,
  };
}

/** One implicit step of viscous Burgers on a periodic line, R = (u − y)/Δt + θ f(u) + (1 − θ) f(y). */
export function burgersStep(
  cells: number,
  { theta = 1, viscosity = 0.02, step = 0.05 } = {},
): StencilResidual {
  const h = 1 / cells;
  const next = (i: number): number => (i + 1) % cells;
  const flux = (u: Float64Array): Float64Array => {
    const out = new Float64Array(cells);
    for (let i = 0; i < cells; i++) {
      const j = next(i);
      const value = (u[i] ** 2 + u[j] ** 2) / 4 - (viscosity * (u[j] - u[i])) / h;
      out[i] += value / h;
      out[j] -= value / h;
    }
    return out;
  };
  const fluxJvp = (u: Float64Array, du: Float64Array, columns: number): Float64Array => {
    const out = new Float64Array(cells * columns);
    for (let i = 0; i < cells; i++) {
      const j = next(i);
      for (let k = 0; k < columns; k++) {
        const a = du[i * columns + k];
        const b = du[j * columns + k];
        const value = (u[i] * a + u[j] * b) / 2 - (viscosity * (b - a)) / h;
        out[i * columns + k] += value / h;
        out[j * columns + k] -= value / h;
      }
    }
    return out;
  };
  const fluxVjp = (u: Float64Array, z: Float64Array): Float64Array => {
    const out = new Float64Array(cells);
    for (let i = 0; i < cells; i++) {
      const j = next(i);
      const bar = (z[i] - z[j]) / h;
      out[i] += (u[i] / 2 + viscosity / h) * bar;
      out[j] += (u[j] / 2 - viscosity / h) * bar;
    }
    return out;
  };
  const fluxHvp = (z: Float64Array, du: Float64Array, columns: number): Float64Array => {
    const out = new Float64Array(cells * columns);
    for (let i = 0; i < cells; i++) {
      const j = next(i);
      const bar = (z[i] - z[j]) / h;
      for (let k = 0; k < columns; k++) {
        out[i * columns + k] += (du[i * columns + k] * bar) / 2;
        out[j * columns + k] += (du[j * columns + k] * bar) / 2;
      }
    }
    return out;
  };
  const all = Int32Array.from({ length: cells }, (_, i) => i);
  return {
    kind: 'stencil',
    points: cells,
    equations: cells,
    linear: false,
    symmetric: false,
    rows: [
      {
        name: 'cells',
        points: all,
        equations: all,
        weights: Float64Array.from(all, (i) => 0.2 + 0.02 * (i % 5)),
        scope: 'own',
        sampling: 'drawn',
      },
    ],
    residual: (u, y) => {
      const [implicit, explicit] = [flux(u), flux(y)];
      return u.map((value, i) => (value - y[i]) / step + theta * implicit[i] + (1 - theta) * explicit[i]);
    },
    jvp: (u, _y, du, columns) => fluxJvp(u, du, columns).map((value, at) => du[at] / step + theta * value),
    vjp: (u, _y, z) => fluxVjp(u, z).map((value, i) => z[i] / step + theta * value),
    hvp: (_u, _y, z, du, columns) => fluxHvp(z, du, columns).map((value) => theta * value),
    dataVjp: (_u, y, z) => fluxVjp(y, z).map((value, i) => -z[i] / step + (1 - theta) * value),
  };
}

/** Burgers' step with a lifting and a state before it that the basis cannot answer exactly. */
export const burgersStepProblem = (cells: number, laws?: readonly LinearLaw[]): ConstraintProblem => ({
  residual: burgersStep(cells, { theta: 0.6 }),
  data: Float64Array.from({ length: cells }, (_, i) => 1 + Math.sin((2 * Math.PI * i) / cells)),
  lifting: randomVector(cells, 21, 0.2),
  coordinates: Float64Array.from({ length: cells }, (_, i) => i / cells),
  dimension: 1,
  grid: [cells],
  laws,
});

/** −(κ u′)′ = y with walls at both ends, as a symmetric linear residual with every cell weighted. */
export function diffusionProblem(cells: number, laws?: readonly LinearLaw[]): ConstraintProblem {
  const entries: [number, number, number][] = [];
  const face = (i: number): number => 1 + 0.5 * Math.sin(3 * i);
  for (let i = 0; i < cells; i++) {
    entries.push([i, i, face(i) + face(i + 1)]);
    if (i > 0) entries.push([i, i - 1, -face(i)]);
    if (i < cells - 1) entries.push([i, i + 1, -face(i + 1)]);
  }
  const matrix = sparseOperator(cells, entries);
  const all = Int32Array.from({ length: cells }, (_, i) => i);
  return {
    residual: {
      kind: 'stencil',
      points: cells,
      equations: cells,
      linear: true,
      symmetric: true,
      rows: [
        {
          name: 'cells',
          points: all,
          equations: all,
          weights: Float64Array.from(all, (i) => 0.5 + 0.1 * (i % 3)),
          scope: 'own',
          sampling: 'drawn',
        },
      ],
      residual: (u, y) => matrix.apply(u, 1).map((value, i) => value - y[i]),
      jvp: (_u, _y, du, columns) => matrix.apply(du, columns),
      vjp: (_u, _y, z) => matrix.applyTransposed(z, 1),
      hvp: () => {
        throw new Error('hvp of a linear residual');
      },
      dataVjp: (_u, _y, z) => z.map((value) => -value),
    },
    data: randomVector(cells, 31),
    lifting: randomVector(cells, 32, 0.2),
    coordinates: Float64Array.from({ length: cells }, (_, i) => i / cells),
    dimension: 1,
    grid: [cells],
    laws,
  };
}

/** Fixed total and a first moment. */
export function twoLaws(points: number): LinearLaw[] {
  const all = Int32Array.from({ length: points }, (_, i) => i);
  return [
    { points: all, coefficients: new Float64Array(points).fill(1 / points), value: 0.4 },
    {
      points: all.slice(0, points / 2),
      coefficients: Float64Array.from(all.slice(0, points / 2), (i) => i / points),
      value: -0.1,
    },
  ];
}

/** Smooth fields with a little noise, `[point][N]`. */
export function smoothBasis(points: number, columns: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const phases = Array.from({ length: columns }, () => [random.uniform(0.5, 5), random.uniform(0, 6)]);
  return Float64Array.from({ length: points * columns }, (_, at) => {
    const [frequency, phase] = phases[at % columns];
    return Math.sin((frequency * 2 * Math.floor(at / columns)) / points + phase) + 0.2 * random.normal();
  });
}
