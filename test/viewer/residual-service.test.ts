import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { generateMesh, plateWithHoles, writeVtu } from '../../geometry/index.js';
import { assemble, type PoissonProblem, solve } from '../../solvers/index.js';
import { residualQuestion } from '../../viewer/app/residual-question.js';
import { initialState } from '../../viewer/app/view-state.js';
import { ResidualService } from '../../viewer/data/residual-service.js';
import { liveProblem } from '../../viewer/live/live-problem.js';
import { liveStateSchema } from '../../viewer/live/live-state.js';

const mesh = generateMesh(plateWithHoles({ holes: 1, seed: 3 }), { cellCount: 300 });
const conductivity = Float64Array.from({ length: mesh.cellCount }, (_, cell) => 1 + (cell % 3));
const types = Object.fromEntries(
  mesh.patches.map(({ name }, i) => [name, i % 2 === 0 ? 'dirichlet' : 'neumann'] as const),
);
const problem: PoissonProblem = {
  mesh,
  conductivity,
  source: ([x, y]) => Math.sin(x) + y,
  boundaryConditions: Object.fromEntries(
    mesh.patches.map(({ name }, i) => [
      name,
      i % 2 === 0 ? { type: 'dirichlet', value: 3 } : { type: 'neumann', flux: 0.1 },
    ]),
  ),
};
const exact = async (of: PoissonProblem) =>
  (await solve(of, { relativeTolerance: 1e-11, nonOrthogonalCorrection: false })).solution;
const fileOf = (cellData = {}) => ({
  name: 'sample.vtu',
  from: new Blob([writeVtu(mesh, { cellData }) as Uint8Array<ArrayBuffer>]),
});

describe('residuals of shown fields', () => {
  test('of a run’s sample: none of the solution, of another field its own, cell by cell', async () => {
    const { rightHandSide: load, operator } = assemble(problem);
    const reference = await exact(problem);
    const random = createRandom(5);
    const prediction = reference.map((u) => u + 0.1 * random.normal());
    const [first, second] = await new ResidualService().residuals(
      '1',
      fileOf({ load, conductivity }),
      { kind: 'sample', load: 'load', conductivity: 'conductivity', types },
      [prediction, reference],
    );
    expect(second.relative).toBeLessThan(1e-10);
    // r = b − B u, row by row from the dense matrix
    const { rowOffsets, columns, values } = operator.matrix;
    const expected = load.map((b, row) => {
      let r = b;
      for (let e = rowOffsets[row]; e < rowOffsets[row + 1]; e++) r -= values[e] * prediction[columns[e]];
      return r;
    });
    expect(first.relative).toBeCloseTo(Math.hypot(...expected) / Math.hypot(...load), 10);
    first.cells.forEach((value, cell) => {
      expect(value * mesh.cellVolumes[cell]).toBeCloseTo(expected[cell], 9);
    });
  });

  test('of what the live panel shows', async () => {
    const live = liveStateSchema.parse({
      patches: Object.fromEntries(
        mesh.patches.map(({ name }, i) => [
          name,
          { type: i === 0 ? 'dirichlet' : 'neumann', temperature: 30, flux: 5 },
        ]),
      ),
    });
    const polished = await exact(liveProblem(mesh, live));
    const [cold, done] = await new ResidualService().residuals('1', fileOf(), { kind: 'live', loads: live }, [
      new Float64Array(mesh.cellCount),
      polished,
    ]);
    expect(cold.relative).toBeCloseTo(1, 12);
    expect(done.relative).toBeLessThan(1e-10);
  });

  test('are refused where file and problem do not fit', async () => {
    const service = new ResidualService();
    const field = [new Float64Array(mesh.cellCount)];
    const sample = { kind: 'sample', load: 'load', types } as const;
    await expect(service.residuals('1', fileOf(), sample, field)).rejects.toThrow(/no cell array "load"/);
    const other = { ...sample, types: { somewhere: 'dirichlet' } } as const;
    const load = new Float64Array(mesh.cellCount);
    await expect(service.residuals('2', fileOf({ load }), other, field)).rejects.toThrow(/patch/);
    await expect(service.residuals('3', fileOf({ load }), sample, [new Float64Array(3)])).rejects.toThrow(
      /300|cells/,
    );
  });

  test('are asked for where two answers of a known problem are compared, and nowhere else', () => {
    const cell = (name: string) => ({ name, association: 'cell', component: 'magnitude' }) as const;
    const state = initialState();
    const comparing = (a: string, b: string) => ({
      ...state,
      field: cell(a),
      compare: { ...state.compare, shown: true, reference: cell(b) },
    });
    const shown = (array: string) => ({ array, label: array, unit: '' });
    const fields = { prediction: shown('p'), reference: shown('r'), error: shown('e'), source: shown('q') };
    const run = { fields, lengthUnit: '', relativeL2: 0, problem: { load: 'b', types } };
    expect(residualQuestion(comparing('p', 'r'), run)?.problem).toEqual({ kind: 'sample', load: 'b', types });
    expect(residualQuestion(comparing('p', 'q'), run)).toBeUndefined();
    expect(residualQuestion(comparing('p', 'r'), { ...run, problem: undefined })).toBeUndefined();
    expect(residualQuestion(comparing('surrogate', 'polished'), undefined)).toBeUndefined();
    const live = { ...state.live, shown: true };
    expect(residualQuestion({ ...comparing('surrogate', 'polished'), live }, undefined)?.problem.kind).toBe(
      'live',
    );
    const closed = comparing('p', 'r');
    expect(
      residualQuestion({ ...closed, compare: { ...closed.compare, shown: false } }, run),
    ).toBeUndefined();
  });
});
