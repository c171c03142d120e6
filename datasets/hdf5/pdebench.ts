import { type FileError, InvalidInputError } from '../../common/errors.js';
import { type Hdf5Dataset, type Hdf5Group, type Hdf5Source, withHdf5File } from './library.js';
import { groupReader } from './read-datasets.js';
import { writeHdf5File } from './write-file-node.js';

/** What a file of PDEBench's one-dimensional equations holds. */
export interface PdebenchFile {
  readonly sampleCount: number;
  /** Of the frames: PDEBench writes one more time than there are frames, which is left out */
  readonly times: Float64Array;
  /** Cell centres */
  readonly positions: Float64Array;
  /** `[sample][time][x]`, row-major, of the samples asked for */
  readonly fields: Float32Array;
}

export interface ReadPdebenchOptions {
  /** Samples to read, in this order; by default all. */
  readonly samples?: readonly number[];
  /** Every how many frames and points are read, from the first. */
  readonly timeStride?: number;
  readonly spaceStride?: number;
}

export const READ_PDEBENCH_DEFAULTS = { timeStride: 1, spaceStride: 1 } as const;

/**
 * Reads PDEBench's layout of one-dimensional equations (Burgers, advection): `tensor` [sample, time, x], `x-coordinate`,
 * `t-coordinate`. Only the samples asked for are read from the file. Source: Takamoto et al., NeurIPS 2022, data format.
 *
 * @param source a path, or the bytes of a file
 * @throws FileError for damaged files and other layouts; InvalidInputError for samples that are not there
 */
export async function readPdebenchFile(
  source: Hdf5Source,
  options: ReadPdebenchOptions = {},
): Promise<PdebenchFile> {
  const caller = 'readPdebenchFile';
  const { timeStride, spaceStride } = { ...READ_PDEBENCH_DEFAULTS, ...options };
  for (const [name, stride] of Object.entries({ timeStride, spaceStride })) {
    if (!Number.isInteger(stride) || stride < 1) {
      throw new InvalidInputError(`${caller}: ${name} must be a positive integer, got ${stride}`);
    }
  }
  const file = typeof source === 'string' ? source : 'the file';
  return withHdf5File(caller, source, (root) => {
    const reader = groupReader(caller, file, root);
    const tensor = requireTensor(root, reader.fail);
    const [sampleCount, frames, points] = tensor.shape!.map(Number);
    const samples = options.samples ?? Array.from({ length: sampleCount }, (_, sample) => sample);
    const absent = samples.find(
      (sample) => !(Number.isInteger(sample) && sample >= 0 && sample < sampleCount),
    );
    if (absent !== undefined) {
      throw new InvalidInputError(`${caller}: no sample ${absent}; ${file} has ${sampleCount}, from 0`);
    }
    const timeCount = reader.rows('t-coordinate');
    if (timeCount !== frames && timeCount !== frames + 1) {
      throw reader.fail(`'t-coordinate' has ${timeCount} times, 'tensor' ${frames} frames`);
    }
    const times = every(reader.floats('t-coordinate', timeCount).subarray(0, frames), timeStride);
    const positions = every(reader.floats('x-coordinate', points), spaceStride);
    const size = times.length * positions.length;
    const fields = new Float32Array(samples.length * size);
    samples.forEach((sample, at) => {
      const frame = tensor.slice([
        [sample, sample + 1],
        [0, frames, timeStride],
        [0, points, spaceStride],
      ]) as Float32Array;
      if (frame.length !== size) throw reader.fail(`sample ${sample} of 'tensor' is cut short`);
      const bad = frame.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) throw reader.fail(`value ${bad} of sample ${sample} is ${frame[bad]}`);
      fields.set(frame, at * size);
    });
    return { sampleCount, times, positions, fields };
  });
}

function requireTensor(root: Hdf5Group, fail: (reason: string) => FileError): Hdf5Dataset {
  const found = root.get('tensor') as Hdf5Dataset | null;
  if ((found as { type?: string } | null)?.type !== 'Dataset') throw fail("dataset 'tensor' is missing");
  const { shape, metadata } = found!;
  if (shape?.length !== 3 || shape.some((extent) => extent < 1)) {
    throw fail(`dataset 'tensor' has shape [${shape}], expected [sample, time, x]`);
  }
  if (metadata.type !== 1 || (metadata.size !== 4 && metadata.size !== 8)) {
    throw fail(`dataset 'tensor' holds ${String(found!.dtype)}, expected 32- or 64-bit numbers`);
  }
  return found!;
}

const every = (values: Float64Array, stride: number): Float64Array =>
  values.filter((_, i) => i % stride === 0);

/** Trajectories to write: where and when, and the field of each sample. */
export interface PdebenchContent {
  readonly times: ArrayLike<number>;
  readonly positions: ArrayLike<number>;
  readonly sampleCount: number;
  /** `[time][x]` of a sample; asked for one by one, so that they need not fit into memory together */
  readonly field: (sample: number) => ArrayLike<number> | Promise<ArrayLike<number>>;
}

/**
 * Writes PDEBench's layout of one-dimensional equations, 32-bit numbers, whole or not at all, a chunk a sample.
 *
 * @throws InvalidInputError for fields of other sizes or with values that are not finite; FileError when the file cannot be
 *   written
 */
export async function writePdebenchFile(path: string, content: PdebenchContent): Promise<void> {
  const caller = 'writePdebenchFile';
  const { times, positions, sampleCount, field } = content;
  const size = times.length * positions.length;
  if (!(size > 0) || !Number.isInteger(sampleCount) || sampleCount < 1) {
    throw new InvalidInputError(
      `${caller}: expected times, positions and samples, got ${times.length}, ${positions.length} and ${sampleCount}`,
    );
  }
  await writeHdf5File(caller, path, async (root) => {
    const coordinates = (name: string, values: ArrayLike<number>) =>
      root.create_dataset({ name, data: Float32Array.from(values), shape: [values.length], dtype: '<f' });
    coordinates('t-coordinate', times);
    coordinates('x-coordinate', positions);
    const shape = [times.length, positions.length];
    const tensor = root.create_dataset({
      name: 'tensor',
      data: new Float32Array(0),
      shape: [0, ...shape],
      maxshape: [null, ...shape],
      chunks: [1, ...shape],
      dtype: '<f',
    });
    tensor.resize([sampleCount, ...shape]);
    for (let sample = 0; sample < sampleCount; sample++) {
      const values = Float32Array.from(await field(sample));
      if (values.length !== size) {
        throw new InvalidInputError(
          `${caller}: the field of sample ${sample} should have ${shape.join(' × ')} values, got ${values.length}`,
        );
      }
      const bad = values.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) {
        throw new InvalidInputError(`${caller}: value ${bad} of sample ${sample} is ${values[bad]}`);
      }
      tensor.write_slice([[sample, sample + 1], [], []], values);
    }
  });
}
