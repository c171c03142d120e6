import { z } from 'zod';
import { FileError } from '../common/errors.js';
import type { HostArray } from '../runtime/index.js';
import { rangeStatisticsSchema } from './trained-range.js';

export const storedArraySchema = z.object({
  shape: z.array(z.int().min(0)),
  dtype: z.enum(['float32', 'int32', 'bool']),
  /** base64 of the little-endian bytes */
  data: z.base64(),
});

const tensor = z.object({
  name: z.string(),
  /** A text names a dimension of any size. */
  shape: z.array(z.union([z.int().min(0), z.string()])),
  dtype: z.enum(['float32', 'int32', 'bool']),
});

const waveDamping = z.object({ damping: z.number(), reach: z.number() });

const range = z.tuple([z.number(), z.number()]);

const statistics = z.object({
  samples: z.int().min(1),
  meanRelativeL2: z.number(),
  medianRelativeL2: z.number(),
  maximumRelativeL2: z.number(),
});

export const modelCardSchema = z.object({
  format: z.literal('fieldsmith-model-1'),
  /** The operator by name and options: what builds its inputs and turns its output into fields. */
  operator: z.object({
    name: z.string(),
    output: z.enum(['field', 'basis']),
    options: z.unknown(),
    /** Options of `encoderInputs`. */
    features: z.record(z.string(), z.union([z.number(), z.boolean()])),
    /** Of the projection on a basis. */
    projection: z
      .object({
        regularisation: z.number(),
        smoothing: z.union([z.int().min(0), waveDamping]),
        correction: z
          .union([z.literal('none'), waveDamping.extend({ place: z.enum(['after', 'around']) })])
          // of cards older than corrections
          .default('none'),
        experts: z
          .object({
            count: z.int().min(1),
            overlap: z.number().min(0).max(1),
            mode: z.enum(['coupled', 'independent']),
            modes: z.enum(['shared', 'own']),
          })
          .optional(),
      })
      .optional(),
  }),
  equation: z.string(),
  inputs: z.array(tensor).min(1),
  outputs: z.array(tensor).min(1),
  /** How physical quantities become the network's dimensionless ones, and back. */
  normalisation: z.string(),
  units: z.string(),
  meshKind: z.string(),
  /** What training saw. Outside it the error figures say nothing. */
  trainedRange: z.object({
    cells: range,
    boundaryFaces: range,
    boundary: z.unknown(),
    source: z.unknown(),
    geometry: z.string(),
    /** For the out-of-range score; cards written before it existed have none. */
    statistics: rangeStatisticsSchema.optional(),
  }),
  /** Error statistics per named test set and category. */
  errors: z.record(z.string(), z.record(z.string(), statistics)),
  training: z.object({
    supervision: z.unknown(),
    task: z.unknown(),
    steps: z.int().min(0),
    batchSize: z.int().min(1),
    seed: z.int(),
    schedule: z.unknown(),
    seconds: z.number(),
    finalLoss: z.number(),
    parameters: z.int().min(0),
  }),
  /** An input with the output that ONNX Runtime gave for it on the CPU: checked when the model is loaded. */
  probe: z.object({
    inputs: z.record(z.string(), storedArraySchema),
    outputs: z.record(z.string(), storedArraySchema),
    /** Bound on max |difference| / max |output|. */
    tolerance: z.number().positive(),
  }),
});

/** What a model is, needs and was measured to be worth: `model/card.json`, and `card` in the ONNX file's metadata. */
export type ModelCard = z.infer<typeof modelCardSchema>;

/** @throws FileError naming the first field that is not what the schema says */
export function parseModelCard(text: string, path: string): ModelCard {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FileError(`${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
  const result = modelCardSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new FileError(`${path} is no model card: ${issue.path.join('.') || 'the whole'}: ${issue.message}`);
  }
  return result.data;
}

export type StoredArray = z.infer<typeof storedArraySchema>;

const ARRAY_TYPES = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

export function storeArray({ shape, data }: HostArray): StoredArray {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  const dtype = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool';
  return { shape: [...shape], dtype, data: btoa(text) };
}

/** @throws FileError when the bytes do not fill the shape */
export function restoreArray({ shape, dtype, data }: StoredArray): HostArray {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const type = ARRAY_TYPES[dtype];
  const count = shape.reduce((size, length) => size * length, 1);
  if (bytes.length !== count * type.BYTES_PER_ELEMENT) {
    throw new FileError(
      `model card: an array of shape [${shape}] needs ${count} values, got ${bytes.length} bytes`,
    );
  }
  return { shape, data: new type(bytes.buffer) };
}
