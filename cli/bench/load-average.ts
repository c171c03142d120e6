import { loadavg } from 'node:os';

/** Processes that wanted a core, mean of the last minute; null where the system does not tell (Windows). */
export function loadAverage(): number | null {
  const [minute] = loadavg();
  return minute > 0 ? minute : null;
}
