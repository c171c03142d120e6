import type { Mesh } from '../../geometry/mesh.js';
import type { BoundaryTypes } from '../boundary-types.js';

/** NPSolver's numbers of patch types. */
export const PATCH_TYPES = { zeroGradient: 0, fixedValue: 1, empty: 2, symmetry: 3, cyclic: 4 } as const;

/** A mesh of NPSolver's with what may lie beside it, in our sign: −∇²u = q, so that q is the file's −f. */
export interface NpsolverSample {
  /** Its group in the file; by default "0", "1", … in order */
  readonly name?: string;
  readonly caseName?: string;
  readonly mesh: Mesh;
  readonly boundaryTypes: BoundaryTypes;
  /** u of Dirichlet faces, `[face − internalFaceCount]`; 0 by default */
  readonly boundaryValues?: Float64Array;
  /** q, `[cell]` */
  readonly source?: Float64Array;
  /** u, `[cell]` */
  readonly solution?: Float64Array;
}
