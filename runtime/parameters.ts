/** One named array of trained numbers, row-major. */
export interface ParameterValue {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** All parameters of a model; insertion order is file order. */
export type Parameters = Record<string, ParameterValue>;

export function parameterCount(parameters: Parameters): number {
  return Object.values(parameters).reduce((sum, { values }) => sum + values.length, 0);
}

/** All values behind one another, in insertion order: the layout of {@link TrainingState}. */
export function packParameters(parameters: Parameters): Float32Array {
  const packed = new Float32Array(parameterCount(parameters));
  let offset = 0;
  for (const { values } of Object.values(parameters)) {
    packed.set(values, offset);
    offset += values.length;
  }
  return packed;
}

/** Inverse of {@link packParameters}; `like` gives names and shapes. The values are copies. */
export function unpackParameters(packed: Float32Array, like: Parameters): Parameters {
  const parameters: Parameters = {};
  let offset = 0;
  for (const [name, { shape, values }] of Object.entries(like)) {
    parameters[name] = { shape, values: packed.slice(offset, offset + values.length) };
    offset += values.length;
  }
  return parameters;
}
