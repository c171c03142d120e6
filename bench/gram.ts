import { gramMatrix, transposedProduct } from '../solvers/dense/tall-products.js';
import type { BenchCase } from './main.js';
import { type PeerProcess, startPeer } from './peer-process.js';

const shapes = [1e3, 1e4, 1e5].flatMap((rows) => [16, 64].map((columns) => ({ rows, columns })));

const products = ['gram', 'weighted', 'vector'] as const;

/** Numbers that the calls of one timing go over: enough for a clock of 10 µs, and for the first to compile the kernels. */
const NUMBERS_A_TIMING = 2e7;

/** Largest relative difference between the sums of our result and NumPy's. */
const AGREEMENT = 1e-8;

/**
 * BᵀB, BᵀWB and Bᵀv of tall matrices against NumPy, one thread, by turns: processor time a call, the least of the repeats.
 */
export async function run(repeats: number): Promise<BenchCase[]> {
  const peer = startPeer('gram.py');
  try {
    const cases: BenchCase[] = [];
    for (const shape of shapes) {
      for (const product of products) cases.push(await measure({ ...shape, product }, repeats, peer));
    }
    return cases;
  } finally {
    peer.stop();
  }
}

interface GramCase {
  readonly rows: number;
  readonly columns: number;
  readonly product: (typeof products)[number];
}

async function measure(settings: GramCase, repeats: number, peer: PeerProcess): Promise<BenchCase> {
  const { rows, columns, product } = settings;
  const matrix = Float64Array.from({ length: rows * columns }, (_, i) => Math.sin(i));
  const weights = Float64Array.from({ length: rows }, (_, i) => 1 + Math.sin(i) ** 2);
  const vector = Float64Array.from({ length: rows }, (_, i) => Math.cos(i));
  const compute = {
    gram: () => gramMatrix(matrix, columns),
    weighted: () => gramMatrix(matrix, columns, { weights }),
    vector: () => transposedProduct(matrix, columns, vector),
  }[product];
  const calls = Math.max(3, Math.round(NUMBERS_A_TIMING / matrix.length));
  let [ours, theirs] = [Infinity, Infinity];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const began = process.cpuUsage();
    for (let call = 0; call < calls; call++) compute();
    const { user, system } = process.cpuUsage(began);
    ours = Math.min(ours, (user + system) / 1e3 / calls);
    const answer = await peer.ask<{ ms: number; check: number }>({ ...settings, calls });
    if (!answer) continue;
    theirs = Math.min(theirs, answer.ms);
    const result = compute();
    const check = result.reduce((sum, value) => sum + value, 0);
    const size = result.reduce((sum, value) => sum + Math.abs(value), 0);
    if (Math.abs(check - answer.check) > AGREEMENT * size) {
      throw new Error(`bench gram: NumPy's ${product} sums to ${answer.check}, ours to ${check}`);
    }
  }
  const numpy = Number.isFinite(theirs) ? theirs : null;
  return {
    name: `${rows} x ${columns}, ${product}`,
    ours_ms: ours,
    numpy_ms: numpy,
    ratio_numpy: numpy === null ? null : ours / numpy,
  };
}
