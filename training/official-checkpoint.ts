import { FileError, InvalidInputError } from '../common/errors.js';
import { type BaTransolverOptions, NPSOLVER_2D, officialNetwork } from '../operators/index.js';
import type { Parameters } from '../runtime/index.js';
import { readSafetensors, writeSafetensors } from './safetensors.js';

/** A network with NPSolver's keys: `baTransolver(options)` runs it, `train` goes on from it. */
export interface OfficialCheckpoint {
  readonly options: BaTransolverOptions;
  /** By NPSolver's keys, without a prefix */
  readonly parameters: Parameters;
  /** What stood before every key of the file, as `module.` */
  readonly prefix?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Reads NPSolver's weights, the `model_state_dict` of its checkpoint.pth saved as safetensors (docs/official-formats.md
 * has the line of Python that does it). The sizes of the network come from the shapes; keys may have a prefix `model.` or
 * `module.`.
 *
 * @throws FileError for bytes that are no safetensors file of 32-bit numbers; InvalidInputError naming keys that are
 *   missing or unknown and shapes that do not fit
 */
export function importOfficialCheckpoint(bytes: Uint8Array): OfficialCheckpoint {
  const { tensors, metadata } = readSafetensors(bytes);
  const named: Parameters = {};
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    if (!(data instanceof Float32Array)) {
      throw new FileError(
        `importOfficialCheckpoint: '${name}' is not of 32-bit numbers; convert it with .float() before saving`,
      );
    }
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new FileError(`importOfficialCheckpoint: value ${bad} of '${name}' is ${data[bad]}`);
    named[name] = { shape, values: data };
  }
  return { ...officialNetwork(named), metadata };
}

/** Options that change what the network computes from what NPSolver's computes with the same weights. */
const FAITHFUL = ['skip', 'temperature', 'slices', 'boundaryTokens', 'boundaryUpdate'] as const;

/**
 * The safetensors file of a network under NPSolver's keys, as Python's `safetensors` writes it: what was imported from
 * such a file comes back byte by byte. In Python `model.load_state_dict(load_file(path))` reads it.
 *
 * @throws InvalidInputError for a network that NPSolver's module cannot be, and for parameters that are not its own
 */
export function exportOfficialCheckpoint(checkpoint: OfficialCheckpoint): Uint8Array<ArrayBuffer> {
  const { options, prefix = '', metadata = {} } = checkpoint;
  for (const key of FAITHFUL) {
    if (options[key] !== NPSOLVER_2D[key]) {
      throw new InvalidInputError(
        `exportOfficialCheckpoint: ${key} is ${options[key]}, NPSolver's module has ${NPSOLVER_2D[key]} only; ` +
          'train with npsolverPreset to exchange weights',
      );
    }
  }
  const { parameters } = officialNetwork({ ...withUnused(checkpoint), ...checkpoint.parameters });
  const names = Object.keys(parameters).sort();
  return writeSafetensors({
    tensors: Object.fromEntries(
      names.map((name) => {
        const { shape, values } = parameters[name];
        return [prefix + name, { shape: [...shape], data: Float32Array.from(values) }];
      }),
    ),
    metadata: { ...metadata },
  });
}

/** The parameters that NPSolver's module asks for and never reads. */
function withUnused({ options }: OfficialCheckpoint): Parameters {
  const unused: Parameters = {};
  for (let block = 0; block < options.blocks; block++) {
    for (const name of ['alpha_self', 'alpha_cross']) {
      unused[`blocks.${block}.Attn.${name}`] = { shape: [1], values: new Float32Array([1]) };
    }
  }
  return unused;
}
