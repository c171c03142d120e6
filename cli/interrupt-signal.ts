/** Aborts on the first ctrl-C, so that long work can save what it has; the second one ends the process. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller.signal;
}
