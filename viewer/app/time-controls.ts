import { formatNumber } from '../numbers.js';
import { byId } from './elements.js';

/** The time slider of a series: steps by hand, by key, or one after the other. */
export class TimeControls {
  private readonly form = byId<HTMLFormElement>('timeline');
  private readonly slider = byId<HTMLInputElement>('step');
  private readonly button = byId<HTMLButtonElement>('play');
  private times: readonly number[] = [0];
  private playing = false;
  private going = false;
  private wanted?: number;

  constructor(private readonly goTo: (step: number) => Promise<void>) {
    this.form.addEventListener('submit', (event) => event.preventDefault());
    this.slider.addEventListener('input', () => this.go(this.slider.valueAsNumber));
    this.button.addEventListener('click', () => this.toggle());
  }

  /** Steps that there are, and the one that is shown. */
  show(times: readonly number[], step: number): void {
    this.times = times;
    this.form.hidden = times.length < 2;
    this.slider.max = String(times.length - 1);
    this.slider.value = String(step);
    const text = formatNumber(times[step], 6);
    byId<HTMLOutputElement>('time').value = `${text} (${step + 1} of ${times.length})`;
    this.slider.setAttribute('aria-valuetext', text);
    if (times.length < 2 && this.playing) this.toggle();
  }

  toggle(): void {
    if (this.times.length < 2) return;
    this.playing = !this.playing;
    this.button.textContent = this.playing ? 'Pause' : 'Play';
    this.button.setAttribute('aria-pressed', String(this.playing));
    if (this.playing) this.play();
  }

  /** To a neighbouring step. */
  move(by: number): void {
    this.go(Math.min(this.times.length - 1, Math.max(0, this.slider.valueAsNumber + by)));
  }

  private async play(): Promise<void> {
    while (this.playing) {
      const last = this.slider.valueAsNumber === this.times.length - 1;
      if (last && !byId<HTMLInputElement>('loop').checked) {
        this.toggle();
        return;
      }
      const started = performance.now();
      await this.go(last ? 0 : this.slider.valueAsNumber + 1);
      const rest = Number(byId<HTMLSelectElement>('speed').value) - (performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, Math.max(16, rest)));
    }
  }

  /** Of several steps asked for in a row, the last one. */
  private async go(step: number): Promise<void> {
    this.wanted = step;
    this.slider.value = String(step);
    if (this.going) return;
    this.going = true;
    try {
      while (this.wanted !== undefined) {
        const next = this.wanted;
        this.wanted = undefined;
        await this.goTo(next);
      }
    } finally {
      this.going = false;
    }
  }
}
