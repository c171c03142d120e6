import type { Remote } from '../data/remote.js';
import { LIVE_FIELD, POLISHED_FIELD, TEMPERATURE_UNIT } from '../live/live-fields.js';
import type { LiveService } from '../live/live-service.js';
import type { LiveState } from '../live/live-state.js';
import { POLISH_OPTIONS } from '../live/polish.js';
import { formatNumber, formatPercent } from '../numbers.js';
import { byId } from './elements.js';
import { LiveResiduals, type ResidualCurve } from './live-residuals.js';
import type { ViewDocument } from './view-document.js';
import type { Viewer } from './viewer.js';

const cellField = (name: string) => ({ name, association: 'cell', component: 'magnitude' }) as const;

/** Takes the surrogate's answer to a certified one, a few steps at a time, and shows both beside each other. */
export class LivePolish {
  private readonly button = byId<HTMLButtonElement>('live-polish');
  private readonly cancelButton = byId<HTMLButtonElement>('live-cancel');
  private readonly plot = new LiveResiduals(byId('live-residuals'));
  /** Another number with every run; one that is over finds another one */
  private run = 0;

  constructor(
    private readonly view: ViewDocument,
    private readonly viewer: Viewer,
    private readonly service: () => Remote<LiveService> | undefined,
  ) {
    this.button.addEventListener('click', () => this.start());
    this.cancelButton.addEventListener('click', () => {
      this.stop();
      this.say('Cancelled: the field is as far as the solver came.');
    });
  }

  /** There is an answer of the present problem, or there is none. */
  set available(available: boolean) {
    this.button.disabled = !available;
  }

  /** The problem has changed: what was polished is of another one. */
  forget(): void {
    const { compare } = this.view.state;
    this.stop();
    this.say('');
    this.plot.show(undefined);
    if (compare.reference?.name === POLISHED_FIELD)
      this.view.set('compare', { ...compare, shown: false, reference: null });
    if (this.viewer.data?.fields.some(({ name }) => name === POLISHED_FIELD))
      this.viewer.removeCellField(POLISHED_FIELD);
  }

  private stop(): void {
    this.run++;
    this.cancelButton.hidden = true;
    this.button.hidden = false;
  }

  private async start(): Promise<void> {
    const service = this.service();
    if (!service) return;
    this.stop();
    const run = this.run;
    const current = () => run === this.run;
    const { live } = this.view.state;
    this.button.hidden = true;
    this.cancelButton.hidden = false;
    this.cancelButton.focus();
    try {
      await this.solve(service, live, current);
    } catch (error) {
      if (current()) this.say(error instanceof Error ? error.message : String(error));
    } finally {
      if (current()) {
        const focused = document.activeElement === this.cancelButton;
        this.stop();
        if (focused) this.button.focus();
      }
    }
  }

  private async solve(service: Remote<LiveService>, live: LiveState, current: () => boolean): Promise<void> {
    const { relativeTolerance } = POLISH_OPTIONS;
    this.say('The solver starts from the surrogate’s answer.');
    await service.startPolish(live);
    const curves: ResidualCurve[] = [];
    const take = async (from: 'answer' | 'zero', label: string, count: number) => {
      const index = from === 'answer' ? 0 : 1;
      for (let done = false; !done && current(); ) {
        const steps = await service.polishSteps(from, count);
        if (!current()) return;
        done = steps.done;
        curves[index] = { label, residuals: steps.residuals };
        this.plot.show(curves, relativeTolerance);
        if (from === 'zero') continue;
        await this.viewer.setCellField(POLISHED_FIELD, steps.field, TEMPERATURE_UNIT);
        this.look();
      }
    };
    await take('answer', 'from the surrogate', live.steps);
    if (!current()) return;
    const { certified, reason, relativeResidual, tolerance, preconditioner, field, error } =
      await service.certify();
    if (!current()) return;
    await this.viewer.setCellField(POLISHED_FIELD, field, TEMPERATURE_UNIT);
    this.say('Counting the iterations from zero…');
    await take('zero', 'from zero', 10 * live.steps);
    if (!current()) return;
    const [fromAnswer, fromZero] = curves.map(({ residuals }) => residuals.length - 1);
    const residual = `residual ${relativeResidual.toExponential(1)} (asked ${tolerance})`;
    this.say(
      certified
        ? `Certified: ${residual}, ${fromAnswer} iterations with ${preconditioner} from the surrogate, ${fromZero} from zero. ` +
            `The surrogate was off by ${formatPercent(error.relativeL2)}, at most ${formatNumber(error.maximumAbsolute, 3)} ${TEMPERATURE_UNIT}. ` +
            'It says nothing of the mesh: refine and compare.'
        : `Not certified: ${residual}; ${reason}.`,
    );
  }

  /** Surrogate, polished and difference beside each other. */
  private look(): void {
    const { field, compare } = this.view.state;
    if (compare.reference?.name === POLISHED_FIELD) return;
    if (field?.name !== LIVE_FIELD) this.view.set('field', cellField(LIVE_FIELD));
    this.view.set('compare', { ...compare, shown: true, reference: cellField(POLISHED_FIELD) });
  }

  private say(text: string): void {
    byId('live-certificate').textContent = text;
  }
}
