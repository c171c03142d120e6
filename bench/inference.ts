import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { median } from '../common/median.js';
import { loadModel } from '../runtime/index.js';
import type { BenchCase } from './main.js';
import { type PeerProcess, startPeer } from './peer-process.js';
import { transolverBatch, transolverModel } from './transolver-case.js';

const CELLS = [1_000, 10_000, 100_000];
const THREADS = [1, 2];
/** Milliseconds between calls of different processes. */
const PAUSE = 100;

/**
 * Latency of one prediction of BA-Transolver (width 128, 4 blocks) on the CPU: our loader in Node, ONNX Runtime's
 * Python package on the same file, PyTorch eager; each at its best of one and two threads, calls in turns.
 */
export async function run(repeats: number): Promise<BenchCase[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-bench-'));
  const file = join(folder, 'model.onnx');
  const model = transolverModel();
  writeFileSync(file, model);
  // one process a peer: the warm one answers at once
  const peers = { torch: startPeer('inference.py'), onnxruntime: startPeer('inference.py') };
  const cases: BenchCase[] = [];
  try {
    for (const cells of CELLS) cases.push(await latency(cells, model, file, peers, repeats));
  } finally {
    for (const peer of Object.values(peers)) peer.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const perCell = cases.map(({ ours_ms }, index) => ours_ms / CELLS[index]);
  return cases.map((each, index) => ({
    ...each,
    ours_us_per_cell: 1000 * perCell[index],
    // 1 where time is proportional to the number of cells
    growth: index === 0 ? null : perCell[index] / perCell[index - 1],
  }));
}

async function latency(
  cells: number,
  model: Uint8Array,
  file: string,
  peers: Record<'torch' | 'onnxruntime', PeerProcess>,
  repeats: number,
): Promise<BenchCase> {
  const faces = 4 * Math.round(Math.sqrt(cells));
  const best: Record<string, number | null> = { ours: null, torch: null, onnxruntime: null };
  for (const threads of THREADS) {
    const loaded = await loadModel(model, { device: 'cpu', threads });
    const feeds = transolverBatch(1, cells, faces);
    const calls: Record<string, () => Promise<number | null>> = {
      ours: async () => {
        const started = performance.now();
        await loaded.run(feeds);
        return performance.now() - started;
      },
    };
    for (const peer of ['torch', 'onnxruntime'] as const) {
      const question = { peer, cells, faces, threads, model: file };
      calls[peer] = async () =>
        (await peers[peer].ask<{ milliseconds: number }>(question))?.milliseconds ?? null;
    }
    for (const call of Object.values(calls)) await call();
    const times: Record<string, number[]> = { ours: [], torch: [], onnxruntime: [] };
    for (let repeat = 0; repeat < 3 * repeats; repeat++) {
      for (const [name, call] of Object.entries(calls)) {
        // threads of the one before keep spinning for a while
        await setTimeout(PAUSE);
        const time = await call();
        if (time !== null) times[name].push(time);
      }
    }
    await loaded.dispose();
    for (const [name, list] of Object.entries(times)) {
      if (list.length > 0) best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, median(list));
    }
  }
  const ours_ms = best.ours!;
  const ratio = (peer: number | null): number | null => (peer === null ? null : ours_ms / peer);
  return {
    name: `ba-transolver width 128, 4 blocks, ${cells} cells + ${faces} faces`,
    cells,
    ours_ms,
    torch_ms: best.torch,
    onnxruntime_ms: best.onnxruntime,
    ratio_torch: ratio(best.torch),
    ratio_onnxruntime: ratio(best.onnxruntime),
  };
}
