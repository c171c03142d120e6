import { describe, expect, test } from 'vitest';
import { applyReducedBasis, cosineBasis } from '../../operators/index.js';
import {
  assembleOperator,
  assembleRightHandSide,
  type BoundaryConditions,
  solveTransient,
} from '../../solvers/index.js';
import { type Kind, operatorOf, randomBasis, smallMesh, typesOf } from './poisson-samples.js';

const around = { damping: 0.1, reach: 2, place: 'around' } as const;

/** A part whose source grows and whose walls warm up, by the solver and in the span of a basis. */
async function both(kind: Kind, cellSize: number, rank: number | 'full', times: readonly number[]) {
  const mesh = smallMesh(1, cellSize);
  const types = typesOf(mesh, kind);
  const heatCapacity = ([x, y]: readonly number[]) => 2 + 0.2 * x - 0.1 * y;
  const source = (time: number) => (position: readonly number[]) => (1 + time) * Math.sin(position[0]) + 0.3;
  const conditions = (time: number): BoundaryConditions =>
    Object.fromEntries(
      Object.entries(types).map(([name, type], i) => [
        name,
        type === 'dirichlet' ? { type, value: 0.5 * time } : { type, flux: 0.1 * i * time },
      ]),
    );
  const initial = ([x]: readonly number[]) => 0.2 * Math.cos(x);
  const exact = await solveTransient(
    { mesh, heatCapacity, source: { at: source }, boundaryConditions: { at: conditions }, initial },
    {
      end: times[times.length - 1],
      times,
      tolerance: 1e-6,
      relativeTolerance: 1e-10,
      nonOrthogonalCorrection: false,
    },
  );
  const operator = assembleOperator(mesh, undefined, types);
  const basis =
    rank === 'full'
      ? { basis: randomBasis(mesh.cellCount, mesh.cellCount, 3), rank: mesh.cellCount }
      : cosineBasis(mesh, { rank });
  const options = rank === 'full' ? { regularisation: 1e-14 } : { smoothing: around, correction: around };
  const model = applyReducedBasis(operator, basis.basis, basis.rank, options);
  const at = (cell: number) => Array.from(mesh.cellCentroids.subarray(2 * cell, 2 * cell + 2));
  const capacities = mesh.cellVolumes.map((volume, cell) => volume * heatCapacity(at(cell)));
  const reduced = model.inTime(capacities);
  const fields = reduced.run({
    initial: mesh.cellVolumes.map((_, cell) => initial(at(cell))),
    times,
    load: (time) => assembleRightHandSide(operator, source(time), conditions(time)),
  });
  const errors = fields.map((field, i) => {
    const reference = exact.frames[i];
    const difference = field.reduce((sum, value, cell) => sum + (value - reference[cell]) ** 2, 0);
    return Math.sqrt(difference / reference.reduce((sum, value) => sum + value * value, 0));
  });
  return { errors, reduced, capacities, fields, mesh };
}

describe.each<Kind>(['dirichlet', 'mixed', 'neumann'])('%s boundary', (kind) => {
  const times = [0, 0.05, 0.2, 0.7, 1.5];

  test('with a basis of all fields it is the solution in time', async () => {
    const { errors } = await both(kind, 1.6, 'full', times);
    for (const error of errors) expect(error).toBeLessThan(1e-4);
  });

  test('with 48 waves it comes the closer the more of the first layers at the walls has died down', async () => {
    const { errors, reduced } = await both(kind, 0.6, 48, [0, 0.5, 2, 5, 12]);
    const { timeConstants } = reduced;
    expect(timeConstants[timeConstants.length - 1]).toBeLessThan(0.2);
    expect(timeConstants[0]).toBeLessThan(12);
    for (let i = 2; i < errors.length; i++) expect(errors[i]).toBeLessThan(errors[i - 1]);
    expect(errors[4]).toBeLessThan(0.005);
  });
});

test('time constants of a square are those of its waves', () => {
  // C L²/(κ π² (m² + n²)) on a square of side L with fixed walls
  const mesh = smallMesh(1, 0.5);
  const operator = operatorOf(mesh, 'dirichlet');
  const model = applyReducedBasis(operator, cosineBasis(mesh, { rank: 60 }).basis, 60, { smoothing: around });
  const { timeConstants } = model.inTime(mesh.cellVolumes.slice());
  // the part is a square without two corners: its slowest mode is faster than that of the whole square and of the order of it
  const side =
    Math.max(...mesh.points.filter((_, i) => i % 2 === 0)) -
    Math.min(...mesh.points.filter((_, i) => i % 2 === 0));
  const whole = side ** 2 / (2 * Math.PI ** 2);
  expect(timeConstants[0]).toBeLessThan(whole);
  expect(timeConstants[0]).toBeGreaterThan(whole / 2);
  expect(timeConstants).toEqual(timeConstants.slice().sort((a, b) => b - a));
});

describe('requests', () => {
  const mesh = smallMesh();
  const operator = operatorOf(mesh, 'mixed');
  const model = applyReducedBasis(operator, cosineBasis(mesh, { rank: 9 }).basis, 9);
  const capacities = mesh.cellVolumes.slice();
  const initial = new Float64Array(mesh.cellCount);
  const load = () => initial;

  test('capacities that are not positive are refused', () => {
    expect(() => model.inTime(initial)).toThrow(/capacities\[0\] is 0/);
    expect(() => model.inTime(new Float64Array(3))).toThrow(/one per cell, got 3/);
  });

  test('so are times that do not ascend and loads of another mesh', () => {
    const reduced = model.inTime(capacities);
    expect(() => reduced.run({ initial, times: [0, 1, 1], load })).toThrow(/ascending times.*times\[2\] = 1/);
    expect(() => reduced.run({ initial, times: [], load })).toThrow(/got none/);
    expect(() => reduced.run({ initial, times: [0], load: () => new Float64Array(2) })).toThrow(/load\(0\)/);
  });
});
