import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { InvalidInputError } from '../../common/errors.js';
import { writeFileAtomically } from '../../common/write-file.js';
import { writeMeshFile } from '../../geometry/files/index.js';
import { meshFormatOfName } from '../../geometry/formats/mesh-formats.js';
import { readConfig } from '../config/read-config.js';
import { isModule } from '../config/read-module.js';
import { type BuildMeshOptions, buildMesh } from '../problem/build-mesh.js';
import type { LengthUnit, MeshSection } from '../problem/mesh-schema.js';
import { meshFileSchema } from './mesh-file-schema.js';
import { type MeshSummary, meshSummary } from './mesh-summary.js';
import { starterProblem } from './starter-problem.js';

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
  /** Problem file to write, to start from; one that is there is not overwritten */
  readonly problem?: string;
}

/** What `fieldsmith mesh --json` prints. */
export interface MeshResult extends MeshSummary {
  readonly file: string;
  readonly problem?: string;
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
  const { problem } = options;
  if (problem !== undefined) requireFreeName(problem);
  const started = performance.now();
  const { section, unit, path } = await sectionOf(options);
  const mesh = await buildMesh(section, unit, path, watch);
  watch.signal?.throwIfAborted();
  await writeMeshFile(options.out, mesh, { signal: watch.signal });
  if (problem !== undefined) writeFileAtomically(problem, starterProblem(mesh, options.out, problem));
  return {
    file: options.out,
    ...(problem !== undefined && { problem }),
    seconds: (performance.now() - started) / 1000,
    ...meshSummary(mesh),
  };
}

function requireFreeName(problem: string): void {
  if (!['.yaml', '.yml'].includes(extname(problem).toLowerCase()))
    throw new InvalidInputError(`--problem: expected a name that ends in .yaml, got '${problem}'`);
  if (existsSync(problem))
    throw new InvalidInputError(`--problem: ${problem} is there already; name another file, or remove it`);
}

async function sectionOf(
  options: RunMeshOptions,
): Promise<{ section: MeshSection; unit: LengthUnit; path: string }> {
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
  if (extension !== '.yaml' && extension !== '.yml' && !isModule(input!)) {
    const hint = ['.vtu', '.vtk', '.msh'].includes(extension)
      ? 'it has cells already; fieldsmith convert writes it in another format'
      : 'expected a surface (.stl) or a file with a section mesh (.yaml); fieldsmith convert makes STL of OBJ, PLY and GLB';
    throw new InvalidInputError(`mesh: cannot make a mesh of ${input}: ${hint}`);
  }
  if (options.lengthUnit)
    throw new InvalidInputError(`mesh: the lengthUnit is that of ${input}; set it there`);
  const { mesh, lengthUnit } = await readConfig(input!, meshFileSchema);
  if (cellSize !== undefined || cells !== undefined) {
    const { cellSize: _, cells: __, ...rest } = mesh;
    return { section: { ...rest, ...sizes }, unit: lengthUnit, path: input! };
  }
  return { section: { ...mesh, ...sizes }, unit: lengthUnit, path: input! };
}
