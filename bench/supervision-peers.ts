import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { matrixMarketText } from '../solvers/index.js';
import { runPeer } from './peers.js';
import { randomFields, type SupervisedBatch } from './supervision-cases.js';

export interface SupervisionPeers {
  /** PyAMG: set-up and three steps for each matrix of the batch. */
  readonly pyamg_ms: number | null;
  /** PyTorch: 40 Jacobi steps on the batch's block-diagonal matrix. */
  readonly torch_ms: number | null;
}

/** The first source of every sample of a batch, by what a Python trainer has; the peers read the same matrices. */
export function supervisionPeers({ samples }: SupervisedBatch, repeats: number): SupervisionPeers {
  const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-supervision-'));
  try {
    const fields = randomFields(samples);
    samples.forEach(({ operator, rightHandSides }, i) => {
      writeFileSync(join(folder, `matrix-${i}.mtx`), [...matrixMarketText(operator.matrix)].join(''));
      writeFileSync(join(folder, `right-${i}.f64`), bytesOf(rightHandSides[0]));
      writeFileSync(join(folder, `guess-${i}.f64`), bytesOf(fields[i][0]));
    });
    const answer = runPeer<SupervisionPeers>('supervision.py', [folder, samples.length, repeats]);
    return answer ?? { pyamg_ms: null, torch_ms: null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);
