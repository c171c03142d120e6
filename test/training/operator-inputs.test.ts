import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { baTransolver, encoderFeatureCounts, NPSOLVER_2D, reducedBasis } from '../../operators/index.js';
import { assembleOperator } from '../../solvers/index.js';
import {
  boundaryValuesOf,
  featureCounts,
  operatorMember,
  requireFeatureCounts,
} from '../../training/operator-inputs.js';
import { squareGrid } from '../datasets/square-grid.js';

const types = { left: 'dirichlet', right: 'neumann', bottom: 'dirichlet', top: 'neumann' } as const;
const bare = { fourierFrequencies: 0, normals: false, faceSize: false, boundaryDistance: false };

describe('operator inputs', () => {
  it('are NPSolver’s x, y, f and x, y, type with everything else switched off', () => {
    const plan = { output: 'field' as const, features: bare };
    expect(requireFeatureCounts(baTransolver(NPSOLVER_2D), plan, 2)).toEqual({
      cellFeatures: 3,
      faceFeatures: 4,
    });
    const operator = assembleOperator(squareGrid(4, 2), 1, types);
    const source = Float64Array.from({ length: 16 }, (_, cell) => cell - 20);
    const { inputs, fieldScale } = operatorMember(plan, operator, types, source);
    // side 2: centre (1, 1) and half length 1; cell 5 is in column 1 of row 1
    expect([...inputs.cells.subarray(15, 18)]).toEqual([0.75 - 1, 0.75 - 1, -15 / 20]);
    expect(fieldScale).toBeCloseTo(20 / Math.PI ** 2, 12);
  });

  it('scale fields by max|q| (L/π)²/κ', () => {
    const plan = { output: 'field' as const, features: bare };
    const operator = assembleOperator(squareGrid(4, 6), 5, types);
    const { fieldScale } = operatorMember(plan, operator, types, new Float64Array(16).fill(-2));
    expect(fieldScale).toBeCloseTo((2 * (3 / Math.PI) ** 2) / 5, 12);
    expect(() => operatorMember(plan, operator, types)).toThrow(InvalidInputError);
  });

  it('give a basis no source, and refuse networks built for other features', () => {
    const plan = { output: 'basis' as const, features: {} };
    expect(featureCounts(plan, 2)).toEqual(encoderFeatureCounts(2));
    const other = reducedBasis({ encoder: { cellFeatures: 7, faceFeatures: 4 } });
    expect(() => requireFeatureCounts(other, plan, 2)).toThrow(/built for 7 cell and 4 face features/);
  });

  it('count boundary values from their mean and scale fields by the larger of source and values', () => {
    const plan = { output: 'field' as const, features: { ...bare, boundaryValues: true } };
    const operator = assembleOperator(squareGrid(4, 2 * Math.PI), 1, types);
    const source = new Float64Array(16).fill(2);
    const values = { left: new Float64Array(4).fill(290), bottom: new Float64Array(4).fill(310) };
    const { inputs, fieldScale, fieldOffset } = operatorMember(plan, operator, types, source, values);
    expect(fieldOffset).toBeCloseTo(300, 12);
    expect(fieldScale).toBeCloseTo(10, 12);
    expect(inputs.faceFeatures).toBe(5);
    // patches in the order left, right, bottom, top, four faces each
    const seen = Array.from({ length: 16 }, (_, face) => inputs.faces[5 * face + 4]);
    expect(seen).toEqual([-1, -1, -1, -1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]);
    expect(inputs.cells[2]).toBeCloseTo(0.2, 6);
    expect(featureCounts(plan, 2)).toEqual({ cellFeatures: 3, faceFeatures: 5 });
  });

  it('are the same for temperatures in another unit and from another zero, with the field in theirs', () => {
    const plan = { output: 'field' as const, features: { boundaryValues: true } };
    const operator = assembleOperator(squareGrid(5, 3), 2, types);
    const source = Float64Array.from({ length: 25 }, (_, cell) => Math.sin(cell));
    const celsius = { left: Float64Array.of(1, 2, 3, 4, 5), bottom: Float64Array.of(9, 8, 7, 6, 5) };
    const converted = (u: number) => 32 + 1.8 * u;
    const fahrenheit = { left: celsius.left.map(converted), bottom: celsius.bottom.map(converted) };
    const a = operatorMember(plan, operator, types, source, celsius);
    const b = operatorMember(
      plan,
      operator,
      types,
      source.map((q) => 1.8 * q),
      fahrenheit,
    );
    a.inputs.faces.forEach((value, i) => {
      expect(b.inputs.faces[i]).toBeCloseTo(value, 5);
    });
    a.inputs.cells.forEach((value, i) => {
      expect(b.inputs.cells[i]).toBeCloseTo(value, 5);
    });
    expect(b.fieldOffset).toBeCloseTo(converted(a.fieldOffset), 10);
    expect(b.fieldScale).toBeCloseTo(1.8 * a.fieldScale, 10);
  });

  it('refuse boundary values that a field operator would not see', () => {
    const plan = { output: 'field' as const, features: bare };
    const operator = assembleOperator(squareGrid(4, 2), 1, types);
    const values = { left: new Float64Array(4).fill(1) };
    const source = new Float64Array(16).fill(1);
    expect(() => operatorMember(plan, operator, types, source, values)).toThrow(
      /set features.boundaryValues/,
    );
    expect(operatorMember({ ...plan, output: 'basis' }, operator, types, source, values).fieldOffset).toBe(0);
  });

  it('say the temperatures of a problem’s Dirichlet patches face by face', () => {
    const mesh = squareGrid(3, 3);
    const conditions = {
      left: { type: 'dirichlet', value: 7 },
      right: { type: 'dirichlet', value: (x: readonly number[]) => 10 * x[1] },
      bottom: { type: 'neumann', flux: 3 },
      top: { type: 'neumann', flux: 0 },
    } as const;
    expect(boundaryValuesOf(mesh, conditions)).toEqual({
      left: Float64Array.of(7, 7, 7),
      right: Float64Array.of(5, 15, 25),
    });
  });
});
