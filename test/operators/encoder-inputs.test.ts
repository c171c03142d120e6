import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { extrudeMesh, type Mesh } from '../../geometry/index.js';
import {
  applyReducedBasis,
  batchInputs,
  batchSpecs,
  domainScale,
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
  { conductivity: true, boundaryValues: true },
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

const cube = extrudeMesh(smallMesh(3, 1.2), { height: 2, layers: 3, bottom: 'low', top: 'high' });

test.each([
  ['2D', mesh],
  ['3D', cube],
] as const)(
  'distances in %s are those to the nearest face centroid of either type, with layers along them',
  (_, part) => {
    const kinds = typesOf(part, 'mixed');
    const { dimension } = part;
    const { cells, cellFeatures } = encoderInputs(part, kinds, 1, { fourierFrequencies: 0 });
    const { length } = domainScale(part);
    for (let cell = 0; cell < part.cellCount; cell++) {
      const nearest = { neumann: 2, dirichlet: 2 };
      for (const { name, start, size } of part.patches) {
        for (let face = start; face < start + size; face++) {
          const offsets = Array.from({ length: dimension }, (_, axis) => {
            return part.faceCentroids[face * dimension + axis] - part.cellCentroids[cell * dimension + axis];
          });
          nearest[kinds[name]] = Math.min(nearest[kinds[name]], Math.hypot(...offsets) / length);
        }
      }
      const found = cells.subarray(cell * cellFeatures + dimension, (cell + 1) * cellFeatures);
      const expected = [nearest.neumann, nearest.dirichlet].flatMap((d) => [
        d,
        Math.exp(-d / 0.08),
        Math.exp(-d / 0.3),
      ]);
      expected.forEach((value, k) => {
        expect(found[k]).toBeCloseTo(value, 5);
      });
    }
  },
);

test('boundary values come last among the features of faces, zero without any', () => {
  const options = { boundaryValues: true };
  const faceCount = mesh.faceCount - mesh.internalFaceCount;
  const values = Float64Array.from({ length: faceCount }, (_, face) => Math.cos(face));
  const told = encoderInputs(mesh, types, 1, options, values);
  const silent = encoderInputs(mesh, types, 1, options);
  values.forEach((value, face) => {
    const last = (face + 1) * told.faceFeatures - 1;
    expect(told.faces[last]).toBeCloseTo(value, 6);
    expect(silent.faces[last]).toBe(0);
  });
  expect(() => encoderInputs(mesh, types, 1, options, values.subarray(1))).toThrow(
    /one value per boundary face/,
  );
  values[4] = Number.NaN;
  expect(() => encoderInputs(mesh, types, 1, options, values)).toThrow(/boundaryValues\[4\] is NaN/);
});

test('κ that is not positive is refused and never becomes a feature', () => {
  for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    const kappa = mesh.cellVolumes.map((_, cell) => (cell === 3 ? bad : 2));
    expect(() => encoderInputs(mesh, types, kappa, { conductivity: true })).toThrow(/conductivity\[3\]/);
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
