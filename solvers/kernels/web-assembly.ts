const modules = new Map<string, WebAssembly.Module | null>();

/**
 * A module of solvers/kernels/compiled/, or null where WebAssembly with vector instructions is missing or a page's policy
 * forbids it: callers then run the same in TypeScript.
 */
export function compileKernels(base64: string): WebAssembly.Module | null {
  let module = modules.get(base64);
  if (module === undefined) {
    try {
      // synchronous, so that solvers stay synchronous
      module = new WebAssembly.Module(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
    } catch {
      module = null;
    }
    modules.set(base64, module);
  }
  return module;
}

/** Memory of at least this many numbers in double precision. */
export const kernelMemory = (numbers: number) => new WebAssembly.Memory({ initial: pagesFor(numbers) });

export const pagesFor = (numbers: number) => Math.ceil((8 * numbers) / 65536);
