import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { baTransolver, encoderFeatureCounts, NPSOLVER_2D, reducedBasis } from '../../operators/index.js';
import { assembleOperator } from '../../solvers/index.js';
import { featureCounts, operatorMember, requireFeatureCounts } from '../../training/operator-inputs.js';
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
});
