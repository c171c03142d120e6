import { FieldsmithError } from '../../common/errors.js';
import fourier from './compiled/fourier.js';
import { compileKernels, kernelMemory } from './web-assembly.js';

/**
 * Arrays that kernels work on, placed one after another before the memory for all of them is made at the first use: what
 * comes later lies outside. Places are addresses in bytes.
 */
export interface KernelSpace {
  /** Whether its memory is made */
  readonly used: boolean;
  /** A place for this many numbers in double precision */
  place(numbers: number): number;
  /** A place that holds these values */
  table(values: Float64Array | Uint32Array): number;
  /** The array at a place; an array outside of the space where it is in use already */
  array(numbers: number): () => Float64Array;
  /** Where an array lies, or null for one outside of the space */
  placeOf(values: Float64Array): number | null;
  /** Functions of a module over the space, instantiated at the first call */
  functions<Names extends string>(base64: string): () => Readonly<Record<Names, KernelFunction>>;
}

/** A new space, or null where there is no WebAssembly with vector instructions. */
export function kernelSpace(): KernelSpace | null {
  if (!compileKernels(fourier)) return null;
  let end = 0;
  let memory: WebAssembly.Memory | undefined;
  // reading a memory's buffer is a call into the engine
  let buffer: ArrayBuffer | undefined;
  const tables: { at: number; bytes: Uint8Array }[] = [];
  const instances = new Map<string, WebAssembly.Exports>();
  const place = (bytes: number) => {
    if (memory) throw new FieldsmithError('kernelSpace: in use already, nothing more can be placed');
    const at = end;
    // a number to spare for what kernels write too many, and no two arrays the same distance from the start of a page
    end += LINE * (Math.ceil((bytes + 16) / LINE) + 1);
    return at;
  };
  const use = () => {
    if (!memory) {
      memory = kernelMemory(end / 8);
      buffer = memory.buffer;
      const heap = new Uint8Array(buffer);
      for (const { at, bytes } of tables.splice(0)) heap.set(bytes, at);
    }
    return memory;
  };
  const instantiate = (base64: string) => {
    let found = instances.get(base64);
    if (!found) {
      found = new WebAssembly.Instance(compileKernels(base64)!, { env: { memory: use() } }).exports;
      instances.set(base64, found);
    }
    return found;
  };
  return {
    get used() {
      return memory !== undefined;
    },
    place: (numbers) => place(8 * numbers),
    table(values) {
      const at = place(values.byteLength);
      tables.push({ at, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) });
      return at;
    },
    array(numbers) {
      let values: Float64Array | undefined;
      if (memory) values = new Float64Array(numbers);
      const at = memory ? 0 : place(8 * numbers);
      return () => {
        values ??= new Float64Array(use().buffer, at, numbers);
        return values;
      };
    },
    placeOf: (values) => (values.buffer === buffer ? values.byteOffset : null),
    functions<Names extends string>(base64: string) {
      let functions: Readonly<Record<Names, KernelFunction>> | undefined;
      return () => {
        functions ??= instantiate(base64) as unknown as Readonly<Record<Names, KernelFunction>>;
        return functions;
      };
    },
  };
}

/** A function of the sources in assembly/, which names its arguments. */
export type KernelFunction = (...values: number[]) => void;

/** Bytes of a cache line */
const LINE = 64;
