import { SingleBar } from 'cli-progress';
import type { Progress } from '../common/progress.js';

/** Seconds between two JSON lines of one phase where the output is no terminal. */
const SECONDS_BETWEEN_LINES = 5;

/** A bar with rate, remaining time and figures on a terminal; JSON lines on anything else. Both go to standard error. */
export function terminalProgress(): Progress & { stop(): void } {
  return process.stderr.isTTY ? barProgress() : lineProgress();
}

type Figures = Readonly<Record<string, number | string>>;

function barProgress(): Progress & { stop(): void } {
  let bar: SingleBar | undefined;
  let current = '';
  const stop = () => {
    bar?.stop();
    bar = undefined;
    current = '';
  };
  return {
    update(phase, done, total, figures = {}) {
      if (phase !== current) {
        stop();
        current = phase;
        bar = new SingleBar({
          format: '{phase} [{bar}] {value}/{total} · {eta_formatted} left {figures}',
          stream: process.stderr,
          barsize: 24,
          etaBuffer: 50,
          hideCursor: true,
        });
        bar.start(total, 0, { phase: phase.padEnd(18), figures: '' });
      }
      bar?.update(done, { figures: describe(figures) });
      if (done >= total) stop();
    },
    message(text) {
      stop();
      process.stderr.write(`${text}\n`);
    },
    stop,
  };
}

function describe(figures: Figures): string {
  return Object.entries(figures)
    .map(([name, value]) => `· ${name} ${typeof value === 'number' ? value.toPrecision(4) : value}`)
    .join(' ');
}

function lineProgress(): Progress & { stop(): void } {
  let current = '';
  let written = 0;
  return {
    update(phase, done, total, figures = {}) {
      const now = performance.now();
      const due = phase !== current || done >= total || now - written >= 1000 * SECONDS_BETWEEN_LINES;
      if (!due) return;
      current = phase;
      written = now;
      process.stderr.write(`${JSON.stringify({ phase, done, total, ...figures })}\n`);
    },
    message: (text) => void process.stderr.write(`${JSON.stringify({ message: text })}\n`),
    stop: () => {},
  };
}
