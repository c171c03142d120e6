import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { createRandom } from '../../common/random.js';
import type { Mesh } from '../../geometry/mesh.js';
import { solve, solveTransient, type TransientOptions, type TransientProblem } from '../../solvers/index.js';
import { observedOrder } from './convergence-study.js';
import { structuredMesh } from './structured-mesh.js';

const insulated = { type: 'neumann', flux: 0 } as const;

/** A bar along x; `ends` are its left and right conditions. */
function bar(columns: number, length = 1): Mesh {
  return structuredMesh({ columns, rows: 1, width: length, height: length / columns });
}

function alongX(mesh: Mesh, exact: (x: number) => number): Float64Array {
  return Float64Array.from({ length: mesh.cellCount }, (_, cell) => exact(mesh.cellCentroids[2 * cell]));
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

const lastOf = <T>(values: readonly T[]): T => values[values.length - 1];

/** cos(πx) between insulated ends is an eigenvector of the finite volumes too: any error is one of the time steps. */
function decayingMode(columns: number) {
  const mesh = bar(columns);
  const rate = (2 / (1 / columns) ** 2) * (1 - Math.cos(Math.PI / columns)) * (3 / 2);
  const problem: TransientProblem = {
    mesh,
    heatCapacity: 2,
    conductivity: 3,
    source: 0,
    boundaryConditions: { left: insulated, right: insulated, bottom: insulated, top: insulated },
    initial: ([x]) => Math.cos(Math.PI * x),
  };
  const exact = (time: number) => alongX(mesh, (x) => Math.cos(Math.PI * x) * Math.exp(-rate * time));
  return { problem, exact };
}

describe('order in time', () => {
  it.each([
    ['tr-bdf2', 2],
    ['backward-euler', 1],
  ] as const)('of %s is %d, at kept times too', async (method, order) => {
    const { problem, exact } = decayingMode(20);
    const [end, between] = [0.2, 0.13];
    const errors = {
      end: [] as { n: number; error: number }[],
      between: [] as { n: number; error: number }[],
    };
    for (const n of [8, 16, 32, 64]) {
      const options: TransientOptions = {
        end,
        timeStep: end / n,
        method,
        times: [between, end],
        relativeTolerance: 1e-12,
      };
      const { frames, steps, status } = await solveTransient(problem, options);
      expect(status).toBe('completed');
      expect(steps).toHaveLength(n);
      errors.end.push({ n, error: largestDifference(frames[1], exact(end)) });
      errors.between.push({ n, error: largestDifference(frames[0], exact(between)) });
    }
    expect(Math.abs(observedOrder(errors.end) - order)).toBeLessThan(0.15);
    expect(observedOrder(errors.between)).toBeGreaterThan(order - 0.35);
  });

  it('is 2 in space and time together, with sources, temperatures, κ and coefficients that change', async () => {
    // u = (1 + x²)(1 + sin t)/2, κ = 1 + t/2, right end convective with h = 2 + t
    const value = (x: number, t: number) => ((1 + x * x) * (1 + Math.sin(t))) / 2;
    const points: { n: number; error: number }[] = [];
    for (const n of [8, 16, 32]) {
      const mesh = structuredMesh({
        columns: n,
        rows: n,
        shape: 'triangles',
        jitter: 0.2,
        random: jitter(n),
      });
      const problem: TransientProblem = {
        mesh,
        heatCapacity: ([x]) => 1 + x,
        conductivity: { at: (t) => 1 + t / 2 },
        source: {
          at:
            (t) =>
            ([x]) =>
              ((1 + x) * (1 + x * x) * Math.cos(t)) / 2 - (1 + t / 2) * (1 + Math.sin(t)),
        },
        boundaryConditions: {
          at: (t) => {
            const flux = (1 + t / 2) * (1 + Math.sin(t));
            return {
              left: { type: 'dirichlet', value: value(0, t) },
              right: { type: 'robin', coefficient: 2 + t, ambient: value(1, t) + flux / (2 + t) },
              bottom: insulated,
              top: { type: 'dirichlet', value: ([x]) => value(x, t) },
            };
          },
        },
        initial: ([x]) => value(x, 0),
      };
      const { frames } = await solveTransient(problem, { end: 1, timeStep: 1 / n, times: [1] });
      const error = largestDifference(
        frames[0],
        alongX(mesh, (x) => value(x, 1)),
      );
      points.push({ n, error });
    }
    expect(observedOrder(points)).toBeGreaterThan(1.7);
  });
});

function jitter(seed: number): () => number {
  const random = createRandom(seed);
  return () => 2 * random.uniform() - 1;
}

describe('exact solutions', () => {
  it('a slab that loses heat by convection follows the Biot series', async () => {
    // insulated at x = 0, h at x = L: θ = Σ C_n exp(−ζ_n² Fo) cos(ζ_n x/L), ζ tan ζ = Bi
    const [kappa, capacity, length, h] = [2, 5e3, 0.1, 30];
    const biot = (h * length) / kappa;
    const theta = (x: number, time: number) => {
      let sum = 0;
      for (let n = 0; n < 12; n++) {
        let [low, high] = [n * Math.PI, n * Math.PI + Math.PI / 2 - 1e-12];
        for (let k = 0; k < 80; k++) {
          const middle = (low + high) / 2;
          if (middle * Math.tan(middle) < biot) low = middle;
          else high = middle;
        }
        const c = (4 * Math.sin(low)) / (2 * low + Math.sin(2 * low));
        sum +=
          c *
          Math.exp((-(low ** 2) * kappa * time) / (capacity * length ** 2)) *
          Math.cos((low * x) / length);
      }
      return sum;
    };
    const mesh = bar(100, length);
    const { frames, heat } = await solveTransient(
      {
        mesh,
        heatCapacity: capacity,
        conductivity: kappa,
        source: 0,
        boundaryConditions: {
          left: insulated,
          right: { type: 'robin', coefficient: h, ambient: 20 },
          bottom: insulated,
          top: insulated,
        },
        initial: 120,
      },
      { end: 20, times: [5, 10, 20], tolerance: 0.01 },
    );
    [5, 10, 20].forEach((time, i) => {
      expect(
        largestDifference(
          frames[i],
          alongX(mesh, (x) => 20 + 100 * theta(x, time)),
        ),
      ).toBeLessThan(0.05);
    });
    expect(heat.stored).toBeLessThan(0);
    expect(heat.relativeImbalance).toBeLessThan(1e-10);
  });

  it('a suddenly heated face follows the complementary error function', async () => {
    const mesh = bar(400);
    const { frames, steps } = await solveTransient(
      {
        mesh,
        heatCapacity: 1,
        source: 0,
        boundaryConditions: {
          left: { type: 'dirichlet', value: 1 },
          right: insulated,
          bottom: insulated,
          top: insulated,
        },
        initial: 0,
      },
      { end: 0.01, times: [0.0025, 0.01] },
    );
    [0.0025, 0.01].forEach((time, i) => {
      const exact = alongX(mesh, (x) => complementaryError(x / (2 * Math.sqrt(time))));
      expect(largestDifference(frames[i], exact)).toBeLessThan(2e-3);
    });
    // steps grow as the front slows down
    expect(lastOf(steps).timeStep).toBeGreaterThan(5 * steps[0].timeStep);
  });

  it('ends at the steady state, in few steps however stiff', async () => {
    const mesh = structuredMesh({
      columns: 12,
      rows: 12,
      shape: 'triangles',
      jitter: 0.3,
      random: jitter(4),
    });
    const steady = {
      mesh,
      source: ([x]: readonly number[]) => 10 * x,
      boundaryConditions: {
        left: { type: 'dirichlet', value: 1 },
        right: { type: 'robin', coefficient: 3, ambient: -2 },
        bottom: { type: 'neumann', flux: 1 },
        top: insulated,
      },
    } as const;
    const { solution } = await solve(steady, { relativeTolerance: 1e-12 });
    const { frames, steps } = await solveTransient(
      { ...steady, heatCapacity: 1e-6, initial: 100 },
      { end: 1e3, times: [1e3] },
    );
    expect(largestDifference(frames[0], solution)).toBeLessThan(1e-6);
    expect(steps.length).toBeLessThan(60);
  });

  it('keeps the maximum principle with backward Euler and inconsistent data, where TR-BDF2 may not', async () => {
    const mesh = bar(50);
    const { frames } = await solveTransient(
      {
        mesh,
        heatCapacity: 1,
        source: 0,
        boundaryConditions: {
          left: { type: 'dirichlet', value: 1 },
          right: { type: 'dirichlet', value: 0 },
          bottom: insulated,
          top: insulated,
        },
        initial: 0,
      },
      { end: 1, timeStep: 0.05, method: 'backward-euler' },
    );
    for (const field of frames) {
      expect(Math.min(...field)).toBeGreaterThanOrEqual(-1e-9);
      expect(Math.max(...field)).toBeLessThanOrEqual(1 + 1e-9);
    }
  });
});

/** erfc by its integral, Simpson's rule. */
function complementaryError(x: number): number {
  const [n, end] = [400, 6];
  if (x >= end) return 0;
  let sum = 0;
  for (let i = 0; i <= n; i++) {
    const s = x + ((end - x) * i) / n;
    sum += (i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(-s * s);
  }
  return ((2 / Math.sqrt(Math.PI)) * sum * (end - x)) / (3 * n);
}

describe('error control', () => {
  it('brings the error down with the tolerance', async () => {
    const { problem, exact } = decayingMode(30);
    const errors: number[] = [];
    for (const tolerance of [1e-2, 1e-3, 1e-4, 1e-5]) {
      const { frames } = await solveTransient(problem, {
        end: 0.3,
        times: [0.3],
        tolerance,
        relativeTolerance: 1e-10,
      });
      errors.push(largestDifference(frames[0], exact(0.3)));
    }
    for (const [i, error] of errors.entries()) expect(error).toBeLessThan(10 * 10 ** -(i + 2));
    expect(errors[3]).toBeLessThan(errors[1] / 5);
  });

  it('shortens the step where the source switches on', async () => {
    const mesh = bar(10);
    const { steps, frames } = await solveTransient(
      {
        mesh,
        heatCapacity: 1,
        source: { at: (time) => (time < 0.5 ? 0 : 10) },
        boundaryConditions: { left: insulated, right: insulated, bottom: insulated, top: insulated },
        initial: 0,
      },
      { end: 1, times: [1], tolerance: 1e-3 },
    );
    // uniform heating from 0.5 s on: 5 K
    expect(Math.abs(frames[0][3] - 5)).toBeLessThan(0.02);
    const near = steps.filter(({ time }) => time > 0.45 && time < 0.55).map(({ timeStep }) => timeStep);
    expect(Math.min(...near)).toBeLessThan(0.1 * Math.max(...steps.map(({ timeStep }) => timeStep)));
  });
});

describe('heat', () => {
  it('is conserved to round-off on jittered triangles, with sources, convection and consumption', async () => {
    const mesh = structuredMesh({
      columns: 10,
      rows: 10,
      shape: 'triangles',
      jitter: 0.3,
      random: jitter(9),
    });
    const problem: TransientProblem = {
      mesh,
      heatCapacity: ([x, y]) => 1 + x + y,
      conductivity: ([x]) => (x < 0.5 ? 1 : 20),
      reaction: 0.5,
      source: ([x, y]) => 5 * x - y,
      boundaryConditions: {
        left: { type: 'dirichlet', value: ([, y]) => y },
        right: { type: 'robin', coefficient: 4, ambient: 3 },
        bottom: { type: 'neumann', flux: -1 },
        top: insulated,
      },
      initial: ([x]) => x,
    };
    const { heat, frames } = await solveTransient(problem, { end: 0.5, times: [0, 0.5] });
    expect(heat.relativeImbalance).toBeLessThan(1e-10);
    const energy = (field: Float64Array) =>
      field.reduce((sum, value, cell) => {
        const [x, y] = mesh.cellCentroids.subarray(2 * cell, 2 * cell + 2);
        return sum + (1 + x + y) * mesh.cellVolumes[cell] * value;
      }, 0);
    expect(Math.abs(heat.stored - (energy(frames[1]) - energy(frames[0])))).toBeLessThan(1e-12);
  });
});

describe('κ that depends on the temperature', () => {
  // κ = 1 + T between fixed 0 and 1: T + T²/2 is linear in x
  const law = { of: (temperature: number) => 1 + temperature };
  const ends = {
    left: { type: 'dirichlet', value: 0 },
    right: { type: 'dirichlet', value: 1 },
    bottom: insulated,
    top: insulated,
  } as const;

  it("ends at Kirchhoff's solution, with second order", async () => {
    const points: { n: number; error: number }[] = [];
    for (const n of [10, 20, 40]) {
      const mesh = bar(n);
      const { frames, status } = await solveTransient(
        { mesh, heatCapacity: 1, conductivity: law, source: 0, boundaryConditions: ends, initial: 0 },
        { end: 100, times: [100] },
      );
      expect(status).toBe('completed');
      points.push({
        n,
        error: largestDifference(
          frames[0],
          alongX(mesh, (x) => -1 + Math.sqrt(1 + 3 * x)),
        ),
      });
    }
    expect(observedOrder(points)).toBeGreaterThan(1.8);
  });

  it('is of second order in space and time on a manufactured solution', async () => {
    // u = x (1 − x)(1 + t): ∂u/∂t − ((1 + u) u')' = q
    const value = (x: number, t: number) => x * (1 - x) * (1 + t);
    const points: { n: number; error: number }[] = [];
    for (const n of [10, 20, 40]) {
      const mesh = bar(n);
      const { frames, heat } = await solveTransient(
        {
          mesh,
          heatCapacity: 1,
          conductivity: law,
          source: {
            at:
              (t) =>
              ([x]) =>
                x * (1 - x) - (1 + t) ** 2 * (1 - 2 * x) ** 2 + 2 * (1 + t) * (1 + value(x, t)),
          },
          boundaryConditions: { ...ends, right: ends.left },
          initial: ([x]) => value(x, 0),
        },
        { end: 1, timeStep: 1 / n, times: [1] },
      );
      expect(heat.relativeImbalance).toBeLessThan(1e-6);
      const exact = alongX(mesh, (x) => value(x, 1));
      const error = Math.hypot(...frames[0].map((u, cell) => u - exact[cell])) / Math.sqrt(n);
      points.push({ n, error });
    }
    expect(observedOrder(points)).toBeGreaterThan(1.8);
  });

  it('says which temperature the law refuses', async () => {
    const { conductivity, ...rest } = {
      conductivity: { of: (temperature: number) => 1 - temperature },
      mesh: bar(10),
      heatCapacity: 1,
      source: 0,
      boundaryConditions: ends,
      initial: 2,
    };
    await expect(solveTransient({ ...rest, conductivity }, { end: 1 })).rejects.toThrow(
      /positive conductivity, conductivity.of\(2\) is -1 in cell 0/,
    );
  });
});

describe('requests', () => {
  const { problem } = decayingMode(5);

  it.each([
    [{ end: 0 }, /end after the start/],
    [{ end: 1, times: [0.5, 0.2] }, /ascending times/],
    [{ end: 1, times: [2] }, /times\[0\] = 2/],
    [{ end: 1, timeStep: -1 }, /timeStep > 0/],
    [{ end: 1, method: 'backward-euler' }, /timeStep, since backward Euler/],
    [{ end: 1, method: 'euler' as never }, /one of tr-bdf2, backward-euler/],
  ] as [TransientOptions, RegExp][])('that make no sense are refused: %j', async (options, sentence) => {
    await expect(solveTransient(problem, options)).rejects.toThrow(sentence);
    await expect(solveTransient(problem, options)).rejects.toThrow(InvalidInputError);
  });

  it('heat capacities must be positive', async () => {
    await expect(solveTransient({ ...problem, heatCapacity: 0 }, { end: 1 })).rejects.toThrow(
      /heatCapacity\[0\] is 0/,
    );
  });

  it('can be stopped; frames so far are kept', async () => {
    const controller = new AbortController();
    const kept: number[] = [];
    const solution = await solveTransient(problem, {
      end: 1,
      signal: controller.signal,
      onFrame: (time) => {
        kept.push(time);
        if (time >= 0.2) controller.abort();
      },
    });
    expect(solution.status).toBe('aborted');
    expect(solution.times).toEqual(kept);
    expect(lastOf(solution.times)).toBeLessThan(0.9);
  });

  it('by default keep the start, the end and equal steps between', async () => {
    const { times, frames } = await solveTransient(problem, { end: 2 });
    expect(times).toHaveLength(21);
    expect(times[0]).toBe(0);
    expect(lastOf(times)).toBe(2);
    expect(frames[0]).toEqual(alongX(problem.mesh, (x) => Math.cos(Math.PI * x)));
  });

  it('a part at rest stays at rest: rounding is no span to take a tolerance from', async () => {
    const atRest = {
      ...problem,
      initial: 20,
      boundaryConditions: { left: insulated, right: insulated, bottom: insulated, top: insulated },
    };
    const { status, frames } = await solveTransient(atRest, { end: 1000 });
    expect(status).toBe('completed');
    for (const value of lastOf(frames)) expect(value).toBeCloseTo(20, 9);
  });
});
