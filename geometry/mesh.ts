/** A named, contiguous range of boundary faces. */
export interface Patch {
  readonly name: string;
  /** Index of its first face among all faces. */
  readonly start: number;
  readonly size: number;
}

/** Shapes of cells in 3D, numbered and with their points ordered as in VTK. A polyhedron's points are in no order. */
export const CELL_SHAPES = {
  tetrahedron: 10,
  hexahedron: 12,
  prism: 13,
  pyramid: 14,
  polyhedron: 42,
} as const;

/** A named set of internal faces, such as those between two materials. */
export interface Interface {
  readonly name: string;
  /** Indices of internal faces, ascending */
  readonly faces: Int32Array;
}

/**
 * An immutable finite-volume mesh of polygons (2D) or polyhedra (3D).
 *
 * Faces (edges in 2D) are ordered as in OpenFOAM: internal faces first, then the boundary faces patch by patch.
 * All vectors are row-major: `points` is `[point][dimension]`, and so on. In 2D a "volume" is an area and an
 * "area" a length (unit depth).
 */
export interface Mesh {
  readonly dimension: 2 | 3;
  /** `[point][dimension]` */
  readonly points: Float64Array;

  readonly cellCount: number;
  /** Points of cell c: `cellPoints[cellOffsets[c] .. cellOffsets[c + 1])`; counter-clockwise in 2D, by shape in 3D. */
  readonly cellOffsets: Int32Array;
  readonly cellPoints: Int32Array;
  /** `[cell]` one of {@link CELL_SHAPES}; in 3D only */
  readonly cellShapes?: Uint8Array;
  /** `[cell]` area in 2D, volume in 3D */
  readonly cellVolumes: Float64Array;
  /** `[cell][dimension]` */
  readonly cellCentroids: Float64Array;

  readonly faceCount: number;
  readonly internalFaceCount: number;
  /** Points of face f: `facePoints[faceOffsets[f] .. faceOffsets[f + 1])` */
  readonly faceOffsets: Int32Array;
  readonly facePoints: Int32Array;
  /** `[face]` cell that the normal points out of */
  readonly owner: Int32Array;
  /** `[internal face]` cell that the normal points into */
  readonly neighbour: Int32Array;
  /** `[face]` length in 2D, area in 3D */
  readonly faceAreas: Float64Array;
  /** `[face][dimension]` unit normal, out of the owner */
  readonly faceNormals: Float64Array;
  /** `[face][dimension]` */
  readonly faceCentroids: Float64Array;
  /**
   * `[face]` 1/m, of a mesh that came with the coefficients of its two-point fluxes: what stands for the inverse distance
   * of the two centroids, or of centroid and boundary face. Such a mesh may have no points: the arrays of points are empty
   * then, and it can be solved on and learnt from, not drawn.
   */
  readonly deltaCoefficients?: Float64Array;

  readonly patches: readonly Patch[];
  /** Names of the regions (materials), where the mesh has any */
  readonly regionNames?: readonly string[];
  /** `[cell]` index into `regionNames` */
  readonly cellRegions?: Int32Array;
  readonly interfaces?: readonly Interface[];
}
