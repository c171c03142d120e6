const modules = new Map<string, WebAssembly.Module | null>();

/**
 * The functions of a module of solvers/kernels/compiled/ over a memory of their own, or null where WebAssembly with vector
 * instructions is missing or a page's policy forbids it: callers then run the same in TypeScript.
 */
export function instantiateKernels<Functions>(base64: string, memory: WebAssembly.Memory): Functions | null {
  let module = modules.get(base64);
  if (module === undefined) {
    try {
      // synchronous, so that solvers stay synchronous; browsers before 2023 allow up to 4 kB of it outside of workers
      module = new WebAssembly.Module(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
    } catch {
      module = null;
    }
    modules.set(base64, module);
  }
  if (module === null) return null;
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Functions;
}

/** Memory of at least this many numbers in double precision, or null where there is no WebAssembly. */
export function kernelMemory(numbers: number): WebAssembly.Memory | null {
  if (typeof WebAssembly !== 'object') return null;
  return new WebAssembly.Memory({ initial: pagesFor(numbers) });
}

export const pagesFor = (numbers: number) => Math.ceil((8 * numbers) / 65536);
