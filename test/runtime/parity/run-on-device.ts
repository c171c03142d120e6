import {
  compile,
  createSession,
  exportOnnx,
  type NamedArrays,
  type SessionOptions,
  tf,
} from '../../../runtime/index.js';
import { parityCase, sizesOn } from './case.js';
import type { ParityDevice } from './entry.js';
import { table } from './table.js';
import { runTraining, type TrainingResult, trainings } from './trainings.js';

type Outputs = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>
>;

export interface DeviceRun {
  /** Per row the outputs at each of the sizes, or why there are none. */
  readonly rows: Readonly<Record<string, readonly Outputs[] | string>>;
  /** Per training what it did, or why it did not. */
  readonly trainings: Readonly<Record<string, TrainingResult | string>>;
}

/** Runs the whole table on one device; an error belongs to its row. Nothing of Node in here. */
export async function runOnDevice(device: ParityDevice, session: SessionOptions): Promise<DeviceRun> {
  const options = { threads: 1, ...session };
  // WebGPU drops its compiled shaders with the last open session: one that stays open halves the time of the table
  const double = exportOnnx(({ x }) => ({ y: tf.mul(x, 2) }), { x: { shape: [1], dtype: 'float32' } });
  const keeper = await createSession(double, options);
  const rows: Record<string, Outputs[] | string> = {};
  for (const name of Object.keys(table)) rows[name] = await orMessage(runRow(name, device, options));
  const trained: Record<string, TrainingResult | string> = {};
  for (const [name, training] of Object.entries(trainings))
    trained[name] = await orMessage(runTraining(training, options));
  await keeper.dispose();
  return { rows, trainings: trained };
}

async function runRow(name: string, device: ParityDevice, options: SessionOptions): Promise<Outputs[]> {
  const { fn, specs, feeds } = parityCase(table[name], seedOf(name));
  const compiled = await compile(fn, specs, options);
  try {
    const runs: Outputs[] = [];
    for (const sizes of sizesOn(device)) runs.push(plain(await compiled.run(feeds(sizes))));
    return runs;
  } finally {
    await compiled.dispose();
  }
}

/** Place in the table: the oracle draws the same inputs. */
export const seedOf = (name: string): number => 1 + Object.keys(table).indexOf(name);

const plain = (arrays: NamedArrays): Outputs =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [name, { shape, data: [...data] }]),
  );

const orMessage = <Result>(result: Promise<Result>): Promise<Result | string> =>
  result.catch((error: Error) => error.message || String(error));
