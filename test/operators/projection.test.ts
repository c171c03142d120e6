import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import {
  applyReducedBasis,
  cosineBasis,
  energyParts,
  projectFields,
  projectionOf,
} from '../../operators/index.js';
import {
  denseCotangent,
  energyCotangent,
  fieldCotangent,
} from '../../operators/reduced-basis/projection-adjoint.js';
import { conjugateGradient, jacobi, multiply } from '../../solvers/index.js';
import {
  boundaryLoad,
  dot,
  type Kind,
  loads,
  operatorOf,
  randomBasis,
  smallMesh,
  typesOf,
} from './poisson-samples.js';

const mesh = smallMesh();
const rank = 7;
const kinds: Kind[] = ['dirichlet', 'mixed', 'neumann'];

/** dL(Φ + tΔ)/dt at 0 by central differences, every evaluation a full re-solve. */
const slope = (
  loss: (basis: Float64Array) => number,
  basis: Float64Array,
  direction: Float64Array,
): number => {
  const step = 1e-5;
  const moved = (t: number) => loss(basis.map((value, i) => value + t * direction[i]));
  return (8 * (moved(step) - moved(-step)) - (moved(2 * step) - moved(-2 * step))) / (12 * step);
};

describe.each(kinds)('%s boundary', (kind) => {
  const operator = operatorOf(mesh, kind);
  const basis = randomBasis(mesh.cellCount, rank, 3);
  const rightHandSides = loads(operator, 3, 5);

  test.each([
    { regularisation: 1e-7, smoothing: 0 },
    { regularisation: 0.05, smoothing: 0 },
    { regularisation: 0.05, smoothing: 2 },
    { regularisation: 0.05, smoothing: 1, correction: { damping: 0.2, reach: 1, place: 'after' as const } },
    {
      regularisation: 0.05,
      smoothing: { damping: 0.3, reach: 1 },
      correction: { damping: 0.1, reach: 2, place: 'around' as const },
    },
  ])('the adjoint is the derivative of the full solve, %o', (options) => {
    const random = createRandom(11);
    const cotangents = rightHandSides.map((load) => load.map(() => random.normal()));
    const loss = (phi: Float64Array) => {
      const { fields } = projectFields(projectionOf(operator, phi, rank, options), rightHandSides);
      return fields.reduce((sum, field, s) => sum + dot(field, cotangents[s]), 0);
    };
    const projection = projectionOf(operator, basis, rank, options);
    const projected = projectFields(projection, rightHandSides);
    const gradient = denseCotangent(projection, fieldCotangent(projection, projected, cotangents));
    for (const seed of [1, 2, 3]) {
      const direction = randomBasis(mesh.cellCount, rank, 100 + seed);
      const expected = slope(loss, basis, direction);
      expect(Math.abs(dot(gradient, direction) - expected)).toBeLessThan(
        1e-7 * Math.max(1, Math.abs(expected)),
      );
    }
  });

  test.each([
    { regularisation: 0.05, smoothing: 0 },
    { regularisation: 0.05, smoothing: 3 },
    {
      regularisation: 0.05,
      smoothing: { damping: 0.3, reach: 1 },
      correction: { damping: 0.1, reach: 2, place: 'around' as const },
    },
  ])('so is the cotangent of the energy, %o', (options) => {
    const weights = [0.3, 1.1, 2];
    const loss = (phi: Float64Array) => {
      const { energies } = projectFields(projectionOf(operator, phi, rank, options), rightHandSides);
      return dot(energies, weights) / -2;
    };
    const projection = projectionOf(operator, basis, rank, options);
    const projected = projectFields(projection, rightHandSides);
    const gradient = denseCotangent(projection, energyCotangent(projection, projected, weights));
    const direction = randomBasis(mesh.cellCount, rank, 9);
    const expected = slope(loss, basis, direction);
    expect(Math.abs(dot(gradient, direction) - expected)).toBeLessThan(
      1e-7 * Math.max(1, Math.abs(expected)),
    );
  });

  test('no other element of the span is closer in the energy norm, zero included (Céa)', () => {
    const options = { regularisation: 1e-13, smoothing: 0 };
    const { fields, coefficients } = projectFields(
      projectionOf(operator, basis, rank, options),
      rightHandSides,
    );
    const random = createRandom(4);
    rightHandSides.forEach((load, s) => {
      const exact = conjugateGradient(operator.matrix, load, {
        preconditioner: jacobi(operator.matrix),
        relativeTolerance: 1e-12,
        maximumIterations: 2000,
        singular: operator.singular ? { volumes: mesh.cellVolumes } : undefined,
      }).solution;
      const energyError = (field: Float64Array) => {
        const error = field.map((value, cell) => value - exact[cell]);
        return Math.sqrt(dot(error, multiply(operator.matrix, error)));
      };
      const best = energyError(fields[s]);
      expect(best).toBeLessThanOrEqual(energyError(new Float64Array(load.length)));
      for (let trial = 0; trial < 20; trial++) {
        const size = 10 ** random.uniform(-4, 0);
        const other = coefficients[s].map((value) => value + size * random.normal());
        const field = exact.map((_, cell) => dot(basis.subarray(cell * rank, (cell + 1) * rank), other));
        expect(best).toBeLessThanOrEqual(energyError(field) * (1 + 1e-9));
      }
    });
  });

  test.each(['none', 'after', 'around'] as const)(
    'the answer is linear in sources and boundary data (%s)',
    (place) => {
      const correction = place === 'none' ? place : { damping: 0.1, reach: 2, place };
      const model = applyReducedBasis(operator, basis, rank, { correction });
      const [first, second] = rightHandSides;
      const third = kind === 'neumann' ? rightHandSides[2] : boundaryLoad(operator, typesOf(mesh, kind), 8);
      const mixed = first.map((value, cell) => 2 * value - 3 * second[cell] + 0.5 * third[cell]);
      const { fields } = model.apply([first, second, third, mixed]);
      const scale = Math.max(...fields[3].map(Math.abs));
      fields[3].forEach((value, cell) => {
        const sum = 2 * fields[0][cell] - 3 * fields[1][cell] + 0.5 * fields[2][cell];
        expect(Math.abs(value - sum)).toBeLessThan(1e-11 * scale);
      });
    },
  );

  test('a correction around the projection is symmetric, and each stage only lowers the energy error', () => {
    const answers = (place: 'none' | 'after' | 'around') =>
      projectFields(
        projectionOf(operator, basis, rank, {
          regularisation: 1e-12,
          correction: place === 'none' ? place : { damping: 0.1, reach: 2, place },
        }),
        rightHandSides,
      ).fields;
    const around = answers('around');
    const [a, b] = [dot(rightHandSides[0], around[1]), dot(rightHandSides[1], around[0])];
    expect(Math.abs(a - b)).toBeLessThan(
      1e-8 * Math.sqrt(dot(rightHandSides[0], around[0]) * dot(rightHandSides[1], around[1])),
    );
    const exact = rightHandSides.map(
      (load) =>
        conjugateGradient(operator.matrix, load, {
          preconditioner: jacobi(operator.matrix),
          relativeTolerance: 1e-12,
          maximumIterations: 2000,
          singular: operator.singular ? { volumes: mesh.cellVolumes } : undefined,
        }).solution,
    );
    const energyErrors = (fields: readonly Float64Array[]) =>
      fields.map((field, s) => {
        const error = field.map((value, cell) => value - exact[s][cell]);
        return Math.sqrt(dot(error, multiply(operator.matrix, error)));
      });
    const [none, after] = [energyErrors(answers('none')), energyErrors(answers('after'))];
    energyErrors(around).forEach((error, s) => {
      expect(after[s]).toBeLessThan(none[s]);
      expect(error).toBeLessThan(after[s]);
    });
  });

  test('energies are what the projection gained, corrections before it included', () => {
    const correction = { damping: 0.1, reach: 2, place: 'around' } as const;
    const projection = projectionOf(operator, basis, rank, { regularisation: 1e-12, correction });
    const { energies, orthogonalResiduals } = projectFields(projection, rightHandSides);
    rightHandSides.forEach((load, s) => {
      const settings = {
        preconditioner: jacobi(operator.matrix),
        relativeTolerance: 1e-12,
        maximumIterations: 2000,
        singular: operator.singular ? { volumes: mesh.cellVolumes } : undefined,
      };
      const energyOf = (b: Float64Array) => dot(b, conjugateGradient(operator.matrix, b, settings).solution);
      const left = orthogonalResiduals[s].map((value) => -value);
      expect(energies[s]).toBeCloseTo(energyOf(load) - energyOf(left), 8);
    });
  });

  test('the answer depends on the span alone: Φ and ΦT give the same', () => {
    const change = randomBasis(rank, rank, 21);
    const changed = Float64Array.from({ length: basis.length }, (_, at) => {
      const cell = Math.floor(at / rank);
      let sum = 0;
      for (let j = 0; j < rank; j++) sum += basis[cell * rank + j] * change[j * rank + (at % rank)];
      return sum;
    });
    const options = { regularisation: 1e-14 };
    const plain = applyReducedBasis(operator, basis, rank, options).apply(rightHandSides).fields;
    const other = applyReducedBasis(operator, changed, rank, options).apply(rightHandSides).fields;
    plain.forEach((field, s) => {
      const scale = Math.max(...field.map(Math.abs));
      field.forEach((value, cell) => {
        expect(Math.abs(value - other[s][cell])).toBeLessThan(1e-8 * scale);
      });
    });
  });
});

test.each([1, 2, 5])('%i sources at once get the answers that each gets alone', (count) => {
  const operator = operatorOf(mesh, 'mixed');
  const correction = { damping: 0.1, reach: 2, place: 'around' } as const;
  const model = applyReducedBasis(operator, randomBasis(mesh.cellCount, rank, 3), rank, { correction });
  const given = loads(operator, count, 7);
  const together = model.apply(given);
  given.forEach((load, s) => {
    // of three equal ones, none is alone in a panel
    const padded = model.apply([load, load, load]).fields[0];
    const alone = model.apply([load]);
    const size = Math.max(...padded.map(Math.abs));
    padded.forEach((value, cell) => {
      expect(Math.abs(alone.fields[0][cell] - value)).toBeLessThan(1e-12 * size);
      expect(Math.abs(together.fields[s][cell] - value)).toBeLessThan(1e-12 * size);
    });
    expect(alone.relativeResiduals[0]).toBeCloseTo(together.relativeResiduals[s], 12);
  });
});

test('residual norms are those of the fields, and a basis that holds the solution leaves none', () => {
  const operator = operatorOf(mesh, 'mixed');
  const [load] = loads(operator, 1, 2);
  const exact = conjugateGradient(operator.matrix, load, {
    preconditioner: jacobi(operator.matrix),
    relativeTolerance: 1e-13,
    maximumIterations: 2000,
  }).solution;
  const basis = randomBasis(mesh.cellCount, 3, 6);
  const poor = applyReducedBasis(operator, basis, 3).apply([load]);
  const image = multiply(operator.matrix, poor.fields[0]);
  const left = Math.sqrt(
    image.reduce((sum, value, cell) => sum + (value - load[cell]) ** 2, 0) / dot(load, load),
  );
  expect(poor.relativeResiduals[0]).toBeCloseTo(left, 10);
  for (let cell = 0; cell < mesh.cellCount; cell++) basis[cell * 3 + 1] = exact[cell];
  const rich = applyReducedBasis(operator, basis, 3, { regularisation: 1e-14 }).apply([load]);
  expect(rich.relativeResiduals[0]).toBeLessThan(1e-9);
});

describe.each(kinds)('error estimates, %s boundary', (kind) => {
  const fine = smallMesh(2, 0.35);
  const operator = operatorOf(fine, kind);
  const { basis, rank: modes } = cosineBasis(fine, { rank: 30 });
  const rightHandSides = loads(operator, 4, 6);
  const exact = rightHandSides.map(
    (load) =>
      conjugateGradient(operator.matrix, load, {
        preconditioner: jacobi(operator.matrix),
        relativeTolerance: 1e-12,
        maximumIterations: 3000,
        singular: operator.singular ? { volumes: fine.cellVolumes } : undefined,
      }).solution,
  );

  test.each([
    'none' as const,
    { damping: 0.2, reach: 1, place: 'after' as const },
    { damping: 0.2, reach: 1, place: 'around' as const },
  ])('are at least half the errors and at most eight times as large, correction %o', (correction) => {
    const model = applyReducedBasis(operator, basis, modes, {
      smoothing: { damping: 0.1, reach: 1 },
      correction,
    });
    const { fields, errorEstimates } = model.apply(rightHandSides);
    fields.forEach((field, s) => {
      const error = field.map((value, cell) => value - exact[s][cell]);
      const volumeNorm = (x: Float64Array) =>
        Math.sqrt(
          dot(
            x.map((value) => value * value),
            fine.cellVolumes,
          ),
        );
      const energyNorm = (x: Float64Array) => Math.sqrt(dot(x, multiply(operator.matrix, x)));
      const { relativeL2, relativeEnergy } = errorEstimates[s];
      for (const ratio of [
        volumeNorm(error) / volumeNorm(exact[s]) / relativeL2,
        energyNorm(error) / energyNorm(exact[s]) / relativeEnergy,
      ]) {
        expect(ratio).toBeGreaterThan(1 / 8);
        expect(ratio).toBeLessThan(2);
      }
    });
  });

  test('make the loss through a correction the logarithm of the energy error', () => {
    const options = {
      smoothing: { damping: 0.1, reach: 1 },
      correction: { damping: 0.2, reach: 1, place: 'around' as const },
    };
    const request = {
      operator,
      basis: Float32Array.from(basis),
      rank: modes,
      rightHandSides,
      options,
      count: 4,
    };
    const { orthogonalResiduals } = projectFields(
      projectionOf(operator, request.basis, modes, options),
      rightHandSides,
    );
    const expected = orthogonalResiduals.reduce((sum, residual, s) => {
      const left = conjugateGradient(operator.matrix, residual, {
        preconditioner: jacobi(operator.matrix),
        maximumIterations: 3000,
        singular: operator.singular ? { volumes: fine.cellVolumes } : undefined,
      }).solution;
      return sum + Math.log(dot(residual, left) / dot(rightHandSides[s], exact[s])) / 8;
    }, 0);
    expect(Math.abs(energyParts(request).value - expected)).toBeLessThan(Math.log(8) / 2 + Math.log(2));
  });
});

test('an answer without residual is said to be exact', () => {
  const operator = operatorOf(mesh, 'mixed');
  const [load] = loads(operator, 1, 2);
  const { errorEstimates } = applyReducedBasis(operator, randomBasis(mesh.cellCount, 3, 1), 3).apply([
    new Float64Array(load.length),
  ]);
  expect(errorEstimates).toEqual([{ relativeL2: 0, relativeEnergy: 0 }]);
});

test('all-Neumann answers have zero volume mean, also with constants in the span', () => {
  const operator = operatorOf(mesh, 'neumann');
  const basis = randomBasis(mesh.cellCount, rank, 3);
  for (let cell = 0; cell < mesh.cellCount; cell++) basis[cell * rank] = 1;
  const { fields } = applyReducedBasis(operator, basis, rank).apply(loads(operator, 2, 5));
  for (const field of fields) {
    expect(Math.abs(dot(field, mesh.cellVolumes))).toBeLessThan(1e-10 * Math.max(...field.map(Math.abs)));
  }
});

test('bases that cannot be used are refused', () => {
  const operator = operatorOf(mesh, 'mixed');
  const nan = randomBasis(mesh.cellCount, rank, 3).fill(Number.NaN, 3, 4);
  expect(() => applyReducedBasis(operator, nan, rank)).toThrow(/positive definite/);
  expect(() => applyReducedBasis(operator, new Float64Array(mesh.cellCount * rank), rank)).toThrow(
    /vanishes/,
  );
  expect(() => applyReducedBasis(operator, new Float64Array(5), rank)).toThrow(/basis fields/);
});
