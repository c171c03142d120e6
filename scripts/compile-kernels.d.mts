/** Names of the modules: files of solvers/kernels/assembly/ without their ending. */
export function kernelModules(): string[];
/** The text of the generated file of one module. */
export function compileKernels(name: string): Promise<string>;
