import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import type { Mesh } from '../../geometry/index.js';
import {
  applyReducedBasis,
  batchInputs,
  batchSpecs,
  encoderFeatureCounts,
  encoderInputs,
  type OperatorInputs,
  reducedBasis,
} from '../../operators/index.js';
import { compile } from '../../runtime/index.js';
import { tf } from '../../runtime/tf.js';
import { assembleOperator } from '../../solvers/index.js';
import { asTensors } from './helpers.js';
import { loads, smallMesh, typesOf } from './poisson-samples.js';

const mesh = smallMesh();
const other = smallMesh(2, 0.7);
const types = typesOf(mesh, 'mixed');

/** The same part in another unit, elsewhere. */
const inUnits = (original: Mesh, factor: number, shift: number): Mesh => {
  const moved = (positions: Float64Array) => positions.map((x) => factor * x + shift);
  return {
    ...original,
    points: moved(original.points),
    cellCentroids: moved(original.cellCentroids),
    faceCentroids: moved(original.faceCentroids),
    faceAreas: original.faceAreas.map((area) => area * factor),
    cellVolumes: original.cellVolumes.map((volume) => volume * factor ** 2),
  };
};

test('a part in millimetres, moved, has the features of the same part in metres', () => {
  const options = { conductivity: true };
  const kappa = mesh.cellVolumes.map((_, cell) => 1 + (cell % 5));
  const metres = encoderInputs(mesh, types, kappa, options);
  const millimetres = encoderInputs(
    inUnits(mesh, 1000, 70),
    types,
    kappa.map((k) => 1e-3 * k),
    options,
  );
  for (const key of ['cells', 'faces', 'cellMeasures', 'faceMeasures'] as const) {
    metres[key].forEach((value, i) => {
      expect(Math.abs(millimetres[key][i] - value)).toBeLessThan(2e-6);
    });
  }
});

test.each([
  {},
  { fourierFrequencies: 0, normals: false, faceSize: false, boundaryDistance: false },
  { fourierFrequencies: 3, conductivity: true },
])('feature counts are what is written, %o', (options) => {
  const { cells, faces, cellCount, faceCount } = encoderInputs(mesh, types, 1, options);
  const { cellFeatures, faceFeatures } = encoderFeatureCounts(2, options);
  expect(cells.length).toBe(cellCount * cellFeatures);
  expect(faces.length).toBe(faceCount * faceFeatures);
  for (const value of [...cells, ...faces]) expect(Number.isFinite(value)).toBe(true);
});

test('boundary types are told per face, measures are shares', () => {
  const { faces, faceFeatures, cellMeasures, faceMeasures } = encoderInputs(mesh, types, 1, {
    fourierFrequencies: 0,
  });
  for (const { name, start, size } of mesh.patches) {
    for (let face = start - mesh.internalFaceCount; face < start - mesh.internalFaceCount + size; face++) {
      const oneHot = [...faces.subarray(face * faceFeatures + 2, face * faceFeatures + 4)];
      expect(oneHot).toEqual(types[name] === 'dirichlet' ? [0, 1] : [1, 0]);
    }
  }
  for (const measures of [cellMeasures, faceMeasures]) {
    expect(measures.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  }
});

test('missing types and κ of another mesh are refused', () => {
  expect(() => encoderInputs(mesh, {})).toThrow(/boundary type/);
  expect(() => encoderInputs(mesh, types, new Float64Array(3), { conductivity: true })).toThrow(/per cell/);
  expect(() => batchInputs([])).toThrow(/empty/);
});

test('an encoder compiled with open sizes answers meshes of any size as the eager network does', async () => {
  const operator = reducedBasis({
    rank: 12,
    waveNumber: 3,
    encoder: { width: 16, blocks: 2, heads: 2, cellSlices: 6, faceSlices: 3, ...encoderFeatureCounts(2) },
  });
  const initial = operator.initialParameters(createRandom(4));
  const { cellFeatures, faceFeatures } = encoderFeatureCounts(2);
  const encoder = await compile(
    (inputs, parameters) => ({ basis: operator.forward(parameters!, inputs as unknown as OperatorInputs) }),
    batchSpecs(cellFeatures, faceFeatures, 'batch'),
    { parameters: initial },
  );
  const members = [mesh, other].map((one) => encoderInputs(one, typesOf(one, 'mixed')));
  const together = await encoder.run(batchInputs(members));
  const padded = Math.max(mesh.cellCount, other.cellCount);
  for (const [b, one] of [mesh, other].entries()) {
    const batch = batchInputs([members[b]]);
    const alone = await encoder.run(batch);
    const eager = operator
      .forward(
        asTensors(initial),
        Object.fromEntries(
          Object.entries(batch).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
        ) as unknown as OperatorInputs,
      )
      .dataSync();
    const scale = Math.max(...eager.map(Math.abs));
    eager.forEach((value, i) => {
      expect(Math.abs(alone.basis.data[i] - value)).toBeLessThan(1e-5 * scale);
      expect(Math.abs(together.basis.data[b * padded * 12 + i] - value)).toBeLessThan(1e-5 * scale);
    });
    const poisson = assembleOperator(one, undefined, typesOf(one, 'mixed'));
    const { relativeResiduals } = applyReducedBasis(poisson, Float32Array.from(alone.basis.data), 12).apply(
      loads(poisson, 2, 3),
    );
    for (const residual of relativeResiduals) expect(residual).toBeGreaterThan(0);
  }
  await encoder.dispose();
});
