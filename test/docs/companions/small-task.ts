import { poissonTask } from 'fieldsmith/datasets';
import { cornerRemovedSquare, generateMesh } from 'fieldsmith/geometry';
import { baTransolver, encoderFeatureCounts } from 'fieldsmith/operators';

const meshes = [1, 2].map((seed) =>
  generateMesh(cornerRemovedSquare({ corners: 1, seed }), { cellCount: 60 }),
);
export const task = poissonTask({ meshes });
const counts = encoderFeatureCounts(2);
export const operator = baTransolver({
  ...{ width: 8, blocks: 1, heads: 2, cellSlices: 4, faceSlices: 2 },
  ...counts,
  // the source is the last one
  cellFeatures: counts.cellFeatures + 1,
});
