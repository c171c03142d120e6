import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FileError } from '../common/errors.js';
import { writeFileAtomically } from '../common/write-file.js';
import type { Parameters } from '../runtime/parameters.js';
import { firstDifference } from './first-difference.js';
import {
  readSafetensors,
  type SafetensorsContent,
  type StoredTensor,
  writeSafetensors,
} from './safetensors.js';

/** Everything that the rest of a run depends on. */
export interface Checkpoint {
  /** Optimizer steps taken. */
  step: number;
  parameters: Parameters;
  /** Adam's first and second moments, of the parameters' names and shapes. */
  firstMoments: Parameters;
  secondMoments: Parameters;
  /** Moving average of the parameters, where the run keeps one. */
  average?: Parameters;
  /** Text of the run that must agree on resume: operator, seed, schedule, configuration hash. */
  identity: Readonly<Record<string, string>>;
}

const FORMAT = 'fieldsmith-checkpoint-1';
const GROUPS = ['parameters', 'firstMoments', 'secondMoments'] as const;
const FILE_NAME = /^step-(\d+)\.safetensors$/;

/**
 * One safetensors file with tensors `parameters/NAME`, `firstMoments/NAME`, `secondMoments/NAME` and, where one is kept,
 * `average/NAME`. Written between two updates, when no gradients are waiting to be added up.
 */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  const tensors: SafetensorsContent['tensors'] = {};
  for (const group of [...GROUPS, 'average'] as const) {
    for (const [name, { shape, values }] of Object.entries(checkpoint[group] ?? {})) {
      tensors[`${group}/${name}`] = { shape: [...shape], data: values };
    }
  }
  const { step, identity } = checkpoint;
  const metadata = { format: FORMAT, step: String(step), identity: JSON.stringify(identity) };
  return writeSafetensors({ tensors, metadata });
}

/** What a checkpoint must agree with before its numbers are used. */
export interface ExpectedCheckpoint {
  parameters: Parameters;
  identity: Readonly<Record<string, string>>;
}

/**
 * @throws FileError, naming the file and the first difference, for a truncated or foreign file, a checkpoint of another
 *   model (parameter names or shapes) or of another run (identity)
 */
export function decodeCheckpoint(bytes: Uint8Array, path: string, expected?: ExpectedCheckpoint): Checkpoint {
  let content: SafetensorsContent;
  try {
    content = readSafetensors(bytes);
  } catch (cause) {
    throw new FileError(`loadCheckpoint: ${path} cannot be used: ${(cause as Error).message}`, { cause });
  }
  const { tensors, metadata } = content;
  const step = Number(metadata.step);
  if (metadata.format !== FORMAT || !Number.isSafeInteger(step) || step < 0) {
    throw new FileError(`loadCheckpoint: ${path} is a safetensors file but no checkpoint of a training run`);
  }
  const identity = parseIdentity(metadata.identity, path);
  const [parameters, firstMoments, secondMoments] = GROUPS.map((group) => pickGroup(tensors, group, path));
  if (expected) {
    requireSameShapes(parameters, expected.parameters, path);
    requireSameIdentity(identity, expected.identity, path);
  }
  requireSameShapes(firstMoments, parameters, path);
  requireSameShapes(secondMoments, parameters, path);
  const average = pickGroup(tensors, 'average', path);
  const averaged = Object.keys(average).length > 0;
  if (averaged) requireSameShapes(average, parameters, path);
  const order = expected?.parameters ?? parameters;
  return {
    step,
    parameters: inOrder(parameters, order),
    firstMoments: inOrder(firstMoments, order),
    secondMoments: inOrder(secondMoments, order),
    ...(averaged ? { average: inOrder(average, order) } : {}),
    identity,
  };
}

export function loadCheckpoint(path: string, expected?: ExpectedCheckpoint): Checkpoint {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new FileError(`loadCheckpoint: cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
  return decodeCheckpoint(bytes, path, expected);
}

/** Writes `folder/step-NNNNNNNN.safetensors` whole or not at all, then removes all but the newest `keep`. */
export function saveCheckpoint(folder: string, checkpoint: Checkpoint, keep = 2): string {
  const path = join(folder, `step-${String(checkpoint.step).padStart(8, '0')}.safetensors`);
  writeFileAtomically(path, encodeCheckpoint(checkpoint));
  for (const { path: old } of listCheckpoints(folder).slice(keep)) rmSync(old, { force: true });
  return path;
}

/** Path of the checkpoint with the most steps, or undefined when the folder holds none. */
export function latestCheckpoint(folder: string): string | undefined {
  return listCheckpoints(folder)[0]?.path;
}

/** Newest first. Names that are not a checkpoint's, such as a file cut off while being written, are passed over. */
function listCheckpoints(folder: string): { path: string; step: number }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const match = FILE_NAME.exec(name);
      return match ? [{ path: join(folder, name), step: Number(match[1]) }] : [];
    })
    .sort((a, b) => b.step - a.step);
}

function pickGroup(
  tensors: Record<string, StoredTensor>,
  group: (typeof GROUPS)[number] | 'average',
  path: string,
): Parameters {
  const parameters: Parameters = {};
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    if (!name.startsWith(group + '/')) continue;
    if (!(data instanceof Float32Array)) {
      throw new FileError(`loadCheckpoint: ${path}: tensor "${name}" is not of 32-bit floats`);
    }
    parameters[name.slice(group.length + 1)] = { shape, values: data };
  }
  return parameters;
}

function requireSameShapes(found: Parameters, expected: Parameters, path: string): void {
  const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
  for (const name of names) {
    const expectedShape = Object.hasOwn(expected, name) ? `[${expected[name].shape}]` : 'not in it';
    const foundShape = Object.hasOwn(found, name) ? `[${found[name].shape}]` : 'missing';
    if (expectedShape !== foundShape) {
      throw new FileError(
        `loadCheckpoint: ${path} is of another model: "${name}" is ${foundShape} in the file and ` +
          `${expectedShape} in the model (${Object.keys(found).length} and ${Object.keys(expected).length} tensors); ` +
          'use the configuration it was trained with',
      );
    }
  }
}

function requireSameIdentity(
  found: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, string>>,
  path: string,
): void {
  for (const name of Object.keys(expected)) {
    if (found[name] !== expected[name]) {
      throw new FileError(
        `loadCheckpoint: ${path} is of another run: ${firstDifference(name, found[name], expected[name])}; ` +
          'resume with the options the run was started with, or choose another output folder',
      );
    }
  }
}

function parseIdentity(text: string | undefined, path: string): Record<string, string> {
  try {
    return Object.fromEntries(
      Object.entries(JSON.parse(text ?? '')).map(([key, value]) => [key, String(value)]),
    );
  } catch (cause) {
    throw new FileError(`loadCheckpoint: ${path}: the metadata "identity" is not JSON`, { cause });
  }
}

function inOrder(parameters: Parameters, order: Parameters): Parameters {
  return Object.fromEntries(Object.keys(order).map((name) => [name, parameters[name]]));
}
