import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { symmetricEigen } from '../../operators/classical-bases/symmetric-eigen.js';
import {
  type AffineMap,
  fno,
  type GridOperator,
  lipschitzBounds,
  type NetworkStep,
  networkValues,
  prepareNetwork,
  resNet,
  stepperNetwork,
  timeStepper,
} from '../../operators/index.js';
import { geluSlope, geluSlopeRange, normalDistribution } from '../../operators/lipschitz/gelu-slope.js';
import {
  applyConvolution,
  asTaps,
  convolutionNorm,
  transposeConvolution,
} from '../../operators/lipschitz/periodic-convolution.js';
import {
  eigenvalueBound,
  gram,
  matrixNormBound,
  nonnegativeNormBound,
} from '../../operators/lipschitz/spectral-norm.js';
import type { StepperDescription } from '../../operators/lipschitz/stepper-network.js';
import { compile } from '../../runtime/index.js';

const normals = (length: number, seed: number, size = 1) => {
  const random = createRandom(seed);
  return Float64Array.from({ length }, () => size * random.normal());
};

/** Largest singular value by Jacobi rotations of MᵀM: another algorithm than the one tested. */
const singularValue = (matrix: Float64Array, rows: number, columns: number) =>
  Math.sqrt(symmetricEigen(gram(matrix, rows, columns), columns).values[0]);

const convolution = (inputs: number, outputs: number, seed: number, size = 0.3): AffineMap => ({
  inputs,
  outputs,
  taps: [-2, 0, 1].map((offset, k) => ({ offset, matrix: normals(inputs * outputs, seed + k, size) })),
  spectrum: {
    modes: 3,
    real: normals(3 * inputs * outputs, seed + 3, size),
    imaginary: normals(3 * inputs * outputs, seed + 4, size),
  },
  bias: normals(outputs, seed + 5, size),
});

const dense = (map: AffineMap, points: number) => {
  const columns = points * map.inputs;
  const identity = new Float64Array(columns * columns);
  for (let i = 0; i < columns; i++) identity[i * columns + i] = 1;
  return applyConvolution(map, identity, points, columns);
};

describe('the parts', () => {
  test('Φ as tabulated, slopes of GELU by differences, ranges around a dense sampling', () => {
    expect(normalDistribution(0)).toBe(0.5);
    expect(normalDistribution(1.959963984540054)).toBeCloseTo(0.975, 14);
    expect(normalDistribution(-5)).toBeCloseTo(2.866515719e-7, 15);
    expect(normalDistribution(8.5) + normalDistribution(-8.5)).toBeCloseTo(1, 14);
    const random = createRandom(3);
    for (let k = 0; k < 300; k++) {
      const from = random.uniform(-5, 5);
      const to = from + random.uniform(0, 4);
      const { middle, half } = geluSlopeRange(from, to);
      let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let i = 0; i <= 400; i++) {
        const slope = geluSlope(from + ((to - from) * i) / 400);
        least = Math.min(least, slope);
        most = Math.max(most, slope);
      }
      expect(middle - half).toBeLessThanOrEqual(least);
      expect(middle + half).toBeGreaterThanOrEqual(most);
      expect(2 * half).toBeLessThan(most - least + 1e-4);
    }
    const everywhere = geluSlopeRange(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    expect(everywhere.middle).toBeCloseTo(0.5, 12);
  });

  test('a convolution, its transpose and its taps are one matrix; its norm is that of the matrix', () => {
    for (const points of [8, 15]) {
      const map = convolution(2, 3, 10);
      const matrix = dense(map, points);
      const transposed = dense(transposeConvolution(map), points);
      const taps = dense({ ...map, spectrum: undefined, taps: asTaps(map, points) }, points);
      const [rows, columns] = [3 * points, 2 * points];
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          expect(transposed[j * rows + i]).toBeCloseTo(matrix[i * columns + j], 13);
          expect(taps[i * columns + j]).toBeCloseTo(matrix[i * columns + j], 13);
        }
      }
      const exact = singularValue(matrix, rows, columns);
      expect(convolutionNorm(map, points)).toBeGreaterThanOrEqual(exact * (1 - 1e-13));
      expect(convolutionNorm(map, points)).toBeLessThan(exact * (1 + 1e-7));
    }
  });

  test('bounds of norms lie above them, closely', () => {
    for (let seed = 0; seed < 20; seed++) {
      const n = 5 + seed;
      const matrix = normals(n * n, seed);
      const exact = singularValue(matrix, n, n);
      expect(matrixNormBound(matrix, n, n)).toBeGreaterThanOrEqual(exact * (1 - 1e-14));
      expect(matrixNormBound(matrix, n, n)).toBeLessThan(exact * (1 + 1e-6));
      const sizes = matrix.map(Math.abs);
      const positive = singularValue(sizes, n, n);
      expect(nonnegativeNormBound(sizes, n)).toBeGreaterThanOrEqual(positive * (1 - 1e-14));
      expect(nonnegativeNormBound(sizes, n)).toBeLessThan(positive * (1 + 1e-6));
    }
    // two eigenvalues that power iteration cannot tell apart
    expect(eigenvalueBound(Float64Array.of(1, 0, 0, 1 + 1e-9), 2)).toBeGreaterThanOrEqual(1 + 1e-9);
    expect(eigenvalueBound(new Float64Array(9), 3)).toBe(0);
    expect(eigenvalueBound(Float64Array.of(Number.NaN), 1)).toBe(Number.POSITIVE_INFINITY);
  });
});

const scales = { state: [0.7], increment: [0.3], difference: [1] };

function networkOf(operator: GridOperator, points: number, conservative = true, size = scales) {
  const stepper = timeStepper(operator, { scales: size, conservative });
  const parameters = operator.initialParameters(createRandom(5));
  // biases start at zero, where GELU is nearly even
  const random = createRandom(6);
  for (const [name, { values }] of Object.entries(parameters)) {
    if (name.endsWith('.bias')) for (let i = 0; i < values.length; i++) values[i] = 0.5 * random.normal();
  }
  const steps = stepperNetwork(stepper.options as StepperDescription, parameters);
  return { stepper, parameters, network: prepareNetwork(steps, points) };
}

const smallFno = (options: Parameters<typeof fno>[0] = {}) =>
  fno({ inputs: 1, width: 5, layers: 2, modes: 3, headWidth: 6, ...options });

test.each([
  ['fno of points', smallFno(), true],
  ['fno of neighbours, added', smallFno({ skip: 'added', local: 'neighbours' }), false],
  ['fno without a last GELU', smallFno({ activation: 'all-but-last', local: 'neighbours' }), true],
  ['periodic resNet', resNet({ width: 4, blocks: 2, kernel: 5 }), true],
  ['fno of two components', smallFno({ inputs: 2, outputs: 2, skip: 'added' }), true],
] as const)('%s: the float64 network is the stepper', async (_, operator, conservative) => {
  const channels = (operator.options as { inputs: number }).inputs;
  const points = 12;
  const sizes = {
    state: [0.7, 2].slice(0, channels),
    increment: [0.3, 0.1].slice(0, channels),
    difference: [1, 1].slice(0, channels),
  };
  const { stepper, parameters, network } = networkOf(operator, points, conservative, sizes);
  const u = Float32Array.from(normals(points * channels, 8));
  const compiled = await compile(
    ({ state }, weights) => ({ change: stepper.increment(weights, state) }),
    { state: { shape: [1, points, channels], dtype: 'float32' } },
    { parameters, threads: 1 },
  );
  const { change } = await compiled.run({ state: { shape: [1, points, channels], data: u } });
  await compiled.dispose();
  const scaled = Float64Array.from(u, (value, i) => value / sizes.state[i % channels]);
  const own = networkValues(network, scaled);
  own.forEach((value, i) => {
    expect(Math.abs(value * sizes.state[i % channels] - change.data[i])).toBeLessThan(2e-6);
  });
});

test('what has no such network is refused', () => {
  const description = (operator: GridOperator) => ({ operator, scales, conservative: false });
  const padded = resNet({ width: 4, blocks: 1, kernel: 3, padding: 'zero' });
  expect(() => stepperNetwork(description(padded), {})).toThrow('periodic padding, got zero');
  expect(() => stepperNetwork(description(fno({ dimensions: 2 })), {})).toThrow('on one axis, got fno');
});

test('of a linear network both bounds are the largest singular value, whatever the radius', () => {
  const points = 9;
  for (let seed = 0; seed < 5; seed++) {
    const maps = [convolution(2, 4, 20 + 20 * seed), convolution(4, 2, 30 + 20 * seed)];
    const steps: NetworkStep[] = maps.map((map) => ({ kind: 'affine', map }));
    const network = prepareNetwork([{ kind: 'keep' }, ...steps, { kind: 'add' }], points);
    const size = 2 * points;
    const jacobian = new Float64Array(size * size);
    for (let j = 0; j < size; j++) {
      const unit = new Float64Array(size);
      unit[j] = 1;
      const answer = maps.reduce<Float64Array>((x, map) => applyConvolution(map, x, points, 1), unit);
      // J = I + K, K = I + M₂M₁
      answer.forEach((value, i) => {
        jacobian[i * size + j] = value + (i === j ? 2 : 0);
      });
    }
    const exact = singularValue(jacobian, size, size);
    for (const radius of [0, 1, Number.POSITIVE_INFINITY]) {
      const bounds = lipschitzBounds(network, normals(size, seed), { region: 'ball', radius });
      expect(bounds.lower / exact).toBeCloseTo(1, 10);
      expect(bounds.upper / exact).toBeCloseTo(1, 7);
      expect(bounds.upper).toBeGreaterThanOrEqual(exact);
      expect(bounds.spread).toBe(0);
    }
  }
});

describe.each([
  ['fno', smallFno({ skip: 'added', local: 'neighbours' }), 12],
  ['fno that replaces', smallFno({ layers: 3 }), 10],
  ['resNet', resNet({ width: 3, blocks: 2, kernel: 3 }), 11],
] as const)('%s', (_, operator, points) => {
  const { network } = networkOf(operator, points);
  const state = normals(points, 9);
  const step = (x: Float64Array) => {
    const change = networkValues(network, x);
    return x.map((value, i) => value + change[i]);
  };
  const differences = (x: Float64Array) => {
    const jacobian = new Float64Array(points * points);
    const h = 1e-5;
    for (let j = 0; j < points; j++) {
      const [plus, minus] = [h, -h].map((shift) =>
        step(x.map((value, i) => (i === j ? value + shift : value))),
      );
      for (let i = 0; i < points; i++) jacobian[i * points + j] = (plus[i] - minus[i]) / (2 * h);
    }
    return jacobian;
  };

  test('the bounds close on the singular value of the Jacobian as the radius goes to zero', () => {
    const exact = singularValue(differences(state), points, points);
    const at = (radius: number, region: 'ball' | 'box' = 'ball') =>
      lipschitzBounds(network, state, { region, radius });
    const none = at(0);
    expect(none.lower).toBeCloseTo(exact, 7);
    expect(none.upper).toBeCloseTo(none.lower, 8);
    expect(none.upper).toBeGreaterThanOrEqual(none.lower);
    expect(none.residual).toBeLessThan(1e-7);
    for (const region of ['ball', 'box'] as const) {
      const [small, smaller] = [1e-3, 1e-4].map((radius) => at(radius, region).upper - exact);
      // in proportion to the radius
      expect(small / smaller).toBeGreaterThan(7);
      expect(small / smaller).toBeLessThan(14);
      expect(smaller).toBeLessThan(0.02);
    }
    // a box holds the ball of its radius
    expect(at(0.01, 'box').upper).toBeGreaterThan(at(0.01).upper);
  });

  test('no pair of states in the neighbourhood, and no Jacobian there, exceeds the upper bound', () => {
    const random = createRandom(11);
    for (const [region, radius] of [
      ['ball', 0.05],
      ['box', 0.05],
      ['ball', 1],
      ['ball', Number.POSITIVE_INFINITY],
    ] as const) {
      const { lower, upper, middle, spread } = lipschitzBounds(network, state, { region, radius });
      expect(lower).toBeLessThanOrEqual(upper);
      const reach = Math.min(radius, 5);
      const near = () => {
        const direction = Float64Array.from({ length: points }, () => random.normal());
        const length = Math.hypot(...direction);
        return state.map((value, i) =>
          region === 'box'
            ? value + reach * random.uniform(-1, 1)
            : value + (reach * random.uniform() ** (1 / points) * direction[i]) / length,
        );
      };
      let largest = 0;
      for (let pair = 0; pair < 1000; pair++) {
        const [a, b] = [near(), near()];
        const [fa, fb] = [step(a), step(b)];
        const stretched = Math.hypot(...fa.map((value, i) => value - fb[i]));
        largest = Math.max(largest, stretched / Math.hypot(...a.map((value, i) => value - b[i])));
      }
      // a search for the worst state: moves that are kept where they stretch more
      let [worst, stretch] = [state, 0];
      for (let k = 0; k < 60; k++) {
        const other = near();
        const candidate =
          k < 10 ? other : worst.map((value, i) => value + 0.3 * (other[i] - value) * random.uniform());
        const jacobian = differences(candidate);
        const own = singularValue(jacobian, points, points);
        if (own > stretch) [worst, stretch] = [candidate, own];
        const apart = jacobian.map((value, i) => value - middle[i]);
        expect(singularValue(apart, points, points)).toBeLessThanOrEqual(spread + 1e-8);
      }
      largest = Math.max(largest, stretch);
      expect(largest).toBeLessThanOrEqual(upper);
    }
  });
});
