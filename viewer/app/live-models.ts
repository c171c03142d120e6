import { InvalidInputError } from '../../common/errors.js';
import type { DataFile } from '../data/open-data.js';
import type { Part } from '../live/live-state.js';
import { applicationAddress, pretrainedModels } from './live-client.js';

/** What the model of a run folder is called. */
export const RUN_MODEL = 'run';

/** Parts like those that a model of the package was trained on. */
const PARTS: Readonly<Record<string, Part['kind']>> = { 'random-bc': 'cut-corners', control: 'holes' };

/** The models that there are to choose from: those of the package, and those that a person or a run brought. */
export class LiveModels {
  private readonly files = new Map<string, DataFile>();
  private pretrained: readonly string[] = [];
  private readonly loaded: Promise<void>;

  constructor(onChange: () => void) {
    this.loaded = pretrainedModels().then((names) => {
      this.pretrained = names;
      onChange();
    });
  }

  add(name: string, file: DataFile): void {
    this.files.set(name, file);
  }

  /** Names with what to call them. */
  get choices(): (readonly [name: string, title: string])[] {
    return [
      ...[...this.files.keys()].map((name) => [name, name === RUN_MODEL ? 'of this run' : name] as const),
      ...this.pretrained.map((name) => [name, name] as const),
    ];
  }

  /** @throws InvalidInputError for a name that a session tells and nobody has brought */
  async fileOf(name: string): Promise<DataFile> {
    const file = this.files.get(name);
    if (file) return file;
    await this.loaded;
    if (this.pretrained.includes(name))
      return {
        name: `${name}.onnx`,
        from: applicationAddress(`pretrained/${encodeURIComponent(name)}/model.onnx`),
      };
    throw new InvalidInputError(
      `The model ${name} of this view is not here: open its file, or choose another.`,
    );
  }

  /** A generated part that suits a model; the present one if none is known. */
  partFor(name: string, present: Part['kind']): Part['kind'] {
    return present === 'open' || this.files.has(name) ? present : (PARTS[name] ?? present);
  }
}
