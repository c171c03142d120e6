import type { PoissonProblem } from '../solvers/index.js';
import type { EncodedAnswer, FieldEncoding } from './jobs.js';

export interface AnswerParts {
  /** What is said of the field */
  readonly report: Readonly<Record<string, unknown>>;
  /** What only JSON answers carry, since headers are short */
  readonly long?: Readonly<Record<string, unknown>>;
  readonly problem: PoissonProblem;
  readonly encoding: FieldEncoding;
}

/**
 * A field `[cell]` as an answer: JSON with the field as `solution`, or its little-endian numbers alone and the rest as a text
 * for a header. Encoded in the worker, so that large fields do not hold up the thread that serves everybody.
 */
export function encodeField(
  field: Float64Array,
  { report, long, problem, encoding }: AnswerParts,
): EncodedAnswer {
  const { dimension, cellCount } = problem.mesh;
  const full = {
    mesh: { dimension, cells: cellCount },
    statistics: statisticsOf(field, problem.mesh.cellVolumes),
    ...report,
  };
  if (encoding === 'json') {
    const text = JSON.stringify({ ...full, ...long, solution: Array.from(field) });
    return { body: new TextEncoder().encode(text) };
  }
  return { body: littleEndian(field, encoding), report: asciiJson(full) };
}

function statisticsOf(field: Float64Array, volumes: Float64Array) {
  let [minimum, maximum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [weighted, volume] = [0, 0];
  for (let cell = 0; cell < field.length; cell++) {
    minimum = Math.min(minimum, field[cell]);
    maximum = Math.max(maximum, field[cell]);
    weighted += field[cell] * volumes[cell];
    volume += volumes[cell];
  }
  return { minimum, maximum, mean: weighted / volume };
}

function littleEndian(field: Float64Array, encoding: 'float64' | 'float32'): Uint8Array {
  const size = encoding === 'float64' ? 8 : 4;
  const bytes = new Uint8Array(size * field.length);
  const view = new DataView(bytes.buffer);
  field.forEach((value, cell) => {
    if (size === 8) view.setFloat64(8 * cell, value, true);
    else view.setFloat32(4 * cell, value, true);
  });
  return bytes;
}

/** JSON of ASCII characters alone, as a header may hold. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
