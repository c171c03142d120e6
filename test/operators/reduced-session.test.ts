import { describe, expect, test } from 'vitest';
import { applyReducedBasis, projectFields, projectionOf, reducedSession } from '../../operators/index.js';
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
const rank = 13;

const corrections = [
  'none',
  { damping: 0.1, reach: 1, place: 'after' },
  { damping: 0.1, reach: 2, place: 'around' },
] as const;
const kinds: Kind[] = ['dirichlet', 'mixed', 'neumann'];
const settings = kinds.flatMap((kind) =>
  corrections.map((correction) => ({
    kind,
    correction,
    place: correction === 'none' ? 'without' : correction.place,
  })),
);

describe.each(settings)('$kind boundary, correction $place', ({ kind, correction }) => {
  const operator = operatorOf(mesh, kind);
  const options = { smoothing: 2, correction };
  const projection = projectionOf(operator, randomBasis(mesh.cellCount, rank, 1), rank, options);

  test('answers as the projection in float64 does, to single precision', async () => {
    await using session = disposable(await reducedSession(projection));
    const given = loads(operator, 5, 2);
    // an all-Neumann problem answers the balanced part of any load
    if (operator.singular) given.push(boundaryLoad(operator, typesOf(mesh, kind), 3));
    const fields = await session.apply(given);
    expect(fields.length).toBe(given.length);
    projectFields(projection, given).fields.forEach((field, s) => {
      const difference = field.map((value, cell) => value - fields[s][cell]);
      expect(Math.sqrt(dot(difference, difference) / dot(field, field))).toBeLessThan(2e-6);
    });
  });
});

describe('a session', () => {
  const operator = operatorOf(mesh, 'mixed');
  const projection = projectionOf(operator, randomBasis(mesh.cellCount, rank, 1), rank);

  test('answers any number of sources in their order, each as if it were alone', async () => {
    await using session = disposable(await reducedSession(projection));
    const given = loads(operator, 131, 4);
    const fields = await session.apply(given);
    for (const s of [0, 1, 63, 64, 127, 128, 130]) {
      const [alone] = await session.apply([given[s]]);
      const size = Math.max(...alone.map(Math.abs));
      alone.forEach((value, cell) => {
        expect(Math.abs(fields[s][cell] - value)).toBeLessThan(1e-5 * size);
      });
    }
    expect(await session.apply([])).toEqual([]);
  });

  test('is offered by the model that applyReducedBasis gives, with its correction', async () => {
    const options = { correction: { damping: 0.1, reach: 2, place: 'around' } } as const;
    const model = applyReducedBasis(operator, randomBasis(mesh.cellCount, rank, 1), rank, options);
    await using session = disposable(await model.session());
    const given = loads(operator, 3, 5);
    const fields = await session.apply(given);
    model.apply(given).fields.forEach((field, s) => {
      const difference = field.map((value, cell) => value - fields[s][cell]);
      expect(Math.sqrt(dot(difference, difference) / dot(field, field))).toBeLessThan(2e-6);
    });
    // the basis in single precision, and D⁻¹
    expect(session.bytes).toBe(mesh.cellCount * (4 * rank + 8));
  });

  test('does not mind a Gram matrix far from the identity', async () => {
    // columns that are all but the same one: M has a condition number of 1e7 and more
    const basis = randomBasis(mesh.cellCount, rank, 1).map((value, at) => (at % rank === 0 ? value : 0));
    for (let cell = 0; cell < mesh.cellCount; cell++) {
      for (let j = 1; j < rank; j++) basis[cell * rank + j] = basis[cell * rank] + 1e-3 * Math.cos(j * cell);
    }
    const skew = projectionOf(operator, basis, rank);
    await using session = disposable(await reducedSession(skew));
    const given = loads(operator, 3, 5);
    const fields = await session.apply(given);
    projectFields(skew, given).fields.forEach((field, s) => {
      const difference = field.map((value, cell) => value - fields[s][cell]);
      expect(Math.sqrt(dot(difference, difference) / dot(field, field))).toBeLessThan(1e-5);
    });
  });

  test('refuses loads of another mesh', async () => {
    await using session = disposable(await reducedSession(projection));
    await expect(session.apply([new Float64Array(3)])).rejects.toThrow(/got 3 in 0/);
  });
});

function disposable<T extends { dispose(): Promise<void> }>(session: T): T & AsyncDisposable {
  return { ...session, [Symbol.asyncDispose]: () => session.dispose() };
}
