import { execFileSync } from 'node:child_process';
import { median } from '../common/median.js';
import { checkDevice, compileTrainingStep, type Device, loadModel } from '../runtime/index.js';
import { EMULATED } from '../runtime/session.js';
import type { BenchCase } from './main.js';
import { type PeerProcess, startPeer } from './peer-process.js';
import {
  transolverBatch,
  transolverBatchSpecs,
  transolverLoss,
  transolverModel,
  transolverParameters,
} from './transolver-case.js';

const TRAIN = { batch: 2, cells: 2048, faces: 256 };
const PREDICT = [1_000, 10_000, 100_000];

interface PeerAnswer {
  readonly milliseconds: readonly number[];
}

/**
 * BA-Transolver (width 128, 4 blocks) on the machine's graphics card: training steps and predictions on WebGPU and,
 * where its library is installed, CUDA, against PyTorch CUDA on the same card. Without a card there are no cases.
 */
export async function run(repeats: number): Promise<BenchCase[]> {
  const devices: Device[] = [];
  for (const device of ['webgpu', 'cuda'] as const) {
    const { works, reason, laterRun = 0 } = await checkDevice(device);
    if (works && laterRun < EMULATED) devices.push(device);
    else console.error(`gpu bench: ${device} was not run: ${reason ?? 'it is emulated by the processor'}`);
  }
  if (devices.length === 0) return [];
  const card = cardName();
  const peer = startPeer('gpu.py');
  try {
    const cases: BenchCase[] = [];
    for (const device of devices) {
      const times = await trainingTimes(device, repeats);
      cases.push(
        await compared(`training step, ${TRAIN.batch} × ${TRAIN.cells} cells`, device, card, times, peer, {
          task: 'train',
          repeats,
          ...TRAIN,
        }),
      );
      for (const cells of PREDICT) {
        const size = { batch: 1, cells, faces: 4 * Math.round(Math.sqrt(cells)) };
        const latencies = await predictionTimes(device, size, repeats);
        cases.push(
          await compared(`prediction, ${cells} cells`, device, card, latencies, peer, {
            task: 'predict',
            repeats,
            ...size,
          }),
        );
      }
    }
    return cases;
  } finally {
    peer.stop();
  }
}

async function compared(
  what: string,
  device: Device,
  card: string | null,
  times: readonly number[],
  peer: PeerProcess,
  question: object,
): Promise<BenchCase> {
  const ours_ms = median(times);
  const answer = await peer.ask<PeerAnswer>(question);
  const torch_ms = answer && median(answer.milliseconds);
  return {
    name: `${what}, ${device}`,
    card,
    ours_ms,
    ours_per_second: 1000 / ours_ms,
    torch_cuda_ms: torch_ms,
    ratio_torch_cuda: torch_ms && ours_ms / torch_ms,
  };
}

async function trainingTimes(device: Device, repeats: number): Promise<number[]> {
  const step = await compileTrainingStep({
    loss: transolverLoss,
    parameters: transolverParameters(),
    batchSpecs: transolverBatchSpecs,
    device,
  });
  const batch = transolverBatch(TRAIN.batch, TRAIN.cells, TRAIN.faces);
  const target = {
    shape: [TRAIN.batch, TRAIN.cells, 1],
    data: batch.cells.data.slice(0, TRAIN.batch * TRAIN.cells),
  };
  const times = await timed(repeats, () => step.run({ ...batch, target }, { learningRate: 1e-3 }));
  await step.dispose();
  return times;
}

async function predictionTimes(
  device: Device,
  { batch, cells, faces }: { batch: number; cells: number; faces: number },
  repeats: number,
): Promise<number[]> {
  const model = await loadModel(transolverModel(), { device });
  const feeds = transolverBatch(batch, cells, faces);
  const times = await timed(repeats, () => model.run(feeds));
  await model.dispose();
  return times;
}

async function timed(repeats: number, call: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let repeat = 0; repeat < repeats + 3; repeat++) {
    const started = performance.now();
    await call();
    if (repeat >= 3) times.push(performance.now() - started);
  }
  return times;
}

function cardName(): string | null {
  try {
    return execFileSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .split('\n')[0];
  } catch {
    return null;
  }
}
