import { availableParallelism, cpus, totalmem } from 'node:os';

/** One line that names the machine beside a measured figure: "AMD EPYC, 2 cores, 24 GB, Node 20.20.2". */
export function describeHardware(): string {
  const processor = cpus()[0]?.model.replace(/\s+/g, ' ').trim() ?? process.arch;
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${processor}, ${availableParallelism()} cores, ${gigabytes} GB, Node ${process.versions.node}`;
}
