import type { Mesh } from '../../geometry/mesh.js';
import type { HostArray } from '../../runtime/graph.js';
import type { TensorSpecs } from '../../runtime/specs.js';

/**
 * Which cells share a face, once a pair, and where each boundary face lies. With ℓ = (mean cell volume)^(1/dimension) and L
 * the domain's half length, the features are (x − x')/ℓ, |x − x'|/ℓ, area/ℓ^(dimension − 1) and log(ℓ/L).
 */
export interface EdgeInputs {
  readonly edgeCount: number;
  readonly edgeFeatures: number;
  /** `[internal face]` */
  readonly owner: Int32Array;
  /** `[internal face]` */
  readonly neighbour: Int32Array;
  /** `[internal face][feature]`, x of the neighbour, x' of the owner */
  readonly edges: Float32Array;
  /** `[boundary face]` */
  readonly faceCells: Int32Array;
  /** `[boundary face][feature]`, x of the cell, x' of the face */
  readonly faceEdges: Float32Array;
}

/** How many {@link EdgeInputs} has an edge. */
export const edgeFeatureCount = (dimension: 2 | 3): number => dimension + 3;

/** @param length the domain's half length, in the mesh's unit */
export function edgeInputs(mesh: Mesh, length: number): EdgeInputs {
  const { dimension, cellCount, internalFaceCount, faceCount, cellCentroids, faceCentroids, faceAreas } =
    mesh;
  const volume = mesh.cellVolumes.reduce((sum, value) => sum + value, 0) / cellCount;
  const size = volume ** (1 / dimension);
  const edgeFeatures = edgeFeatureCount(dimension);
  const fill = (
    first: number,
    count: number,
    row: (face: number) => [to: Float64Array, at: number, from: Float64Array, at: number],
  ): Float32Array => {
    const features = new Float32Array(count * edgeFeatures);
    for (let i = 0; i < count; i++) {
      const [to, target, from, origin] = row(first + i);
      let squared = 0;
      for (let axis = 0; axis < dimension; axis++) {
        const difference = (to[target * dimension + axis] - from[origin * dimension + axis]) / size;
        features[i * edgeFeatures + axis] = difference;
        squared += difference ** 2;
      }
      features[i * edgeFeatures + dimension] = Math.sqrt(squared);
      features[i * edgeFeatures + dimension + 1] = faceAreas[first + i] / size ** (dimension - 1);
      features[i * edgeFeatures + dimension + 2] = Math.log(size / length);
    }
    return features;
  };
  const owner = mesh.owner.slice(0, internalFaceCount);
  const { neighbour } = mesh;
  return {
    edgeCount: internalFaceCount,
    edgeFeatures,
    owner,
    neighbour,
    edges: fill(0, internalFaceCount, (face) => [cellCentroids, neighbour[face], cellCentroids, owner[face]]),
    faceCells: mesh.owner.slice(internalFaceCount),
    faceEdges: fill(internalFaceCount, faceCount - internalFaceCount, (face) => [
      cellCentroids,
      mesh.owner[face],
      faceCentroids,
      face,
    ]),
  };
}

/** The edges within the first `cellCount` cells; faces of other cells are put onto the last of them. */
export function firstEdges(inputs: EdgeInputs, cellCount: number, faceCount: number): EdgeInputs {
  const { edgeFeatures } = inputs;
  const kept = Array.from(inputs.owner.keys()).filter(
    (edge) => inputs.owner[edge] < cellCount && inputs.neighbour[edge] < cellCount,
  );
  return {
    edgeCount: kept.length,
    edgeFeatures,
    owner: Int32Array.from(kept, (edge) => inputs.owner[edge]),
    neighbour: Int32Array.from(kept, (edge) => inputs.neighbour[edge]),
    edges: Float32Array.from(
      kept.flatMap((edge) => [...inputs.edges.subarray(edge * edgeFeatures, (edge + 1) * edgeFeatures)]),
    ),
    faceCells: inputs.faceCells.slice(0, faceCount).map((cell) => Math.min(cell, cellCount - 1)),
    faceEdges: inputs.faceEdges.slice(0, faceCount * edgeFeatures),
  };
}

/** Specifications of {@link edgeBatch}'s arrays. */
export function edgeSpecs(edgeFeatures: number, batch: number | string): TensorSpecs {
  return {
    edges: { shape: [batch, 'edges', edgeFeatures], dtype: 'float32' },
    edgeMask: { shape: [batch, 'edges'], dtype: 'float32' },
    edgeOwners: { shape: [batch, 'edges'], dtype: 'int32' },
    edgeNeighbours: { shape: [batch, 'edges'], dtype: 'int32' },
    faceEdges: { shape: [batch, 'faces', edgeFeatures], dtype: 'float32' },
    faceCells: { shape: [batch, 'faces'], dtype: 'int32' },
  };
}

/** Stacks the edges of meshes padded to `cells` and `faces`: cells are numbered through the whole batch. */
export function edgeBatch(
  members: readonly EdgeInputs[],
  cells: number,
  faces: number,
): Record<'edges' | 'edgeMask' | 'edgeOwners' | 'edgeNeighbours' | 'faceEdges' | 'faceCells', HostArray> {
  const batch = members.length;
  const [{ edgeFeatures }] = members;
  // a graph without an edge has one that counts nothing: no size is zero
  const edges = Math.max(1, ...members.map(({ edgeCount }) => edgeCount));
  const features = (rows: number, values: (member: EdgeInputs) => Float32Array): HostArray => {
    const data = new Float32Array(batch * rows * edgeFeatures);
    members.forEach((member, b) => {
      data.set(values(member), b * rows * edgeFeatures);
    });
    return { shape: [batch, rows, edgeFeatures], data };
  };
  const indices = (rows: number, values: (member: EdgeInputs) => Int32Array): HostArray => {
    const data = new Int32Array(batch * rows);
    members.forEach((member, b) => {
      data.set(
        values(member).map((cell) => cell + b * cells),
        b * rows,
      );
    });
    return { shape: [batch, rows], data };
  };
  const mask = new Float32Array(batch * edges);
  members.forEach(({ edgeCount }, b) => {
    mask.fill(1, b * edges, b * edges + edgeCount);
  });
  return {
    edges: features(edges, (member) => member.edges),
    edgeMask: { shape: [batch, edges], data: mask },
    edgeOwners: indices(edges, ({ owner }) => owner),
    edgeNeighbours: indices(edges, ({ neighbour }) => neighbour),
    faceEdges: features(faces, (member) => member.faceEdges),
    faceCells: indices(faces, ({ faceCells }) => faceCells),
  };
}
