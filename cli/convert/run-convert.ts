import { extname } from 'node:path';
import { InvalidInputError } from '../../common/errors.js';
import {
  openSeries,
  readMeshFile,
  type SeriesStep,
  writeMeshFile,
  writeSeries,
  writeStlFile,
} from '../../geometry/files/index.js';
import type { Mesh, MeshWithData, TriangleSurface } from '../../geometry/index.js';
import type { StepOptions } from '../../geometry/steps.js';
import { scaleMesh } from '../problem/scale-mesh.js';
import { readSurface, SURFACE_EXTENSIONS } from './read-surface.js';
import { surfaceOfMesh } from './surface-of-mesh.js';

export interface ConvertOptions {
  /** Lengths times this: 0.001 makes metres of millimetres */
  readonly scale: number;
  readonly encoding?: 'ascii' | 'binary';
  /** Of a series: the step nearest to it; the last one by default */
  readonly time?: number;
}

/** What `fieldsmith convert --json` prints. */
export interface ConvertResult {
  readonly from: string;
  readonly file: string;
  readonly dimension: 2 | 3;
  readonly cells: number;
  /** Of a surface */
  readonly triangles?: number;
  /** Of a series */
  readonly steps?: number;
  readonly patches: readonly string[];
  readonly fields: readonly string[];
  /** Second-order cells of which only the corners were kept */
  readonly linearisedCells: number;
}

const MESHES: readonly string[] = ['.vtu', '.vtk', '.msh'];
const READ = [...MESHES, '.pvd', ...SURFACE_EXTENSIONS];
const WRITTEN = [...MESHES, '.pvd', '.stl'];

/**
 * Writes a mesh, a series or a surface in the format of another ending, with its fields, patches and regions.
 *
 * @throws InvalidInputError for endings that do not go together; FileError and GeometryError as the readers
 */
export async function runConvert(
  input: string,
  out: string,
  options: ConvertOptions,
  watch: StepOptions,
): Promise<ConvertResult> {
  const [from, to] = [input, out].map((path) => extname(path).toLowerCase());
  if (!READ.includes(from)) {
    throw new InvalidInputError(`convert: cannot read '${input}'; files read end in ${READ.join(', ')}`);
  }
  if (!WRITTEN.includes(to)) {
    throw new InvalidInputError(`convert: cannot write '${out}'; files written end in ${WRITTEN.join(', ')}`);
  }
  if (options.time !== undefined && (from !== '.pvd' || to === '.pvd')) {
    throw new InvalidInputError(
      'convert: --time chooses one step of a series (.pvd) for a file of another kind',
    );
  }
  if (SURFACE_EXTENSIONS.includes(from)) {
    if (to !== '.stl') {
      throw new InvalidInputError(
        `convert: ${input} is a surface without cells, and goes into .stl only; fieldsmith mesh fills it with cells`,
      );
    }
    const surface = await readSurface(input, watch);
    return writeSurface(input, out, surface, options, watch, 0);
  }
  if (from === '.pvd') return convertSeries(input, out, options, watch);
  if (to === '.pvd') {
    throw new InvalidInputError(`convert: a series (.pvd) is made of a series, ${input} is one mesh`);
  }
  return writeOne(input, out, await readMeshFile(input, watch), options, watch);
}

async function convertSeries(
  input: string,
  out: string,
  options: ConvertOptions,
  watch: StepOptions,
): Promise<ConvertResult> {
  const series = await openSeries(input, watch);
  const { entries } = series;
  if (entries.length === 0) throw new InvalidInputError(`convert: ${input} lists no files`);
  if (extname(out).toLowerCase() !== '.pvd') {
    const wanted = options.time ?? entries[entries.length - 1].time;
    const nearest = entries.reduce((best, entry) =>
      Math.abs(entry.time - wanted) < Math.abs(best.time - wanted) ? entry : best,
    );
    return writeOne(input, out, await series.read(nearest, watch), options, watch);
  }
  let result: ConvertResult | undefined;
  async function* steps(): AsyncGenerator<SeriesStep> {
    for (const [index, entry] of entries.entries()) {
      const read = await series.read(entry, { signal: watch.signal });
      const mesh = scaleMesh(read.mesh, options.scale);
      result = { ...resultOf(input, out, mesh, read), steps: entries.length };
      watch.progress?.update('series', index + 1, entries.length);
      yield { time: entry.time, mesh, ...fieldsOf(read), vtu: vtuOptions(options) };
    }
  }
  await writeSeries(out, steps(), { signal: watch.signal });
  return result!;
}

async function writeOne(
  input: string,
  out: string,
  read: MeshWithData,
  options: ConvertOptions,
  watch: StepOptions,
): Promise<ConvertResult> {
  const mesh = scaleMesh(read.mesh, options.scale);
  if (extname(out).toLowerCase() === '.stl') {
    return writeSurface(input, out, surfaceOfMesh(mesh), { ...options, scale: 1 }, watch, mesh.cellCount);
  }
  const { encoding } = options;
  await writeMeshFile(out, mesh, {
    ...fieldsOf(read),
    vtu: vtuOptions(options),
    ...(encoding && { msh: { encoding }, vtk: { encoding } }),
    ...watch,
  });
  return resultOf(input, out, mesh, read);
}

async function writeSurface(
  input: string,
  out: string,
  surface: TriangleSurface,
  { scale, encoding }: ConvertOptions,
  watch: StepOptions,
  cells: number,
): Promise<ConvertResult> {
  const points = scale === 1 ? surface.points : surface.points.map((value) => value * scale);
  // patches have names in ascii files only
  const kind = encoding ?? (surface.patchNames ? 'ascii' : 'binary');
  await writeStlFile(out, { ...surface, points }, { encoding: kind, ...watch });
  return {
    from: input,
    file: out,
    dimension: 3,
    cells,
    triangles: surface.triangles.length / 3,
    patches: kind === 'ascii' ? [...(surface.patchNames ?? [])] : [],
    fields: [],
    linearisedCells: 0,
  };
}

const vtuOptions = ({ encoding }: ConvertOptions) => (encoding === 'ascii' ? { encoding } : {});

const fieldsOf = ({ cellData, pointData }: MeshWithData) => ({ cellData, pointData });

function resultOf(input: string, out: string, mesh: Mesh, read: MeshWithData): ConvertResult {
  return {
    from: input,
    file: out,
    dimension: mesh.dimension,
    cells: mesh.cellCount,
    patches: mesh.patches.map(({ name }) => name),
    fields: [...Object.keys(read.cellData), ...Object.keys(read.pointData)],
    linearisedCells: read.linearisedCells,
  };
}
