import { InvalidInputError } from '../../common/errors.js';
import { PDEBENCH_MEDIUM } from '../../solvers/index.js';
import { evenSpacing } from '../burgers/pdebench-trajectories.js';
import { type Hdf5Dataset, type Hdf5Group, type Hdf5Source, withHdf5File } from '../hdf5/library.js';
import { groupReader, groupsOf } from '../hdf5/read-datasets.js';
import { writeHdf5File } from '../hdf5/write-file-node.js';
import { checkTrajectories, type Trajectories } from '../trajectories.js';

export interface ReadDiffusionSorptionOptions {
  /** Samples to read by position among the groups' sorted names, in this order; by default all */
  samples?: readonly number[];
}

/**
 * Reads PDEBench's `1D_diff-sorp_NA_NA.h5`: a group a sample, `0000` …, with `data` [time, x, 1], `grid/x` and `grid/t`. Only
 * the samples asked for are read. Source: Takamoto et al., NeurIPS 2022, data format.
 *
 * @param source a path, or the bytes of a file
 * @throws FileError for damaged files and other layouts; InvalidInputError for samples that are not there
 */
export async function readDiffusionSorptionFile(
  source: Hdf5Source,
  options: ReadDiffusionSorptionOptions = {},
): Promise<Trajectories> {
  const caller = 'readDiffusionSorptionFile';
  const file = typeof source === 'string' ? source : 'the file';
  const { times, positions, values, trajectories } = await withHdf5File(caller, source, (root) => {
    const groups = groupsOf(root).sort(([a], [b]) => (a < b ? -1 : 1));
    if (groups.length === 0) throw groupReader(caller, file, root).fail('no groups, expected one a sample');
    const samples = options.samples ?? groups.map((_, sample) => sample);
    const read = samples.map((sample) => {
      if (!groups[sample]) {
        throw new InvalidInputError(`${caller}: no sample ${sample}; ${file} has ${groups.length}, from 0`);
      }
      return readGroup(caller, file, groups[sample][1]);
    });
    const [first] = read;
    if (!first) throw new InvalidInputError(`${caller}: expected at least one sample`);
    const size = first.times.length * first.positions.length;
    const values = new Float32Array(read.length * size);
    read.forEach(({ times, positions, field }, at) => {
      if (times.length !== first.times.length || positions.length !== first.positions.length) {
        throw groupReader(caller, file, groups[samples[at]][1]).fail(
          `[${times.length}, ${positions.length}] values, other samples have [${first.times.length}, ${first.positions.length}]`,
        );
      }
      values.set(field, at * size);
    });
    return { ...first, values, trajectories: read.length };
  });
  return checkTrajectories(
    {
      values,
      trajectories,
      frames: times.length,
      components: 1,
      points: [positions.length],
      length: [evenSpacing(caller, 'positions', positions) * positions.length],
      interval: evenSpacing(caller, 'times', times),
      viscosity: new Float64Array(trajectories).fill(PDEBENCH_MEDIUM.diffusivity),
    },
    caller,
  );
}

function readGroup(caller: string, file: string, group: Hdf5Group) {
  const reader = groupReader(caller, file, group);
  const data = group.get('data') as Hdf5Dataset | null;
  const grid = group.get('grid') as Hdf5Group | null;
  if ((data as { type?: string } | null)?.type !== 'Dataset') throw reader.fail("dataset 'data' is missing");
  if ((grid as { type?: string } | null)?.type !== 'Group') throw reader.fail("group 'grid' is missing");
  const shape = data!.shape?.map(Number) ?? [];
  if (shape.length !== 3 || shape[2] !== 1 || shape[0] < 1 || shape[1] < 1) {
    throw reader.fail(`dataset 'data' has shape [${shape}], expected [time, x, 1]`);
  }
  const { type, size } = data!.metadata;
  if (type !== 1 || (size !== 4 && size !== 8)) {
    throw reader.fail(`dataset 'data' holds ${String(data!.dtype)}, expected 32- or 64-bit numbers`);
  }
  const coordinates = groupReader(caller, file, grid!);
  return {
    times: coordinates.floats('t', shape[0]),
    positions: coordinates.floats('x', shape[1]),
    field: Float32Array.from(data!.value as Float32Array),
  };
}

/**
 * Writes trajectories on a line in the layout of {@link readDiffusionSorptionFile}, 32-bit numbers, whole or not at all; positions
 * are cell centres.
 *
 * @throws InvalidInputError for more than one component or axis; FileError when the file cannot be written
 */
export async function writeDiffusionSorptionFile(path: string, data: Trajectories): Promise<void> {
  const caller = 'writeDiffusionSorptionFile';
  const { points, components, frames, interval, length, trajectories, values } = checkTrajectories(
    data,
    caller,
  );
  if (points.length !== 1 || components !== 1) {
    throw new InvalidInputError(
      `${caller}: the layout holds one component on one axis, got ${components} on ${points.length}`,
    );
  }
  const [cells] = points;
  const digits = Math.max(4, String(trajectories - 1).length);
  await writeHdf5File(caller, path, (root) => {
    for (let sample = 0; sample < trajectories; sample++) {
      const group = root.create_group(String(sample).padStart(digits, '0'));
      const field = values.slice(sample * frames * cells, (sample + 1) * frames * cells);
      group.create_dataset({ name: 'data', data: field, shape: [frames, cells, 1], dtype: '<f' });
      const grid = group.create_group('grid');
      const axis = (name: string, count: number, at: (i: number) => number) =>
        grid.create_dataset({
          name,
          data: Float32Array.from({ length: count }, (_, i) => at(i)),
          shape: [count],
          dtype: '<f',
        });
      axis('x', cells, (i) => ((i + 0.5) * length[0]) / cells);
      axis('t', frames, (frame) => frame * interval);
    }
  });
}
