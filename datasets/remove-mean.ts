import type { Mesh } from '../geometry/mesh.js';

/** f ← f − Σ f V / Σ V, in place: the source that an all-Neumann problem can balance. Returns f. */
export function removeVolumeMean(mesh: Mesh, field: Float64Array): Float64Array {
  const { cellCount, cellVolumes } = mesh;
  let integral = 0;
  let volume = 0;
  for (let cell = 0; cell < cellCount; cell++) {
    integral += field[cell] * cellVolumes[cell];
    volume += cellVolumes[cell];
  }
  const mean = integral / volume;
  for (let cell = 0; cell < cellCount; cell++) field[cell] -= mean;
  return field;
}
