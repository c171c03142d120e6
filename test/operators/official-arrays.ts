import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFile } from '../../common/package-file.js';
import type { BatchArrays } from '../../operators/index.js';
import type { HostArray, Parameters } from '../../runtime/index.js';
import { readSafetensors, type SafetensorsContent, writeSafetensors } from '../../training/index.js';

/** Sizes of NPSolver's network, as `BATransolver` of bench/peers/ba_transolver.py takes them. */
export interface Configuration {
  space: number;
  boundary: number;
  width?: number;
  layers?: number;
  heads?: number;
  slices?: [number, number];
}

/** Whether PyTorch is there to compare with. */
export const hasTorch = spawnSync('python3', ['-c', 'import torch, safetensors']).status === 0;

export const readFixture = (name: string): SafetensorsContent =>
  readSafetensors(readFileSync(packageFile(`test/fixtures/ba-transolver/${name}.safetensors`)));

export function python(...argv: string[]): void {
  const { status, stderr } = spawnSync('python3', argv, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

const peer = packageFile('bench/peers/ba_transolver.py');

export function inFolder<Result>(work: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'ba-transolver-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Random weights and batches, and what the PyTorch module answers to them. */
export const torchDraw = (configuration: Configuration, seed: number) =>
  inFolder((folder) => {
    const path = join(folder, 'configuration.json');
    writeFileSync(path, JSON.stringify(configuration));
    const [question, answer] = ['question', 'answer'].map((name) => join(folder, name));
    python(peer, 'draw', path, String(seed), question, answer);
    return {
      question: readSafetensors(readFileSync(question)),
      answer: readSafetensors(readFileSync(answer)),
    };
  });

/** What the PyTorch module answers. */
export const torchAnswer = (question: SafetensorsContent): SafetensorsContent =>
  inFolder((folder) => {
    writeFileSync(join(folder, 'question'), writeSafetensors(question));
    python(peer, 'forward', join(folder, 'question'), join(folder, 'answer'));
    return readSafetensors(readFileSync(join(folder, 'answer')));
  });

/** A checkpoint.pth of NPSolver's, converted by the line of docs/official-formats.md. */
export const torchCheckpoint = (configuration: Configuration, seed: number): Uint8Array =>
  inFolder((folder) => {
    const path = join(folder, 'configuration.json');
    writeFileSync(path, JSON.stringify(configuration));
    python(peer, 'checkpoint', path, String(seed), join(folder, 'checkpoint.pth'));
    const page = readFileSync(packageFile('docs/official-formats.md'), 'utf8');
    const [, line] = /python3 -c "([^"]+)"/.exec(page)!;
    python('-c', line, join(folder, 'checkpoint.pth'), join(folder, 'checkpoint.safetensors'));
    return readFileSync(join(folder, 'checkpoint.safetensors'));
  });

export const weightsOf = ({ tensors }: SafetensorsContent): Parameters =>
  Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith('weights/'))
      .map(([name, { shape, data }]) => [
        name.slice('weights/'.length),
        { shape, values: data as Float32Array },
      ]),
  );

/** A case of a question in our inputs: coordinates and source side by side, masks of ones where there are none. */
export function inputsOf({ tensors }: SafetensorsContent, name: string): BatchArrays {
  const array = (key: string): HostArray | undefined => {
    const stored = tensors[`${name}/${key}`];
    return stored && { shape: stored.shape, data: stored.data as Float32Array };
  };
  const [x, f, faces] = ['x', 'f', 'x_bd'].map((key) => array(key)!);
  const [batch, cells, space] = x.shape;
  const data = Float32Array.from({ length: batch * cells * (space + 1) }, (_, at) => {
    const [row, column] = [Math.floor(at / (space + 1)), at % (space + 1)];
    return column < space ? x.data[row * space + column] : f.data[row];
  });
  const ones = (shape: number[]): HostArray => ({
    shape,
    data: new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(1),
  });
  const cellMask = array('mask_int') ?? ones([batch, cells]);
  const faceMask = array('mask_bd') ?? ones([batch, faces.shape[1]]);
  return {
    cells: { shape: [batch, cells, space + 1], data },
    faces,
    cellMask,
    faceMask,
    cellMeasures: cellMask,
    faceMeasures: faceMask,
  };
}
