import { describe, expect, test } from 'vitest';
import { controlBoundary } from '../../control/index.js';
import { arcVertices, generateMesh } from '../../geometry/index.js';
import type { BoundaryConditions, PoissonProblem } from '../../solvers/index.js';
import { structuredMesh } from '../solvers/structured-mesh.js';
import { plate } from './plates.js';

const insulated = { type: 'neumann', flux: 0 } as const;
const [cells, length, conductivity] = [50, 2, 3];
const dx = length / cells;

/** A bar of unit width from x = 0 to 2 m. */
function bar(
  left: BoundaryConditions[string],
  right: BoundaryConditions[string],
  source = 0,
): PoissonProblem {
  const mesh = structuredMesh({ columns: cells, rows: 1, width: length, height: 1 });
  return {
    mesh,
    conductivity,
    source,
    boundaryConditions: { left, right, bottom: insulated, top: insulated },
  };
}

describe('a bar', () => {
  test('finds the flux that makes a given linear profile', async () => {
    const problem = bar(insulated, { type: 'dirichlet', value: 0 });
    const plan = await controlBoundary(problem, {
      controls: [{ name: 'heater', patches: 'left', quantity: 'flux', bounds: [0, 100] }],
      objective: [{ kind: 'target', field: ([x]) => 12 * (1 - x / length) }],
    });
    expect(plan.verdict).toBe('success');
    expect(plan.controls[0].mean).toBeCloseTo((12 * conductivity) / length, 6);
    expect(plan.controls[0].integral).toBeCloseTo((12 * conductivity) / length, 6);
  });

  test('heats as much as the limit of the hottest cell lets it', async () => {
    const problem = bar(insulated, { type: 'dirichlet', value: 20 });
    const plan = await controlBoundary(problem, {
      controls: [{ patches: 'left', quantity: 'flux', bounds: [0, 1000] }],
      limit: { maximum: 80 },
      // the warmer the better
      objective: [{ kind: 'target', field: 500 }],
    });
    expect(plan.verdict).toBe('success');
    expect(plan.controls[0].mean).toBeCloseTo((60 * conductivity) / (length - dx / 2), 3);
    expect(plan.peak.verified).toBeLessThanOrEqual(80);
  });

  test('finds the least heat transfer coefficient that keeps it cool', async () => {
    const [q, ambient, limit] = [40, 15, 75];
    const problem = bar(insulated, { type: 'robin', coefficient: 500, ambient }, q);
    const plan = await controlBoundary(problem, {
      controls: [{ patches: 'right', quantity: 'coefficient', bounds: [0.5, 1000], reference: 0 }],
      limit: { maximum: limit },
      starts: 2,
    });
    // what enters a cell leaves it: u₁ = ambient + qL (1/h + dx/2κ) + q dx²/κ Σ i
    const drop =
      (q * length * dx) / (2 * conductivity) + (q * dx * dx * cells * (cells - 1)) / (2 * conductivity);
    const coefficient = (q * length) / (limit - ambient - drop);
    expect(plan.verdict).toBe('success');
    expect(plan.method).toBe('adjoint');
    expect(plan.controls[0].mean / coefficient).toBeCloseTo(1, 4);
  });

  test('cools by the coolant that is needed', async () => {
    const problem = bar(insulated, { type: 'robin', coefficient: 8, ambient: 20 }, 40);
    const before = await controlBoundary(problem, {
      controls: [{ patches: 'right', quantity: 'temperature', bounds: [0, 20] }],
      limit: { maximum: 1000 },
    });
    expect(before.sentence).toMatch(/no control is needed/);
    const plan = await controlBoundary(problem, {
      controls: [{ patches: 'right', quantity: 'temperature', bounds: [0, 20] }],
      limit: { maximum: before.peak.before - 7 },
    });
    // all temperatures follow the coolant's
    expect(plan.verdict).toBe('success');
    expect(plan.controls[0].mean).toBeCloseTo(13, 4);
  });
});

test('an annulus takes the wall temperature that its profile tells of, the better the finer the mesh', async () => {
  const wall = 60;
  const profile = (r: number) => 5 + ((wall - 5) * Math.log(r / 3)) / Math.log(1 / 3);
  const errors: number[] = [];
  for (const cellSize of [0.3, 0.15]) {
    const mesh = generateMesh(
      {
        outer: { vertices: arcVertices({ radius: 3, pieces: Math.round(20 / cellSize) }), patches: 'outer' },
        holes: [
          { vertices: arcVertices({ radius: 1, pieces: Math.round(10 / cellSize) }), patches: 'inner' },
        ],
      },
      { cellSize },
    );
    const plan = await controlBoundary(
      {
        mesh,
        source: 0,
        boundaryConditions: {
          outer: { type: 'dirichlet', value: 5 },
          inner: { type: 'dirichlet', value: 0 },
        },
      },
      {
        controls: [{ patches: 'inner', quantity: 'temperature', bounds: [0, 200] }],
        objective: [
          {
            kind: 'target',
            field: ([x, y]) => profile(Math.hypot(x, y)),
            region: ([x, y]) => Math.hypot(x, y) > 1.5,
          },
        ],
      },
    );
    expect(plan.verdict).toBe('success');
    errors.push(Math.abs(plan.controls[0].mean / wall - 1));
  }
  expect(errors[0]).toBeLessThan(0.02);
  // second order: a quarter, with room for the two unlike meshes
  expect(errors[1]).toBeLessThan(errors[0] / 2.5);
});

test('a proof of infeasibility states what no control can do: all temperatures follow the only wall that is not insulated', async () => {
  const { problem, controls } = plate(1);
  const free = await controlBoundary(problem, { controls, limit: { maximum: 1000 } });
  const maximum = free.peak.before - 5 - 0.75;
  const plan = await controlBoundary(problem, { controls, limit: { maximum } });
  expect(plan.verdict).toBe('infeasible');
  expect(plan.infeasible!.leastExcess).toBeCloseTo(0.75, 4);
  expect(plan.infeasible!.leastExcess).toBeLessThanOrEqual(0.75);
  expect(plan.infeasible!.witnesses.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 10);
  const feasible = await controlBoundary(problem, { controls, limit: { maximum: maximum + 0.751 } });
  expect(feasible.verdict).toBe('success');
  expect([...feasible.parameters].every((value) => value >= -5 && value < -4.9)).toBe(true);
});
