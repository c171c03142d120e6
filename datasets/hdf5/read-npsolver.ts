import { FileError } from '../../common/errors.js';
import type { Mesh } from '../../geometry/mesh.js';
import { type Hdf5Source, withHdf5File } from './library.js';
import type { NpsolverSample } from './npsolver-layout.js';
import { type NpsolverMeshOptions, npsolverMesh, sameMesh } from './npsolver-mesh.js';
import { groupReader, groupsOf } from './read-datasets.js';

export interface ReadNpsolverOptions extends NpsolverMeshOptions {
  /** Groups to read, in this order; by default all, those named by numbers in their order. */
  readonly groups?: readonly string[];
}

/**
 * Reads NPSolver's HDF5 files of meshes (`train_….h5`) and of samples with solutions (`test_….h5`), in our sign: the source
 * is q = −f. Coefficients of fluxes are deltaCoeff · magSf as the file has them; the mesh has no points, so that it can be
 * solved on and learnt from, not drawn. Groups that repeat the mesh of the one before share one mesh object.
 *
 * @param source a path, or the bytes of a file
 * @throws FileError, of one sentence, for files that are damaged or not in this layout, naming group and dataset
 */
export async function readNpsolverFile(
  source: Hdf5Source,
  options: ReadNpsolverOptions = {},
): Promise<NpsolverSample[]> {
  const caller = 'readNpsolverFile';
  const file = typeof source === 'string' ? source : 'the file';
  return withHdf5File(caller, source, (root) => {
    const groups = new Map(groupsOf(root));
    if (groups.size === 0) {
      throw new FileError(`${caller}: ${file} has no groups; NPSolver's files have one a mesh or sample`);
    }
    const names = options.groups ?? inOrder([...groups.keys()]);
    let last: Mesh | undefined;
    return names.map((name): NpsolverSample => {
      const group = groups.get(name);
      if (!group) throw new FileError(`${caller}: ${file} has no group '${name}'`);
      const reader = groupReader(caller, file, group);
      const read = npsolverMesh(reader, options);
      const mesh: Mesh = last && sameMesh(last, read.mesh) ? last : read.mesh;
      last = mesh;
      const { cellCount, faceCount, internalFaceCount } = mesh;
      return {
        name,
        mesh,
        boundaryTypes: read.boundaryTypes,
        ...(reader.has('case_name') && { caseName: reader.text('case_name') }),
        ...(reader.has('boundaryP') && {
          boundaryValues: reader.floats('boundaryP', faceCount - internalFaceCount),
        }),
        ...(reader.has('f_samples') && { source: reader.floats('f_samples', cellCount).map((f) => -f) }),
        ...(reader.has('p_solved') && { solution: reader.floats('p_solved', cellCount) }),
      };
    });
  });
}

/** Numbers by size, then the rest as they come. */
function inOrder(names: readonly string[]): string[] {
  const numbers = names.filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(a) - Number(b));
  return [...numbers, ...names.filter((name) => !/^\d+$/.test(name))];
}
