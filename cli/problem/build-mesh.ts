import { dirname, extname, resolve } from 'node:path';
import { InvalidInputError } from '../../common/errors.js';
import type { Progress } from '../../common/progress.js';
import { generateMeshes } from '../../datasets/index.js';
import { sizeForCount } from '../../datasets/size-for-count.js';
import { readMeshFile, readStlFile } from '../../geometry/files/index.js';
import { arcVertices, extrudeMesh, generateMesh, type Mesh, type PolygonRing } from '../../geometry/index.js';
import type { LengthUnit, MeshSection } from './mesh-schema.js';
import { scaleMesh } from './scale-mesh.js';

export interface BuildMeshOptions {
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

export const METRES = { m: 1, cm: 1e-2, mm: 1e-3 } as const satisfies Record<LengthUnit, number>;

/** Cells unless the file says how many or how large. */
const DEFAULT_CELLS = 4000;

/** Straight pieces that stand for a hole, at least, and where the size of the cells is not known. */
const [FEWEST_PIECES, PIECES] = [16, 32];

/**
 * The mesh that the section `mesh` of a file describes, in metres.
 *
 * @param path of the file, which `mesh.file` is relative to
 * @throws InvalidInputError where the section contradicts itself; what readMeshFile and generateMesh throw; GeometryError
 *   naming a surface that cannot be filled
 */
export async function buildMesh(
  section: MeshSection,
  unit: LengthUnit,
  path: string,
  watch: BuildMeshOptions = {},
): Promise<Mesh> {
  const { file, rectangle, outline, cellSize, cells } = section;
  const ways = Object.entries({ file, rectangle, outline }).filter(([, value]) => value !== undefined);
  if (ways.length !== 1) {
    const given = ways.length === 0 ? 'none is given' : `${ways.map(([key]) => key).join(' and ')} are given`;
    throw new InvalidInputError(`mesh: give one of file, rectangle and outline; ${given}`);
  }
  if (cellSize !== undefined && cells !== undefined)
    throw new InvalidInputError('mesh: give either cellSize or cells');
  return file === undefined
    ? drawnMesh(section, METRES[unit])
    : meshOfFile(section, METRES[unit], resolve(dirname(path), file), watch);
}

async function meshOfFile(
  section: MeshSection,
  metres: number,
  path: string,
  watch: BuildMeshOptions,
): Promise<Mesh> {
  const drawn = (['holes', 'regions', 'extrude'] as const).filter((key) =>
    Array.isArray(section[key]) ? section[key].length > 0 : section[key] !== undefined,
  );
  if (drawn.length > 0) {
    throw new InvalidInputError(`mesh: ${drawn.join(', ')} belong to rectangle and outline, not to file`);
  }
  const { cellSize, cells, featureAngle } = section;
  if (extname(path).toLowerCase() !== '.stl') {
    const given = Object.entries({ cellSize, cells, featureAngle }).find(([, value]) => value !== undefined);
    if (given) {
      throw new InvalidInputError(
        `mesh: ${given[0]} is for surfaces (.stl); the cells of ${path} are taken as they are`,
      );
    }
    return scaleMesh((await readMeshFile(path, watch)).mesh, metres);
  }
  const read = await readStlFile(path, watch);
  const surface = { ...read, points: read.points.map((value) => value * metres) };
  const size = cellSize === undefined ? sizeForCount(surface, cells ?? DEFAULT_CELLS) : cellSize * metres;
  const options = { surface, cellSize: size, ...(featureAngle !== undefined && { featureAngle }) };
  // in a worker thread: a second ctrl-C ends the process while it fills the surface
  const [mesh] = await generateMeshes([{ kind: 'surface', options }], {
    names: [path],
    workers: 1,
    ...watch,
  });
  return mesh;
}

function drawnMesh(section: MeshSection, metres: number): Mesh {
  const { outline, rectangle, holes, regions, cellSize, cells, extrude, featureAngle } = section;
  if (featureAngle !== undefined)
    throw new InvalidInputError('mesh: featureAngle is for surfaces (.stl), not for rectangle and outline');
  const size = cellSize === undefined ? undefined : cellSize * metres;
  const scaled = ([x, y]: readonly [number, number]): [number, number] => [x * metres, y * metres];
  const flat = generateMesh(
    {
      outer: outline
        ? { vertices: outline.points.map(scaled), patches: outline.patches }
        : { vertices: corners(rectangle!).map(scaled), patches: ['bottom', 'right', 'top', 'left'] },
      holes: holes.map(
        ({ name, centre, radius }): PolygonRing => ({
          vertices: arcVertices({
            centre: scaled(centre),
            radius: radius * metres,
            pieces: size
              ? Math.max(FEWEST_PIECES, Math.ceil((2 * Math.PI * radius * metres) / size))
              : PIECES,
          }),
          patches: name,
        }),
      ),
      interfaces: regions.map((each) => ({
        name: each.name,
        vertices: corners(each).map(scaled),
        closed: true,
        region: each.name,
      })),
    },
    // cells of a section, where it becomes a plate: as many in every layer
    size === undefined
      ? { cellCount: Math.max(1, Math.round((cells ?? DEFAULT_CELLS) / (extrude?.layers ?? 1))) }
      : { cellSize: size },
  );
  if (!extrude) return flat;
  const { height, layers } = extrude;
  return extrudeMesh(flat, { height: height * metres, layers, bottom: 'back', top: 'front' });
}

function corners({ from, to }: { from: [number, number]; to: [number, number] }): [number, number][] {
  return [from, [to[0], from[1]], to, [from[0], to[1]]];
}
