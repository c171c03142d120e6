import { median } from '../common/median.js';
import { packageFile } from '../common/package-file.js';
import type { BenchCase } from './main.js';
import { type PeerProcess, startPeer, startProcess } from './peer-process.js';

const CASES: Readonly<Record<string, string>> = {
  'ba-transolver': 'BA-Transolver, width 128, 4 blocks, 2 × (2,048 cells + 256 faces)',
  fno: 'FNO-1d, width 32, 4 layers, 16 modes, 256 points, batch 16',
  'fno-jacobian': 'FNO-1d as above with a Jacobian penalty (double backward)',
  'u-net': 'U-Net, 64 × 64 points, batch 8, width 32, 3 levels, 3 channels to 1',
  'reduced-basis': 'reduced basis, rank 128, 8 meshes of 1,000 cells, 16 sources a mesh',
};

const ROUNDS = 3;
/** Seconds of a compilation from which torch.compile runs with the better number of threads alone: it compiles for each. */
const COMPILE_BUDGET = 15;
/** A TensorFlow.js step is slower by a factor that a few steps show. */
const EAGER_STEPS = 2;

interface Answer {
  readonly milliseconds?: readonly number[];
  readonly peak_mb?: number;
  readonly unavailable?: string;
  readonly parts?: Readonly<Record<string, number>>;
}

interface Series {
  readonly times: number[];
  peak: number | null;
  reason: string | null;
  readonly parts: Record<string, number>[];
}

/** One engine's process and what it answered. */
class Contestant {
  readonly series: Series = { times: [], peak: null, reason: null, parts: [] };

  constructor(
    readonly process: PeerProcess,
    readonly question: object,
  ) {}

  /** Takes steps and keeps their times; `record` false warms up only. */
  async take(steps: number, record = true): Promise<void> {
    const { series } = this;
    if (series.reason !== null) return;
    const answer = await this.process.ask<Answer>({ ...this.question, steps });
    if (answer === null) series.reason = 'not installed';
    else if (answer.unavailable !== undefined) series.reason = answer.unavailable;
    else if (record) {
      series.times.push(...answer.milliseconds!);
      series.peak = answer.peak_mb!;
      if (answer.parts) series.parts.push(answer.parts);
    }
  }

  /** Median milliseconds a step, or null where it did not run. */
  get step(): number | null {
    return this.series.times.length === 0 ? null : median(this.series.times);
  }
}

/**
 * Forward, backward and Adam of one network: ours compiled, TensorFlow.js on its wasm backend and on native TensorFlow where
 * the optional package is installed, PyTorch eager and compiled at their best of one and two threads. Each runs in a process of its own, whose peak resident set is its
 * memory, and they take turns.
 */
export async function run(repeats: number): Promise<BenchCase[]> {
  const cases: BenchCase[] = [];
  for (const [name, description] of Object.entries(CASES))
    cases.push(await measure(name, description, repeats));
  return cases;
}

async function measure(name: string, description: string, repeats: number): Promise<BenchCase> {
  const worker = () => startProcess(process.execPath, [packageFile('dist/bench/train-step-worker.js')]);
  const torch = (threads: number, compile: boolean) =>
    new Contestant(startPeer('train_step.py'), { case: name, threads, compile });
  const ours = new Contestant(worker(), { case: name, engine: 'onnxruntime' });
  const eager = [1, 2].map((threads) => torch(threads, false));
  const compiled: Contestant[] = [];
  for (const each of [ours, ...eager]) await each.take(2);
  const order = (eager[0].step ?? 0) > (eager[1].step ?? 0) ? [2, 1] : [1, 2];
  for (const threads of order) {
    const started = performance.now();
    const contestant = torch(threads, true);
    compiled.push(contestant);
    await contestant.take(1, false);
    if (performance.now() - started > 1000 * COMPILE_BUDGET) break;
  }
  for (let round = 0; round < ROUNDS; round++)
    for (const each of [ours, ...eager, ...compiled]) await each.take(repeats);
  const wasm = new Contestant(worker(), { case: name, engine: 'tfjs-wasm' });
  const node = new Contestant(worker(), { case: name, engine: 'tfjs-node' });
  for (const each of [wasm, node]) await each.take(EAGER_STEPS);
  for (const each of [ours, wasm, node, ...eager, ...compiled]) each.process.stop();
  return figures(description, ours, best(eager), best(compiled), wasm, node);
}

/** The faster of the thread counts; one that did not run where none did. */
const best = (contestants: readonly Contestant[]): Contestant =>
  contestants.reduce((a, b) =>
    (b.step ?? Number.POSITIVE_INFINITY) < (a.step ?? Number.POSITIVE_INFINITY) ? b : a,
  );

function figures(
  name: string,
  ours: Contestant,
  torch: Contestant,
  compiled: Contestant,
  wasm: Contestant,
  node: Contestant,
): BenchCase {
  const ours_ms = ours.step;
  if (ours_ms === null) throw new Error(`bench: ${name} did not run: ${ours.series.reason}`);
  const ratio = ({ step }: Contestant): number | null => (step === null ? null : ours_ms / step);
  const partNames = Object.keys(ours.series.parts[0] ?? {});
  return {
    name,
    ours_ms,
    torch_ms: torch.step,
    torch_compile_ms: compiled.step,
    tfjs_wasm_ms: wasm.step,
    tfjs_node_ms: node.step,
    ratio_torch: ratio(torch),
    ratio_torch_compile: ratio(compiled),
    ratio_tfjs_wasm: ratio(wasm),
    ratio_tfjs_node: ratio(node),
    ours_peak_mb: ours.series.peak,
    torch_peak_mb: torch.series.peak,
    torch_compile_peak_mb: compiled.series.peak,
    ...Object.fromEntries(
      partNames.map((part) => [`${part}_ms`, median(ours.series.parts.map((parts) => parts[part]))]),
    ),
    ...reasons({ torch, torch_compile: compiled, tfjs_wasm: wasm, tfjs_node: node }),
  };
}

/** Why a figure is null. */
const reasons = (contestants: Readonly<Record<string, Contestant>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(contestants)
      .filter(([, { series }]) => series.reason !== null)
      .map(([peer, { series }]) => [`${peer}_missing`, series.reason!]),
  );
