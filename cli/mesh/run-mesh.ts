import { extname } from 'node:path';
import { InvalidInputError } from '../../common/errors.js';
import { writeMeshFile } from '../../geometry/files/index.js';
import { meshFormatOfName } from '../../geometry/formats/mesh-formats.js';
import { type BuildMeshOptions, buildMesh } from '../problem/build-mesh.js';
import type { LengthUnit, MeshSection } from '../problem/mesh-schema.js';
import { readYaml } from '../problem/read-yaml.js';
import { meshFileSchema } from './mesh-file-schema.js';
import { type MeshSummary, meshSummary } from './mesh-summary.js';

/** A round hole: centre and radius. */
export type Hole = readonly [x: number, y: number, radius: number];

export interface RunMeshOptions {
  /** A closed surface (.stl) or a file with a section mesh (.yaml); or give `rectangle` */
  readonly input?: string;
  /** Width and height */
  readonly rectangle?: readonly [number, number];
  readonly holes?: readonly Hole[];
  readonly out: string;
  /** Of the lengths given, those of the surface included; the mesh is in metres */
  readonly lengthUnit?: LengthUnit;
  readonly cellSize?: number;
  readonly cells?: number;
  readonly featureAngle?: number;
}

/** What `fieldsmith mesh --json` prints. */
export interface MeshResult extends MeshSummary {
  readonly file: string;
  readonly seconds: number;
}

/**
 * Makes a mesh and writes it.
 *
 * @throws InvalidInputError for options that contradict each other; what buildMesh and writeMeshFile throw
 */
export async function runMesh(options: RunMeshOptions, watch: BuildMeshOptions): Promise<MeshResult> {
  // an unknown ending is better found before the work than after it
  meshFormatOfName(options.out);
  const started = performance.now();
  const { section, unit, path } = sectionOf(options);
  const mesh = await buildMesh(section, unit, path, watch);
  watch.signal?.throwIfAborted();
  await writeMeshFile(options.out, mesh, { signal: watch.signal });
  return { file: options.out, seconds: (performance.now() - started) / 1000, ...meshSummary(mesh) };
}

function sectionOf(options: RunMeshOptions): { section: MeshSection; unit: LengthUnit; path: string } {
  const { input, rectangle, holes = [], cellSize, cells, featureAngle } = options;
  if ((input === undefined) === (rectangle === undefined)) {
    throw new InvalidInputError('mesh: name a file (.stl, .yaml), or give --rectangle WIDTHxHEIGHT');
  }
  const sizes = {
    ...(cellSize !== undefined && { cellSize }),
    ...(cells !== undefined && { cells }),
    ...(featureAngle !== undefined && { featureAngle }),
  };
  const plain = { unit: options.lengthUnit ?? 'm', path: 'mesh' } as const;
  if (rectangle) {
    const [width, height] = rectangle;
    const section: MeshSection = {
      rectangle: { from: [0, 0], to: [width, height] },
      holes: holes.map(([x, y, radius], i) => ({ name: `hole-${i}`, centre: [x, y], radius })),
      regions: [],
      ...sizes,
    };
    return { section, ...plain };
  }
  if (holes.length > 0) throw new InvalidInputError('mesh: --hole belongs to --rectangle');
  const extension = extname(input!).toLowerCase();
  if (extension === '.stl') return { section: { file: input, holes: [], regions: [], ...sizes }, ...plain };
  if (extension !== '.yaml' && extension !== '.yml') {
    const hint = ['.vtu', '.vtk', '.msh'].includes(extension)
      ? 'it has cells already; fieldsmith convert writes it in another format'
      : 'expected a surface (.stl) or a file with a section mesh (.yaml); fieldsmith convert makes STL of OBJ, PLY and GLB';
    throw new InvalidInputError(`mesh: cannot make a mesh of ${input}: ${hint}`);
  }
  if (options.lengthUnit)
    throw new InvalidInputError(`mesh: the lengthUnit is that of ${input}; set it there`);
  const { mesh, lengthUnit } = readYaml(input!, meshFileSchema);
  if (cellSize !== undefined || cells !== undefined) {
    const { cellSize: _, cells: __, ...rest } = mesh;
    return { section: { ...rest, ...sizes }, unit: lengthUnit, path: input! };
  }
  return { section: { ...mesh, ...sizes }, unit: lengthUnit, path: input! };
}
