import { z } from 'zod';
import type { MeshWithFields } from './mesh-from-request.js';
import { meshIdSchema } from './problem-schema.js';
import { arrayBytes } from './shared-arrays.js';

const corner = z.array(z.number());

/** What a client needs to know of a mesh to state a problem on it. */
export const meshSummarySchema = z
  .object({
    id: meshIdSchema,
    dimension: z.union([z.literal(2), z.literal(3)]),
    cells: z.int(),
    faces: z.int(),
    volume: z.number().describe('area in 2D'),
    boundingBox: z.object({ low: corner, high: corner }).describe('of the cell centroids'),
    patches: z.array(z.object({ name: z.string(), faces: z.int(), area: z.number() })),
    regions: z.array(z.string()),
    interfaces: z.array(z.string()),
    cellData: z.array(z.string()).describe('fields of the file that a problem can name'),
    bytes: z.int().describe('memory that the service keeps it in'),
  })
  .meta({ id: 'MeshSummary' });

export type MeshSummary = z.infer<typeof meshSummarySchema>;

export function meshSummary(id: string, { mesh, cellFields }: MeshWithFields): MeshSummary {
  const { dimension, cellCount, cellCentroids } = mesh;
  const low = new Array<number>(dimension).fill(Number.POSITIVE_INFINITY);
  const high = new Array<number>(dimension).fill(Number.NEGATIVE_INFINITY);
  let volume = 0;
  for (let cell = 0; cell < cellCount; cell++) {
    volume += mesh.cellVolumes[cell];
    for (let k = 0; k < dimension; k++) {
      const x = cellCentroids[cell * dimension + k];
      low[k] = Math.min(low[k], x);
      high[k] = Math.max(high[k], x);
    }
  }
  return {
    id,
    dimension,
    cells: cellCount,
    faces: mesh.faceCount,
    volume,
    boundingBox: { low, high },
    patches: mesh.patches.map(({ name, start, size }) => {
      const areas = mesh.faceAreas.subarray(start, start + size);
      return { name, faces: size, area: areas.reduce((sum, area) => sum + area, 0) };
    }),
    regions: [...(mesh.regionNames ?? [])],
    interfaces: (mesh.interfaces ?? []).map(({ name }) => name),
    cellData: Object.keys(cellFields),
    bytes: arrayBytes(mesh) + arrayBytes(cellFields),
  };
}
